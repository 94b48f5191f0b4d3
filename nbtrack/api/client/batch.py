"""Many points, params and tags of a run in one call: all are checked before any is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nbtrack.capture.open_run import OpenRun
from nbtrack.capture.values import key_of, number_of, step_of, time_of
from nbtrack.errors import InvalidValue
from nbtrack.records.dataset import Input
from nbtrack.records.ids import next_time
from nbtrack.records.metric import Metric

__all__ = ["log_batch", "log_dataset_inputs"]


def log_batch(
    run: OpenRun,
    metrics: Iterable[Any] = (),
    params: Iterable[Any] = (),
    tags: Iterable[Any] = (),
) -> None:
    """Write a batch, or raise and write nothing of it; any number of entries will do."""
    points = [point_of(metric) for metric in metrics]
    settings = [parts(param, "params", "Param") for param in params]
    labels = dict(parts(tag, "tags", "RunTag") for tag in tags)
    run.tag_texts(labels)
    run.log_params(settings)
    run.log_metrics(points)
    run.set_tags(labels)


def point_of(metric: Any) -> Metric:
    """A point with its key, number and time checked; MLflow's own entity will do."""
    key, value = parts(metric, "metrics", "Metric")
    key = key_of(key, "metric")
    return Metric(
        key,
        number_of(value, key),
        time_of(metric.timestamp),
        step_of(metric.step),
        getattr(metric, "model_id", None),
        getattr(metric, "dataset_name", None),
        getattr(metric, "dataset_digest", None),
    )


def parts(entity: Any, field: str, kind: str) -> tuple[Any, Any]:
    """The key and the value of an entity."""
    try:
        return entity.key, entity.value
    except AttributeError as problem:
        raise InvalidValue(
            f"{field} of a batch are a list of nbtrack.entities.{kind}, "
            f"not of {type(entity).__name__}"
        ) from problem


def log_dataset_inputs(run: OpenRun, inputs: Iterable[Any]) -> None:
    """Write datasets as a run's inputs, from entities as MLflow has them."""
    run.add_inputs([record_of(run.run_id, one) for one in inputs])


def record_of(run_id: str, one: Any) -> Input:
    """An input as its record."""
    try:
        kept = one.dataset
        tags = one.tags if isinstance(one.tags, Mapping) else {t.key: t.value for t in one.tags}
        return Input(
            run_id,
            kept.name,
            kept.digest,
            kept.source_type,
            kept.source,
            kept.schema,
            kept.profile,
            dict(tags),
            next_time(),
        )
    except AttributeError as problem:
        raise InvalidValue(
            f"inputs of a run are a list of nbtrack.entities.DatasetInput, "
            f"not of {type(one).__name__}"
        ) from problem

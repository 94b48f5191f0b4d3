"""What is logged to the active run: params, metrics, tags; one record each, no database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbtrack.api.models.current_model import get_active_model_id
from nbtrack.api.runs.new_experiment import stamp
from nbtrack.api.runs.start import run_to_log
from nbtrack.api.session import session, session_at
from nbtrack.api.tracking.steps import noted
from nbtrack.capture.facts import facts
from nbtrack.capture.guard import guarded, report
from nbtrack.capture.open_run import OpenRun
from nbtrack.capture.values import DatasetLike
from nbtrack.errors import InvalidValue, NotFound, StoreError
from nbtrack.records.operation import CorrectParam

__all__ = [
    "RunOperations",
    "correct_param",
    "delete_tag",
    "flush_async_logging",
    "log_metric",
    "log_metrics",
    "log_param",
    "log_params",
    "set_tag",
    "set_tags",
]


class RunOperations:
    """What `synchronous=False` returns, as in MLflow: the record is written already."""

    def __init__(self, run: OpenRun) -> None:
        self.run = run

    def wait(self) -> None:
        """Wait until it is on the disk, so that it survives a power cut too."""
        self.run.writer.sync()


@guarded
def log_param(key: str, value: Any, synchronous: bool | None = None) -> Any:  # noqa: FBT001 - MLflow's signature
    """Log a param; lists, None and others are kept as text, secrets are not kept.

    Returns:
        The value; with `synchronous=False` an object to wait for.

    Raises:
        ParamChanged: It was logged before with another value.

    Example:
        >>> import nbtrack
        >>> with nbtrack.start_run():
        ...     nbtrack.log_param("layers", [64, 32])
        [64, 32]
    """
    run = run_to_log()
    run.log_params([(key, value)])
    return value if synchronous is not False else RunOperations(run)


@guarded
def log_params(
    params: Mapping[str, Any],
    synchronous: bool | None = None,  # noqa: FBT001 - MLflow's signature
    run_id: str | None = None,
) -> RunOperations | None:
    """Log several params, all or none.

    Raises:
        ParamChanged: One of them was logged before with another value.
    """
    run = run_to_log(run_id)
    run.log_params(pairs(params, "log_params"))
    return RunOperations(run) if synchronous is False else None


@guarded
def log_metric(  # noqa: PLR0917 - MLflow's signature
    key: str,
    value: Any,
    step: Any = None,
    synchronous: bool | None = None,  # noqa: FBT001 - MLflow's signature
    timestamp: int | None = None,
    run_id: str | None = None,
    model_id: str | None = None,
    dataset: DatasetLike | None = None,
) -> RunOperations | None:
    """Log a point of a metric; a list, array, Series or tensor logs a whole curve.

    Args:
        key: Its name.
        value: A number; NaN and infinities are kept. Or several, for a curve.
        step: The step; 0 if none is given, or that of the loop in `track`. For a curve: its first
            step, or one for each point.
        synchronous: With False an object to wait for is returned.
        timestamp: Milliseconds since 1970, now if none is given; for a curve one or one for each.
        run_id: A run to log to, if it is not the active one.
        model_id: The model it was measured on; else the active model, or the one that the run
            logged at this step.
        dataset: The dataset it was measured on.

    Raises:
        InvalidValue: The value is no number.

    Example:
        >>> import nbtrack
        >>> with nbtrack.start_run():
        ...     nbtrack.log_metric("loss", 0.25, step=3)
        ...     nbtrack.log_metric("curve", [0.9, 0.5, 0.3])
    """
    run = run_to_log(run_id)
    step = noted(((key, value),), step)
    model_id = model_id or get_active_model_id()
    run.log_metric(key, value, step, timestamp, model_id=model_id, dataset=dataset)
    if dataset is not None:
        log_dataset(run, dataset)
    return RunOperations(run) if synchronous is False else None


@guarded
def log_metrics(  # noqa: PLR0917 - MLflow's signature
    metrics: Mapping[str, Any],
    step: Any = None,
    synchronous: bool | None = None,  # noqa: FBT001 - MLflow's signature
    run_id: str | None = None,
    timestamp: int | None = None,
    model_id: str | None = None,
    dataset: DatasetLike | None = None,
) -> RunOperations | None:
    """Log several metrics at one step, all or none.

    Raises:
        InvalidValue: A value is no number.
    """
    run = run_to_log(run_id)
    points = pairs(metrics, "log_metrics")
    model_id = model_id or get_active_model_id()
    run.log_points(points, noted(points, step), timestamp, model_id=model_id, dataset=dataset)
    if dataset is not None:
        log_dataset(run, dataset)
    return RunOperations(run) if synchronous is False else None


def log_dataset(run: OpenRun, dataset: DatasetLike) -> None:
    """Note a dataset that a metric was measured on among the run's inputs, once."""
    from nbtrack.api.datasets.inputs import input_of

    if (dataset.name, dataset.digest) not in run.known_inputs:
        run.add_inputs([input_of(run.run_id, dataset)])


@guarded
def set_tag(key: str, value: Any, synchronous: bool | None = None) -> RunOperations | None:  # noqa: FBT001 - MLflow's signature
    """Set a tag; the last value stays."""
    return set_tags({key: value}, synchronous)


@guarded
def set_tags(
    tags: Mapping[str, Any],
    synchronous: bool | None = None,  # noqa: FBT001 - MLflow's signature
) -> RunOperations | None:
    """Set several tags, all or none."""
    run = run_to_log()
    run.set_tags(dict(pairs(tags, "set_tags")))
    return RunOperations(run) if synchronous is False else None


@guarded
def delete_tag(key: str) -> None:
    """Take a tag away.

    Raises:
        NotFound: The run has no such tag.
    """
    drop_tag(run_to_log(), key)


def drop_tag(run: OpenRun, key: str) -> None:
    """Take a tag of a run away; while the store is away it is not asked whether there is one."""
    from nbtrack.questions import runs

    try:
        tags = runs.get(session_at(run.writer.folder).store, run.run_id).data.tags
    except StoreError as error:
        report(error, "delete_tag")
    else:
        if key not in tags:
            raise NotFound(f"No tag with name: {key} in run with id {run.run_id}")
    run.delete_tag(key)


def correct_param(key: str, value: Any, reason: str = "", run_id: str | None = None) -> None:
    """Replace a param's value that was logged by mistake; the act stays on record.

    Args:
        key: The param.
        value: What it should have been.
        reason: Why; kept with the act.
        run_id: The run, if it is not the active one.

    Raises:
        NotFound: The run has no such param.
    """
    run = run_to_log(run_id)
    here = session_at(run.writer.folder)
    name, text = run.param_text(key, value)
    act = CorrectParam(run_id=run.run_id, key=name, value=text, reason=reason, **stamp())
    here.store.append([act])
    run.correct_param(name, text)


def flush_async_logging() -> None:
    """Wait until what was logged is on the disk."""
    facts.settle()
    session().writer.sync()


def pairs(values: Mapping[str, Any], what: str) -> list[tuple[Any, Any]]:
    """The items of a mapping, or what to say of anything else."""
    if not isinstance(values, Mapping):
        raise InvalidValue(
            f"{what} takes a dictionary of names and values, not a {type(values).__name__}"
        )
    return list(values.items())

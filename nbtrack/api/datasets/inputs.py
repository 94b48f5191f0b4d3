"""Datasets as inputs of runs: made from what a notebook holds, logged, and found again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from nbtrack.api.datasets.kinds import Dataset, NumpyDataset, PandasDataset
from nbtrack.api.datasets.sources import DatasetSource, source_from, source_of
from nbtrack.api.models.logged_models import ids_of_inputs, link_inputs
from nbtrack.api.runs.start import run_to_log
from nbtrack.capture.guard import guarded
from nbtrack.capture.redaction import redact
from nbtrack.capture.sources.environment import source_tags
from nbtrack.capture.values import key_of, text_of
from nbtrack.errors import InvalidValue
from nbtrack.records.dataset import Input
from nbtrack.records.ids import next_time

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

__all__ = ["from_numpy", "from_pandas", "get_source", "input_of", "log_input", "log_inputs"]

CONTEXT = "mlflow.data.context"


def from_pandas(  # noqa: PLR0917 - MLflow's signature
    df: pd.DataFrame,
    source: object = None,
    targets: str | None = None,
    name: str | None = None,
    digest: str | None = None,
    predictions: str | None = None,
) -> PandasDataset:
    """A DataFrame as a dataset that a run can have as input.

    Args:
        df: The frame; it is not copied, and its digest is taken at first need.
        source: Its path or address; the code that runs, if there is none.
        targets: The column to predict.
        name: Its name; "dataset" if there is none.
        digest: A version of your own in place of the content's digest.
        predictions: The column of predictions.
    """
    if not (hasattr(df, "columns") and hasattr(df, "iloc")):
        raise InvalidValue(f"from_pandas takes a DataFrame, not a {type(df).__name__}")
    return PandasDataset(df, source_of(source, source_tags()), targets, name, digest, predictions)


def from_numpy(
    features: np.ndarray[Any, Any] | dict[str, np.ndarray[Any, Any]],
    source: object = None,
    targets: np.ndarray[Any, Any] | dict[str, np.ndarray[Any, Any]] | None = None,
    name: str | None = None,
    digest: str | None = None,
) -> NumpyDataset:
    """An array, or a dict of arrays, as a dataset that a run can have as input."""
    return NumpyDataset(features, source_of(source, source_tags()), targets, name, digest)


def get_source(dataset: Any) -> DatasetSource:
    """Where a dataset came from: of a dataset here, or of a run's input."""
    kept = getattr(dataset, "dataset", dataset)
    if isinstance(kept, Dataset):
        return kept.source
    if hasattr(kept, "source") and hasattr(kept, "source_type"):
        return source_from(kept.source, kept.source_type)
    raise InvalidValue(
        f"get_source takes a dataset or a run's input, not a {type(dataset).__name__}"
    )


def input_of(
    run_id: str, dataset: Any, context: str | None = None, tags: Mapping[str, Any] | None = None
) -> Input:
    """A dataset as the record of a run's input.

    Raises:
        InvalidValue: It is no dataset.
    """
    if not hasattr(dataset, "to_dict") or not hasattr(dataset, "digest"):
        raise InvalidValue(
            f"log_input takes a dataset, not a {type(dataset).__name__}; "
            f"make one with nbtrack.data.from_pandas(frame) or from_numpy(array)"
        )
    labels = {} if context is None else {CONTEXT: str(context)}
    for name, value in (tags or {}).items():
        key = key_of(name, "tag")
        labels[key] = redact(key, text_of(value, key, "tag"))
    return Input(run_id=run_id, tags=labels, time=next_time(), **dataset.to_dict())


@guarded
def log_input(
    dataset: Dataset | None = None,
    context: str | None = None,
    tags: Mapping[str, Any] | None = None,
    model: Any = None,
) -> None:
    """Keep with the run that it read a dataset.

    Args:
        dataset: From `nbtrack.data.from_pandas` or `from_numpy`.
        context: What for, such as "training".
        tags: More about it.
        model: A logged model that the run read, as `LoggedModelInput`.

    Example:
        >>> import nbtrack
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"x": [1, 2, 3], "y": [0, 1, 1]})
        >>> with nbtrack.start_run() as run:
        ...     nbtrack.log_input(nbtrack.data.from_pandas(frame, name="toy"), context="training")
        >>> run.inputs.dataset_inputs[0].dataset.name
        'toy'
    """
    log_inputs(
        None if dataset is None else [dataset],
        None if dataset is None else [context],
        None if dataset is None else [tags],
        None if model is None else [model],
    )


@guarded
def log_inputs(
    datasets: Sequence[Dataset] | None = None,
    contexts: Sequence[str | None] | None = None,
    tags_list: Sequence[Mapping[str, Any] | None] | None = None,
    models: Sequence[Any] | None = None,
) -> None:
    """Keep with the run that it read several datasets; contexts and tags go one by one.

    Raises:
        InvalidValue: The lists differ in length, or hold something else.
    """
    read = ids_of_inputs(model for model in models or () if model is not None)
    given = [dataset for dataset in datasets or () if dataset is not None]
    if not given and not read:
        raise InvalidValue("log_input takes a dataset or a model, and got neither")
    count = len(given)
    contexts, tags_list = contexts or [None] * count, tags_list or [None] * count
    if not len(contexts) == len(tags_list) == count:
        raise InvalidValue(
            f"{count} datasets have {len(contexts)} contexts and {len(tags_list)} sets of tags; "
            f"give one of each for each dataset, or none"
        )
    parts = list(zip(given, contexts, tags_list, strict=True))
    kept = [input_of("", *part) for part in parts]
    run = run_to_log()
    run.add_inputs(msgspec.structs.replace(one, run_id=run.run_id) for one in kept)
    link_inputs(run, read)

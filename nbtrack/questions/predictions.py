"""Questions about what models answered, and what turned out to be true."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from nbtrack.query.grammar import parse_filter
from nbtrack.query.tree import Predictions, UnknownPredictions
from nbtrack.store.protocol import Store

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["asked_for", "table", "unknown"]

HEAD = (
    "prediction_id",
    "moment",
    "endpoint",
    "variant",
    "model_name",
    "version",
    "model_id",
    "key",
    "latency",
    "is_shadow",
)
"""The columns that every prediction has, the first ones of a table."""


def asked_for(
    *,
    endpoint: str | None = None,
    model: str | None = None,
    version: int | None = None,
    variant: str | None = None,
    since: int | None = None,
    until: int | None = None,
    filter_string: str | None = None,
    labels: Sequence[str] | None = None,
    limit: int | None = None,
) -> Predictions:
    """The question for some predictions.

    Raises:
        FilterSyntax: The filter cannot be read.
    """
    return Predictions(
        endpoint=endpoint,
        model_name=model,
        version=version,
        variant=variant,
        since=since,
        until=until,
        where=parse_filter(filter_string, "prediction"),
        labels=None if labels is None else tuple(labels),
        limit=limit,
    )


def table(store: Store, question: Predictions, *, with_inputs: bool = True) -> pd.DataFrame:
    """Predictions as a table: what all have, `inputs.x`, `output`, `params.x`, labels, `error`.

    Args:
        store: The store.
        question: Which predictions.
        with_inputs: Whether `inputs.x` and `params.x` are wanted: they take most of the time.
    """
    import pandas as pd

    answered = store.fetch(question).columns
    columns: dict[str, Any] = {name: answered[name] for name in HEAD}
    columns["moment"] = pd.to_datetime(
        pd.Series(answered["moment"], dtype="Int64"), unit="ms", utc=True
    )
    columns["version"] = pd.array(answered["version"], dtype="Int64")
    columns["latency"] = pd.array(answered["latency"], dtype="float64")
    columns["is_shadow"] = pd.array(answered["is_shadow"], dtype="bool")
    if with_inputs:
        columns |= matrix_of(answered) or spread("inputs", inputs_of(answered))
    columns |= spread("output", decoded(answered["output"]), always=True)
    if with_inputs:
        columns |= spread("params", decoded(answered["params"]))
    for name, values in sorted(spread("", decoded(answered["labels"])).items()):
        columns[f"label.{name}" if name in columns else name] = values
    columns["error"] = pd.array(answered["error"], dtype="object")
    return pd.DataFrame(columns)


def matrix_of(answered: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """The inputs by column, if all have the same columns of numbers; else nothing."""
    import numpy as np
    import pandas as pd

    rows, *texts = (answered[it] for it in NUMBERS)
    if not rows or any(it is None for it in rows) or any(len({*it}) > 1 for it in texts):
        return {}
    names, whole = (decoded(it[:1])[0] for it in texts)
    matrix = np.array(rows, np.float64)
    found = {}
    for name, values, is_whole in zip(names, matrix.T, whole or [False] * len(names), strict=True):
        fits = is_whole and not np.isnan(values).any()
        found[f"inputs.{name}"] = pd.Series(values.astype(np.int64) if fits else values.copy())
    return found


def inputs_of(answered: Mapping[str, Sequence[Any]]) -> list[Any]:
    """The inputs of predictions: values from their JSON, or columns with their numbers."""
    found = decoded(answered["inputs"])
    known: dict[str | None, Any] = {}
    kept = zip(*(answered[it] for it in NUMBERS), strict=True)
    for at, (numbers, *texts) in enumerate(kept):
        if numbers is None:
            continue
        for text in texts:
            if text not in known:
                known[text] = decoded([text])[0]
        columns, whole = (known[it] for it in texts)
        values = numbers if whole is None else map(as_told, numbers, whole)
        found[at] = dict(zip(columns, values, strict=True))
    return found


NUMBERS = ("input_numbers", "input_columns", "whole_columns")


def as_told(number: float | None, is_whole: bool) -> float | None:  # noqa: FBT001 - for `map`
    """A number as it was before it was kept beside others."""
    return int(number) if is_whole and number is not None else number


def decoded(texts: Sequence[str | None]) -> list[Any]:
    """Values from their JSON; None for none."""
    if not texts:
        return []
    parts = ["null" if it is None else it for it in texts]
    found: list[Any] = msgspec.json.decode(f"[{','.join(parts)}]".encode())
    return found


def spread(name: str, values: Sequence[Any], *, always: bool = False) -> dict[str, Any]:
    """Objects as a column for each of their names; what is no object stays in one column.

    Args:
        name: What stands before the names.
        values: The objects.
        always: Whether the one column is there even if nothing is in it.
    """
    objects = [it if isinstance(it, Mapping) else {} for it in values]
    keys = dict.fromkeys(key for it in objects for key in it)
    others = [None if isinstance(it, Mapping) else it for it in values]
    found: dict[str, Any] = {}
    if any(it is not None for it in others) or (always and not keys):
        found[name] = series_of(others)
    for key in keys:
        found[f"{name}.{key}" if name else key] = series_of([it.get(key) for it in objects])
    return found


def series_of(values: list[Any]) -> Any:
    """Values as pandas keeps them: numbers with NaN where one is missing, else objects."""
    import pandas as pd

    kinds = {type(it) for it in values}
    if kinds <= {int, float, type(None)} and kinds & {int, float}:
        if kinds == {int}:
            return pd.Series(values)
        return pd.Series([math.nan if it is None else float(it) for it in values])
    if kinds == {bool}:
        return pd.Series(values)
    return pd.Series(values, dtype="object")


def unknown(store: Store, *, ids: Sequence[str] = (), keys: Sequence[str] = ()) -> list[str]:
    """Which of some ids, or of some keys, no prediction has."""
    if not ids and not keys:
        return []
    found: list[str] = store.fetch(UnknownPredictions(tuple(ids), tuple(keys))).columns["name"]
    return found

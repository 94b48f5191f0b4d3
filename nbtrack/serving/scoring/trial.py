"""A model tried before it is served: how fast it is, and which shorter ways give the same answers.

A shorter way is taken only where the answers were the same bit by bit, on the input example and on
rows made from it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from nbtrack.registry.flavors import sklearn_arrays
from nbtrack.registry.flavors.sklearn_arrays import are_same
from nbtrack.registry.signatures.table import Table
from nbtrack.serving.scoring.asked import Asked, asked_with
from nbtrack.serving.scoring.costs import Stopwatch, Took
from nbtrack.serving.scoring.formats import JSON
from nbtrack.serving.scoring.logs import log
from nbtrack.serving.scoring.models import ServedModel

__all__ = ["try_out"]

ROWS = 8
"""How many rows are asked about together, and each by itself."""

MANY_ROWS = 128
"""How many rows tell what one more row takes."""

TIMES = 5

PATIENCE_SECONDS = 1.0
"""A model that takes longer for its example is not tried any further."""

ASK_OTHERS = {"openai", "langchain"}
"""Flavors whose models ask a service, which may cost money."""

TAKE_ARRAYS = {"lightgbm", "xgboost", "catboost"}
"""Libraries beside scikit-learn whose models may be asked with arrays in place of frames."""


def try_out(model: ServedModel) -> None:
    """Ask a model about its example, and note what was found in the model.

    A model that fails at its example is served without shorter ways.
    """
    asked = probe_of(model)
    if asked is None or model.flavor in ASK_OTHERS:
        return
    if asked.rows < 1 or not is_quick(model, asked):
        return
    varied = replace_data(asked, varied_rows(asked.data))
    for probe in (varied, replace_data(asked, repeated(asked.data, ROWS))):
        if probe.shape is not None and attempt(partial(find_ways, model, probe)):
            break
    time_it(model, asked)


Found = TypeVar("Found")


def timed(model: ServedModel, data: Any, params: Any = None) -> Took:
    """What it takes to ask a model."""
    watch = Stopwatch()
    model.predict(data, params)
    return watch.took()


def probe_of(model: ServedModel) -> Asked | None:
    """What the example of a request asks; made of numbers where a model came without one."""
    info = model.description.saved_input_example_info or {}
    folder = model.loaded.folder or Path()
    name = str(info.get("serving_input_path") or "serving_input_example.json")
    if (folder / name).is_file():
        return attempt(lambda: model.read((folder / name).read_bytes(), JSON))
    if model.quick is None or model.is_own_code:
        return None
    cells = np.arange(ROWS * len(model.quick.names)).reshape(ROWS, -1) % 7
    return asked_with(model.quick.table(cells.astype(model.quick.dtype)))


def is_quick(model: ServedModel, asked: Asked) -> bool:
    """Whether a model answers the example at all, and without much waiting."""
    found = attempt(lambda: timed(model, asked.data, asked.params))
    return found is not None and found.seconds < PATIENCE_SECONDS


def attempt(act: Callable[[], Found]) -> Found | None:
    """What comes of it; None where the model fails."""
    try:
        return act()
    except Exception as error:  # noqa: BLE001 - a model may raise anything; it is served all the same
        name = type(error).__name__
        log("info", f"a model did not take what it was tried with ({name}); it is asked plainly")
        return None


def replace_data(asked: Asked, data: Any) -> Asked:
    """The same request about other rows."""
    return asked_with(data, asked.params)


def repeated(data: Any, rows: int) -> Any:
    """The rows of data again and again, until there are so many."""
    if isinstance(data, Table):
        if data.columns is None:
            return data.with_matrix(resized(data.matrix, rows))
        return Table(data.names, [resized(np.asarray(it), rows) for it in data.columns])
    return resized(data, rows) if isinstance(data, np.ndarray) and data.ndim else data


def resized(values: Any, rows: int) -> Any:
    """The first rows of an array that begins anew at its end."""
    return values[np.arange(rows) % len(values)]


def varied_rows(data: Any) -> Any:
    """The rows of data with other numbers in each, so that no two are the same."""
    more = repeated(data, ROWS)
    if isinstance(more, Table):
        columns = [varied(it) for it in more.arrays()]
        if more.columns is None:
            return more.with_matrix(np.column_stack(columns).astype(more.matrix.dtype))
        return Table(more.names, columns)
    return varied(more) if isinstance(more, np.ndarray) else more


def varied(values: Any) -> Any:
    """Numbers that differ from row to row; what is no number as it is."""
    steps = np.arange(len(values)).reshape(-1, *[1] * (values.ndim - 1))
    if values.dtype.kind == "f":
        return (values * (1 + steps / 7) + steps / 3).astype(values.dtype)
    return values + steps.astype(values.dtype) if values.dtype.kind in "iu" else values


def find_ways(model: ServedModel, probe: Asked) -> bool:
    """See whether arrays may stand for frames, and whether rows are answered each by itself.

    It is true when the model took the rows, whatever was found.
    """
    data = probe.data
    if isinstance(data, Table) and data.columns is None and not probe.params:
        model.arrays = attempt(partial(arrays_way, model, data))
    whole = model.predict(data, probe.params)
    singles = [model.predict(row_of(data, at), probe.params) for at in range(probe.rows)]
    model.joins = is_joined_of(whole, singles)
    return True


def arrays_way(model: ServedModel, table: Table) -> Any:
    """How a model is asked with an array in place of a frame; None where it must be a frame."""
    asks: Any = model.loaded.asks
    if isinstance(asks, sklearn_arrays.Asked):
        asks(table.to_frame())
        is_same_dtype = asks.quick is not None and asks.dtype == table.matrix.dtype
        return asks.quick if is_same_dtype else None
    if model.flavor not in TAKE_ARRAYS:
        return None
    known = asks(table.to_frame(), None)
    with contextlib.suppress(*sklearn_arrays.REFUSALS):
        if isinstance(known, np.ndarray) and are_same(known, asks(table.matrix, None)):
            return lambda matrix: asks(matrix, None)
    return None


def row_of(data: Any, at: int) -> Any:
    """One row as a request of its own holds it."""
    if not isinstance(data, Table):
        return data[at : at + 1]
    if data.columns is None:
        return data.with_matrix(data.matrix[at : at + 1])
    return Table(data.names, [it[at : at + 1] for it in data.columns])


def is_joined_of(whole: Any, singles: Sequence[Any]) -> bool:
    """Whether an answer is that of its rows one after the other."""
    if any(type(it) is not type(whole) for it in singles):
        return False
    if isinstance(whole, np.ndarray):
        return whole.ndim > 0 and are_same(whole, np.concatenate(singles))
    if isinstance(whole, list):
        return bool(whole == [it for one in singles for it in one])
    if not hasattr(whole, "iloc") or len(whole) != len(singles):
        return False
    return all(
        is_equal(whole.iloc[at : at + 1].reset_index(drop=True), it)
        for at, it in enumerate(singles)
    )


def is_equal(one: Any, other: Any) -> bool:
    """Whether two frames or columns are the same, types included."""
    return bool(one.equals(other))


def time_it(model: ServedModel, asked: Asked) -> None:
    """Measure what asking takes, and what each further row takes."""
    took = attempt(lambda: min(timed(model, asked.data, asked.params) for _ in range(TIMES)))
    if took is None:
        return
    one = model.cost.seconds(took)
    model.cost.call_seconds = one
    if not model.joins or one > PATIENCE_SECONDS / 10:
        model.cost.row_seconds = one / asked.rows
        return
    more = repeated(asked.data, MANY_ROWS)
    many = attempt(lambda: timed(model, more, asked.params))
    if many is not None:
        model.cost.row_seconds = max(model.cost.seconds(many) - one, 0.0) / MANY_ROWS

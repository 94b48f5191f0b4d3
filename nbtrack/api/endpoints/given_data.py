"""Data as a person has it at hand, as the body of a request: rows get the names of columns."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from typing import Any

from nbtrack.errors import InvalidValue
from nbtrack.registry.signatures import examples
from nbtrack.registry.signatures.inference import is_of
from nbtrack.registry.signatures.json_values import jsonable
from nbtrack.registry.signatures.schema import Schema

__all__ = ["body_of"]

BODIES = {"dataframe_split", "dataframe_records", "inputs", "instances"}
SPLIT = {"columns", "data"}
TOLD = 12
"""How many columns a message names."""

TAKEN = (
    "a frame, an array, a list of rows or of dicts, a dict of columns, or a body such as "
    '{"inputs": …}'
)

Inputs = Callable[[], Schema | None]
"""What the model takes, asked for only where data does not say which columns it has."""


def unknown() -> None:
    """What is known of the inputs of somebody else's endpoint."""


def body_of(data: Any, params: dict[str, Any] | None = None, inputs: Inputs = unknown) -> bytes:
    """The body of a request for data; rows without names are in the order of the columns.

    Args:
        data: A frame, an array, a list, a dict, or a whole body; bytes are sent as they are.
        params: What the model is told besides.
        inputs: Asks for what the model takes.

    Raises:
        InvalidValue: It is nothing that JSON can hold, or rows have another number of values than
            the model has columns.
    """
    if params is not None and not isinstance(params, dict):
        raise InvalidValue(f"params are a dict by their names, not a {type(params).__name__}")
    if isinstance(data, bytes):
        return data
    if isinstance(data, dict) and set(data) == SPLIT and not is_named_so(inputs()):
        data = {"dataframe_split": data}
    if isinstance(data, dict) and set(data) & BODIES and set(data) <= BODIES | {"params"}:
        given = data if params is None else {**data, "params": params}
        return json.dumps(jsonable(given)).encode()
    plain = named(of_known_form(data, inputs), inputs)
    return examples.of(plain if params is None else (plain, params)).serving_text.encode()


def is_named_so(schema: Schema | None) -> bool:
    """Whether the model's own columns are called as the parts of a split frame are."""
    return schema is not None and set(schema.input_names()) == SPLIT


def of_known_form(data: Any, inputs: Inputs) -> Any:
    """Data as a frame, an array, a list, a dict or a plain value.

    Raises:
        InvalidValue: It is something else.
    """
    is_passing = hasattr(data, "__next__") or isinstance(data, set | frozenset)
    if data is None or is_passing or isinstance(data, os.PathLike):
        more = "; list(…) makes a list of it" if is_passing else ""
        raise InvalidValue(f"an endpoint is asked with {TAKEN}; a {type(data).__name__} came{more}")
    if is_of(data, "polars", "LazyFrame"):
        return data.collect()
    if is_of(data, "pandas", "Series"):
        return of_series(data, inputs)
    if is_of(data, "numpy", "ndarray") and data.dtype.names:
        return frame_of(data)
    is_line = is_of(data, "polars", "Series") or is_of(data, "pandas", "Index")
    if is_line or isinstance(data, list | tuple | range):
        return of_list(list(data))
    return data


def of_list(items: list[Any]) -> Any:
    """A list of rows as plain ones; rows of frames know their columns."""
    if items and all(is_row(it) for it in items):
        return frame_of([dict(it) for it in items])
    return [it.tolist() if hasattr(it, "tolist") else it for it in items]


def of_series(series: Any, inputs: Inputs) -> Any:
    """A row of a frame, whose labels are the names of columns, or else a column."""
    if is_row(series):
        schema = inputs()
        has_names = schema is not None and schema.has_input_names()
        if schema is None or not has_names or series.name not in schema.input_names():
            return frame_of([dict(series)])
    return series.tolist() if series.name is None else series.to_frame()


def is_row(value: Any) -> bool:
    """Whether it is a series that has texts as labels, as a row of a frame has."""
    return is_of(value, "pandas", "Series") and all(isinstance(it, str) for it in value.index)


def frame_of(rows: Any, names: Sequence[str] | None = None) -> Any:
    """Rows as a frame; those that come with names are cells that stay what they are."""
    import pandas as pd

    if names is None:
        return pd.DataFrame(rows)
    return pd.DataFrame(rows, columns=list(names), dtype=object)


def named(data: Any, inputs: Inputs) -> Any:
    """Rows without names as the model takes them; all else as it is.

    Raises:
        InvalidValue: They have another number of values than the model has columns.
    """
    values = values_without_names(data)
    if values is None or (schema := inputs()) is None:
        return data
    return as_rows(data, values, schema)


def values_without_names(data: Any) -> list[Any] | None:
    """The values of a list, of an array, or of a frame that only counts its columns."""
    if is_of(data, "pandas", "DataFrame"):
        counts = list(data.columns) == list(range(data.shape[1]))
        return [list(it) for it in data.itertuples(index=False)] if counts else None
    if is_of(data, "numpy", "ndarray") or hasattr(data, "detach"):
        values = data.tolist()
    else:
        values = data
    is_list = isinstance(values, list) and not any(isinstance(it, dict) for it in values)
    return values if is_list else None


def as_rows(data: Any, values: list[Any], schema: Schema) -> Any:
    """Values as rows with the names of a schema, where it has names; one row needs no list."""
    is_flat = not any(isinstance(it, list | tuple) for it in values)
    if schema.is_tensor_spec():
        shape = tuple(schema.inputs[0].shape)
        is_one = len(schema) == 1 and is_flat and shape == (-1, len(values))
        return [values] if is_one else data
    names = schema.input_names()
    if len(names) == 1 and not is_of(data, "pandas", "DataFrame"):
        return data  # a value is a row, and a list in it may be its cell
    if is_flat and values:
        values = [values]
    for at, row in enumerate(values):
        if not isinstance(row, list | tuple) or len(row) != len(names):
            raise InvalidValue(wrong_row(row, at, len(values), names))
    return frame_of(values, names) if schema.has_input_names() else values


def wrong_row(row: Any, at: int, rows: int, names: Sequence[Any]) -> str:
    """What to say of a row that fits no columns."""
    count = len(row) if isinstance(row, list | tuple) else 1
    told = ", ".join(map(str, names[:TOLD])) + (", …" if len(names) > TOLD else "")
    what = f"row {at}" if rows > 1 else "the row"
    has = f"{count} value{'' if count == 1 else 's'}"
    return f"{what} has {has}, and the model takes {len(names)}: {told}"

"""What a model was asked and what it said, as rows: lists of values that become JSON.

It takes whatever a worker or a user has at hand: tables, arrays, frames, lists, mappings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from nbtrack.registry.signatures.table import Table

__all__ = ["WHOLE", "Rows", "answers_of", "named", "rows_of", "values_of"]

WHOLE = "inputs"
"""What the only column is called of data that has no columns."""


class Rows(NamedTuple):
    """Rows of one table: the names of its columns, and of each row the values."""

    names: tuple[str, ...]
    cells: list[Any]


def rows_of(data: Any, columns: Sequence[str] | None = None) -> Rows:
    """The rows of data; what is no table is one column, or one row.

    Args:
        data: What a model was asked.
        columns: The names of an array's columns.

    Example:
        >>> rows_of({"age": [31, 40], "city": ["Oslo", "Rome"]})
        Rows(names=('age', 'city'), cells=[(31, 'Oslo'), (40, 'Rome')])
    """
    if isinstance(data, Table):
        return of_table(data)
    if isinstance(data, Mapping):
        return of_mapping(data)
    if isinstance(data, list | tuple):
        return of_list(data, columns)
    if hasattr(data, "iloc") or hasattr(data, "iter_rows"):
        return of_frame(data)
    if hasattr(data, "toarray"):
        data = data.toarray()
    if hasattr(data, "ndim") and hasattr(data, "tolist"):
        return of_array(data, columns)
    return Rows((WHOLE,), [(data,)])


def of_table(table: Table) -> Rows:
    """The rows of a table that was checked against a signature."""
    names = tuple(map(str, table.names))
    if table.columns is None and table.dtypes is None:
        return Rows(names, table.matrix.tolist())
    return Rows(names, list(zip(*map(values_of, table.arrays()), strict=True)))


def of_frame(frame: Any) -> Rows:
    """The rows of a DataFrame of pandas or polars, or of a Series."""
    if hasattr(frame, "iter_rows"):
        return Rows(tuple(frame.columns), frame.rows())
    if not hasattr(frame, "columns"):
        name = "0" if frame.name is None else str(frame.name)
        return Rows((name,), [(it,) for it in frame.tolist()])
    columns = [column.tolist() for _, column in frame.items()]
    if not columns:
        return Rows((), [()] * len(frame))
    return Rows(tuple(map(str, frame.columns)), list(zip(*columns, strict=True)))


def of_array(array: Any, columns: Sequence[str] | None) -> Rows:
    """The rows of an array of NumPy or of a tensor."""
    values = array.tolist()
    if array.ndim == 0:
        return Rows((WHOLE,), [(values,)])
    if array.ndim == 2:
        return Rows(named(columns, array.shape[1]), values)
    return Rows((WHOLE,), [(it,) for it in values])


def named(columns: Sequence[str] | None, width: int) -> tuple[str, ...]:
    """The names of an array's columns; their numbers, if nobody named them."""
    if columns is None or len(columns) != width:
        return tuple(map(str, range(width)))
    return tuple(map(str, columns))


def of_mapping(data: Mapping[Any, Any]) -> Rows:
    """Columns by name, if all are of one length; else one row."""
    names = tuple(map(str, data))
    columns = [values_of(it) for it in data.values()]
    lengths = {len(it) if isinstance(it, list) else -1 for it in columns}
    if len(lengths) == 1 and lengths != {-1}:
        return Rows(names, list(zip(*columns, strict=True)))
    return Rows(names, [tuple(columns)])


def of_list(data: Sequence[Any], columns: Sequence[str] | None) -> Rows:
    """Objects, rows of columns that are named elsewhere, or one value a row."""
    if all(isinstance(it, Mapping) for it in data):
        names = tuple(dict.fromkeys(str(name) for it in data for name in it))
        return Rows(names, [{str(name): value for name, value in it.items()} for it in data])
    if columns is not None and all(is_row(it, len(columns)) for it in data):
        return Rows(tuple(columns), list(data))
    return Rows((WHOLE,), [(it,) for it in data])


def is_row(value: Any, width: int) -> bool:
    return isinstance(value, list | tuple) and len(value) == width


def values_of(column: Any) -> Any:
    """A column as a list of plain values; a single value as it is."""
    return column.tolist() if hasattr(column, "tolist") else column


def answers_of(said: Any, count: int) -> list[Any] | None:
    """What a model said of each of some rows; None where it did not speak of rows.

    An answer of one column is a plain value, whatever the column is called.

    Example:
        >>> answers_of({"class": [1, 0], "score": [0.9, 0.2]}, 2)
        [{'class': 1, 'score': 0.9}, {'class': 0, 'score': 0.2}]
        >>> answers_of({"class": [1, 0]}, 2)
        [1, 0]
    """
    if said is None:
        return [None] * count
    found = answers(said)
    if len(found) != count:
        if count != 1:
            return None
        found = [values_of(said)]
    if not any(isinstance(it, dict) for it in found):
        return found
    return [only_value(it) for it in found]


def answers(said: Any) -> list[Any]:
    """The answers in order, as many as there are."""
    if isinstance(said, Mapping) or hasattr(said, "iloc") or hasattr(said, "iter_rows"):
        rows = rows_of(said)
        return [dict(zip(rows.names, cells, strict=True)) for cells in rows.cells]
    plain = values_of(said)
    return list(plain) if isinstance(plain, list | tuple) else [plain]


def only_value(answer: Any) -> Any:
    """The value of an answer that has one only."""
    if isinstance(answer, dict) and len(answer) == 1:
        (answer,) = answer.values()
    return answer

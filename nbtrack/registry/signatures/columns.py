"""A schema of columns made ready once, so that data that fits is known to fit in microseconds."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np

from nbtrack.errors import SchemaMismatch, listing, warn_caller
from nbtrack.registry.signatures.casts import cast_array, cast_list, cast_matrix, cells
from nbtrack.registry.signatures.inference import plain_name
from nbtrack.registry.signatures.schema import Schema
from nbtrack.registry.signatures.table import Table
from nbtrack.registry.signatures.types import ColumnType, DataType, type_name

__all__ = ["ColumnPlan", "Problems"]

SINGLE = frozenset({bool, int, float, str, type(None)})
"""Types of values that are one cell for certain."""

STEADY = "biufM"
"""Kinds of NumPy dtypes that tell by themselves whether a column fits, whatever is in it."""


class Problems:
    """What is wrong with data, gathered so that all of it can be told at once."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, line: str) -> None:
        """One more."""
        self.lines.append(line)

    def attempt(self, name: Any, read: Callable[[], Any]) -> Any:
        """What is read, or None and a problem of this column."""
        try:
            return read()
        except SchemaMismatch as error:
            self.add(f"column {name!r}: {error}")
            return None

    def tell(self) -> None:
        """Raise, if there are any."""
        if not self.lines:
            return
        if len(self.lines) == 1:
            raise SchemaMismatch(f"the data does not fit the model's signature: {self.lines[0]}")
        lines = "\n".join(f"  {it}" for it in self.lines)
        raise SchemaMismatch(
            f"the data does not fit the model's signature in {len(self.lines)} places:\n{lines}"
        )


class ColumnPlan:
    """What a schema of columns asks of a frame, of rows, of named values."""

    def __init__(self, schema: Schema) -> None:
        self.named = schema.has_input_names()
        self.names: list[Any] = schema.input_names()
        self.kinds: list[ColumnType] = schema.input_types()
        self.required = [it.required for it in schema]
        self.alike = self.kinds[0] if len(set(map(id, self.kinds))) == 1 else None
        self.numbers = isinstance(self.alike, DataType) and self.alike.to_python() in (int, float)
        self.scalars = all(isinstance(it, DataType) for it in self.kinds)
        self.fitting: set[tuple[Any, ...]] = set()
        self.index: Any = None
        self.seen: Any = None

    def labels(self) -> Any:
        """The names as an index of pandas, made once."""
        if self.index is None:
            import pandas as pd

            self.index = pd.Index(self.names) if self.named else pd.RangeIndex(len(self.names))
        return self.index

    def frame(self, data: Any) -> Any:
        """A frame whose columns fit: the same one if they do already.

        Raises:
            SchemaMismatch: Columns are missing or of other types; all of them are named.
        """
        columns = data.columns
        if columns is not self.seen:
            if not columns.equals(self.labels()):
                return self.arranged(data)
            self.seen = columns
        dtypes = tuple(dtypes_of(data))
        return data if dtypes in self.fitting else self.cast(data, dtypes)

    def arranged(self, data: Any) -> Any:
        """The columns that are asked for, in order, without the others."""
        if not self.named:
            return self.first_columns(data)
        places: dict[Any, int] = {}
        for at, label in enumerate(data.columns):
            places.setdefault(plain_name(label), at)
        problems = Problems()
        twice = {plain_name(it) for it in data.columns[data.columns.duplicated()]}
        for name in twice.intersection(self.names):
            problems.add(f"column {name!r} is there twice")
        present = self.present(list(places), problems)
        if twice or not present:
            problems.tell()
        frame = taken(data, [places[self.names[at]] for at in present])
        dtypes = tuple(dtypes_of(frame))
        if not problems.lines and len(present) == len(self.names) and dtypes in self.fitting:
            return frame
        return self.cast(frame, dtypes, present, problems)

    def first_columns(self, data: Any) -> Any:
        """As many columns as the schema has, by position."""
        count, wanted = len(data.columns), len(self.names)
        if count < wanted:
            raise SchemaMismatch(
                f"the model takes {wanted} columns by position, and the data has {count}"
            )
        frame = data if count == wanted else data.iloc[:, :wanted]
        return self.cast(frame, tuple(dtypes_of(frame)))

    def present(self, given: Sequence[Any], problems: Problems) -> list[int]:
        """Which columns of the schema data has; the required ones it lacks are problems."""
        there = set(given)
        found = [at for at, name in enumerate(self.names) if name in there]
        if len(found) == len(self.names):
            return found
        extra = [it for it in given if it not in set(self.names)]
        for at, name in enumerate(self.names):
            if name in there:
                continue
            if self.required[at]:
                problems.add(lacking(name, self.kinds[at], extra))
            elif near := nearest(name, extra):
                warn_caller(
                    f"the optional column {name!r} is missing; is it {near!r}, which was left out?",
                    UserWarning,
                )
        return found

    def cast(
        self,
        data: Any,
        dtypes: tuple[Any, ...],
        present: Sequence[int] | None = None,
        problems: Problems | None = None,
    ) -> Any:
        """A frame of the right columns with each in its type."""
        at = range(len(self.names)) if present is None else present
        problems = problems or Problems()
        if self.numbers and len(set(dtypes)) == 1 and dtypes[0].kind in "iuf":
            return self.cast_alike(data, dtypes, problems)
        changed = {}
        steady = True
        for place, (which, dtype) in enumerate(zip(at, dtypes, strict=True)):
            kind = self.kinds[which]
            if isinstance(kind, DataType) and dtype.kind in STEADY and dtype == kind.to_numpy():
                continue
            steady = steady and kind is DataType.string and is_text(dtype)
            values = data.iloc[:, place]
            new = problems.attempt(self.names[which], lambda: self.column(values, which))  # noqa: B023 - asked at once
            if new is not None and new is not values:
                changed[place] = new
        problems.tell()
        if not changed:
            if steady and present is None:
                self.fitting.add(dtypes)
            return data
        return replaced(data, changed)

    def column(self, series: Any, which: int) -> Any:
        """One column in its type; the series itself where it is."""
        kind, required = self.kinds[which], self.required[which]
        if not isinstance(kind, DataType):
            return cast_list(series.tolist(), kind, required=required)
        values = series.array if not isinstance(series.dtype, np.dtype) else series.to_numpy()
        new = cast_array(values, kind, required=required)
        return series if new is values else new

    def cast_alike(self, data: Any, dtypes: tuple[Any, ...], problems: Problems) -> Any:
        """Columns of one dtype for a schema of one type, all at once."""
        import pandas as pd

        kind: Any = self.alike
        if dtypes[0] == kind.to_numpy():
            problems.tell()
            if len(dtypes) == len(self.names):
                self.fitting.add(dtypes)
            return data
        matrix = data.to_numpy()
        try:
            new = cast_array(matrix, kind)
        except SchemaMismatch:
            for place, name in enumerate(data.columns):
                problems.attempt(name, lambda: cast_array(matrix[:, place], kind))  # noqa: B023 - asked at once
            problems.tell()
            raise
        problems.tell()
        return pd.DataFrame(new, index=data.index, columns=data.columns, copy=False)

    def rows(self, rows: Sequence[Sequence[Any]], *, wire: bool = False) -> Table:
        """Rows whose values stand in the schema's order."""
        lengths = set(map(len, rows))
        if lengths and lengths != {len(self.names)}:
            at = next(at for at, row in enumerate(rows) if len(row) != len(self.names))
            raise SchemaMismatch(
                f"row {at} has {len(rows[at])} values, and the model takes {len(self.names)}: "
                f"{', '.join(map(str, self.names[:8]))}{' …' if len(self.names) > 8 else ''}"
            )
        if self.numbers and self.alike is not None and rows:
            flat = list(chain.from_iterable(rows))
            if set(map(type, flat)) <= {int, float}:
                return self.numbers_of(flat, len(rows))
        columns = [list(it) for it in zip(*rows, strict=True)] if rows else [[] for _ in self.names]
        return self.lists(columns, wire=wire)

    def numbers_of(self, flat: list[Any], count: int) -> Table:
        """Rows of numbers alone, read at once; value by value only where one is wrong."""
        kind: Any = self.alike
        try:
            matrix = cast_list(flat, kind).reshape(count, len(self.names))
        except SchemaMismatch:
            width = len(self.names)
            return self.lists([flat[at::width] for at in range(width)])
        return Table(self.names, matrix=matrix, index=self.labels())

    def lists(self, columns: Sequence[Sequence[Any]], *, wire: bool = False) -> Table:
        """One list of plain values a column, in the schema's order."""
        return self.chosen(dict(zip(self.names, columns, strict=True)), wire=wire)

    def chosen(self, columns: Mapping[Any, Any], *, wire: bool = False) -> Table:
        """Named lists or arrays of values; what is not asked for is left out."""
        problems = Problems()
        present = self.present(list(columns), problems)
        names, found = [], []
        for at in present:
            values, name = columns[self.names[at]], self.names[at]
            new = problems.attempt(name, lambda: self.values(values, at, wire=wire))  # noqa: B023 - asked at once
            names.append(name)
            found.append(new)
        problems.tell()
        if lengths := {name: len(it) for name, it in zip(names, found, strict=True)}:
            same_length(lengths)
        return Table(names, found)

    def values(self, values: Any, at: int, *, wire: bool) -> Any:
        """The values of a column, from an array or a list."""
        kind, required = self.kinds[at], self.required[at]
        if isinstance(values, np.ndarray) and values.ndim == 1 and isinstance(kind, DataType):
            return cast_array(values, kind, required=required)
        if hasattr(values, "dtype") and hasattr(values, "array") and isinstance(kind, DataType):
            return self.column_of_series(values, at)
        plain = values.tolist() if hasattr(values, "tolist") else list(values)
        return cast_list(plain, kind, required=required, wire=wire)

    def column_of_series(self, series: Any, at: int) -> Any:
        """The array of a pandas Series in its type."""
        new = self.column(series, at)
        return series.array if new is series else new

    def mapping(self, data: Mapping[Any, Any], *, wire: bool = False) -> Table:
        """Named values: of one row where they are single, else columns of them."""
        given = data if self.named else dict(zip(self.names, data.values(), strict=False))
        if self.scalars and all(map(given.__contains__, self.names)):
            row = [given[name] for name in self.names]
            if SINGLE.issuperset(map(type, row)):
                return self.rows([row], wire=wire)
        long = [name for name, it in given.items() if self.is_column(name, it)]
        if not long:
            return self.chosen({name: [it] for name, it in given.items()}, wire=wire)
        count = len(given[long[0]])
        spread = {
            name: it if name in long or self.is_list(it) else [it] * count
            for name, it in given.items()
        }
        return self.chosen(spread, wire=wire)

    def is_column(self, name: Any, value: Any) -> bool:
        """Whether a value is a list of values of many rows, and no list in one cell."""
        if name not in self.names:
            return False
        kind = self.kinds[self.names.index(name)]
        return isinstance(kind, DataType) and self.is_list(value)

    @staticmethod
    def is_list(value: Any) -> bool:
        """Whether a value holds others."""
        return isinstance(value, list | tuple) or getattr(value, "ndim", 0) > 0

    def matrix(self, data: Any) -> Table:
        """An array whose columns stand in the schema's order, as it has no names to tell them by.

        Raises:
            SchemaMismatch: It has another number of columns, or numbers that do not fit.
        """
        wanted = len(self.names)
        if data.ndim == 1 and wanted == 1:
            data = data.reshape(-1, 1)
        if data.ndim != 2 or data.shape[1] != wanted:
            hint = "; one row is .reshape(1, -1)" if data.shape == (wanted,) else ""
            raise SchemaMismatch(
                f"an array of shape {data.shape} came, and the model takes {wanted} "
                f"column{'s' * (wanted > 1)}: (rows, {wanted}) is wanted{hint}"
            )
        if self.numbers and data.dtype.kind in "iuf":
            problems = Problems()
            new = problems.attempt("all", lambda: cast_matrix(data, self.alike))  # type: ignore[arg-type]
            if new is not None:
                return Table(self.names, matrix=new, index=self.labels())
        if data.dtype.kind == "O":
            return self.lists([it.tolist() for it in data.T])
        return self.mixed_matrix(data)

    def mixed_matrix(self, data: Any) -> Table:
        """The columns of an array, each in its own type."""
        problems = Problems()
        found = []
        for at, (name, kind) in enumerate(zip(self.names, self.kinds, strict=True)):
            column = data[:, at]
            read = cast_matrix if isinstance(kind, DataType) else lambda it, _: cells(it.tolist())
            found.append(problems.attempt(name, lambda: read(column, kind)))  # type: ignore[arg-type] # noqa: B023 - asked at once
        problems.tell()
        return Table(self.names, found)


def is_text(dtype: Any) -> bool:
    """Whether a dtype holds nothing but text, so that values need no look."""
    return not isinstance(dtype, np.dtype) and dtype.name in {"str", "string"}


def dtypes_of(frame: Any) -> Any:
    """The dtypes of a frame's columns; `frame.dtypes` makes a Series, 100 times as slow."""
    manager = getattr(frame, "_mgr", None)
    return frame.dtypes if manager is None else manager.get_dtypes()


def taken(data: Any, places: Sequence[int]) -> Any:
    """Some columns of a frame; numbers of one dtype as one array, which is five times as fast."""
    dtypes = dtypes_of(data)
    wanted = {dtypes[place] for place in places}
    if len(wanted) > 1 or any(it.kind not in "iuf" for it in set(dtypes)):
        return data.iloc[:, places]
    matrix = data.to_numpy()
    if matrix.dtype not in wanted:
        return data.iloc[:, places]
    import pandas as pd

    return pd.DataFrame(matrix[:, places], data.index, data.columns[places], copy=False)


def replaced(data: Any, changed: Mapping[int, Any]) -> Any:
    """A new frame with some columns changed."""
    frame = data.copy(deep=False)
    for place, values in changed.items():
        frame.isetitem(place, values)
    return frame


def lacking(name: Any, kind: ColumnType, extra: Sequence[Any]) -> str:
    """A required column is missing: which of those left over may be it."""
    line = f"column {name!r} ({type_name(kind)}) is missing"
    if not extra:
        return line
    near = nearest(name, extra)
    hint = f"did you mean {near!r}?" if near else listing(list(map(str, extra)), str(name))
    return f"{line}; {hint}" if near else f"{line}; besides those it knows, {hint}"


def nearest(name: Any, extra: Sequence[Any]) -> str:
    """The name that a missing one was probably written as."""
    folded = {fold(it): str(it) for it in extra}
    if fold(name) in folded:
        return folded[fold(name)]
    near = difflib.get_close_matches(str(name), [str(it) for it in extra[:2000]], n=1, cutoff=0.75)
    return near[0] if near else ""


def fold(name: Any) -> str:
    """A name without case and marks, by which `Sepal Width` is `sepal_width`."""
    return "".join(it for it in str(name).casefold() if it.isalnum())


def same_length(lengths: Mapping[Any, int]) -> None:
    """Columns of one table have one length."""
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"{name!r} {count}" for name, count in [*lengths.items()][:8])
        raise SchemaMismatch(f"columns have different numbers of rows: {shown}")

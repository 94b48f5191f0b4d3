"""A schema of columns made ready once, for frames as for rows, named values and arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np

from nbtrack.errors import SchemaMismatch
from nbtrack.registry.signatures.casts import cast_array, cast_matrix
from nbtrack.registry.signatures.frames import FramePlan
from nbtrack.registry.signatures.lists import cast_list, cells
from nbtrack.registry.signatures.problems import Problems, same_length
from nbtrack.registry.signatures.table import Table
from nbtrack.registry.signatures.types import DataType

__all__ = ["ColumnPlan"]

SINGLE = frozenset({bool, int, float, str, type(None)})
"""Types of values that are one cell for certain."""


class ColumnPlan(FramePlan):
    """What a schema of columns asks of frames, of rows, of named values and arrays."""

    def rows(self, rows: Sequence[Sequence[Any]], *, wire: bool = False) -> Table:
        """Rows whose values stand in the schema's order."""
        lengths = set(map(len, rows))
        if lengths and lengths != {len(self.names)}:
            at = next(at for at, row in enumerate(rows) if len(row) != len(self.names))
            count = len(rows[at])
            raise SchemaMismatch(
                f"row {at} has {count} value{'' if count == 1 else 's'}, and the model takes "
                f"{len(self.names)}: "
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

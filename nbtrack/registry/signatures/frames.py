"""A schema of columns made ready once, so that a frame is known to fit in microseconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nbtrack.errors import SchemaMismatch, warn_caller
from nbtrack.registry.signatures.casts import cast_array
from nbtrack.registry.signatures.inference import plain_name
from nbtrack.registry.signatures.lists import cast_list
from nbtrack.registry.signatures.problems import Problems, lacking, nearest
from nbtrack.registry.signatures.schema import Schema
from nbtrack.registry.signatures.types import ColumnType, DataType

__all__ = ["FramePlan"]

STEADY = "biufM"
"""Kinds of NumPy dtypes that tell by themselves whether a column fits, whatever is in it."""


class FramePlan:
    """What a schema of columns asks of a frame."""

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
        twice = set()
        if len(places) < len(data.columns):
            twice = {plain_name(it) for it in data.columns[data.columns.duplicated()]}
        for name in twice.intersection(self.names):
            problems.add(f"column {name!r} is there twice")
        present = self.present(list(places), problems)
        if twice or not present:
            problems.tell()
        whole = len(present) == len(self.names) and {str, int}.issuperset(map(type, data.columns))
        labels = self.labels() if whole else None
        frame = taken(data, [places[self.names[at]] for at in present], labels)
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
        if self.numbers and len(set(dtypes)) == 1 and is_plain_number(dtypes[0]):
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


def is_plain_number(dtype: Any) -> bool:
    """Whether a dtype is one of NumPy's numbers: those of pandas and Arrow may have gaps."""
    return isinstance(dtype, np.dtype) and dtype.kind in "iuf"


def is_text(dtype: Any) -> bool:
    """Whether a dtype holds nothing but text, so that values need no look."""
    return not isinstance(dtype, np.dtype) and dtype.name in {"str", "string"}


def dtypes_of(frame: Any) -> Any:
    """The dtypes of a frame's columns; `frame.dtypes` makes a Series, 100 times as slow."""
    manager = getattr(frame, "_mgr", None)
    return frame.dtypes if manager is None else manager.get_dtypes()


def taken(data: Any, places: Sequence[int], labels: Any = None) -> Any:
    """Some columns of a frame; numbers of one dtype as one array, which is five times as fast.

    Args:
        data: The frame.
        places: Where the columns stand in it.
        labels: What they are called, where that is known already.
    """
    dtypes = dtypes_of(data)
    wanted = {dtypes[place] for place in places}
    if len(wanted) > 1 or not all(map(is_plain_number, set(dtypes))):
        return data.iloc[:, places]
    matrix = data.to_numpy()
    if matrix.dtype not in wanted:
        return data.iloc[:, places]
    import pandas as pd

    labels = data.columns[places] if labels is None else labels
    return pd.DataFrame(matrix[:, places], data.index, labels, copy=False)


def replaced(data: Any, changed: Mapping[int, Any]) -> Any:
    """A new frame with some columns changed."""
    frame = data.copy(deep=False)
    for place, values in changed.items():
        frame.isetitem(place, values)
    return frame

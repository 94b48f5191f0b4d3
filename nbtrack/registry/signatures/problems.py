"""What is wrong with data, gathered so that all of it can be told at once."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from typing import Any

from nbtrack.errors import SchemaMismatch, listing
from nbtrack.registry.signatures.types import type_name

__all__ = [
    "Problems",
    "check_records",
    "check_table",
    "is_discreet",
    "lacking",
    "nearest",
    "same_length",
]

is_discreet: ContextVar[bool] = ContextVar("is_discreet", default=False)
"""Whether errors hold no names that only the data has: a server's answers go to logs of others."""


class Problems:
    """The lines of one error, one a column."""

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


def lacking(name: Any, kind: Any, extra: Sequence[Any]) -> str:
    """A required column is missing: which of those left over may be it."""
    line = f"column {name!r} ({type_name(kind)}) is missing"
    if not extra:
        return line
    near = nearest(name, extra)
    if not near and is_discreet.get():
        return line
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


def check_table(columns: Any, rows: Any) -> None:
    """A table is a list of rows, each with a value for each column, and the columns have names.

    Raises:
        SchemaMismatch: It is none.
    """
    if not isinstance(rows, list | tuple) or not {list, tuple}.issuperset(map(type, rows)):
        raise SchemaMismatch("rows are a list of lists of values")
    if columns is None:
        return
    if not isinstance(columns, list | tuple) or not {str, int}.issuperset(map(type, columns)):
        raise SchemaMismatch("columns are a list of names")
    if len(set(columns)) < len(columns):
        twice = sorted({str(it) for it in columns if columns.count(it) > 1})
        which = f"{len(twice)} are twice" if is_discreet.get() else f"twice: {', '.join(twice)}"
        raise SchemaMismatch(f"columns are named once; {which}")
    if not {len(columns)}.issuperset(map(len, rows)):
        at = next(at for at, row in enumerate(rows) if len(row) != len(columns))
        raise SchemaMismatch(
            f"each row has a value for each of {len(columns)} columns, "
            f"and row {at} has {len(rows[at])}"
        )


def check_records(records: Any) -> None:
    """Records are a list of dicts.

    Raises:
        SchemaMismatch: They are not.
    """
    if not isinstance(records, list | tuple):
        raise SchemaMismatch(f"records are a list of rows, not a {type(records).__name__}")
    for at, it in enumerate(records):
        if not isinstance(it, Mapping):
            raise SchemaMismatch(f"row {at} is a dict of column to value, not {type(it).__name__}")

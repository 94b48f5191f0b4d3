"""What is wrong with data, gathered so that all of it can be told at once."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nbtrack.errors import SchemaMismatch, listing
from nbtrack.registry.signatures.types import type_name

__all__ = ["Problems", "lacking", "nearest", "same_length"]


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

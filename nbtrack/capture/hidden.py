"""State that a cell reads and writes without naming it: the seam to `sources`.

Each kind (random generators, files, the environment, settings) is one file in `sources` and one
row of `hidden_symbols`; it says after a cell which symbols that touched.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple, Protocol

from nbtrack.capture.usage import Usage

__all__ = ["CellFacts", "HiddenState", "Touch"]


class Touch(NamedTuple):
    """What a cell did with a symbol: `read` it, `write` it anew, or `change` what was there."""

    symbol: str
    act: Literal["read", "write", "change"]
    before: str = ""
    """The digest of what it saw."""
    after: str = ""
    """The digest of what it left."""


class CellFacts(NamedTuple):
    """A cell that has run."""

    usage: Usage
    value_of: Callable[[str], Any]
    """A variable's value; None if it has none."""
    written: frozenset[str]
    """Hidden symbols that some execution wrote: only they can have been read to effect."""
    started_ns: int
    source: str


class HiddenState(Protocol):
    """One kind of hidden state."""

    def before(self) -> None:
        """A cell begins."""

    def after(self, cell: CellFacts) -> list[Touch]:
        """A cell has run: what it touched."""

    def digest(self, symbol: str) -> str | None:
        """The digest of a symbol as it is now; None for a symbol of another kind."""

    def close(self) -> None:
        """Listen to nothing any more."""

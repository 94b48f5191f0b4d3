"""What a case of provenance is: cells as they were executed, and what produced its target."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["FIRST_NUMBER", "Case", "case"]

FIRST_NUMBER = 3
"""IPython's count of a case's first cell: the extension is loaded and tracking begun before."""


class Case(NamedTuple):
    """Executions are named by their place in `cells`, from 0; `Out[3]` is the first one's."""

    name: str
    target: str
    minimal: tuple[int, ...]
    """The executions that give an equal value in an empty namespace, none of them needlessly."""
    cells: tuple[str, ...]
    stale: tuple[str, ...] = ()
    """Names whose values are out of date at the end."""
    fresh: tuple[str, ...] = ()
    """Names that must not be called so."""
    fails: tuple[int, ...] = ()
    """The executions that end with an error, as they should."""


def case(name, target, minimal, *cells, stale="", fresh="", fails=""):
    """A case whose lists are words: `case("rebound", "t", "1 2", "a = 1", "a = 2", "t = a")`."""
    return Case(
        name,
        target,
        tuple(map(int, minimal.split())),
        cells,
        tuple(stale.split()),
        tuple(fresh.split()),
        tuple(map(int, fails.split())),
    )

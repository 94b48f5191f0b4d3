"""Tables that fit: which columns of many a terminal has room for, and what is left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nbtrack.hosts.command_line.output import Column
from nbtrack.hosts.command_line.wording import shortened

__all__ = ["Candidate", "fitting", "rows_of"]

GAP = 2
"""Blanks between columns, as the table is drawn."""


class Candidate(NamedTuple):
    """A column with its cells, and how wide it may be at most."""

    column: Column
    cells: Sequence[str]
    most: int = 24

    @property
    def wide(self) -> int:
        """The room it wants."""
        return min(max(map(len, [self.column.title, *self.cells])), self.most)


def fitting(
    fixed: Sequence[Candidate], wanted: Sequence[Candidate], room: int
) -> tuple[list[Candidate], int]:
    """The fixed columns and as many of the wanted ones, in order, as there is room for.

    Returns:
        The columns to draw, and how many were left out.
    """
    kept = list(fixed)
    taken = sum(it.wide + GAP for it in fixed)
    left_out = 0
    for candidate in wanted:
        if taken + candidate.wide <= room:
            kept.append(candidate)
            taken += candidate.wide + GAP
        else:
            left_out += 1
    return kept, left_out


def rows_of(candidates: Sequence[Candidate]) -> list[list[str]]:
    """The cells of columns as rows, none wider than its column may be."""
    columns = [[shortened(cell, it.most) for cell in it.cells] for it in candidates]
    return [list(row) for row in zip(*columns, strict=True)]

"""Runs in groups: those of a cell, of a parent, or of one value of a param, a tag or a fact.

A table of all runs that are asked for is read once, in their order; groups are places in it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from nbtrack.questions.directions import direction

__all__ = ["CELL", "PARENT", "PARENT_TAG", "Group", "Spread", "by_parent", "grouped", "spread"]

CELL = "cell"
PARENT = "parent"
PARENT_TAG = "tags.mlflow.parentRunId"


class Group(NamedTuple):
    """Some rows of a table.

    Attributes:
        key: What names it among the groups of a question.
        value: What its runs have in common: a value, a cell's id, the id of their parent.
        places: Its rows, in the order of the table.
        notebook: Where its cell is, if it is of one.
    """

    key: str
    value: str | None
    places: list[int]
    notebook: str | None = None


class Spread(NamedTuple):
    """A metric over the runs of a group that have it."""

    best: float
    mean: float
    size: int


def grouped(
    by: str, columns: Mapping[str, Sequence[Any]], cells: Mapping[str, tuple[str, str | None]]
) -> list[Group]:
    """The groups of a table by one of its columns, or by cell; each stands as its first run does.

    Args:
        by: `CELL`, or the full name of a column.
        columns: The table.
        cells: The cell and the notebook of each run that has one.
    """
    found: dict[tuple[str | None, str | None], list[int]] = {}
    if by == CELL:
        for place, run_id in enumerate(columns["run_id"]):
            found.setdefault(cells.get(run_id, (None, None)), []).append(place)
    else:
        for place, value in enumerate(columns[by]):
            found.setdefault((text(value), None), []).append(place)
    return [
        Group("" if value is None else f"{notebook or ''}#{value}", value, places, notebook)
        for (value, notebook), places in found.items()
    ]


def text(value: Any) -> str | None:
    """A value as a group is named by it; numbers that are missing are none."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return str(value)


def by_parent(columns: Mapping[str, Sequence[Any]]) -> dict[str | None, list[int]]:
    """The rows below each run; below None those whose parent is not in the table.

    Runs that are each other's parents, which only a damaged store has, stand on their own.
    """
    run_ids, parents = columns["run_id"], columns[PARENT_TAG]
    parent_of = dict(zip(run_ids, parents, strict=True))
    below: dict[str | None, list[int]] = {None: []}
    for place, (run_id, parent) in enumerate(zip(run_ids, parents, strict=True)):
        is_below = parent in parent_of and not is_circle(run_id, parent_of)
        below.setdefault(parent if is_below else None, []).append(place)
    return below


def is_circle(run_id: str, parent_of: Mapping[str, str | None]) -> bool:
    """Whether a run is above itself."""
    seen: set[str] = set()
    above = parent_of.get(run_id)
    while above is not None and above not in seen:
        if above == run_id:
            return True
        seen.add(above)
        above = parent_of.get(above)
    return False


def spread(key: str, values: Sequence[float], places: Sequence[int]) -> Spread | None:
    """A metric over some rows; the greatest is best unless its name tells otherwise.

    None if no row has a number.
    """
    told = [number for it in places if math.isfinite(number := values[it])]
    if not told:
        return None
    best = min(told) if direction(key) < 0 else max(told)
    return Spread(float(best), float(math.fsum(told) / len(told)), len(told))

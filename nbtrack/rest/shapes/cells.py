"""What the badges of a notebook's cells send and get."""

from __future__ import annotations

from nbtrack.rest.shapes.shape import Shape

__all__ = ["CellItem", "CellsQuestion", "CellsReply"]


class CellsQuestion(Shape, frozen=True):
    """Which cells, by their ids."""

    cell_ids: list[str]


class CellItem(Shape, frozen=True):
    """The newest run of a cell, and one metric of it beside the run before."""

    cell_id: str
    run_id: str
    run_name: str
    status: str
    run_count: int
    metric: str | None = None
    value: float | str | None = None
    previous: float | str | None = None
    is_better: bool | None = None


class CellsReply(Shape, frozen=True):
    """The cells that have runs; the others are left out."""

    cells: list[CellItem]

"""The newest run of each cell of a notebook, for the badges at its cells."""

from __future__ import annotations

from nbtrack.questions import cell_history
from nbtrack.rest.numbers import sendable
from nbtrack.rest.routing import Request, Route
from nbtrack.rest.shapes import CellItem, CellsQuestion, CellsReply

__all__ = ["ROUTES", "newest_runs"]


def newest_runs(request: Request) -> CellsReply:
    """The cells asked for that have runs, in one question to the store."""
    asked = request.sent(CellsQuestion)
    found = cell_history.newest_runs(request.here.store, asked.cell_ids)
    return CellsReply(cells=[item(it) for it in found.values()])


def item(cell: cell_history.CellNow) -> CellItem:
    """A cell as it is sent."""
    return CellItem(
        cell_id=cell.cell_id,
        run_id=cell.run_id,
        run_name=cell.run_name or cell.run_id,
        status=cell.status or "",
        run_count=cell.run_count,
        metric=cell.metric,
        value=sendable(cell.value),
        previous=sendable(cell.previous),
        is_better=cell.is_better,
    )


ROUTES = (Route("POST", "cells", newest_runs, CellsQuestion, is_reading=True),)

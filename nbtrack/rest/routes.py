"""Every route there is, in one table; hosts answer by it."""

from __future__ import annotations

from nbtrack.rest.endpoints import cells, diff, lineage, model_changes, models, run, stores
from nbtrack.rest.routing import Route

__all__ = ["ROUTES"]

ROUTES: tuple[Route, ...] = (
    *cells.ROUTES,
    *diff.ROUTES,
    *lineage.ROUTES,
    *model_changes.ROUTES,
    *models.ROUTES,
    *run.ROUTES,
    *stores.ROUTES,
)

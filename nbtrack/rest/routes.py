"""Every route there is, in one table; hosts answer by it."""

from __future__ import annotations

from nbtrack.rest.endpoints import (
    cells,
    diff,
    experiment_changes,
    lineage,
    model_changes,
    models,
    run,
    stores,
)
from nbtrack.rest.routing import Route

__all__ = ["ROUTES"]

ROUTES: tuple[Route, ...] = (
    *cells.ROUTES,
    *diff.ROUTES,
    *experiment_changes.ROUTES,
    *lineage.ROUTES,
    *model_changes.ROUTES,
    *models.ROUTES,
    *run.ROUTES,
    *stores.ROUTES,
)

"""Every route there is, in one table; hosts answer by it."""

from __future__ import annotations

from nbtrack.rest.endpoints import (
    artifacts,
    cells,
    curves,
    diff,
    experiment_changes,
    experiments,
    fields,
    images,
    lineage,
    model_changes,
    models,
    run,
    runs,
    serving,
    several_runs,
    signatures,
    stores,
)
from nbtrack.rest.routing import Route

__all__ = ["ROUTES"]

ROUTES: tuple[Route, ...] = (
    *artifacts.ROUTES,
    *cells.ROUTES,
    *curves.ROUTES,
    *diff.ROUTES,
    *experiment_changes.ROUTES,
    *experiments.ROUTES,
    *fields.ROUTES,
    *images.ROUTES,
    *lineage.ROUTES,
    *model_changes.ROUTES,
    *models.ROUTES,
    *run.ROUTES,
    *runs.ROUTES,
    *serving.ROUTES,
    *several_runs.ROUTES,
    *signatures.ROUTES,
    *stores.ROUTES,
)

"""Every route there is, in one table; hosts answer by it."""

from __future__ import annotations

from nbtrack.rest.endpoints import cells, stores
from nbtrack.rest.routing import Route

__all__ = ["ROUTES"]

ROUTES: tuple[Route, ...] = (
    *cells.ROUTES,
    *stores.ROUTES,
)

"""Which stores can be looked at, and which of them a notebook uses."""

from __future__ import annotations

from nbtrack.rest.routing import Request, Route
from nbtrack.rest.shapes import StoresReply

__all__ = ["ROUTES", "stores"]


def stores(request: Request) -> StoresReply:
    """The stores there are; `notebook` is a path from the server's root folder."""
    items, current = request.stores.items(request.query.get("notebook"))
    return StoresReply(stores=items, current=current)


ROUTES = (Route("GET", "stores", stores),)

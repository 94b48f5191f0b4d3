"""Questions about endpoints: what happened to them, and which there were."""

from __future__ import annotations

from nbtrack.query.tree import EndpointEvents
from nbtrack.records.endpoint_event import EndpointEvent
from nbtrack.store.protocol import Store

__all__ = ["events", "names"]


def events(
    store: Store, *, name: str | None = None, endpoint_id: str | None = None
) -> list[EndpointEvent]:
    """What happened to the endpoints of a name, or to one of them; the oldest first."""
    columns = store.fetch(EndpointEvents(name, endpoint_id)).columns
    return [
        EndpointEvent(**dict(zip(columns, row, strict=True)))
        for row in zip(*columns.values(), strict=True)
    ]


def names(store: Store) -> list[str]:
    """The names that endpoints have had, without those that were removed last."""
    last = {it.name: it.kind for it in events(store)}
    return sorted(name for name, kind in last.items() if kind != "removed")

"""What a store says of its endpoints, asked anew only once it has changed.

The sidebar looks at endpoints each second: their figures are files, and cost no database.
"""

from __future__ import annotations

import threading
from typing import NamedTuple

from nbtrack.api.endpoints.endpoint import Endpoint
from nbtrack.api.session import Session
from nbtrack.questions import endpoints as asked_of
from nbtrack.records.endpoint_event import EndpointEvent
from nbtrack.rest.watch import stamp_of

__all__ = ["EndpointFacts", "facts_of"]

MOST = 16
"""Stores whose facts are kept."""

Stamp = tuple[int, int, int]


class EndpointFacts(NamedTuple):
    """What was answered of one state of a store.

    Attributes:
        stamp: What `stat` said of its database then.
        names: The endpoints that there ever were.
        moves: What an alias means now, by endpoint and the number of its plan.
        events: What happened, by endpoint.
    """

    stamp: Stamp | None
    names: list[str]
    moves: dict[tuple[str, int], str]
    events: dict[str, list[EndpointEvent]]

    def behind(self, endpoint: Endpoint, number: int) -> str:
        """Which alias moved on since the endpoint was started or reloaded, in words."""
        key = (endpoint.name, number)
        if key not in self.moves:
            self.moves[key] = ", ".join(dict.fromkeys(endpoint.moves.values()))
        return self.moves[key]

    def events_of(self, endpoint: Endpoint) -> list[EndpointEvent]:
        """What happened to an endpoint since it was started last."""
        if endpoint.name not in self.events:
            self.events[endpoint.name] = endpoint.events()
        return self.events[endpoint.name]


known: dict[str, EndpointFacts] = {}
lock = threading.Lock()


def facts_of(here: Session) -> EndpointFacts:
    """The facts of a store as it is now."""
    path, stamp = str(here.folder.path), stamp_of(here.folder)
    found = known.get(path)
    if found is not None and found.stamp == stamp and not here.store.is_behind():
        return found
    names = asked_of.names(here.store)
    found = EndpointFacts(stamp_of(here.folder), names, {}, {})
    with lock:
        known[path] = found
        while len(known) > MOST:
            known.pop(next(iter(known)))
    return found

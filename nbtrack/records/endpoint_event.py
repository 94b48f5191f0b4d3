"""What happened to an endpoint, as its supervisor writes it down."""

from __future__ import annotations

from typing import Literal

from nbtrack.records.record import Record

__all__ = ["EndpointEvent", "EndpointEventKind"]

EndpointEventKind = Literal[
    "started",
    "healthy",
    "crashed",
    "restarted",
    "reloaded",
    "refused",
    "changed",
    "canary stopped",
    "stopped",
    "failed",
    "removed",
]
"""`refused` is another plan whose models could not be loaded: the old ones go on."""


class EndpointEvent(Record, frozen=True, tag="endpoint_event"):
    """One event; those that bring a plan into force carry it, so that the store can list it.

    Attributes:
        endpoint_id: The endpoint; serving again under its name makes another.
        name: What it is called.
        kind: What happened, an `EndpointEventKind`.
        url: Where it is reached.
        text: The same in words, with the reason.
        plan: The `EndpointPlan` in force from here on, as JSON.
        time: When, µs since the epoch, growing within a process.
    """

    endpoint_id: str
    name: str
    kind: str
    url: str | None = None
    text: str | None = None
    plan: str | None = None
    time: int = 0

"""Events of endpoints: rows of the journal, and the question about them."""

from __future__ import annotations

from nbtrack.query.tree import EndpointEvents
from nbtrack.store.protocol import Answer, Cursor
from nbtrack.store.view import MILLISECONDS, View, moment

__all__ = ["ENDPOINT_VIEWS", "answer_endpoint_events", "insert_endpoint_events"]

COLUMNS = ("endpoint_id", "name", "kind", "url", "text", "plan", "time")

ENDPOINT_VIEWS: tuple[View, ...] = (
    View(
        "endpoint_events",
        "What happened to endpoints: started, crashed, reloaded, stopped.",
        {
            "endpoint_id": "The endpoint, from its start to its end.",
            "name": "What it is called.",
            "kind": "What happened.",
            "moment": MILLISECONDS,
            "happened": "When, UTC.",
            "url": "Where it is reached.",
            "text": "The same in words, with the reason.",
            "plan": "What is served from here on, as JSON; NULL where that stayed the same.",
        },
        "SELECT endpoint_id, name, kind, time // 1000 AS moment,"
        f" {moment('time // 1000')} AS happened, url, text, plan FROM core.endpoint_events",
    ),
)


def insert_endpoint_events(cursor: Cursor) -> None:
    """Add what happened to endpoints."""
    names = ", ".join(COLUMNS)
    cursor.execute(
        f"INSERT INTO core.endpoint_events ({names})"
        f" SELECT {names} FROM staged WHERE type = 'endpoint_event' ORDER BY time"
    )


def answer_endpoint_events(question: EndpointEvents, cursor: Cursor) -> Answer:
    """Events by when they happened, the oldest first."""
    given = {"name": question.name, "endpoint_id": question.endpoint_id}
    wanted = {name: value for name, value in given.items() if value is not None}
    where = " AND ".join(f"{name} = ?" for name in wanted) or "true"
    rows = cursor.execute(
        f"SELECT {', '.join(COLUMNS)} FROM core.endpoint_events WHERE {where} ORDER BY time",
        [*wanted.values()],
    ).fetchall()
    found = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in COLUMNS]
    return Answer(dict(zip(COLUMNS, found, strict=True)))

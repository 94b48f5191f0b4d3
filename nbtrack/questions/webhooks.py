"""Questions about webhooks and what they were told."""

from __future__ import annotations

from typing import Any

from nbtrack.errors import NotFound, listing
from nbtrack.query.tree import Deliveries, Webhooks
from nbtrack.records.webhook import Delivery, Webhook, WebhookEvent, WebhookStatus
from nbtrack.store.protocol import Answer, Store

__all__ = ["deliveries", "delivery", "due", "every", "get"]


def every(store: Store) -> list[Webhook]:
    """All webhooks, in the order they were made."""
    return [webhook_of(row) for row in rows_of(store.fetch(Webhooks()))]


def get(store: Store, webhook_id: str) -> Webhook:
    """A webhook by its id.

    Raises:
        NotFound: There is none.
    """
    found = rows_of(store.fetch(Webhooks(webhook_id)))
    if not found:
        known = [f"{it.webhook_id} ({it.name})" for it in every(store)]
        raise NotFound(f"Webhook with ID {webhook_id} not found; {listing(known, webhook_id)}")
    return webhook_of(found[0])


def due(store: Store, moment: int) -> list[Delivery]:
    """What can be taken on at a moment (ms since the epoch), the oldest event first."""
    return found(store, Deliveries(due_at=moment))


def deliveries(
    store: Store,
    webhook_id: str | None = None,
    states: tuple[str, ...] | None = None,
    limit: int | None = None,
) -> list[Delivery]:
    """Deliveries, the oldest event first; with a limit the newest of them."""
    return found(store, Deliveries(webhook_id=webhook_id, states=states, limit=limit))


def delivery(store: Store, delivery_id: str) -> Delivery:
    """A delivery by its id.

    Raises:
        NotFound: There is none.
    """
    answered = found(store, Deliveries(delivery_id=delivery_id))
    if not answered:
        raise NotFound(
            f"no delivery has the id {delivery_id!r}; nbtrack.webhooks.deliveries() lists them"
        )
    return answered[0]


def found(store: Store, question: Deliveries) -> list[Delivery]:
    rows = rows_of(store.fetch(question))
    return [Delivery(**{key: row[key] for key in row if key != "sequence"}) for row in rows]


def rows_of(answer: Answer) -> list[dict[str, Any]]:
    """An answer row by row."""
    names = list(answer.columns)
    rows = zip(*answer.columns.values(), strict=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def webhook_of(row: dict[str, Any]) -> Webhook:
    """A row as a webhook."""
    told = {
        **row,
        "events": [WebhookEvent.from_str(it) for it in row["events"]],
        "status": WebhookStatus(row["status"]),
        "is_signed": bool(row["is_signed"]),
    }
    return Webhook(**told)

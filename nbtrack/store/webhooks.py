"""Operations on webhooks, and the deliveries that an event brings about in its own transaction."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from nbtrack.errors import AlreadyExists, NotFound, listing
from nbtrack.records.model_event import ModelEvent, kinds_of
from nbtrack.records.webhook_operation import (
    ClaimDeliveries,
    CreateWebhook,
    DeleteWebhook,
    SettleDelivery,
    UpdateWebhook,
)
from nbtrack.store import meta
from nbtrack.store.applied import Applied
from nbtrack.store.protocol import Cursor

__all__ = ["NEXT_DELIVERY", "OPERATIONS", "body_of", "enqueue"]

NEXT_DELIVERY = "next_delivery"
"""In `core.meta`: when the next delivery is due, ms since the epoch; empty if none is."""

KEPT_DAYS = 30
"""So long is remembered what was delivered."""

DAY_MS = 86_400_000


def create_webhook(
    cursor: Cursor,
    op: CreateWebhook,
    *,
    replayed: bool,  # noqa: ARG001 - all rows of the table have it
) -> Applied:
    """Have events posted to a URL."""
    check_name(cursor, op.name, op.webhook_id)
    moment = op.time // 1000
    cursor.execute(
        "INSERT INTO core.webhooks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            op.webhook_id,
            op.name,
            op.url,
            list(op.events),
            op.description,
            op.status,
            op.form,
            op.model_name,
            op.is_signed,
            moment,
            moment,
        ],
    )
    return Applied(op, op.webhook_id)


def update_webhook(cursor: Cursor, op: UpdateWebhook, *, replayed: bool) -> Applied:
    """Change what is given; what waits for delivery goes to the new URL."""
    if not exists(cursor, op.webhook_id, replayed=replayed):
        return Applied(op)
    if op.name is not None:
        check_name(cursor, op.name, op.webhook_id)
    given: dict[str, Any] = {
        "name": op.name,
        "url": op.url,
        "events": None if op.events is None else list(op.events),
        "description": op.description,
        "status": op.status,
        "is_signed": op.is_signed,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    changes["last_updated_timestamp"] = op.time // 1000
    cursor.execute(
        f"UPDATE core.webhooks SET {', '.join(f'{name} = ?' for name in changes)}"
        " WHERE webhook_id = ?",
        [*changes.values(), op.webhook_id],
    )
    renew_next(cursor)
    return Applied(op)


def delete_webhook(cursor: Cursor, op: DeleteWebhook, *, replayed: bool) -> Applied:
    """Take a webhook away."""
    if exists(cursor, op.webhook_id, replayed=replayed):
        for table in ("deliveries", "webhooks"):
            cursor.execute(f"DELETE FROM core.{table} WHERE webhook_id = ?", [op.webhook_id])
        renew_next(cursor)
    return Applied(op)


def claim_deliveries(
    cursor: Cursor,
    op: ClaimDeliveries,
    *,
    replayed: bool,  # noqa: ARG001 - all rows of the table have it
) -> Applied:
    """Take on those that are due still, and that nobody else has; the result is their URLs."""
    now = op.time // 1000
    rows = cursor.execute(
        "UPDATE core.deliveries SET leased_until = ?, owner = ?, attempts = attempts + 1"
        " WHERE delivery_id IN (SELECT unnest(?::VARCHAR[])) AND state = 'PENDING'"
        " AND next_time <= ? AND leased_until <= ? AND webhook_id IN"
        " (SELECT webhook_id FROM core.webhooks WHERE status = 'ACTIVE') RETURNING delivery_id",
        [op.leased_until, op.owner, list(op.delivery_ids), now, now],
    ).fetchall()
    urls = cursor.execute(
        "SELECT d.delivery_id, w.url FROM core.deliveries d JOIN core.webhooks w USING (webhook_id)"
        " WHERE d.delivery_id IN (SELECT unnest(?::VARCHAR[]))",
        [[row[0] for row in rows]],
    ).fetchall()
    renew_next(cursor)
    return Applied(op, dict(urls))


def settle_delivery(cursor: Cursor, op: SettleDelivery, *, replayed: bool) -> Applied:
    """Write down how an attempt went; a webhook that was deleted meanwhile has none any more."""
    moment = op.time // 1000
    is_over = op.state != "PENDING"
    rows = cursor.execute(
        "UPDATE core.deliveries SET state = ?, next_time = ?, leased_until = 0, status_code = ?,"
        " error = ?, settled_time = ? WHERE delivery_id = ? AND state <> 'DELIVERED'"
        " RETURNING delivery_id",
        [
            op.state,
            op.next_time,
            op.status_code,
            op.error or None,
            moment if is_over else None,
            op.delivery_id,
        ],
    ).fetchall()
    if is_over:
        cursor.execute(
            "DELETE FROM core.deliveries WHERE state = 'DELIVERED' AND settled_time < ?",
            [moment - KEPT_DAYS * DAY_MS],
        )
    renew_next(cursor)
    return Applied(op, bool(rows) or replayed)


OPERATIONS: dict[type, Callable[..., Applied]] = {
    CreateWebhook: create_webhook,
    UpdateWebhook: update_webhook,
    DeleteWebhook: delete_webhook,
    ClaimDeliveries: claim_deliveries,
    SettleDelivery: settle_delivery,
}


def exists(cursor: Cursor, webhook_id: str, *, replayed: bool) -> bool:
    """Whether there is a webhook; raises NotFound, but in a replay."""
    rows = cursor.execute("SELECT webhook_id, name FROM core.webhooks ORDER BY name").fetchall()
    if any(row[0] == webhook_id for row in rows):
        return True
    if replayed:
        return False
    known = [f"{row[0]} ({row[1]})" for row in rows]
    raise NotFound(f"Webhook with ID {webhook_id} not found; {listing(known, webhook_id)}")


def check_name(cursor: Cursor, name: str, webhook_id: str) -> None:
    """Raise AlreadyExists for a name that another webhook has."""
    row = cursor.execute(
        "SELECT webhook_id FROM core.webhooks WHERE name = ? AND webhook_id <> ?",
        [name, webhook_id],
    ).fetchone()
    if row is not None:
        raise AlreadyExists(
            f"Webhook(name={name}) already exists with the id {row[0]}; "
            f"choose another name, or change that one with update_webhook"
        )


# What events bring about


def enqueue(cursor: Cursor, events: Sequence[ModelEvent]) -> None:
    """Put one delivery in the queue for each webhook that is told of an event."""
    if not events:
        return
    hooks = cursor.execute(
        "SELECT webhook_id, events, form, model_name FROM core.webhooks"
        " WHERE status = 'ACTIVE' ORDER BY creation_timestamp, webhook_id"
    ).fetchall()
    count = 0
    for webhook_id, names, form, model_name in hooks:
        for place, event in enumerate(events):
            name = name_told(names, event)
            if name is None or model_name not in (None, event.name):
                continue
            which = f"{webhook_id}.{event.number}.{event.time}.{place}"
            cursor.execute(
                "INSERT INTO core.deliveries BY NAME SELECT ? AS delivery_id, ? AS webhook_id,"
                " ?::BIGINT AS sequence, ? AS event, ? AS body, 'PENDING' AS state,"
                " 0 AS attempts, 0::BIGINT AS next_time, 0::BIGINT AS leased_until,"
                " ?::BIGINT AS creation_time",
                [
                    str(uuid.uuid5(uuid.NAMESPACE_OID, which)),
                    webhook_id,
                    event.time * 1000 + place,
                    name,
                    body_of(name, event, form, webhook_id),
                    event.time // 1000,
                ],
            )
            count += 1
    if count:
        renew_next(cursor)


def name_told(names: Sequence[str], event: ModelEvent) -> str | None:
    """Under which of its names a webhook is told of an event; None if it is not."""
    for name in names:
        kind, stage = kinds_of(name)
        if kind == event.kind and stage in ("", event.get("to_stage")):
            return str(name)
    return None


def body_of(name: str, event: ModelEvent, form: str, webhook_id: str) -> str:
    """What is posted: the shape of MLflow 3, or that of the older registry webhooks."""
    if form == "mlflow":
        moment = datetime.fromtimestamp(event.time / 1_000_000, UTC)
        body: dict[str, Any] = {
            "entity": event.entity,
            "action": event.action,
            "timestamp": moment.isoformat(),
            "data": event.data,
        }
    else:
        body = {
            "event": name,
            "webhook_id": webhook_id,
            "event_timestamp": event.time // 1000,
            "model_name": event.name,
            **{key: value for key, value in event.data.items() if key != "name"},
            "text": told(event),
        }
    return msgspec.json.encode(body).decode()


def told(event: ModelEvent) -> str:
    """An event as a sentence."""
    what = f"Registered model '{event.name}'" + (
        f" version {event.version}" if event.version else ""
    )
    if event.kind == "model_version.transitioned":
        return f"{what} transitioned from {event['from_stage']} to {event['to_stage']}."
    return f"{what}: {event.entity.replace('_', ' ')} {event.action.replace('_', ' ')}."


def renew_next(cursor: Cursor) -> None:
    """Write down when the next delivery is due."""
    row = cursor.execute(
        "SELECT min(greatest(d.next_time, d.leased_until)) FROM core.deliveries d"
        " JOIN core.webhooks w USING (webhook_id)"
        " WHERE d.state = 'PENDING' AND w.status = 'ACTIVE'"
    ).fetchone()
    meta.put(cursor, NEXT_DELIVERY, "" if row[0] is None else int(row[0]))

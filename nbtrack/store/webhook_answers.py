"""Questions about webhooks and deliveries, answered."""

from __future__ import annotations

from typing import Any

from nbtrack.query.tree import Deliveries, Webhooks
from nbtrack.store.protocol import Answer, Cursor
from nbtrack.store.tables import TABLES

__all__ = ["answer_deliveries", "answer_webhooks"]

COLUMNS = {table.name: list(table.columns) for table in TABLES}


def answer_webhooks(question: Webhooks, cursor: Cursor) -> Answer:
    """Webhooks by column, in the order they were made."""
    asked: list[Any] = []
    condition = "true"
    if question.webhook_id is not None:
        condition = "webhook_id = ?"
        asked.append(question.webhook_id)
    return selected(cursor, "webhooks", condition, "creation_timestamp, webhook_id", asked)


def answer_deliveries(question: Deliveries, cursor: Cursor) -> Answer:
    """Deliveries by column, the oldest event first; with a limit the newest of them."""
    conditions, asked = ["true"], []
    for name in ("webhook_id", "delivery_id"):
        value = getattr(question, name)
        if value is not None:
            conditions.append(f"{name} = ?")
            asked.append(value)
    if question.states is not None:
        conditions.append("state IN (SELECT unnest(?::VARCHAR[]))")
        asked.append(list(question.states))
    if question.due_at is not None:
        conditions.append(
            "state = 'PENDING' AND next_time <= ? AND leased_until <= ? AND webhook_id IN"
            " (SELECT webhook_id FROM core.webhooks WHERE status = 'ACTIVE')"
            " AND webhook_id NOT IN (SELECT webhook_id FROM core.deliveries"
            " WHERE state = 'PENDING' AND leased_until > ?)"
        )
        asked += [question.due_at] * 3
    condition = " AND ".join(conditions)
    if question.limit is not None:
        condition += " QUALIFY row_number() OVER (ORDER BY sequence DESC, delivery_id DESC) <= ?"
        asked.append(question.limit)
    return selected(cursor, "deliveries", condition, "sequence, delivery_id", asked)


def selected(cursor: Cursor, table: str, condition: str, order: str, asked: list[Any]) -> Answer:
    """All columns of some rows of a table."""
    names = COLUMNS[table]
    rows = cursor.execute(
        f"SELECT {', '.join(names)} FROM core.{table} WHERE {condition} ORDER BY {order}", asked
    ).fetchall()
    found = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in names]
    return Answer(dict(zip(names, found, strict=True)))

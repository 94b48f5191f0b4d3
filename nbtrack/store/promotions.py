"""Promotions that were refused, beside those that moved something; the questions about both."""

from __future__ import annotations

from nbtrack.query.tree import Promotions
from nbtrack.records.promotion_operation import RefusePromotion
from nbtrack.store.applied import Applied
from nbtrack.store.protocol import Answer, Cursor
from nbtrack.store.registered_models import change_version, model_called, put_tag, version_of

__all__ = ["answer_promotions", "refuse_promotion"]


def refuse_promotion(
    cursor: Cursor,
    op: RefusePromotion,
    *,
    replayed: bool,  # noqa: ARG001 - all rows of the table have it
) -> Applied:
    """Keep that a promotion was refused, and why."""
    found = version_of(cursor, op.name, op.version)
    for key, value in op.tags.items():
        put_tag(cursor, "model_version_tags", found.version_seq, key, value)
    if op.tags:
        change_version(cursor, found, op)
    row = {
        "number": op.number,
        "model_seq": found.model_seq,
        "model": found.model,
        "version": op.version,
        "alias": op.alias,
        "stage": op.stage,
        "time": op.time // 1000,
        "actor": op.actor,
        "reason": op.reason,
        "report": op.report,
    }
    cursor.execute(
        f"INSERT INTO core.refusals ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
        [*row.values()],
    )
    return Applied(op, None, {"model_seq": found.model_seq})


COLUMNS = (
    "number",
    "model",
    "version",
    "alias",
    "stage",
    "previous",
    "time",
    "actor",
    "reason",
    "report",
    "is_refused",
)


def answer_promotions(question: Promotions, cursor: Cursor) -> Answer:
    """Attempts that left a report, the oldest first; one that moved two things is one row."""
    model = model_called(cursor, question.name)
    both = (
        "SELECT number, any_value(model) AS model, any_value(version) AS version,"
        " any_value(alias) AS alias, any_value(stage) AS stage,"
        " any_value(previous ORDER BY alias NULLS LAST) AS previous, any_value(time) AS time,"
        " any_value(actor) AS actor, any_value(reason) AS reason, any_value(report) AS report,"
        " false AS is_refused FROM core.alias_history WHERE model_seq = ? GROUP BY number"
        " HAVING any_value(report) IS NOT NULL"
        " UNION ALL SELECT number, model, version, alias, stage, NULL, time, actor, reason,"
        " report, true FROM core.refusals WHERE model_seq = ?"
    )
    rows = cursor.execute(
        f"SELECT {', '.join(COLUMNS)} FROM ({both}) ORDER BY number",
        [model.model_seq, model.model_seq],
    ).fetchall()
    found = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in COLUMNS]
    return Answer(dict(zip(COLUMNS, found, strict=True)))

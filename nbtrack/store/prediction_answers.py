"""Questions about the prediction log answered: predictions with the last label of each name."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from nbtrack.query.tree import Predictions, UnknownPredictions
from nbtrack.store.compile import Piece, condition
from nbtrack.store.protocol import Answer, Cursor

__all__ = ["answer_predictions", "answer_unknown_predictions"]

COLUMNS = (
    "prediction_id",
    "moment",
    "endpoint_id",
    "endpoint",
    "variant",
    "model_name",
    "version",
    "model_id",
    "is_shadow",
    "key",
    "latency",
    "inputs",
    "input_columns",
    "input_numbers",
    "whole_columns",
    "output",
    "params",
    "error",
)

EQUAL = ("endpoint", "model_name", "version", "variant")


def answer_predictions(question: Predictions, cursor: Cursor) -> Answer:
    """Predictions by column, and `labels`: of each an object of JSON, NULL if it has none."""
    asks = asked(question)
    limit = ""
    if question.limit is not None:
        limit = f" LIMIT {int(question.limit)}"
        asks = asked(msgspec.structs.replace(question, since=beginning(question, asks, cursor)))
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE found AS SELECT {', '.join(COLUMNS)},"
        " row_number() OVER () AS place FROM (SELECT * FROM core.predictions r"
        f" WHERE {asks.sql} ORDER BY r.moment DESC, r.prediction_id DESC{limit})",
        [*asks.values],
    )
    shown = ", ".join(f"f.{name}" for name in COLUMNS)
    order = "ORDER BY f.moment, f.prediction_id, f.is_shadow, f.variant"
    if question.labels == ():
        rows = cursor.execute(f"SELECT {shown}, NULL FROM found f {order}").fetchall()
    else:
        rows = cursor.execute(
            f"SELECT {shown}, l.labels FROM found f LEFT JOIN ({LAST_LABELS}) l USING (place)"
            f" {order}",
            {**ends(cursor), "names": None if question.labels is None else [*question.labels]},
        ).fetchall()
    cursor.execute("DROP TABLE found")
    names = (*COLUMNS, "labels")
    columns = [list(it) for it in zip(*rows, strict=True)] or [[] for _ in names]
    return Answer(dict(zip(names, columns, strict=True)))


def beginning(question: Predictions, asks: Piece, cursor: Cursor) -> int | None:
    """The moment of the first of the newest rows: nothing else of older ones need be read."""
    row = cursor.execute(
        f"SELECT r.moment FROM core.predictions r WHERE {asks.sql}"
        f" ORDER BY r.moment DESC LIMIT 1 OFFSET {int(question.limit or 1) - 1}",
        [*asks.values],
    ).fetchone()
    return question.since if row is None else int(row[0])


def ends(cursor: Cursor) -> dict[str, str | None]:
    """Between which ids those of the found rows and of their requests lie.

    Ids grow with time, so that most labels of other times need not be read.
    """
    first, last = cursor.execute(
        "SELECT min(split_part(prediction_id, '/', 1)), max(prediction_id) FROM found"
    ).fetchone()
    return {"first": first, "last": last}


LAST_LABELS = """
    SELECT place, json_group_object(label, value::JSON)::VARCHAR AS labels
    FROM (
      SELECT place, label, arg_max(value, (moment, time, value)) AS value
      FROM (
        SELECT f.place, l.label, l.value, l.moment, l.time
        FROM found f JOIN core.labels l ON l.prediction_id = f.prediction_id
        WHERE l.prediction_id BETWEEN $first AND $last
        UNION ALL
        SELECT f.place, l.label, l.value, l.moment, l.time
        FROM (SELECT place, split_part(prediction_id, '/', 1) AS request FROM found
              WHERE contains(prediction_id, '/')) f
        JOIN core.labels l ON l.prediction_id = f.request
        WHERE l.prediction_id BETWEEN $first AND $last
        UNION ALL
        SELECT f.place, l.label, l.value, l.moment, l.time
        FROM found f JOIN core.labels l ON l.key = f.key
        WHERE l.of_endpoint IS NULL OR l.of_endpoint = f.endpoint)
      WHERE $names IS NULL OR label IN (SELECT unnest($names::VARCHAR[]))
      GROUP BY place, label)
    GROUP BY place"""
"""Labels of a row, of its whole request and of its key: of each name what became known last."""


def asked(question: Predictions) -> Piece:
    """Which rows are asked for."""
    pieces = [
        Piece(f"r.{name} = ?", (value,))
        for name in EQUAL
        if (value := getattr(question, name)) is not None
    ]
    if question.since is not None:
        pieces.append(Piece("r.moment >= ?", (question.since,)))
    if question.until is not None:
        pieces.append(Piece("r.moment < ?", (question.until,)))
    if question.where is not None:
        pieces.append(condition(question.where, "prediction"))
    values = tuple(value for piece in pieces for value in piece.values)
    return Piece(" AND ".join(f"({it.sql})" for it in pieces) or "true", values)


def answer_unknown_predictions(question: UnknownPredictions, cursor: Cursor) -> Answer:
    """`name`: each id, or key, that no prediction has; the id of a request is known by its rows."""
    names = question.ids or question.keys
    rows = cursor.execute(
        "SELECT name FROM (SELECT DISTINCT unnest($names::VARCHAR[]) AS name) a ANTI JOIN"
        f" ({NAMED_BY_ID if question.ids else NAMED_BY_KEY}) p USING (name) ORDER BY name",
        {"names": [*names], **(around(question.ids) if question.ids else {})},
    ).fetchall()
    return Answer({"name": [name for (name,) in rows]})


NAMED_BY_KEY = "SELECT key AS name FROM core.predictions"

NAMED_BY_ID = """
    SELECT prediction_id AS name FROM core.predictions
    WHERE prediction_id >= $first AND prediction_id < $beyond
    UNION ALL SELECT split_part(prediction_id, '/', 1) FROM core.predictions
    WHERE prediction_id >= $first AND prediction_id < $beyond AND contains(prediction_id, '/')"""


def around(ids: Sequence[str]) -> dict[str, str]:
    """Between which ids those and the rows of their requests lie, which have a slash behind them.

    Ids grow with time, so that few rows of other times need be read.
    """
    after_slash = chr(ord("/") + 1)
    return {"first": min(ids), "beyond": max(f"{it}{after_slash}" for it in ids)}

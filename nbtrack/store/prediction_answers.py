"""Questions about the prediction log answered: predictions with the last label of each name."""

from __future__ import annotations

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
    "output",
    "params",
    "error",
)

EQUAL = ("endpoint", "model_name", "version", "variant")


def answer_predictions(question: Predictions, cursor: Cursor) -> Answer:
    """Predictions by column, and `labels`: of each an object of JSON, NULL if it has none."""
    asks = asked(question)
    limit = "" if question.limit is None else f" LIMIT {int(question.limit)}"
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE found AS SELECT {', '.join(COLUMNS)},"
        " row_number() OVER () AS place FROM (SELECT * FROM core.predictions r"
        f" WHERE {asks.sql} ORDER BY r.moment DESC, r.prediction_id DESC{limit})",
        [*asks.values],
    )
    named = "" if question.labels is None else " WHERE label IN (SELECT unnest(?::VARCHAR[]))"
    values = [] if question.labels is None else [list(question.labels)]
    rows = cursor.execute(
        f"SELECT {', '.join(f'f.{name}' for name in COLUMNS)}, l.labels FROM found f"
        f" LEFT JOIN ({LAST_LABELS.format(named=named)}) l USING (place)"
        " ORDER BY f.moment, f.prediction_id, f.is_shadow, f.variant",
        values,
    ).fetchall()
    cursor.execute("DROP TABLE found")
    names = (*COLUMNS, "labels")
    columns = [list(it) for it in zip(*rows, strict=True)] or [[] for _ in names]
    return Answer(dict(zip(names, columns, strict=True)))


LAST_LABELS = """
    SELECT place, json_group_object(label, value::JSON)::VARCHAR AS labels
    FROM (
      SELECT place, label, arg_max(value, (moment, time, value)) AS value
      FROM (
        SELECT f.place, l.label, l.value, l.moment, l.time
        FROM found f JOIN core.labels l ON l.prediction_id = f.prediction_id
        UNION ALL
        SELECT f.place, l.label, l.value, l.moment, l.time
        FROM (SELECT place, split_part(prediction_id, '/', 1) AS request FROM found
              WHERE contains(prediction_id, '/')) f
        JOIN core.labels l ON l.prediction_id = f.request
        UNION ALL
        SELECT f.place, l.label, l.value, l.moment, l.time
        FROM found f JOIN core.labels l ON l.key = f.key
        WHERE l.of_endpoint IS NULL OR l.of_endpoint = f.endpoint){named}
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
    column = "prediction_id" if question.ids else "key"
    requests = " UNION ALL SELECT split_part(prediction_id, '/', 1) FROM core.predictions"
    rows = cursor.execute(
        "SELECT name FROM (SELECT DISTINCT unnest(?::VARCHAR[]) AS name) a ANTI JOIN"
        f" (SELECT {column} AS name FROM core.predictions{requests if question.ids else ''}) p"
        " USING (name) ORDER BY name",
        [list(question.ids or question.keys)],
    ).fetchall()
    return Answer({"name": [name for (name,) in rows]})

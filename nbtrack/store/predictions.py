"""Predictions and labels to rows, and how they go again; called by the drain and by operations.

Nothing is merged: each line of a journal is taken in once, and what labels say is settled when
they are asked for, so that they may come before their predictions or after.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from nbtrack.records.prediction import PurgePredictions
from nbtrack.store.applied import Applied
from nbtrack.store.protocol import Cursor

__all__ = ["count_predictions", "insert_labels", "insert_predictions", "purge_predictions"]


def insert_predictions(cursor: Cursor) -> None:
    """A row for each prediction that is staged; the items of a shorter list end in NULL."""
    cursor.execute("""
        INSERT INTO core.predictions BY NAME
        SELECT unnest(prediction_ids) AS prediction_id, unnest(moments) AS moment,
          endpoint_id, endpoint, variant, model_name, version, model_id,
          coalesce(is_shadow, false) AS is_shadow, unnest(prediction_keys) AS key,
          unnest(latencies) AS latency, unnest(input_rows) AS inputs, input_columns,
          unnest(input_numbers) AS input_numbers, whole_columns,
          unnest(output_rows) AS output, unnest(param_rows) AS params,
          unnest(prediction_errors) AS error
        FROM (SELECT * REPLACE (to_json(input_columns) AS input_columns,
                to_json(whole_columns) AS whole_columns) FROM staged WHERE type = 'predictions')""")


def insert_labels(cursor: Cursor) -> None:
    """A row for each label that is staged."""
    cursor.execute("""
        INSERT INTO core.labels BY NAME
        SELECT label, unnest(label_ids) AS prediction_id, unnest(label_keys) AS key, of_endpoint,
          unnest(label_values) AS value, unnest(label_moments) AS moment, time
        FROM staged WHERE type = 'labels'""")


def purge_predictions(cursor: Cursor, op: PurgePredictions, *, replayed: bool) -> Applied:  # noqa: ARG001 - every operation is told
    """Delete predictions with their labels; the result is how many predictions."""
    where, values = chosen(op)
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE gone AS SELECT prediction_id FROM core.predictions"
        f" WHERE {where}",
        values,
    )
    cursor.execute(f"DELETE FROM core.predictions WHERE {where}", values)
    cursor.execute(
        "DELETE FROM core.labels WHERE prediction_id IN (SELECT prediction_id FROM gone"
        " UNION SELECT split_part(prediction_id, '/', 1) FROM gone)"
        " AND prediction_id NOT IN (SELECT prediction_id FROM core.predictions"
        " UNION SELECT split_part(prediction_id, '/', 1) FROM core.predictions)"
    )
    purge_labels(cursor, op)
    (count,) = cursor.execute("SELECT count(*) FROM gone").fetchone()
    cursor.execute("DROP TABLE gone")
    return Applied(op, count, {"predictions": count})


def count_predictions(cursor: Cursor, op: PurgePredictions) -> int:
    """How many predictions an operation would delete."""
    where, values = chosen(op)
    (count,) = cursor.execute(
        f"SELECT count(*) FROM core.predictions WHERE {where}", values
    ).fetchone()
    return int(count)


class Chosen(NamedTuple):
    """A condition on predictions, with the values of its marks."""

    sql: str
    values: list[object]


def chosen(op: PurgePredictions) -> Chosen:
    """What must hold of a prediction that goes; all go where nothing is said."""
    pieces = list(conditions(op))
    sql = " AND ".join(it.sql for it in pieces) or "true"
    return Chosen(sql, [value for it in pieces for value in it.values])


def conditions(op: PurgePredictions) -> Iterator[Chosen]:
    """Each thing that must hold of a prediction that goes."""
    if op.before is not None:
        yield Chosen("moment < ?", [op.before])
    if op.endpoint is not None:
        yield Chosen("endpoint = ?", [op.endpoint])
    if op.prediction_ids:
        ids = "SELECT unnest(?::VARCHAR[])"
        yield Chosen(
            f"(prediction_id IN ({ids}) OR split_part(prediction_id, '/', 1) IN ({ids}))",
            [op.prediction_ids, op.prediction_ids],
        )
    if op.key_digests:
        yield Chosen("sha256(key) IN (SELECT unnest(?::VARCHAR[]))", [op.key_digests])


def purge_labels(cursor: Cursor, op: PurgePredictions) -> None:
    """Delete what was said of keys that go, and what is older than all that stays."""
    if op.prediction_ids:
        cursor.execute(
            "DELETE FROM core.labels WHERE prediction_id IN (SELECT unnest(?::VARCHAR[]))",
            [op.prediction_ids],
        )
    elif op.key_digests:
        cursor.execute(
            "DELETE FROM core.labels WHERE sha256(key) IN (SELECT unnest(?::VARCHAR[]))"
            " AND (? IS NULL OR of_endpoint = ?) AND (? IS NULL OR moment < ?)",
            [op.key_digests, op.endpoint, op.endpoint, op.before, op.before],
        )
    elif op.before is not None and op.endpoint is None:
        cursor.execute("DELETE FROM core.labels WHERE moment < ?", [op.before])

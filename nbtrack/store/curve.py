"""The points of a metric as arrays: all of them, or a curve of the extremes of equal stretches."""

from __future__ import annotations

from typing import Any

from nbtrack.errors import InvalidValue
from nbtrack.query.tree import Series
from nbtrack.store.protocol import Answer, Cursor

__all__ = ["answer_series"]

BIGGEST = 2**63 - 1


def answer_series(question: Series, cursor: Cursor) -> Answer:
    """`run` (the place in `run_ids`), `step`, `timestamp` and `value` as arrays."""
    if question.points is not None and question.points < 2:
        raise InvalidValue(f"a curve has at least 2 points, not {question.points}")
    if question.points is not None and question.about:
        raise InvalidValue(
            "a curve of extremes tells no models and datasets; leave out one of them"
        )
    read = read_points if question.points is None else read_curve
    parts = [read(question, seq, cursor) for seq in run_seqs(question.run_ids, cursor)]
    return Answer(glued(parts, (*POINT, *ABOUT) if question.about else POINT))


def run_seqs(run_ids: tuple[str, ...], cursor: Cursor) -> list[int | None]:
    """The number of each run, None for one that is not there."""
    rows = cursor.execute(
        "SELECT run_id, run_seq FROM core.runs WHERE run_id IN (SELECT unnest(?::VARCHAR[]))",
        [list(run_ids)],
    ).fetchall()
    found = dict(rows)
    return [found.get(run_id) for run_id in run_ids]


def asked_points(question: Series, run_seq: int | None) -> tuple[str, list[object]]:
    """The points of one run within the steps asked for, as `FROM … WHERE …`."""
    low = -BIGGEST if question.start_step is None else question.start_step
    high = BIGGEST if question.end_step is None else question.end_step
    sql = "core.metrics WHERE run_seq = ? AND key = ? AND step BETWEEN ? AND ?"
    return sql, [run_seq, question.key, low, high]


POINT = ("step", "timestamp", "value")
ABOUT = ("model_id", "dataset_name", "dataset_digest")


def read_points(question: Series, run_seq: int | None, cursor: Cursor) -> dict[str, Any]:
    """Every point, in order of (step, timestamp).

    Rows lie in that order as a rule: NumPy checks that in a few ms, DuckDB sorts in thirty.
    """
    import numpy as np

    sql, values = asked_points(question, run_seq)
    names = (*POINT, *ABOUT) if question.about else POINT
    found = cursor.execute(f"SELECT {', '.join(names)} FROM {sql}", values).fetchnumpy()
    step, timestamp = found["step"], found["timestamp"]
    later = (step[1:] > step[:-1]) | ((step[1:] == step[:-1]) & (timestamp[1:] >= timestamp[:-1]))
    if later.all():
        return dict(found)
    order = np.lexsort((timestamp, step))
    return {name: column[order] for name, column in found.items()}


def read_curve(question: Series, run_seq: int | None, cursor: Cursor) -> dict[str, Any]:
    """The least and the greatest point of each of `points / 2` equal stretches, and both ends.

    A stretch of NaN alone shows one of them, so that a run that diverged is seen to have.
    """
    sql, values = asked_points(question, run_seq)
    bounds = cursor.execute(
        f"SELECT count(*), min(step), max(step), min(timestamp), max(timestamp) FROM {sql}", values
    ).fetchone()
    count, *edges = bounds
    points = question.points or 0
    if count <= points:
        return read_points(question, run_seq, cursor)
    axis, low, high = (
        ("step", edges[0], edges[1]) if edges[0] < edges[1] else ("timestamp", edges[2], edges[3])
    )
    stretches = max(1, (points - 2) // 2)
    span = max(1, high - low)
    # Ends are rows of their own, so that a curve is as long as what it shows.
    return cursor.execute(
        f"""
        WITH asked AS (SELECT step, timestamp, value FROM {sql}),
        stretch AS (
          SELECT floor(({axis} - ?)::DOUBLE * ? / ?) AS place,
            isnan(value) AS is_nan,
            arg_min({{'step': step, 'timestamp': timestamp, 'value': value}}, value) AS low,
            arg_max({{'step': step, 'timestamp': timestamp, 'value': value}}, value) AS high
          FROM asked GROUP BY ALL),
        chosen AS (
          SELECT place, is_nan, low AS point FROM stretch UNION
          SELECT place, is_nan, high FROM stretch),
        shown AS (
          SELECT point FROM chosen
          QUALIFY NOT is_nan OR NOT bool_or(NOT is_nan) OVER (PARTITION BY place)
          UNION SELECT {first_point("min")} FROM asked UNION SELECT {first_point("max")} FROM asked)
        SELECT point.step AS step, point.timestamp AS timestamp, point.value AS value
        FROM shown ORDER BY ALL""",
        [*values, low, stretches, span],
    ).fetchnumpy()


def first_point(extreme: str) -> str:
    """The first or the last point."""
    return (
        f"arg_{extreme}({{'step': step, 'timestamp': timestamp, 'value': value}},"
        " {'step': step, 'timestamp': timestamp})"
    )


def glued(parts: list[dict[str, Any]], names: tuple[str, ...]) -> dict[str, Any]:
    """The columns of several runs after one another, and which run each point is of."""
    import numpy as np

    lengths = [len(part["step"]) for part in parts]
    columns: dict[str, Any] = {"run": np.repeat(np.arange(len(parts), dtype="int32"), lengths)}
    for name in names:
        arrays = [part[name] for part in parts]
        if name in ABOUT:
            columns[name] = [text for array in arrays for text in array.tolist()]
        elif len(arrays) == 1:
            columns[name] = arrays[0]
        else:
            empty = np.empty(0, "float64" if name == "value" else "int64")
            columns[name] = np.concatenate([empty, *arrays])
    return columns

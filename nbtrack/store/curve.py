"""The points of a metric as arrays: all of them, or a curve of the extremes of equal stretches."""

from __future__ import annotations

from typing import Any, NamedTuple

from nbtrack.errors import InvalidValue
from nbtrack.query.tree import Series
from nbtrack.store.protocol import Answer, Cursor

__all__ = ["answer_series"]

BIGGEST = 2**63 - 1
FEWEST_POINTS = 4
"""Both ends, and the extremes of one stretch."""


def answer_series(question: Series, cursor: Cursor) -> Answer:
    """`run` (the place in `run_ids`), `step`, `timestamp` and `value` as arrays."""
    if question.points is not None and question.points < FEWEST_POINTS:
        raise InvalidValue(f"a curve has at least {FEWEST_POINTS} points, not {question.points}")
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
    """The least and the greatest point of each of equal stretches, and both ends.

    A stretch of NaN alone shows one of them, so that a run that diverged is seen to have.
    """
    sql, values = asked_points(question, run_seq)
    count, *bounds = cursor.execute(
        f"SELECT count(*), min(step), max(step), min(timestamp), max(timestamp) FROM {sql}", values
    ).fetchone()
    most = question.points or 0
    if count <= most:
        return read_points(question, run_seq, cursor)
    first_step, last_step, first_time, last_time = bounds
    by_step = first_step < last_step
    axis = Axis(
        "step" if by_step else "timestamp",
        first_step if by_step else first_time,
        max(1, last_step - first_step if by_step else last_time - first_time),
        (most - 2) // 2,
    )
    ends = [
        cursor.execute(
            f"SELECT step, timestamp, value FROM {sql}"
            f" ORDER BY step {way}, timestamp {way} LIMIT 1",
            values,
        ).fetchnumpy()
        for way in ("ASC", "DESC")
    ]
    return in_order([*extremes(sql, values, axis, cursor), *ends])


class Axis(NamedTuple):
    """What a curve is divided along, and into how many stretches."""

    column: str
    start: int
    length: int
    stretches: int


def extremes(
    sql: str, values: list[object], axis: Axis, cursor: Cursor
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The least points of the stretches, and the greatest ones."""
    import numpy as np

    found = cursor.execute(
        f"""
        SELECT least(floor(({axis.column}::DOUBLE - ?::DOUBLE) / ? * ?), ? - 1)::INTEGER AS place,
          isnan(value) AS is_nan,
          arg_min(step, value) AS low_step, arg_min(timestamp, value) AS low_timestamp,
          min(value) AS low_value,
          arg_max(step, value) AS high_step, arg_max(timestamp, value) AS high_timestamp,
          max(value) AS high_value
        FROM {sql} GROUP BY ALL""",
        [axis.start, axis.length, axis.stretches, axis.stretches, *values],
    ).fetchnumpy()
    place, is_nan = found["place"], found["is_nan"]
    shown = ~is_nan | ~np.isin(place, place[~is_nan])
    low, high = ({name: found[f"{end}_{name}"][shown] for name in POINT} for end in ("low", "high"))
    return low, high


def in_order(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """The points of several parts in order, each of them once."""
    import numpy as np

    step, timestamp, value = (np.concatenate([part[name] for part in parts]) for name in POINT)
    order = np.lexsort((value, timestamp, step))
    step, timestamp, value = step[order], timestamp[order], value[order]
    again = (step[1:] == step[:-1]) & (timestamp[1:] == timestamp[:-1])
    again &= (value[1:] == value[:-1]) | (np.isnan(value[1:]) & np.isnan(value[:-1]))
    kept = np.concatenate([[True], ~again])
    return dict(zip(POINT, (column[kept] for column in (step, timestamp, value)), strict=True))


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

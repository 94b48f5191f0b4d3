"""Curves of many metrics of many runs, read together however many there are.

As in `curve`: the least and the greatest point of each of equal stretches, and both ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from nbtrack.errors import InvalidValue
from nbtrack.query.tree import Curves
from nbtrack.store.curve import FEWEST_POINTS, POINT, run_seqs
from nbtrack.store.protocol import Answer, Cursor

__all__ = ["answer_curves", "read_curves"]

GIVEN = "SELECT unnest(?::INTEGER[]) AS run_seq, unnest(?::VARCHAR[]) AS key"
POINTS = "core.metrics WHERE (run_seq, key) IN"


class Course(NamedTuple):
    """A curve as it is to be read: whose, and the axis that it is divided along."""

    run_seq: int
    key: str
    points: int
    by_step: bool
    start: int
    length: int


def answer_curves(question: Curves, cursor: Cursor) -> Answer:
    """`run` (the place in `run_ids`), `key`, `step`, `timestamp` and `value`, curve by curve."""
    seqs = run_seqs(question.run_ids, cursor)
    return Answer(read_curves(seqs, question.keys, question.points, cursor))


def read_curves(
    seqs: Sequence[int | None], keys: tuple[str, ...], most: int, cursor: Cursor
) -> dict[str, Any]:
    """The same for runs by their numbers; None stands for a run that is not there."""
    if most < FEWEST_POINTS:
        raise InvalidValue(f"a curve has at least {FEWEST_POINTS} points, not {most}")
    places = {seq: place for place, seq in enumerate(seqs) if seq is not None}
    found = courses([*places], keys, cursor)
    parts = read_short([it for it in found if it.points <= most], cursor)
    parts += read_long([it for it in found if it.points > most], (most - 2) // 2, cursor)
    return in_order(parts, places)


def courses(seqs: list[int], keys: tuple[str, ...], cursor: Cursor) -> list[Course]:
    """The curves there are."""
    rows = cursor.execute(
        "SELECT run_seq, key, count(*), min(step), max(step), min(timestamp), max(timestamp)"
        " FROM core.metrics WHERE run_seq IN (SELECT unnest(?::INTEGER[]))"
        " AND key IN (SELECT unnest(?::VARCHAR[])) GROUP BY ALL",
        [seqs, list(keys)],
    ).fetchall()
    found = []
    for run_seq, key, count, first_step, last_step, first_time, last_time in rows:
        by_step = first_step < last_step
        start, end = (first_step, last_step) if by_step else (first_time, last_time)
        found.append(Course(run_seq, key, count, by_step, start, max(1, end - start)))
    return found


def by_column(wanted: list[Course]) -> list[list[Any]]:
    """The ids and keys of curves, as parameters."""
    return [[it.run_seq for it in wanted], [it.key for it in wanted]]


def read_short(wanted: list[Course], cursor: Cursor) -> list[dict[str, Any]]:
    """Curves that have few points: all of them."""
    if not wanted:
        return []
    sql = f"SELECT run_seq, key, {', '.join(POINT)} FROM {POINTS} ({GIVEN})"
    return [cursor.execute(sql, by_column(wanted)).fetchnumpy()]


def read_long(wanted: list[Course], stretches: int, cursor: Cursor) -> list[dict[str, Any]]:
    """The extremes of the stretches of curves, and their ends."""
    if not wanted:
        return []
    return [*extremes(wanted, stretches, cursor), *ends(wanted, cursor)]


def ends(wanted: list[Course], cursor: Cursor) -> list[dict[str, Any]]:
    """The first points, and the last ones."""
    moment = "(step, timestamp)"
    return [
        cursor.execute(
            f"SELECT run_seq, key, {bound}(step, {moment}) AS step,"
            f" {bound}(timestamp, {moment}) AS timestamp, {bound}(value, {moment}) AS value"
            f" FROM {POINTS} ({GIVEN}) GROUP BY run_seq, key",
            by_column(wanted),
        ).fetchnumpy()
        for bound in ("arg_min", "arg_max")
    ]


def extremes(wanted: list[Course], stretches: int, cursor: Cursor) -> list[dict[str, Any]]:
    """The least points of the stretches, and the greatest ones; of one all of NaN, a NaN."""
    there = "FILTER (NOT isnan(value))"
    found = cursor.execute(
        f"""
        WITH wanted AS ({GIVEN}, unnest(?::BOOLEAN[]) AS by_step,
          unnest(?::DOUBLE[]) AS start, unnest(?::DOUBLE[]) AS length)
        SELECT run_seq, key, least(floor(
            (CASE WHEN by_step THEN step ELSE timestamp END::DOUBLE - start) / length * ?), ? - 1
          ) AS place,
          coalesce(arg_min(step, value) {there}, min(step)) AS low_step,
          coalesce(arg_min(timestamp, value) {there}, min(timestamp)) AS low_timestamp,
          coalesce(min(value) {there}, 'nan'::DOUBLE) AS low_value,
          coalesce(arg_max(step, value) {there}, min(step)) AS high_step,
          coalesce(arg_max(timestamp, value) {there}, min(timestamp)) AS high_timestamp,
          coalesce(max(value) {there}, 'nan'::DOUBLE) AS high_value
        FROM core.metrics JOIN wanted USING (run_seq, key) GROUP BY run_seq, key, place""",
        [
            *by_column(wanted),
            [it.by_step for it in wanted],
            [float(it.start) for it in wanted],
            [float(it.length) for it in wanted],
            stretches,
            stretches,
        ],
    ).fetchnumpy()
    whose = {name: found[name] for name in ("run_seq", "key")}
    return [
        {**whose, **{name: found[f"{end}_{name}"] for name in POINT}} for end in ("low", "high")
    ]


def in_order(parts: list[dict[str, Any]], places: dict[int, int]) -> dict[str, Any]:
    """All points, curve by curve in the order of the runs, each point once."""
    import numpy as np

    if not parts:
        kinds = {"run": "int32", "step": "int64", "timestamp": "int64", "value": "float64"}
        empty: dict[str, Any] = {name: np.empty(0, kind) for name, kind in kinds.items()}
        return {"run": empty.pop("run"), "key": [], **empty}
    names = ("run_seq", "key", *POINT)
    seq, key, *point = (np.concatenate([part[name] for part in parts]) for name in names)
    numbers = {name: number for number, name in enumerate(sorted(set(key.tolist())))}
    run = np.array([places[it] for it in seq.tolist()], "int32")
    kind = np.array([numbers[it] for it in key.tolist()], "int32")
    step, timestamp, value = point
    order = np.lexsort((value, timestamp, step, kind, run))
    run, kind, step, timestamp, value = (it[order] for it in (run, kind, step, timestamp, value))
    again = (run[1:] == run[:-1]) & (kind[1:] == kind[:-1])
    again &= (step[1:] == step[:-1]) & (timestamp[1:] == timestamp[:-1])
    again &= (value[1:] == value[:-1]) | (np.isnan(value[1:]) & np.isnan(value[:-1]))
    kept = np.concatenate([[True], ~again])
    keys = key[order][kept].tolist()
    columns = dict(zip(POINT, (it[kept] for it in (step, timestamp, value)), strict=True))
    return {"run": run[kept], "key": keys, **columns}

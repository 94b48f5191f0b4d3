"""A page of a table of runs: rows with the values that they have, cells and small curves."""

from __future__ import annotations

from typing import Any

from nbtrack.query.fields import KEYED, PREFIXES
from nbtrack.query.tree import Entity, RunCells, RunPage
from nbtrack.store.compile import TABLES
from nbtrack.store.curves import read_curves
from nbtrack.store.execution_answers import answer_run_cells
from nbtrack.store.protocol import Answer, Cursor
from nbtrack.store.resolution import resolved, with_aliases
from nbtrack.store.wide import chosen, read_rows

__all__ = ["PAGE_ATTRIBUTES", "answer_page"]

PAGE_ATTRIBUTES = (
    *("run_id", "run_name", "status", "experiment_id", "start_time", "end_time", "user_id"),
    "lifecycle_stage",
)
"""The attributes that each row of a page has."""


def answer_page(question: RunPage, cursor: Cursor) -> Answer:
    """A list for each of `PAGE_ATTRIBUTES`, and `values`: the chosen ones that a run has, by name.

    Other than in a table, a metric that is NaN and one that is not there are told apart. With
    `curve_points` there are `number`, `cell_id`, `notebook` and `curve` besides.
    """
    asked = resolved(with_aliases(question, cursor), cursor)
    attributes, keys = chosen(asked.columns)
    columns = read_rows(asked, dict.fromkeys((*PAGE_ATTRIBUTES, *attributes)), cursor)
    run_seqs = columns.pop("run_seq")
    values: dict[int, dict[str, Any]] = {
        seq: {name: columns[name][place] for name in attributes}
        for place, seq in enumerate(run_seqs)
    }
    for entity in KEYED["run"]:
        wanted = [it.key for it in keys or () if it.entity == entity]
        for seq, key, value in read_values(entity, wanted, run_seqs, cursor):
            values[seq][f"{PREFIXES[entity]}.{key}"] = value
    shown: dict[str, Any] = {name: columns[name] for name in PAGE_ATTRIBUTES}
    shown["values"] = [values[seq] for seq in run_seqs]
    if asked.curve_points:
        shown |= first_cells(shown["run_id"], cursor)
        shown["curve"] = curves(asked, run_seqs, cursor)
    return Answer(shown)


def read_values(
    entity: Entity, keys: list[str], run_seqs: list[int], cursor: Cursor
) -> list[tuple[int, str, Any]]:
    """The values that some runs have under some keys."""
    if not keys or not run_seqs:
        return []
    found: list[tuple[int, str, Any]] = cursor.execute(
        f"SELECT run_seq, key, value FROM {TABLES['run', entity]} WHERE value IS NOT NULL"
        " AND run_seq IN (SELECT unnest(?::INTEGER[])) AND key IN (SELECT unnest(?::VARCHAR[]))",
        [run_seqs, keys],
    ).fetchall()
    return found


def first_cells(run_ids: list[str], cursor: Cursor) -> dict[str, list[Any]]:
    """The number, cell and notebook of the first execution of each run; None where it has none."""
    told = answer_run_cells(RunCells(tuple(run_ids)), cursor).columns
    places = {run_id: place for place, run_id in enumerate(told.pop("run_id"))}
    return {
        name: [column[places[it]] if it in places else None for it in run_ids]
        for name, column in told.items()
    }


def curves(question: RunPage, run_seqs: list[int], cursor: Cursor) -> list[list[float]]:
    """The values of a metric of each run over its steps, thinned; none of a single point."""
    found: dict[int, list[float]] = {}
    key, drawn = curve_of_most(question.curve, run_seqs, cursor)
    if drawn:
        columns = read_curves(drawn, (key,), question.curve_points, cursor)
        for place, value in zip(columns["run"].tolist(), columns["value"].tolist(), strict=True):
            found.setdefault(drawn[place], []).append(value)
    return [found.get(seq, []) for seq in run_seqs]


def curve_of_most(key: str | None, run_seqs: list[int], cursor: Cursor) -> tuple[str, list[int]]:
    """The metric that is drawn, the one that most of the runs logged over steps, and those runs."""
    named = "NOT starts_with(key, 'system/')" if key is None else "key = ?"
    row = cursor.execute(
        "SELECT key, list(run_seq) FROM core.latest WHERE n > 1"
        f" AND run_seq IN (SELECT unnest(?::INTEGER[])) AND {named}"
        " GROUP BY key ORDER BY count(*) DESC, key LIMIT 1",
        [run_seqs, *([] if key is None else [key])],
    ).fetchone()
    return ("", []) if row is None else (row[0], row[1])

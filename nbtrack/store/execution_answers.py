"""Questions about executions of cells answered, with what they depend on; called by `answers`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from nbtrack.query.tree import Executions, RunCells, Sessions
from nbtrack.records.execution import EXECUTION_TAG
from nbtrack.store.protocol import Answer, Cursor
from nbtrack.store.tables import EXECUTION_COLUMNS

__all__ = ["answer_executions", "answer_run_cells", "answer_sessions", "with_uses"]

COLUMNS = ("execution_id", *(column.name for column in EXECUTION_COLUMNS), "time")
NUMBER = COLUMNS.index("number")
MOMENT = "coalesce(start_time, end_time, time // 1000)"
"""When it began; of an end that came without its start, when that was."""

# The table is asked: the view works out each row's `cell_run` before it can be compared.
RUNS_OF = f"""
    SELECT cell_run AS run_id, execution_id FROM core.executions
    WHERE cell_run {{is_it}} AND cell_run NOT IN (SELECT run_id FROM core.tombstones)
    UNION
    SELECT r.run_id, t.value FROM core.tags t JOIN core.runs r USING (run_seq)
    WHERE t.key = '{EXECUTION_TAG}' AND r.run_id {{is_it}}"""
"""Runs with executions: an execution names the run that it is, or the last one it logged to, and
each run the execution that it began in, of which a loop begins many."""

OF_RUNS = f"execution_id IN (SELECT execution_id FROM ({RUNS_OF}))"
ANY_OF = "IN (SELECT unnest({}::VARCHAR[]))"

CONDITIONS: dict[str, Callable[[str], str]] = {
    "ids": lambda mark: f"execution_id {ANY_OF.format(mark)}",
    "run_ids": lambda mark: OF_RUNS.format(is_it=ANY_OF.format(mark)),
    "session_id": lambda mark: f"session_id = {mark}",
    "cell_id": lambda mark: f"cell_id = {mark}",
    "run_id": lambda mark: OF_RUNS.format(is_it=f"= {mark}"),
}
"""A condition by the name of what is given, from the mark that stands for it in a statement."""


def answer_executions(question: Executions, cursor: Cursor) -> Answer:
    """Executions by column, in order of time."""
    asked: dict[str, Any] = {name: getattr(question, name) for name in CONDITIONS}
    for name in ("ids", "run_ids"):
        asked[name] = None if asked[name] is None else list(asked[name])
    if question.ids is not None and question.with_uses:
        asked["ids"] = with_uses(question.ids, cursor)
    given = {name: value for name, value in asked.items() if value is not None}
    if question.limit is not None:
        given = {"ids": newest(given, question.limit, cursor)}
    rows = cursor.execute(
        f"SELECT {', '.join(COLUMNS)}, {MOMENT} FROM core.execution_view WHERE {where(given)}",
        [*given.values()],
    ).fetchall()
    # Sorted here: DuckDB takes three times as long where the rows are this wide.
    rows.sort(key=place)
    return by_column(COLUMNS, [row[:-1] for row in rows])


def where(given: Iterable[str]) -> str:
    """The conditions of what is given, which is `$1`, `$2` … in its order."""
    marked = enumerate(given, start=1)
    return " AND ".join(CONDITIONS[name](f"${place}") for place, name in marked) or "true"


def newest(given: dict[str, Any], limit: int, cursor: Cursor) -> list[str]:
    """The ids of the newest executions, chosen without reading what else is known of them."""
    rows = cursor.execute(
        f"SELECT execution_id FROM core.execution_view WHERE {where(given)}"
        f" ORDER BY {MOMENT} DESC, coalesce(number, -1) DESC, execution_id DESC"
        f" LIMIT ${len(given) + 1}",
        [*given.values(), limit],
    ).fetchall()
    return [row[0] for row in rows]


def place(row: tuple[Any, ...]) -> tuple[int, int, str]:
    """Where a row stands in time; executions of one moment follow their numbers."""
    number = row[NUMBER]
    return row[-1], -1 if number is None else number, row[0]


def by_column(names: Iterable[str], rows: list[tuple[Any, ...]]) -> Answer:
    columns: dict[str, list[Any]] = {name: [] for name in names}
    for name, values in zip(columns, zip(*rows, strict=True), strict=False):
        columns[name] = list(values)
    return Answer(columns)


def with_uses(ids: Iterable[str], cursor: Cursor) -> list[str]:
    """The ids of all that some executions depend on, theirs and missing ones too.

    The walk is done here and not by recursive SQL, which takes a join for each step: a slice may
    be as long as its session. Nearly all of it lies in the sessions it begins in; only where one
    leads out of them (by a file, say), the uses of all executions are read.
    """
    found: dict[str, None] = dict.fromkeys(ids)
    uses = uses_within_sessions(list(found), cursor)
    missing = walk(found, list(found), uses)
    if missing:
        walk(found, missing, uses_of_all(cursor))
    return list(found)


def walk(found: dict[str, None], waiting: list[str], uses: dict[str, list[str]]) -> list[str]:
    """Add what can be reached to what was found; the result is what was not known."""
    missing = []
    while waiting:
        execution_id = waiting.pop()
        if execution_id not in uses:
            missing.append(execution_id)
            continue
        new = [it for it in uses[execution_id] if it not in found]
        found.update(dict.fromkeys(new))
        waiting += new
    return missing


def uses_within_sessions(ids: list[str], cursor: Cursor) -> dict[str, list[str]]:
    """The direct dependencies of every execution in the sessions of some, or of these alone.

    Two statements take a third of the time of one that joins them by OR.
    """
    select = "SELECT execution_id, coalesce(uses, []), session_id FROM core.executions WHERE"
    own = cursor.execute(f"{select} execution_id {ANY_OF.format('?')}", [ids]).fetchall()
    sessions = list({session_id for *_, session_id in own if session_id is not None})
    around = cursor.execute(f"{select} session_id {ANY_OF.format('?')}", [sessions]).fetchall()
    return {execution_id: uses for execution_id, uses, _ in (*own, *around)}


def uses_of_all(cursor: Cursor) -> dict[str, list[str]]:
    return dict(
        cursor.execute("SELECT execution_id, coalesce(uses, []) FROM core.executions").fetchall()
    )


FIRST_CELL = ("run_id", "number", "cell_id", "notebook")


def answer_run_cells(question: RunCells, cursor: Cursor) -> Answer:
    """`run_id`, `number`, `cell_id` and `notebook`; a run without executions is left out."""
    rows = cursor.execute(
        "SELECT o.run_id, arg_min({'number': number, 'cell_id': cell_id, 'notebook': notebook},"
        f" ({MOMENT}, coalesce(number, -1), execution_id))"
        f" FROM ({RUNS_OF.format(is_it=ANY_OF.format('$1'))}) o JOIN core.executions"
        " USING (execution_id) GROUP BY o.run_id ORDER BY o.run_id",
        [list(question.run_ids)],
    ).fetchall()
    return by_column(FIRST_CELL, [(run_id, *cell.values()) for run_id, cell in rows])


SESSION_COLUMNS = ("session_id", "notebook", "executions", "last_number", "start_time", "last_time")


def answer_sessions(question: Sessions, cursor: Cursor) -> Answer:
    """Sessions by column: how many executions each has, and when it was active."""
    limit = "" if question.limit is None else " LIMIT ?"
    rows = cursor.execute(
        "SELECT session_id, arg_max(notebook, (notebook_time, notebook)), count(*), max(number),"
        f" min({MOMENT}), max(greatest({MOMENT}, end_time)) AS last_time"
        " FROM core.executions WHERE session_id IS NOT NULL GROUP BY session_id"
        f" ORDER BY last_time DESC, session_id DESC{limit}",
        [] if question.limit is None else [question.limit],
    ).fetchall()
    return by_column(SESSION_COLUMNS, rows)

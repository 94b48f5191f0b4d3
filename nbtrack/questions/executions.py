"""Questions about executions of cells: one, those of a run, session or cell, and what they use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from nbtrack.errors import NotFound, listing
from nbtrack.query.tree import Executions, Rows, Sessions, Together
from nbtrack.records.execution import EXECUTION_TAG, Execution
from nbtrack.store.protocol import Answer, Store

__all__ = [
    "Closure",
    "Session",
    "by_ids",
    "closure",
    "get",
    "of_cell",
    "of_run",
    "of_runs",
    "of_session",
    "sessions",
]

mapping = msgspec.json.Decoder(dict[str, str])


class Session(NamedTuple):
    """A kernel session: the notebook last seen in it, how much was run, and when (ms)."""

    session_id: str
    notebook: str | None
    executions: int
    last_number: int | None
    start_time: int
    last_time: int


class Closure(NamedTuple):
    """Executions with all they depend on, in order of time, and ids that the store lacks."""

    executions: list[Execution]
    missing: list[str]


def get(store: Store, execution_id: str) -> Execution:
    """An execution by its id.

    Raises:
        NotFound: There is no such execution.
    """
    found = list(executions(store.fetch(Executions(ids=(execution_id,)))))
    if found:
        return found[0]
    known = [it.execution_id for it in executions(store.fetch(Executions(limit=8)))]
    raise NotFound(
        f"no execution has the id {execution_id!r}; of the newest, {listing(known, execution_id)}"
    )


def by_ids(store: Store, ids: Iterable[str]) -> dict[str, Execution]:
    """Executions by their ids, in the order asked for; one that is not there is left out."""
    wanted = tuple(dict.fromkeys(ids))
    found = {it.execution_id: it for it in executions(store.fetch(Executions(ids=wanted)))}
    return {execution_id: found[execution_id] for execution_id in wanted if execution_id in found}


def of_run(store: Store, run_id: str) -> list[Execution]:
    """The executions that a run is, began in, or that logged to it, in order of time."""
    return list(executions(store.fetch(Executions(run_id=run_id))))


def of_runs(store: Store, run_ids: Iterable[str]) -> dict[str, list[Execution]]:
    """The executions of several runs by the runs' ids; a run without any is left out."""
    wanted = tuple(dict.fromkeys(run_ids))
    if not wanted:
        return {}
    asked = Together((Executions(run_ids=wanted), Rows("tags", wanted)))
    cells, tags = store.fetch(asked).columns["answer"]
    begun_in: dict[str, list[str]] = {}
    for run_id, key, execution_id in zip(*tags.columns.values(), strict=True):
        if key == EXECUTION_TAG:
            begun_in.setdefault(execution_id, []).append(run_id)
    found: dict[str, list[Execution]] = {}
    for it in executions(cells):
        named = dict.fromkeys([it.cell_run, *begun_in.get(it.execution_id, ())])
        for run_id in named.keys() & set(wanted):
            found.setdefault(str(run_id), []).append(it)
    return found


def of_session(store: Store, session_id: str, *, limit: int | None = None) -> list[Execution]:
    """The executions of a kernel session, newest first."""
    return newest_first(store, Executions(session_id=session_id, limit=limit))


def of_cell(store: Store, cell_id: str, *, limit: int | None = None) -> list[Execution]:
    """The executions of a cell, newest first."""
    return newest_first(store, Executions(cell_id=cell_id, limit=limit))


def newest_first(store: Store, question: Executions) -> list[Execution]:
    return list(executions(store.fetch(question)))[::-1]


def sessions(store: Store, *, limit: int | None = 20) -> list[Session]:
    """The kernel sessions that executions were recorded of, the one last active first."""
    columns = store.fetch(Sessions(limit)).columns
    return [Session(*row) for row in zip(*columns.values(), strict=True)]


def closure(store: Store, ids: Iterable[str]) -> Closure:
    """Some executions with all that they depend on, directly or not, in order of time.

    That order is right for a replay: what an execution uses was run before it, in whichever
    session.
    """
    asked = tuple(dict.fromkeys(ids))
    found = list(executions(store.fetch(Executions(ids=asked, with_uses=True))))
    there = {it.execution_id for it in found}
    named = dict.fromkeys([*asked, *(used for it in found for used in it.uses or ())])
    return Closure(found, [it for it in named if it not in there])


def executions(answer: Answer) -> Iterator[Execution]:
    """The rows of an answer as records."""
    names = list(answer.columns)
    for row in zip(*answer.columns.values(), strict=True):
        told = dict(zip(names, row, strict=True))
        for name in ("reads", "writes"):
            if told[name] is not None:
                told[name] = mapping.decode(told[name])
        yield Execution(**told)

"""The answers to `runs/groups` and `runs/members`: groups of all runs, and the runs of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from nbtrack.errors import NotFound
from nbtrack.query.tree import Changes, Question, RunCells, RunPage, RunTable
from nbtrack.questions.notebook_runs import with_ids
from nbtrack.questions.run_groups import (
    CELL,
    PARENT,
    PARENT_TAG,
    Group,
    by_parent,
    grouped,
    spread,
)
from nbtrack.rest.memory import Memory
from nbtrack.rest.run_table import (
    METRICS,
    columns_of,
    first_metric,
    names_of,
    page_of,
    rows_of,
    state_of,
    together,
)
from nbtrack.rest.shapes import (
    GroupItem,
    GroupsQuestion,
    GroupsReply,
    MembersQuestion,
    RunRow,
    RunsReply,
    Spread,
)
from nbtrack.store.protocol import Answer, Store

__all__ = ["groups", "members"]


class Seen(NamedTuple):
    """All runs that are asked for, in order, and how far the store was."""

    page: RunPage
    shown: list[str]
    columns: Mapping[str, Sequence[Any]]
    available: list[str]
    seq: int


def groups(
    store: Store, asked: GroupsQuestion, paths: Sequence[str], memory: Memory
) -> GroupsReply:
    """A page of groups; by parent each is a run that stands below none, with what is below it."""
    seen = look(store, asked, paths, memory)
    here = slice(seen.page.offset, seen.page.offset + (seen.page.limit or 0))
    if asked.by == PARENT:
        below = by_parent(seen.columns)
        rows = rows_at(store, seen, below[None][here], below)
        items = [GroupItem(key=it.run_id, size=it.child_count, run=it) for it in rows]
        count = len(below[None])
    else:
        found = grouped(asked.by, seen.columns, cells_of(store, asked.by, seen, memory))
        items = [item(it, seen) for it in found[here]]
        count = len(found)
    return GroupsReply(
        groups=items,
        group_count=count,
        total=len(seen.columns["run_id"]),
        seq=seen.seq,
        columns=seen.available,
        shown=seen.shown,
    )


def members(
    store: Store, asked: MembersQuestion, paths: Sequence[str], memory: Memory
) -> RunsReply:
    """A page of the runs of a group.

    Raises:
        NotFound: There is no such group, or not any more.
    """
    seen = look(store, asked, paths, memory)
    below = by_parent(seen.columns) if asked.by == PARENT else {}
    if asked.by == PARENT:
        places = below.get(asked.key, [])
    else:
        found = grouped(asked.by, seen.columns, cells_of(store, asked.by, seen, memory))
        places = next((it.places for it in found if it.key == asked.key), [])
    if not places:
        raise NotFound(f"no run is in the group {asked.key!r} by {asked.by}; ask for groups again")
    here = slice(seen.page.offset, seen.page.offset + (seen.page.limit or 0))
    return RunsReply(
        runs=rows_at(store, seen, places[here], below),
        total=len(places),
        seq=seen.seq,
        columns=seen.available,
        shown=seen.shown,
    )


def look(
    store: Store, asked: GroupsQuestion | MembersQuestion, paths: Sequence[str], memory: Memory
) -> Seen:
    """Read the table of all runs, unless it was read of this state of the store."""
    runs = asked.runs
    shown = first_metric(store, runs, memory) if runs.columns is None else runs.columns
    page = page_of(runs, shown, paths)
    facts = {CELL: [], PARENT: [PARENT_TAG]}.get(asked.by, [asked.by])
    metrics = [it for it in shown if it.startswith(METRICS)]
    columns = tuple(dict.fromkeys(["run_id", "start_time", *facts, *metrics]))
    table = RunTable(page.experiment_ids, page.where, page.order_by, page.view, None, columns)
    seq, (answer, *names) = remembered(store, memory, table, *names_of(page))
    return Seen(page, shown, answer.columns, columns_of(*(it.columns["key"] for it in names)), seq)


def remembered(store: Store, memory: Memory, *questions: Question) -> tuple[int, list[Answer]]:
    """The answers to some questions as the store is now, and how far it is."""
    missing = [it for it in questions if it not in memory.answers]
    changes, *told = together(store, Changes(), *missing)
    answers = memory.as_of(state_of(changes))
    answers.update(zip(missing, told, strict=True))
    if outdated := [it for it in questions if it not in answers]:
        answers.update(zip(outdated, together(store, *outdated), strict=True))
    return changes.columns["seq"][0], [answers[it] for it in questions]


def cells_of(
    store: Store, by: str, seen: Seen, memory: Memory
) -> dict[str, tuple[str, str | None]]:
    """The cell and notebook of each run that was first executed in one."""
    if by != CELL:
        return {}
    question = RunCells(tuple(seen.columns["run_id"]))
    told = remembered(store, memory, question)[1][0].columns
    rows = zip(told["run_id"], told["cell_id"], told["notebook"], strict=True)
    return {run_id: (cell_id, notebook) for run_id, cell_id, notebook in rows if cell_id}


def item(group: Group, seen: Seen) -> GroupItem:
    """A group as it is sent."""
    times = seen.columns["start_time"]
    last = max(group.places, key=lambda place: (times[place] or 0, seen.columns["run_id"][place]))
    values = {}
    for name in seen.shown:
        if name.startswith(METRICS):
            found = spread(name.removeprefix(METRICS), seen.columns[name], group.places)
            if found is not None:
                values[name] = Spread(best=found.best, mean=found.mean, count=found.size)
    return GroupItem(
        key=group.key,
        value=group.value,
        notebook=group.notebook,
        size=len(group.places),
        last_run_id=seen.columns["run_id"][last],
        last_time=None if times[last] is None else int(times[last]),
        values=values,
    )


def rows_at(
    store: Store, seen: Seen, places: Sequence[int], below: Mapping[str | None, list[int]]
) -> list[RunRow]:
    """Some rows of the table as they are shown, in its order."""
    run_ids = [seen.columns["run_id"][it] for it in places]
    if not run_ids:
        return []
    page = msgspec.structs.replace(
        seen.page, where=with_ids(run_ids), offset=0, limit=len(run_ids), order_by=()
    )
    found = {it.run_id: it for it in rows_of(store.fetch(page).columns, seen.shown)}
    return [
        msgspec.structs.replace(found[it], child_count=len(below.get(it, ())))
        for it in run_ids
        if it in found
    ]

"""Operations: evaluated one after the other under the writer's lock, and kept in `ops.jsonl`.

An operation is validated, given its number, applied, and written down before the transaction is
committed; the database knows the last number it has applied. So after a crash, or with a database
that had to be set up anew, `replay` applies each once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import msgspec

from nbtrack.errors import AlreadyExists, InvalidValue, NotFound, StoreError
from nbtrack.journal.folder import StoreFolder
from nbtrack.records.codec import decode_op, encode
from nbtrack.records.event import Op
from nbtrack.records.experiment import Experiment
from nbtrack.records.ids import next_time
from nbtrack.records.operation import (
    CorrectParam,
    CreateExperiment,
    Purge,
    RenameExperiment,
    SetExperimentTag,
    SetLifecycle,
)
from nbtrack.store import meta
from nbtrack.store.protocol import Cursor

__all__ = [
    "Applied",
    "evaluate",
    "merge_provisional",
    "needs_runs",
    "replay",
    "taken_back_on_failure",
    "write_down",
]

PROVISIONAL = 10**17
"""Ids from here on are provisional: made while the store was busy."""

PURGED_TABLES = (
    "params",
    "param_conflicts",
    "tags",
    "metrics",
    "latest",
    "artifacts",
    "inputs",
    "runs",
)


class Applied(NamedTuple):
    """An operation as it is written down, and what its caller gets."""

    op: Op
    result: Any = None


def create_experiment(
    cursor: Cursor,
    op: CreateExperiment,
    *,
    replayed: bool,  # noqa: ARG001 - all rows of the table have it
) -> Applied:
    """Make an experiment.

    One that brings its own id was made elsewhere: if its name is taken here, the id becomes an
    alias of the one that has it.
    """
    check_name(op.name)
    existing = active_by_name(cursor, op.name)
    experiment_id = op.experiment_id
    if experiment_id is not None and resolve(cursor, experiment_id) is not None:
        return Applied(op, resolve(cursor, experiment_id))
    if existing is not None:
        if experiment_id is None:
            raise AlreadyExists(f"Experiment(name={op.name}) already exists")
        add_alias(cursor, experiment_id, existing)
        return Applied(op, existing)
    experiment_id = experiment_id or str(next_experiment_id(cursor))
    moment = op.time // 1000
    cursor.execute(
        "INSERT INTO core.experiments VALUES (?, ?, ?, 'active', ?, ?)",
        [experiment_id, op.name, op.artifact_location, moment, moment],
    )
    for key, value in op.tags.items():
        put_experiment_tag(cursor, experiment_id, key, value)
    if int(experiment_id) < PROVISIONAL:
        count = max(meta.get_number(cursor, "next_experiment_id"), int(experiment_id) + 1)
        meta.put(cursor, "next_experiment_id", count)
    return Applied(msgspec.structs.replace(op, experiment_id=experiment_id), experiment_id)


def rename_experiment(cursor: Cursor, op: RenameExperiment, *, replayed: bool) -> Applied:
    """Give an experiment another name."""
    check_name(op.name)
    experiment_id, stage, _ = experiment_of(cursor, op.experiment_id)
    if stage != "active" and not replayed:
        raise InvalidValue(
            f"Cannot rename experiment {experiment_id}: it is deleted; restore it first"
        )
    other = active_by_name(cursor, op.name)
    if other is not None and other != experiment_id:
        raise AlreadyExists(f"Experiment(name={op.name}) already exists")
    cursor.execute(
        "UPDATE core.experiments SET name = ? WHERE experiment_id = ?", [op.name, experiment_id]
    )
    changed(cursor, experiment_id, op.time)
    return Applied(op)


def set_experiment_tag(cursor: Cursor, op: SetExperimentTag, *, replayed: bool) -> Applied:
    """Set a tag of an experiment, or take it away."""
    experiment_id, _, _ = experiment_of(cursor, op.experiment_id)
    if op.value is None and not replayed:
        there = cursor.execute(
            "SELECT 1 FROM core.experiment_tags WHERE experiment_id = ? AND key = ?",
            [experiment_id, op.key],
        ).fetchone()
        if there is None:
            raise NotFound(f"No tag with name: {op.key} in experiment with id {experiment_id}")
    put_experiment_tag(cursor, experiment_id, op.key, op.value)
    changed(cursor, experiment_id, op.time)
    return Applied(op)


def set_lifecycle(cursor: Cursor, op: SetLifecycle, *, replayed: bool) -> Applied:
    """Delete or restore a run, or an experiment; the runs of an experiment follow by the view."""
    if op.noun == "run":
        return set_run_lifecycle(cursor, op, replayed=replayed)
    experiment_id, stage, name = experiment_of(cursor, op.id)
    if stage == op.stage:
        if replayed:
            return Applied(op)
        wanted = "active" if op.stage == "deleted" else "deleted"
        raise NotFound(f"No {wanted} experiment with id={op.id} exists: it is {stage} already")
    other = active_by_name(cursor, name)
    if op.stage == "active" and other is not None:
        raise AlreadyExists(
            f"Experiment(name={name}) already exists: experiment {other} has taken the name of "
            f"{experiment_id} since it was deleted; rename that one first"
        )
    cursor.execute(
        "UPDATE core.experiments SET lifecycle_stage = ? WHERE experiment_id = ?",
        [op.stage, experiment_id],
    )
    changed(cursor, experiment_id, op.time)
    return Applied(op)


def set_run_lifecycle(cursor: Cursor, op: SetLifecycle, *, replayed: bool) -> Applied:
    run_seq = run_of(cursor, op.id, replayed=replayed)
    if run_seq is None:
        return Applied(op)
    row = cursor.execute(
        "SELECT e.experiment_id, e.name FROM core.runs r JOIN core.experiments e"
        " ON e.experiment_id = r.experiment_id"
        " WHERE r.run_seq = ? AND e.lifecycle_stage = 'deleted'",
        [run_seq],
    ).fetchone()
    if row is not None and op.stage == "active" and not replayed:
        raise InvalidValue(
            f"run {op.id} belongs to the deleted experiment {row[1]!r} (id {row[0]}); "
            f"restore the experiment, its runs follow"
        )
    cursor.execute(
        "UPDATE core.runs SET lifecycle_stage = ?, deleted_time = ?, updated_seq = ?"
        " WHERE run_seq = ?",
        [
            op.stage,
            op.time // 1000 if op.stage == "deleted" else None,
            next_update(cursor),
            run_seq,
        ],
    )
    return Applied(op)


def next_update(cursor: Cursor) -> int:
    """The next number by which those who watch the store see what changed."""
    number = meta.get_number(cursor, "updated_seq") + 1
    meta.put(cursor, "updated_seq", number)
    return number


def purge(cursor: Cursor, op: Purge, *, replayed: bool) -> Applied:
    """Delete for good, which `sweep` completes; records that still arrive are dropped."""
    if op.noun == "run":
        if run_of(cursor, op.id, replayed=replayed) is not None:
            put_tombstone(cursor, op.id)
        return Applied(op)
    if op.id == "0":
        raise InvalidValue("experiment 0 (Default) cannot be deleted for good: runs need it")
    found = resolve(cursor, op.id)
    if found is None:
        if replayed:
            return Applied(op)
        raise no_experiment(op.id)
    cursor.execute(
        "INSERT INTO core.tombstones SELECT run_id FROM core.runs WHERE experiment_id = ?"
        " ON CONFLICT DO NOTHING",
        [found],
    )
    aliases = cursor.execute(
        "SELECT alias FROM core.experiment_aliases WHERE experiment_id = ?", [found]
    ).fetchall()
    for name in [found, *(row[0] for row in aliases)]:
        put_tombstone(cursor, f"experiment:{name}")
    for table in ("experiments", "experiment_tags", "experiment_aliases"):
        cursor.execute(f"DELETE FROM core.{table} WHERE experiment_id = ?", [found])
    return Applied(op)


def put_tombstone(cursor: Cursor, name: str) -> None:
    cursor.execute("INSERT INTO core.tombstones VALUES (?) ON CONFLICT DO NOTHING", [name])


def sweep(cursor: Cursor) -> None:
    """Take the rows of runs with a tombstone out of each table."""
    gone = cursor.execute(
        "SELECT run_seq FROM core.runs SEMI JOIN core.tombstones USING (run_id)"
    ).fetchall()
    if not gone:
        return
    rows = [row[0] for row in gone]
    for table in PURGED_TABLES:
        cursor.execute(
            f"DELETE FROM core.{table} WHERE run_seq IN (SELECT unnest(?::INTEGER[]))", [rows]
        )


def correct_param(cursor: Cursor, op: CorrectParam, *, replayed: bool) -> Applied:
    """Put another value in place of a param's.

    Its time is made older than any, so that it stays when the old value is read again.
    """
    run_seq = run_of(cursor, op.run_id, replayed=replayed)
    if run_seq is None:
        return Applied(op)
    there = cursor.execute(
        "SELECT 1 FROM core.params WHERE run_seq = ? AND key = ?", [run_seq, op.key]
    ).fetchone()
    if there is None and not replayed:
        raise NotFound(f"run {op.run_id} has no param {op.key!r} that could be corrected")
    cursor.execute("DELETE FROM core.params WHERE run_seq = ? AND key = ?", [run_seq, op.key])
    cursor.execute(
        "INSERT INTO core.params VALUES (?, ?, ?, ?)", [run_seq, op.key, op.value, -op.number]
    )
    cursor.execute(
        "DELETE FROM core.param_conflicts WHERE run_seq = ? AND key = ?", [run_seq, op.key]
    )
    return Applied(op)


TABLE: dict[type, Callable[..., Applied]] = {
    CreateExperiment: create_experiment,
    RenameExperiment: rename_experiment,
    SetExperimentTag: set_experiment_tag,
    SetLifecycle: set_lifecycle,
    Purge: purge,
    CorrectParam: correct_param,
}


def needs_runs(op: Op) -> bool:
    """Whether the journals must be drained before an operation can be evaluated."""
    return isinstance(op, CorrectParam | Purge) or (
        isinstance(op, SetLifecycle) and op.noun == "run"
    )


def evaluate(cursor: Cursor, ops: Sequence[Op]) -> list[Applied]:
    """Apply operations in order, each with the next number; raises for the first that cannot be."""
    number = meta.get_number(cursor, "last_operation")
    applied = []
    for op in ops:
        number += 1
        numbered = msgspec.structs.replace(op, number=number, time=op.time or next_time())
        applied.append(TABLE[type(op)](cursor, numbered, replayed=False))
    sweep_after(cursor, ops)
    meta.put(cursor, "last_operation", number)
    return applied


def sweep_after(cursor: Cursor, ops: Sequence[Op]) -> None:
    if any(isinstance(op, Purge) for op in ops):
        sweep(cursor)


def write_down(cursor: Cursor, folder: StoreFolder, applied: Sequence[Applied]) -> None:
    """Append operations to `ops.jsonl`, safely on the disk before the commit that follows."""
    if not applied:
        return
    lines = b"".join(encode(item.op) for item in applied)
    descriptor = os.open(folder.operations, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            lines = b"\n" + lines  # what a crash tore stays, on a line of its own
        try:
            written = os.pwrite(descriptor, lines, size)
            os.fdatasync(descriptor)
        except OSError as error:
            os.ftruncate(descriptor, size)
            raise StoreError(f"{folder.operations} cannot be written: {error.strerror}") from error
        if written != len(lines):
            os.ftruncate(descriptor, size)
            raise StoreError(f"{folder.operations} cannot be written: the disk is full")
        meta.put(cursor, "operations_bytes", size + len(lines))
    finally:
        os.close(descriptor)


@contextmanager
def taken_back_on_failure(folder: StoreFolder) -> Iterator[None]:
    """Shorten `ops.jsonl` again if the transaction that goes with its new lines fails."""
    path = folder.operations
    size = path.stat().st_size if path.exists() else 0
    try:
        yield
    except Exception:
        if path.exists() and path.stat().st_size > size:
            os.truncate(path, size)
        raise


def replay(cursor: Cursor, folder: StoreFolder) -> int:
    """Apply what `ops.jsonl` holds beyond the last applied number; the result is how many."""
    try:
        lines = folder.operations.read_bytes()
    except FileNotFoundError:
        return 0
    last = meta.get_number(cursor, "last_operation")
    done: list[Op] = []
    for line in lines.split(b"\n"):
        try:
            op = decode_op(line)
        except msgspec.DecodeError:  # torn by a crash, so never committed
            continue
        if op.number > last:
            TABLE[type(op)](cursor, op, replayed=True)
            last = op.number
            done.append(op)
    sweep_after(cursor, done)
    meta.put(cursor, "last_operation", last)
    meta.put(cursor, "operations_bytes", len(lines))
    return len(done)


def merge_provisional(cursor: Cursor, experiments: Sequence[Experiment]) -> list[Applied]:
    """Take in experiments that were made while the store was busy."""
    ops = [
        CreateExperiment(
            name=experiment.name,
            artifact_location=experiment.artifact_location,
            tags=experiment.tags,
            experiment_id=experiment.experiment_id,
            time=(experiment.creation_time or 0) * 1000,
        )
        for experiment in experiments
        if resolve(cursor, experiment.experiment_id) is None
        and not is_purged(cursor, experiment.experiment_id)
    ]
    return evaluate(cursor, ops)


def is_purged(cursor: Cursor, experiment_id: str) -> bool:
    row = cursor.execute(
        "SELECT 1 FROM core.tombstones WHERE run_id = ?", [f"experiment:{experiment_id}"]
    ).fetchone()
    return row is not None


def resolve(cursor: Cursor, experiment_id: str) -> str | None:
    """The id of an experiment, an alias followed; None if there is none."""
    row = cursor.execute(
        "SELECT experiment_id FROM core.experiments WHERE experiment_id = ?"
        " UNION ALL SELECT experiment_id FROM core.experiment_aliases WHERE alias = ?",
        [experiment_id, experiment_id],
    ).fetchone()
    return None if row is None else str(row[0])


def experiment_of(cursor: Cursor, experiment_id: str) -> tuple[str, str, str]:
    """Id, stage and name of an experiment; raises NotFound."""
    found = resolve(cursor, experiment_id)
    if found is None:
        raise no_experiment(experiment_id)
    row = cursor.execute(
        "SELECT lifecycle_stage, name FROM core.experiments WHERE experiment_id = ?", [found]
    ).fetchone()
    return found, str(row[0]), str(row[1])


def no_experiment(experiment_id: str) -> NotFound:
    return NotFound(f"No Experiment with id={experiment_id} exists")


def active_by_name(cursor: Cursor, name: str) -> str | None:
    row = cursor.execute(
        "SELECT experiment_id FROM core.experiments WHERE name = ? AND lifecycle_stage = 'active'",
        [name],
    ).fetchone()
    return None if row is None else str(row[0])


def next_experiment_id(cursor: Cursor) -> int:
    return max(1, meta.get_number(cursor, "next_experiment_id"))


def add_alias(cursor: Cursor, alias: str, experiment_id: str) -> None:
    """Let an id stand for another experiment, also in the runs that carry it."""
    cursor.execute(
        "INSERT INTO core.experiment_aliases VALUES (?, ?) ON CONFLICT DO NOTHING",
        [alias, experiment_id],
    )
    cursor.execute(
        "UPDATE core.runs SET experiment_id = ? WHERE experiment_id = ?", [experiment_id, alias]
    )


def put_experiment_tag(cursor: Cursor, experiment_id: str, key: str, value: str | None) -> None:
    cursor.execute(
        "DELETE FROM core.experiment_tags WHERE experiment_id = ? AND key = ?",
        [experiment_id, key],
    )
    if value is not None:
        cursor.execute(
            "INSERT INTO core.experiment_tags VALUES (?, ?, ?)", [experiment_id, key, value]
        )


def changed(cursor: Cursor, experiment_id: str, moment: int) -> None:
    cursor.execute(
        "UPDATE core.experiments SET last_update_time = ? WHERE experiment_id = ?",
        [moment // 1000, experiment_id],
    )


def run_of(cursor: Cursor, run_id: str, *, replayed: bool) -> int | None:
    """The row of a run; in a replay it may stand in a journal that is still to come.

    Raises:
        NotFound: There is no such run, or it was deleted for good; in a replay the latter is None.
    """
    gone = cursor.execute("SELECT 1 FROM core.tombstones WHERE run_id = ?", [run_id]).fetchone()
    row = cursor.execute("SELECT run_seq FROM core.runs WHERE run_id = ?", [run_id]).fetchone()
    if row is not None and gone is None:
        return int(row[0])
    if not replayed:
        raise NotFound(f"Run with id={run_id} not found")
    return None if gone is not None else stub(cursor, run_id)


def stub(cursor: Cursor, run_id: str) -> int:
    """A row for a run of which nothing else is known yet."""
    made = cursor.execute(
        "INSERT INTO core.runs BY NAME SELECT (SELECT coalesce(max(run_seq), 0) + 1"
        " FROM core.runs)::INTEGER AS run_seq, CAST(? AS VARCHAR) AS run_id,"
        " 'active' AS lifecycle_stage, 0::BIGINT AS last_time, 0::BIGINT AS updated_seq"
        " RETURNING run_seq",
        [run_id],
    ).fetchone()
    return int(made[0])


def check_name(name: str) -> None:
    if not name.strip():
        raise InvalidValue("an experiment needs a name that is not empty")
    if len(name) > 500:
        raise InvalidValue(
            f"'name' exceeds the maximum length of 500 characters: it has {len(name)}"
        )

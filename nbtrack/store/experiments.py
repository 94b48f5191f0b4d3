"""Operations on experiments, and how one is found by its id, an alias or its name."""

from __future__ import annotations

import msgspec

from nbtrack.errors import AlreadyExists, InvalidValue, NotFound
from nbtrack.records.operation import CreateExperiment, RenameExperiment, SetExperimentTag
from nbtrack.store import meta
from nbtrack.store.applied import Applied
from nbtrack.store.protocol import Cursor

__all__ = [
    "active_by_name",
    "changed",
    "create_experiment",
    "experiment_of",
    "is_purged",
    "no_experiment",
    "rename_experiment",
    "resolve",
    "set_experiment_tag",
]

PROVISIONAL = 10**17
"""Ids from here on are provisional: made while the store was busy."""


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


def check_name(name: str) -> None:
    if not name.strip():
        raise InvalidValue("an experiment needs a name that is not empty")
    if len(name) > 500:
        raise InvalidValue(
            f"'name' exceeds the maximum length of 500 characters: it has {len(name)}"
        )

"""Operations that delete, restore and delete for good, and the one that corrects a param."""

from __future__ import annotations

from nbtrack.errors import AlreadyExists, InvalidValue, NotFound
from nbtrack.records.operation import CorrectParam, Purge, PurgeModel, SetLifecycle
from nbtrack.store import meta
from nbtrack.store.applied import Applied
from nbtrack.store.experiments import active_by_name, changed, experiment_of, no_experiment, resolve
from nbtrack.store.logged_models import sweep_models
from nbtrack.store.protocol import Cursor

__all__ = ["correct_param", "purge", "purge_model", "set_lifecycle", "sweep"]

PURGED_TABLES = (
    "params",
    "param_conflicts",
    "tags",
    "metrics",
    "latest",
    "artifacts",
    "inputs",
    "model_links",
    "runs",
)


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
    if not replayed:
        check_unneeded(cursor, found)
    cursor.execute(
        "INSERT INTO core.tombstones SELECT run_id FROM core.runs WHERE experiment_id = ?"
        " ON CONFLICT DO NOTHING",
        [found],
    )
    cursor.execute(
        "INSERT INTO core.tombstones SELECT 'model:' || model_id FROM core.logged_models"
        " WHERE experiment_id = ? ON CONFLICT DO NOTHING",
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


def check_unneeded(cursor: Cursor, experiment_id: str) -> None:
    """Refuse to delete an experiment for good while versions are made of its models.

    Raises:
        InvalidValue: One is.
    """
    row = cursor.execute(
        "SELECT m.name, v.version, v.model_id FROM core.model_versions v"
        " JOIN core.registered_models m USING (model_seq)"
        " JOIN core.logged_models l ON l.model_id = v.model_id"
        " WHERE l.experiment_id = ? ORDER BY 1, 2 LIMIT 1",
        [experiment_id],
    ).fetchone()
    if row is not None:
        raise InvalidValue(
            f"version {row[1]} of the registered model {row[0]!r} is the logged model {row[2]} of "
            f"experiment {experiment_id}: delete the version before the experiment goes for good"
        )


def purge_model(cursor: Cursor, op: PurgeModel, *, replayed: bool) -> Applied:
    """Delete a logged model for good, which `sweep` completes.

    Raises:
        NotFound: There is no such model.
        InvalidValue: A version of a registered model is made of it.
    """
    if not replayed:
        known = cursor.execute(
            "SELECT 1 FROM core.logged_models WHERE model_id = ?", [op.model_id]
        ).fetchone()
        if known is None:
            raise NotFound(f"Logged model with ID '{op.model_id}' not found")
        row = cursor.execute(
            "SELECT m.name, v.version FROM core.model_versions v"
            " JOIN core.registered_models m USING (model_seq) WHERE v.model_id = ?",
            [op.model_id],
        ).fetchone()
        if row is not None:
            raise InvalidValue(
                f"version {row[1]} of the registered model {row[0]!r} is the logged model "
                f"{op.model_id}: delete the version first"
            )
    put_tombstone(cursor, f"model:{op.model_id}")
    return Applied(op)


def sweep(cursor: Cursor) -> None:
    """Take the rows of runs and models with a tombstone out of each table."""
    sweep_models(cursor)
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


def put_tombstone(cursor: Cursor, name: str) -> None:
    cursor.execute("INSERT INTO core.tombstones VALUES (?) ON CONFLICT DO NOTHING", [name])


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

"""Care of a store: clean-up, backup and restore, a smaller file; called by the command line."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from nbtrack.journal.reader import is_alive
from nbtrack.records.ids import next_time
from nbtrack.records.operation import Purge, PurgeModel
from nbtrack.store import engine
from nbtrack.store.backup import Backup, Progress, backup, restore
from nbtrack.store.duckdb import DuckDBStore
from nbtrack.store.protocol import Cursor
from nbtrack.store.tables import TABLES

__all__ = [
    "Backup",
    "Cleaned",
    "Progress",
    "Vacuumed",
    "backup",
    "gc",
    "restore",
    "vacuum",
]

YOUNG_SECONDS = 86_400.0
"""A file that was put so lately may belong to a record that is still to come."""

PURGED_AT_ONCE = 1000


class Cleaned(NamedTuple):
    """What a clean-up removed, or would remove."""

    runs: list[str]
    experiments: list[str]
    files: int
    bytes: int
    unfinished_files: int
    models: list[str]


class Vacuumed(NamedTuple):
    """The size of the database before and after."""

    before_bytes: int
    after_bytes: int


def gc(
    store: DuckDBStore,
    *,
    older_than_seconds: float = 0.0,
    young_seconds: float = YOUNG_SECONDS,
    dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None,
    by: Mapping[str, Any] | None = None,
) -> Cleaned:
    """Delete for good what was deleted, and files that no run and no model has.

    What a version of a registered model is made of stays: a logged model, the run whose artifacts
    it names, and their experiments.

    Args:
        store: The store to clean.
        older_than_seconds: How long ago a run or an experiment must have been deleted.
        young_seconds: Files put more lately than this stay, whoever has them.
        dry_run: Whether only to tell what would go.
        progress: Called with how much is done and how much there is.
        by: Who does it and from where, as operations say it.
    """
    before = int((time.time() - older_than_seconds) * 1000)
    runs, experiments, models = store.ask(lambda cursor: deleted_before(cursor, before))
    tell = progress or (lambda _done, _all: None)
    if not dry_run:
        told = {**(by or {}), "time": next_time()}
        ops: list[Purge | PurgeModel] = [Purge(noun="run", id=name, **told) for name in runs]
        ops += [PurgeModel(model_id=name, **told) for name in models]
        ops += [Purge(noun="experiment", id=name, **told) for name in experiments]
        for start in range(0, len(ops), PURGED_AT_ONCE):
            store.append(ops[start : start + PURGED_AT_ONCE])
            tell(min(start + PURGED_AT_ONCE, len(ops)), len(ops))
    used = store.ask(lambda cursor: digests_in_use(cursor, runs, models))
    files = size = 0
    for digest in [digest for digest in store.blobs.digests() if digest not in used]:
        if store.blobs.age_seconds(digest) >= young_seconds:
            files, size = files + 1, size + store.blobs.size(digest)
            if not dry_run:
                store.blobs.delete(digest)
    unfinished = 0
    if not dry_run:
        unfinished = store.blobs.delete_unfinished() + delete_hidden(store, young_seconds)
    return Cleaned(runs, experiments, files, size, unfinished, models)


def delete_hidden(store: DuckDBStore, young_seconds: float) -> int:
    """Delete segments that a process was killed in making, before anybody could see them."""
    count = 0
    for path in store.folder.journal.glob(".*.jsonl"):
        if time.time() - path.stat().st_mtime >= young_seconds and not is_alive(path):
            path.unlink(missing_ok=True)
            count += 1
    return count


VERSION_RUNS = (
    "SELECT coalesce(run_id, regexp_extract(source, '^runs:/+([^/]+)', 1), '')"
    " FROM core.model_versions WHERE model_id IS NULL"
)
"""The runs whose artifacts versions of registered models are made of."""

VERSION_MODELS = "SELECT model_id FROM core.model_versions WHERE model_id IS NOT NULL"


def deleted_before(cursor: Cursor, moment: int) -> tuple[list[str], list[str], list[str]]:
    """Runs, experiments and logged models that were deleted before a moment and are not needed."""
    runs = cursor.execute(
        "SELECT run_id FROM core.run_view WHERE lifecycle_stage = 'deleted'"
        f" AND coalesce(deleted_time, 0) <= ? AND run_id NOT IN ({VERSION_RUNS})"
        " ORDER BY run_seq",
        [moment],
    ).fetchall()
    experiments = cursor.execute(
        "SELECT experiment_id FROM core.experiments WHERE lifecycle_stage = 'deleted'"
        " AND coalesce(last_update_time, 0) <= ? AND experiment_id <> '0'"
        " AND experiment_id NOT IN (SELECT experiment_id FROM core.runs"
        f"  WHERE experiment_id IS NOT NULL AND run_id IN ({VERSION_RUNS}))"
        " AND experiment_id NOT IN (SELECT experiment_id FROM core.logged_models"
        f"  WHERE experiment_id IS NOT NULL AND model_id IN ({VERSION_MODELS}))"
        " ORDER BY experiment_id",
        [moment],
    ).fetchall()
    models = cursor.execute(
        "SELECT model_id FROM core.model_view WHERE lifecycle_stage = 'deleted'"
        f" AND coalesce(last_updated_time, 0) <= ? AND model_id NOT IN ({VERSION_MODELS})"
        " ORDER BY model_id",
        [moment],
    ).fetchall()
    return firsts(runs), firsts(experiments), firsts(models)


def firsts(rows: list[Any]) -> list[str]:
    return [row[0] for row in rows]


def digests_in_use(cursor: Cursor, runs: list[str], models: list[str]) -> set[str]:
    """The digests that runs and logged models refer to, those that go apart."""
    rows = cursor.execute(
        "SELECT a.digest FROM core.artifacts a JOIN core.runs r USING (run_seq)"
        " WHERE a.digest IS NOT NULL AND r.run_id NOT IN (SELECT unnest(?::VARCHAR[]))"
        " UNION SELECT digest FROM core.model_files"
        " WHERE model_id NOT IN (SELECT unnest(?::VARCHAR[]))",
        [runs, models],
    ).fetchall()
    return {row[0] for row in rows}


def vacuum(store: DuckDBStore) -> Vacuumed:
    """Write the database anew, its rows in order, and keep that file if it is smaller."""
    database = store.folder.database
    new = database.with_name("store.duckdb.smaller")
    new.unlink(missing_ok=True)
    store.drain()
    with store.lock.held(exclusive=True, seconds=store.patience_seconds):
        before = database.stat().st_size
        try:
            deadline = time.monotonic() + store.patience_seconds
            with store.attached(write=False, deadline=deadline) as cursor:
                rewrite(cursor, new)
            after = new.stat().st_size
            if after >= before:
                return Vacuumed(before, before)
            new.replace(database)
        finally:
            new.unlink(missing_ok=True)
    return Vacuumed(before, after)


def rewrite(cursor: engine.Connection, new: Path) -> None:
    """Copy the cursor's database into a new file: tables, views, what users added, rows."""
    (source,) = cursor.execute("SELECT current_database()").fetchone() or ("",)
    orders = {table.name: table.order for table in TABLES if table.order}
    target = engine.attach(cursor, new, engine.NEW_FILE)
    try:
        cursor.execute(f"COPY FROM DATABASE {source} TO {target} (SCHEMA)")
        tables = cursor.execute(
            "SELECT schema_name, table_name FROM duckdb_tables()"
            " WHERE database_name = ? AND NOT internal AND NOT temporary",
            [source],
        ).fetchall()
        for schema, table in tables:
            order = orders.get(table, "") if schema == "core" else ""
            cursor.execute(
                f'INSERT INTO {target}."{schema}"."{table}"'
                f' SELECT * FROM {source}."{schema}"."{table}"'
                + (f" ORDER BY {order}" if order else "")
            )
        cursor.execute(f"CHECKPOINT {target}")
    finally:
        cursor.execute(f"DETACH {target}")

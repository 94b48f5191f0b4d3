"""What can be said of a store's health, for `nbtrack doctor`: figures, and verdicts on them."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from nbtrack.errors import StoreError
from nbtrack.journal import reader
from nbtrack.journal.folder import StoreFolder
from nbtrack.store import engine, ingest, meta, migrations
from nbtrack.store.duckdb import DuckDBStore
from nbtrack.store.lock import holders
from nbtrack.store.model_figures import figures_of_models
from nbtrack.store.staging import Look, look, quarantined

__all__ = ["Health", "JournalState", "Verdict", "examine"]

Level = Literal["good", "note", "warning", "error"]

BACKLOG_BYTES = 64 << 20
FREE_BYTES = 1 << 30
BACKUP_DAYS = 7
PATIENCE_SECONDS = 5.0


class Verdict(NamedTuple):
    """A finding, and what to do about it."""

    level: Level
    finding: str
    advice: str = ""


class JournalState(msgspec.Struct, frozen=True):
    """A segment of a journal: who writes it, and how much of it the store lacks."""

    name: str
    size_bytes: int
    backlog_bytes: int
    alive: bool
    owner: str | None = None
    host: str | None = None
    pid: int | None = None


class Health(msgspec.Struct, kw_only=True):
    """All that `doctor` shows; a figure that could not be had is None."""

    path: str
    verdicts: list[Verdict]
    duckdb_version: str
    database_bytes: int
    artifacts_bytes: int
    quarantine_bytes: int
    free_bytes: int
    journals: list[JournalState]
    backlog_bytes: int
    quarantined_lines: int
    lock_holders: list[int]
    store_id: str | None = None
    schema_version: int | None = None
    known_schema_version: int = migrations.SCHEMA_VERSION
    experiments: int | None = None
    runs: int | None = None
    running: int | None = None
    killed: int | None = None
    deleted_runs: int | None = None
    points: int | None = None
    registered_models: int | None = None
    model_versions: int | None = None
    pending_models: int | None = None
    failed_models: int | None = None
    missing_model_files: int | None = None
    predictions: int | None = None
    labels: int | None = None
    waiting_deliveries: int | None = None
    failed_deliveries: int | None = None
    param_conflicts: int | None = None
    runs_without_start: int | None = None
    last_backup: int | None = None
    """When the last backup was made, ms since the epoch."""

    @property
    def is_good(self) -> bool:
        """Whether nothing needs attention."""
        return all(verdict.level in {"good", "note"} for verdict in self.verdicts)


def examine(folder: StoreFolder) -> Health:
    """Look at a store without changing it; what is wrong stands in the verdicts, not in errors."""
    inside, verdicts = look_inside(folder)
    journals = [state_of(segment, inside.offsets.get(segment.name, 0)) for segment in look(folder)]
    health = Health(
        path=str(folder.path),
        verdicts=verdicts,
        duckdb_version=engine.version(),
        database_bytes=bytes_in(folder.database),
        artifacts_bytes=bytes_in(folder.artifacts),
        quarantine_bytes=bytes_in(folder.quarantine),
        free_bytes=shutil.disk_usage(existing(folder.path)).free,
        journals=journals,
        backlog_bytes=sum(state.backlog_bytes for state in journals),
        quarantined_lines=sum(len(quarantined(path)) for path in folder.quarantine.glob("*.jsonl")),
        lock_holders=holders(folder.store_lock),
        store_id=inside.facts.get("store_id"),
        schema_version=number_in(inside.facts, "schema_version"),
        last_backup=number_in(inside.facts, "last_backup"),
        **inside.figures,
    )
    health.verdicts += judge(health)
    if health.is_good:
        health.verdicts.insert(0, Verdict("good", "the store is in good health"))
    return health


class Inside(NamedTuple):
    """What the database says."""

    facts: dict[str, str]
    offsets: dict[str, int]
    figures: dict[str, int]


FIGURES = {
    "experiments": "SELECT count(*) FROM core.experiments WHERE lifecycle_stage = 'active'",
    "runs": "SELECT count(*) FROM core.run_view WHERE lifecycle_stage = 'active'",
    "running": "SELECT count(*) FROM core.run_view WHERE status = 'RUNNING'",
    "killed": "SELECT count(*) FROM core.run_view WHERE status = 'KILLED'",
    "deleted_runs": "SELECT count(*) FROM core.run_view WHERE lifecycle_stage = 'deleted'",
    "points": "SELECT count(*) FROM core.metrics",
    "param_conflicts": "SELECT count(*) FROM core.param_conflicts",
    "runs_without_start": "SELECT count(*) FROM core.runs WHERE experiment_id IS NULL",
}


def look_inside(folder: StoreFolder) -> tuple[Inside, list[Verdict]]:
    """Read the database as it stands; why it cannot be read is a verdict."""
    inside = Inside({}, {}, {})
    if not folder.database.exists():
        return inside, [
            Verdict("note", f"{folder.path} has no database yet; the first look at it makes one")
        ]
    store = DuckDBStore(folder, patience_seconds=PATIENCE_SECONDS)
    try:
        with store.session(write=False) as cursor:
            inside.facts.update(meta.everything(cursor))
            migrations.check_version(inside.facts)
            inside.offsets.update(
                {name: state.offset for name, state in ingest.known(cursor, look(folder)).items()}
            )
            inside.figures.update(
                {name: cursor.execute(query).fetchone()[0] for name, query in FIGURES.items()}
            )
            if number_in(inside.facts, "schema_version") == migrations.SCHEMA_VERSION:
                inside.figures.update(figures_of_models(cursor, folder))
    except StoreError as error:
        return inside, [Verdict("error", str(error))]
    except engine.EngineError as error:
        return inside, [
            Verdict("error", f"the database cannot be read: {error}", "nbtrack restore BACKUP")
        ]
    return inside, []


def state_of(segment: Look, offset: int) -> JournalState:
    """A segment with its writer."""
    try:
        header = reader.header_of(segment.path)
    except FileNotFoundError:  # cleared away meanwhile
        header = None
    return JournalState(
        name=segment.name,
        size_bytes=segment.size,
        backlog_bytes=max(0, segment.size - offset),
        alive=segment.alive,
        owner=header.owner if header else None,
        host=header.host if header else None,
        pid=header.pid if header else None,
    )


def judge(health: Health) -> Iterator[Verdict]:
    """What the figures mean."""
    if health.backlog_bytes > BACKLOG_BYTES:
        yield Verdict(
            "warning",
            f"{health.backlog_bytes >> 20} MB wait in the journals",
            "any reading of the store takes them in, such as nbtrack runs list",
        )
    if health.quarantined_lines:
        yield Verdict(
            "warning",
            f"{health.quarantined_lines} lines of journals were no records",
            f"look at {health.path}/quarantine; delete the files there when they are of no use",
        )
    if health.param_conflicts:
        yield Verdict(
            "warning",
            f"{health.param_conflicts} params were written with different values by two processes",
            'nbtrack sql "from param_conflicts"',
        )
    if health.runs_without_start:
        yield Verdict(
            "warning",
            f"{health.runs_without_start} runs have records, but none that says how they began",
            'nbtrack sql "from runs where experiment_id is null"',
        )
    if health.free_bytes < FREE_BYTES:
        yield Verdict(
            "warning",
            f"only {health.free_bytes >> 20} MB are free on this disk",
            "nbtrack gc frees what deleted runs hold",
        )
    yield from judge_models(health)
    yield from judge_backup(health)


def judge_models(health: Health) -> Iterator[Verdict]:
    """What is wrong with models, or waits for somebody."""
    if health.missing_model_files:
        yield Verdict(
            "error",
            f"{health.missing_model_files} files of models are missing in {health.path}/artifacts",
            "nbtrack models check NAME/VERSION says which; nbtrack restore BACKUP brings them back",
        )
    if health.pending_models:
        yield Verdict(
            "note",
            f"{health.pending_models} models are being logged, or wait to be finalized",
            "nbtrack sql \"from logged_models where status = 'PENDING'\"",
        )
    if health.failed_models:
        yield Verdict(
            "note",
            f"{health.failed_models} models were not logged to their end",
            "nbtrack sql \"from logged_models where status = 'FAILED'\"",
        )
    if health.waiting_deliveries:
        yield Verdict(
            "note",
            f"{health.waiting_deliveries} events wait to be posted to webhooks",
            "any process that has the store open posts them; nbtrack models webhooks list",
        )
    if health.failed_deliveries:
        yield Verdict(
            "warning",
            f"{health.failed_deliveries} events could not be posted to webhooks",
            "nbtrack models webhooks list says to which; nbtrack models webhooks deliveries "
            "WEBHOOK --again tries them again",
        )


def judge_backup(health: Health) -> Iterator[Verdict]:
    """What a lost file would cost: journals that were taken in are deleted."""
    if not health.runs:
        return
    if health.last_backup is None:
        yield Verdict(
            "note",
            "there is no backup: what was logged stands in store.duckdb alone",
            "nbtrack backup TARGET",
        )
        return
    days = int((time.time() * 1000 - health.last_backup) // 86_400_000)
    if days > BACKUP_DAYS:
        yield Verdict("note", f"the last backup is {days} days old", "nbtrack backup TARGET")


def number_in(facts: dict[str, str], key: str) -> int | None:
    return int(facts[key]) if key in facts else None


def bytes_in(path: Path) -> int:
    """The size of a file, or of all files below a folder."""
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def existing(path: Path) -> Path:
    """The nearest folder above a path that is there."""
    return path if path.exists() else existing(path.parent)

"""What is done when the database cannot be attached: by DuckDB's words, without importing it."""

from __future__ import annotations

import errno
import logging
import re
import shutil
import time
from pathlib import Path
from typing import Literal

from nbtrack.errors import StoreBusy, StoreDamaged, StoreError, StoreReadOnly, StoreTooNew
from nbtrack.journal.folder import StoreFolder

__all__ = ["Trouble", "diagnosis", "has_wal", "keep_copy", "put_wal_aside", "refusal", "wal_of"]

Trouble = Literal["busy", "wal", "damaged", "newer", "foreign", "read_only", "full", "other"]

SIGNS: tuple[tuple[Trouble, str], ...] = (
    ("busy", "Could not set lock on file"),
    ("newer", "newer (DuckDB )?version|version number|newer DuckDB"),
    ("wal", "WAL"),
    ("damaged", "not a valid DuckDB|[Cc]orrupt|checksum|[Ss]erializ|too small"),
    ("foreign", '"core.meta" does not exist'),
    ("full", "No space left"),
    ("read_only", "Permission denied|Read-only file system|Cannot open file"),
)

log = logging.getLogger("nbtrack")


def diagnosis(message: str) -> Trouble:
    """Which trouble an error of DuckDB means."""
    return next((trouble for trouble, sign in SIGNS if re.search(sign, message)), "other")


def wal_of(database: Path) -> Path:
    """The write-ahead log beside a database."""
    return database.with_name(database.name + ".wal")


def has_wal(database: Path) -> bool:
    """Whether a transaction stands in the log that the database file lacks."""
    try:
        return wal_of(database).stat().st_size > 0
    except FileNotFoundError:
        return False


def put_wal_aside(folder: StoreFolder) -> Path | None:
    """Move a log that cannot be read to the quarantine; what it held is drained anew."""
    wal = wal_of(folder.database)
    if not wal.exists():
        return None
    kept = folder.quarantine / f"{time.time_ns()}-{wal.name}"
    wal.rename(kept)
    log.warning(
        "the log %s could not be read: it was moved to %s, and what it held is read again from "
        "the journals",
        wal,
        kept,
    )
    return kept


def keep_copy(folder: StoreFolder, version: str) -> Path:
    """Copy the database before its schema changes; nobody may have it attached meanwhile."""
    kept = folder.database.with_name(f"store.duckdb.before-{version}-{time.time_ns()}")
    try:
        shutil.copyfile(folder.database, kept)
    except OSError as error:
        kept.unlink(missing_ok=True)
        raise refusal(folder, str(error)) from error
    return kept


SAFE = "what was logged is safe in the journal"

ANSWERS: dict[Trouble, tuple[type[StoreError], str]] = {
    "busy": (
        StoreBusy,
        (
            "{database} is held by another program{holder}; {safe}; close it there, or open it "
            "there read-only"
        ),
    ),
    "newer": (
        StoreTooNew,
        "{database} was written by a newer DuckDB: upgrade it (pip install -U duckdb): {words}",
    ),
    "damaged": (
        StoreDamaged,
        (
            "{database} cannot be read as a DuckDB database, and is left as it is; {safe}. Move it "
            "away, then run `nbtrack restore` with a backup, or begin anew from the journals; "
            "`nbtrack doctor` shows more: {words}"
        ),
    ),
    "foreign": (
        StoreDamaged,
        (
            "{database} is a DuckDB database, but no store of nbtrack, and is left as it is; "
            "move it away, or choose another place"
        ),
    ),
    "read_only": (StoreReadOnly, "{database} may not be opened: {words}"),
    "full": (StoreError, "the disk of {database} is full; {safe}: {words}"),
    "other": (StoreError, "{database} cannot be used: {words}"),
}


def refusal(folder: StoreFolder, message: str) -> StoreError:
    """The error that says what is wrong with a store and what to do."""
    trouble = diagnosis(message)
    kind, text = ANSWERS["damaged" if trouble == "wal" else trouble]
    error = kind(
        text.format(
            database=folder.database,
            holder=holder_in(message),
            safe=SAFE,
            words=(message.strip().splitlines() or ["no reason given"])[0],
        )
    )
    if trouble == "full":
        error.errno = errno.ENOSPC
    return error


def holder_in(message: str) -> str:
    """Who holds the file, as far as DuckDB tells."""
    found = re.search(r"held in (.+?)\.? See also", message)
    return f" ({found[1]})" if found else ""

"""A consistent copy of a store, in a folder or an archive, and the way back."""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

from nbtrack.errors import AlreadyExists, InvalidValue, NotFound, StoreBusy
from nbtrack.journal.folder import StoreFolder
from nbtrack.records.ids import now_ms
from nbtrack.store import ingest, meta
from nbtrack.store.duckdb import DuckDBStore
from nbtrack.store.lock import lock_of
from nbtrack.store.staging import look
from nbtrack.version import __version__

__all__ = ["Backup", "Progress", "backup", "restore"]

Progress = Callable[[int, int], None]
"""Called with the bytes that are done and the bytes there are."""

Put = Callable[[str, int, IO[bytes]], None]
"""Writes so many bytes of a stream under a name."""

NOTE = "backup.json"
BLOCK_BYTES = 1 << 20
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
PATIENCE_SECONDS = 30.0
TRIFLES = {"gate.lock", "store.lock", ".gitignore"}


class Backup(NamedTuple):
    """What was written, and where."""

    path: Path
    files: int
    bytes: int


class Item(NamedTuple):
    """A file of a store: its name there, where it is, and how much of it counts."""

    name: str
    path: Path
    size: int


class Watched:
    """The first bytes of a file that may grow meanwhile; tells how many were read."""

    def __init__(self, source: IO[bytes], size: int, tell: Callable[[int], None]) -> None:
        self.source, self.left, self.tell = source, size, tell

    def read(self, count: int = -1) -> bytes:
        data = self.source.read(min(self.left, count) if count >= 0 else self.left)
        self.left -= len(data)
        self.tell(len(data))
        return data


def backup(store: DuckDBStore, target: Path, progress: Progress | None = None) -> Backup:
    """Copy a store as it stands at one moment; others may read it meanwhile, and log.

    Args:
        store: The store to copy.
        target: A folder that is not there yet, or an archive (`.zip`, `.tar`, `.tar.gz`).
        progress: Called as it goes on.

    Raises:
        AlreadyExists: Something is at the target.
    """
    if target.exists():
        raise AlreadyExists(f"{target} is there already; a backup is written to a new place")
    store.drain()
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{os.getpid()}-{target.name}")
    try:
        with store.lock.held(exclusive=False, seconds=store.patience_seconds):
            items = copy_all(store, partial, progress or silent)
        partial.rename(target)
    finally:
        remove(partial)
    with store.session(write=True) as cursor, ingest.transaction(cursor):
        meta.put(cursor, "last_backup", now_ms())
    return Backup(target, len(items), sum(item.size for item in items))


def silent(_done: int, _all: int) -> None:
    """Tell nothing of the progress."""


def copy_all(store: DuckDBStore, target: Path, progress: Progress) -> list[Item]:
    """Copy every file that a store consists of; under the lock of a reader at least."""
    folder = store.folder
    deadline = time.monotonic() + store.patience_seconds
    with ExitStack() as stack:
        put = stack.enter_context(opened(target))
        # To close the database file lets go of DuckDB's own lock on it. So it is opened before it
        # is attached and closed afterwards: no other tool can write to it meanwhile.
        database = stack.enter_context(folder.database.open("rb"))
        cursor = stack.enter_context(store.attached(write=False, deadline=deadline))
        note = note_of(meta.everything(cursor))
        items = list(items_of(folder))
        total, done = sum(item.size for item in items), 0

        def tell(count: int) -> None:
            nonlocal done
            done += count
            progress(done, total)

        for item in items:
            if item.path == folder.database:
                put_stream(put, item, database, tell)
                continue
            with item.path.open("rb") as source:
                put_stream(put, item, source, tell)
        put(NOTE, len(note), io.BytesIO(note))
        return items


def put_stream(put: Put, item: Item, source: IO[bytes], tell: Callable[[int], None]) -> None:
    put(item.name, item.size, cast("IO[bytes]", Watched(source, item.size, tell)))


def note_of(facts: dict[str, str]) -> bytes:
    """What a backup says of itself."""
    wanted = {key: facts.get(key) for key in ("store_id", "schema_version")}
    return json.dumps({"nbtrack": __version__, "time": now_ms(), **wanted}, indent=1).encode()


def items_of(folder: StoreFolder) -> Iterator[Item]:
    """The files of a store: the database first, what the journals hold beyond it, and the rest."""
    yield Item(folder.database.name, folder.database, folder.database.stat().st_size)
    for segment in look(folder):
        yield Item(f"{folder.journal.name}/{segment.name}", segment.path, segment.size)
    if folder.operations.exists():
        yield Item(folder.operations.name, folder.operations, folder.operations.stat().st_size)
    for kept in (folder.quarantine, folder.artifacts):
        for path in sorted(kept.rglob("*")):
            if path.is_file() and not path.name.startswith(".new-"):
                name = path.relative_to(folder.path).as_posix()
                yield Item(name, path, path.stat().st_size)


@contextmanager
def opened(target: Path) -> Iterator[Put]:
    """Open a target by its ending: an archive, else a folder."""
    if target.name.endswith(".zip"):
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            yield lambda name, size, source: into_zip(archive, name, size, source)
    elif target.name.endswith(ARCHIVES):
        mode = "w" if target.name.endswith(".tar") else "w:gz"
        with tarfile.open(target, cast("Any", mode)) as archive:
            yield lambda name, size, source: into_tar(archive, name, size, source)
    else:
        yield lambda name, _size, source: into_folder(target, name, source)


def into_zip(archive: zipfile.ZipFile, name: str, size: int, source: IO[bytes]) -> None:
    with archive.open(name, "w", force_zip64=size >= 1 << 30) as file:
        shutil.copyfileobj(source, file, BLOCK_BYTES)


def into_tar(archive: tarfile.TarFile, name: str, size: int, source: IO[bytes]) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime = size, int(time.time())
    archive.addfile(entry, source)


def into_folder(root: Path, name: str, source: IO[bytes]) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        shutil.copyfileobj(source, file, BLOCK_BYTES)


def restore(source: Path, folder: StoreFolder, *, force: bool = False) -> Path | None:
    """Put a backup where a store is to be; the result is where a former store was moved.

    Raises:
        NotFound: There is no such backup.
        InvalidValue: It is no backup.
        AlreadyExists: A store is there, and `force` was not said.
        StoreBusy: Processes are logging into the store that is there.
    """
    if not source.exists():
        raise NotFound(f"there is no backup at {source}")
    there = is_taken(folder)
    if there and not force:
        raise AlreadyExists(
            f"{folder.path} is not empty; with force (--force) a store that is there is moved "
            f"beside it first, or choose another place"
        )
    if there and not folder.journal.is_dir():
        raise InvalidValue(f"{folder.path} is no store of nbtrack; it is left as it is")
    folder.path.parent.mkdir(parents=True, exist_ok=True)
    partial = folder.path.with_name(f".{os.getpid()}-{folder.path.name}")
    try:
        unpack(source, partial)
        if not there:
            fill(partial, folder)
            return None
        with lock_of(folder).held(exclusive=True, seconds=PATIENCE_SECONDS):
            refuse_writers(folder)
            former = folder.path.with_name(f"{folder.path.name}.former-{now_ms()}")
            folder.path.rename(former)
            fill(partial, folder)
            return former
    finally:
        remove(partial)


def refuse_writers(folder: StoreFolder) -> None:
    """What living processes log would go to the former store."""
    living = [segment.name for segment in look(folder) if segment.alive]
    if living:
        pids = sorted({name.removesuffix(".jsonl").rpartition("-")[2] for name in living})
        raise StoreBusy(
            f"processes {', '.join(pids)} log into {folder.path}: end them before a backup takes "
            f"its place"
        )


def is_taken(folder: StoreFolder) -> bool:
    """Whether a folder holds more than locks and empty folders."""
    if not folder.path.exists():
        return False
    return any(
        path.name not in TRIFLES and not (path.is_dir() and not any(path.iterdir()))
        for path in folder.path.iterdir()
    )


def fill(partial: Path, folder: StoreFolder) -> None:
    """Move what was unpacked to where the store is to be; only trifles are there now."""
    (partial / NOTE).unlink()
    StoreFolder(partial).prepare()
    if folder.path.is_dir():
        for path in folder.path.iterdir():
            path.rmdir() if path.is_dir() else path.unlink()
        folder.path.rmdir()
    partial.rename(folder.path)


def unpack(source: Path, target: Path) -> None:
    """Put the files of a backup into a folder, having seen that it is one."""
    if source.is_dir():
        check_names(source, [NOTE, "store.duckdb"], lambda name: (source / name).exists())
        shutil.copytree(source, target)
    elif zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive:
            check_names(source, [NOTE, "store.duckdb"], archive.namelist().__contains__)
            archive.extractall(target)  # noqa: S202 - zipfile drops what leads out of the folder
    elif tarfile.is_tarfile(source):
        with tarfile.open(source) as archive:
            check_names(source, [NOTE, "store.duckdb"], archive.getnames().__contains__)
            extract(archive, target)
    else:
        raise not_a_backup(source)


def extract(archive: tarfile.TarFile, target: Path) -> None:
    """Write the files of a tar; Python has filters for what leads out of it from 3.11.4 only."""
    for member in archive:
        inside = (target / member.name).resolve().is_relative_to(target.resolve())
        if inside and member.isdir():
            continue
        content = archive.extractfile(member) if inside and member.isfile() else None
        if content is None:
            raise InvalidValue(f"this is no backup of a store: it holds {member.name!r}")
        with content:
            into_folder(target, member.name, content)


def check_names(source: Path, names: list[str], has: Callable[[str], bool]) -> None:
    if not all(map(has, names)):
        raise not_a_backup(source)


def not_a_backup(source: Path) -> InvalidValue:
    return InvalidValue(f"{source} is no backup of a store: `nbtrack backup` writes one")


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)

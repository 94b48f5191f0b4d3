"""The store in one DuckDB file that nobody holds: attached, worked with, and let go each time."""

from __future__ import annotations

import os
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import duckdb

from nbtrack.blobs import Blobs
from nbtrack.errors import InvalidValue, StoreReadOnly
from nbtrack.journal.folder import StoreFolder
from nbtrack.query.tree import Question, Sql
from nbtrack.records.event import Event, Op
from nbtrack.store import ingest, meta, migrations, operations, recovery
from nbtrack.store.ingest import DrainReport, Known
from nbtrack.store.lock import check_locks, lock_of
from nbtrack.store.protocol import Answer, Cursor
from nbtrack.store.staging import look
from nbtrack.store.tables import quoted

__all__ = ["STORAGE_VERSION", "DuckDBStore"]

STORAGE_VERSION = "v1.5.0"
"""The oldest DuckDB that can read the file."""

PATIENCE_SECONDS = 30.0
HELD_PAUSE_SECONDS = 0.02
THREADS = 4
OPERATIONS = operations.TABLE.keys()

T = TypeVar("T")


class Engine:
    """The warm in-memory instance of a process, to which stores are attached."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.connection: duckdb.DuckDBPyConnection | None = None
        self.abandoned: list[duckdb.DuckDBPyConnection] = []
        self.count = 0

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own to the instance, made at first."""
        with self.lock:
            if self.connection is None:
                self.connection = connected()
            return self.connection.cursor()

    def name(self) -> str:
        """A name that no attached store has."""
        with self.lock:
            self.count += 1
            return f"store_{self.count}"

    def dispose(self) -> None:
        """Let the instance go, with all that is attached: the next cursor makes another."""
        with self.lock:
            if self.connection is not None:
                self.connection.close()
            self.connection = None

    def leave(self) -> None:
        """In a forked child: the instance is the parent's, and its threads are not here."""
        self.lock = threading.Lock()
        if self.connection is not None:
            self.abandoned.append(self.connection)
        self.connection = None


def connected() -> duckdb.DuckDBPyConnection:
    """An in-memory instance that neither downloads extensions nor reads the caller's variables."""
    return duckdb.connect(
        ":memory:",
        config={
            "threads": min(THREADS, os.cpu_count() or 1),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "python_enable_replacements": "false",
        },
    )


engine = Engine()
os.register_at_fork(after_in_child=engine.leave)


class DuckDBStore:
    """The five methods of a store over a folder with one DuckDB file; see `store.protocol`."""

    def __init__(self, folder: StoreFolder, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self.folder = folder
        self.patience_seconds = patience_seconds
        self.lock = lock_of(folder)
        self.known: dict[str, Known] | None = None
        self.operations_bytes = 0
        self.is_current = False

    # The five methods

    def append(
        self, events: Sequence[Op | Event], *, patience_seconds: float | None = None
    ) -> list[Any]:
        """Evaluate operations under the lock, in order, all or none; a result for each.

        Args:
            events: Operations, and records, which become rows at once; a record's result is None.
            patience_seconds: How long to wait for the lock before StoreBusy is raised.
        """
        ops: list[Op] = [event for event in events if type(event) in OPERATIONS]  # type: ignore[misc]
        records: list[Event] = [event for event in events if type(event) not in OPERATIONS]  # type: ignore[misc]
        with self.session(write=True, seconds=patience_seconds) as cursor:
            if records or any(map(operations.needs_runs, ops)):
                self.take_in(cursor)
            with ingest.transaction(cursor):
                if records:
                    ingest.insert_events(cursor, self.folder, records)
                applied = operations.evaluate(cursor, ops)
                operations.write_down(cursor, self.folder, applied)
            self.learn(cursor)
        results = iter(applied)
        return [next(results).result if type(event) in OPERATIONS else None for event in events]

    def fetch(self, question: Question) -> Answer:
        """Take in what the journals hold, then answer."""
        if isinstance(question, Sql):
            self.ask(lambda _: None)
            return self.select(question.text)
        from nbtrack.store.answers import answer

        return self.ask(lambda cursor: answer(question, cursor))

    def put_blob(self, source: Path | bytes) -> str:
        """Keep bytes; the result is their digest."""
        return str(self.blobs.put(source).digest)

    def open_blob(self, digest: str) -> BinaryIO:
        """The bytes kept under a digest."""
        return self.blobs.open(digest)

    def close(self) -> None:
        """Let go of what is remembered; the instance is shared and stays."""
        self.known = None
        self.is_current = False

    # What this store has besides

    def drain(self) -> DrainReport:
        """Take in what the journals hold."""
        with self.session(write=True) as cursor:
            report = self.take_in(cursor)
        return report._replace(deleted_segments=self.cleared)

    def backlog_bytes(self) -> int:
        """How much the journals hold that was not taken in yet, as far as this process knows."""
        known = self.known or {}
        return sum(
            max(0, segment.size - known.get(segment.name, Known(0, alive=False)).offset)
            for segment in look(self.folder)
        )

    def ask(self, work: Callable[[Cursor], T]) -> T:
        """Work on a store that has taken in what the journals hold.

        Where nothing is new, other readers may work at the same time.
        """
        if self.folder.database.exists() and not self.is_behind():
            with self.session(write=False) as cursor:
                if self.is_ready(cursor) and not self.is_behind():
                    return work(cursor)
        try:
            with self.session(write=True) as cursor:
                self.take_in(cursor)
                return work(cursor)
        except StoreReadOnly as error:
            warnings.warn(f"the newest records are missing: {error}", RuntimeWarning, stacklevel=3)
        with self.session(write=False) as cursor:
            return work(cursor)

    # How it is done

    @cached_property
    def blobs(self) -> Blobs:
        return Blobs(self.folder.artifacts)

    def is_behind(self) -> bool:
        """Whether there is something that the store has not taken in, by `stat` alone."""
        if recovery.has_wal(self.folder.database):
            return True
        if self.known is None:
            return False
        if size_of(self.folder.operations) != self.operations_bytes:
            return True
        return bool(ingest.pending(look(self.folder), self.known))

    def is_ready(self, cursor: Cursor) -> bool:
        """Whether the store can be read as it is; what it has taken in is remembered."""
        if not self.is_current:
            self.is_current = migrations.is_current(cursor)
        if self.is_current:
            self.learn(cursor)
        return self.is_current

    def learn(self, cursor: Cursor) -> None:
        self.known = ingest.known(cursor)
        self.operations_bytes = meta.get_number(cursor, "operations_bytes")

    def take_in(self, cursor: Cursor) -> DrainReport:
        """Drain the journals; under the writer's lock."""
        report = ingest.drain(cursor, self.folder, look(self.folder))
        self.learn(cursor)
        return report

    @contextmanager
    def session(self, *, write: bool, seconds: float | None = None) -> Iterator[Cursor]:
        """Hold the lock and have the store attached, as the cursor's default catalog."""
        patience = self.patience_seconds if seconds is None else seconds
        deadline = time.monotonic() + patience
        if write:
            self.folder.prepare()
        with self.lock.held(exclusive=write, seconds=patience):
            if write and not self.folder.database.exists():
                self.create()
            with self.attached(write=write, deadline=deadline) as cursor:
                if write:
                    self.bring_up_to_date(cursor)
                yield cursor
            if write:
                self.clear()

    @contextmanager
    def attached(self, *, write: bool, deadline: float) -> Iterator[duckdb.DuckDBPyConnection]:
        name = engine.name()
        cursor = engine.cursor()
        try:
            self.attach(cursor, name, write=write, deadline=deadline)
            try:
                cursor.execute(f"USE {name}")
                yield cursor
            except duckdb.Error as error:
                if recovery.diagnosis(str(error)) in {"other", "wal"}:
                    raise
                raise recovery.refusal(self.folder, str(error)) from error
            finally:
                detach(cursor, name)
        finally:
            cursor.close()

    def attach(
        self, cursor: duckdb.DuckDBPyConnection, name: str, *, write: bool, deadline: float
    ) -> None:
        """Attach the file; waits while an outside tool holds it."""
        mode = "" if write else " (READ_ONLY)"
        statement = f"ATTACH {quoted(str(self.folder.database))} AS {name}{mode}"
        while True:
            try:
                cursor.execute(statement)
            except duckdb.Error as error:
                trouble = recovery.diagnosis(str(error))
                if trouble == "busy" and time.monotonic() < deadline:
                    time.sleep(HELD_PAUSE_SECONDS)
                    continue
                if trouble == "wal" and write and recovery.put_wal_aside(self.folder):
                    continue
                raise recovery.refusal(self.folder, str(error)) from error
            return

    def create(self) -> None:
        """Make the database under another name, so that no half of one is ever seen."""
        check_locks(self.folder)
        path = self.folder.database.with_name("store.duckdb.new")
        for old in (path, recovery.wal_of(path)):
            old.unlink(missing_ok=True)
        name = engine.name()
        cursor = engine.cursor()
        try:
            cursor.execute(
                f"ATTACH {quoted(str(path))} AS {name} (STORAGE_VERSION '{STORAGE_VERSION}')"
            )
            try:
                cursor.execute(f"USE {name}")
                with ingest.transaction(cursor):
                    migrations.create(cursor)
            finally:
                detach(cursor, name)
        except duckdb.Error as error:
            raise recovery.refusal(self.folder, str(error)) from error
        finally:
            cursor.close()
        path.rename(self.folder.database)

    def bring_up_to_date(self, cursor: Cursor) -> None:
        """The schema of this code, and every operation that was written down."""
        if not self.is_current:
            if not migrations.is_current(cursor):
                with ingest.transaction(cursor):
                    migrations.migrate(cursor)
            self.is_current = True
        if meta.get_number(cursor, "operations_bytes") != size_of(self.folder.operations):
            with ingest.transaction(cursor):
                operations.replay(cursor, self.folder)

    def clear(self) -> None:
        """Delete segments that are not needed any more; the log is empty, so all is on the disk."""
        self.cleared = 0
        if self.known is not None and not recovery.has_wal(self.folder.database):
            self.cleared = ingest.clear(look(self.folder), self.known)

    def select(self, text: str) -> Answer:
        """The answer to one SELECT, run where nothing but the store can be reached."""
        check_select(text)
        with self.lock.held(exclusive=False, seconds=self.patience_seconds):
            sandbox = connected()
            try:
                deadline = time.monotonic() + self.patience_seconds
                self.attach(sandbox, "store", write=False, deadline=deadline)
                sandbox.execute("USE store")
                # READ_ONLY alone would still let COPY and read_csv reach files.
                sandbox.execute("SET enable_external_access = false")
                sandbox.execute("SET lock_configuration = true")
                return Answer(columns_from(sandbox.execute(text).fetchnumpy()))
            except duckdb.Error as error:
                raise InvalidValue(f"the SELECT cannot be answered: {error}") from error
            finally:
                sandbox.close()


def check_select(text: str) -> None:
    """Raise InvalidValue for what is not exactly one SELECT."""
    try:
        statements = duckdb.extract_statements(text)
    except duckdb.Error as error:
        raise InvalidValue(f"the SELECT cannot be read: {error}") from error
    if len(statements) != 1:
        raise InvalidValue(f"one SELECT is taken at a time, not {len(statements)} statements")
    kind = statements[0].type
    if kind not in {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}:
        raise InvalidValue(
            f"only a SELECT is answered, this is {str(kind).rpartition('.')[2]}: the store is read "
            f"with SQL, and written by logging, `nbtrack runs` and `nbtrack experiments`"
        )


def columns_from(arrays: dict[str, Any]) -> dict[str, Any]:
    """Arrays of numbers and times as they are, anything else as lists with None."""
    return {
        name: array
        if array.dtype.kind in "iufbM" and not hasattr(array, "mask")
        else array.tolist()
        for name, array in arrays.items()
    }


def detach(cursor: duckdb.DuckDBPyConnection, name: str) -> None:
    """Let the file go, whatever happened before."""
    try:
        cursor.execute("USE memory")
        cursor.execute(f"DETACH {name}")
    except duckdb.Error:
        engine.dispose()
        raise


def size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0

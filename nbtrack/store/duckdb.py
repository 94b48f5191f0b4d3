"""The store in one DuckDB file that nobody holds: attached, worked with, and let go each time."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from nbtrack.blobs import Blobs
from nbtrack.errors import StoreError, StoreReadOnly, warn_caller
from nbtrack.journal.folder import StoreFolder
from nbtrack.journal.spill import spill_folder, take_back
from nbtrack.journal.writer import settle
from nbtrack.query.tree import LoggedModels, Question, Sql, Together, VersionAt
from nbtrack.records.event import Event, Op
from nbtrack.records.model_event import ModelEvent
from nbtrack.records.operation import Operation
from nbtrack.store import blank, engine, ingest, meta, migrations, operations, recovery, sandbox
from nbtrack.store.flocks import check_locks
from nbtrack.store.ingest import DrainReport, Known
from nbtrack.store.lock import lock_of
from nbtrack.store.one_look import OneLook
from nbtrack.store.protocol import Answer, Cursor
from nbtrack.store.remembered import Remembered, stamp_of
from nbtrack.store.staging import look
from nbtrack.store.webhooks import NEXT_DELIVERY

__all__ = ["DuckDBStore"]

PATIENCE_SECONDS = 30.0

SERIES_SECONDS = 0.5
"""Operations that follow each other so closely find the store open."""

T = TypeVar("T")

Listener = Callable[[Sequence[ModelEvent], int | None], None]
"""Hears of events that were committed, and when the next delivery is due (ms since the epoch)."""


def unkept(_: engine.Attachment) -> bool:
    """Of a file that is let go of at once."""
    return False


class DuckDBStore:
    """The five methods of `store.protocol` over a folder with one DuckDB file.

    Args:
        folder: Where the store is; it is made at the first use.
        patience_seconds: How long to wait for others before StoreBusy is raised.
        listener: Who hears of events in the registry.
    """

    def __init__(
        self,
        folder: StoreFolder,
        *,
        patience_seconds: float = PATIENCE_SECONDS,
        listener: Listener | None = None,
    ) -> None:
        self.folder = folder
        self.patience_seconds = patience_seconds
        self.lock = lock_of(folder)
        self.listener = listener
        self.look = OneLook()
        self.forget()

    # The five methods

    def append(self, events: Sequence[Op | Event]) -> list[Any]:
        """Evaluate operations under the lock, in order, all or none; a result for each.

        A record among them becomes rows at once; its result is None.
        """
        ops: list[Op] = [event for event in events if isinstance(event, Operation)]
        records: list[Event] = [e for e in events if not isinstance(e, Operation)]
        with self.session(write=True, is_operation=True) as cursor:
            if records or any(map(operations.needs_runs, ops)):
                self.take_in(cursor)
            with (
                operations.taken_back_on_failure(self.folder),
                ingest.transaction(cursor),
            ):
                if records:
                    ingest.insert_events(cursor, self.folder, records)
                applied = operations.evaluate(cursor, ops)
                operations.write_down(cursor, self.folder, applied)
            self.learn(cursor, is_alone=self.lock.stay is not None and not records)
        self.tell([event for item in applied for event in item.events])
        results = iter([item.result for item in applied])
        return [next(results) if isinstance(event, Operation) else None for event in events]

    def fetch(self, question: Question) -> Answer:
        """Take in what the journals hold, then answer."""
        if isinstance(question, Sql):
            sandbox.check_select(question.text)
            self.ask(lambda _: None)
            return self.select(question.text)
        if (known := self.look.get(question) or self.recalled(question)) is not None:
            return known
        from nbtrack.store.answers import answer

        stamp, answered = self.ask(
            lambda cursor: (stamp_of(self.folder.database), answer(question, cursor))
        )
        if isinstance(question, VersionAt):
            self.remembered.put(question, answered, self.operations_bytes)
        elif is_of_files(question) and self.lock.stay is None:
            self.found.put_as_of(question, answered, stamp)
        self.look.put(question, answered)
        self.tell(())
        return answered

    @contextmanager
    def one_look(self, *questions: Question) -> Iterator[None]:
        """Within it this thread asks nothing twice, and these questions at one opening.

        It sees the store as it was at the first time; so only for what is soon over.
        """
        with self.look.begun():
            if questions:
                self.fetch(Together(questions))
            yield

    def recalled(self, question: Question) -> Answer | None:
        """What was answered before, if nothing can have changed it."""
        if isinstance(question, VersionAt):
            return self.remembered.get(question)
        is_still = self.known is not None and self.lock.stay is None
        if not (is_still and is_of_files(question)) or self.is_behind():
            return None
        return self.found.get(question)

    def put_blob(self, source: Path | bytes) -> str:
        """Keep bytes; the result is their digest."""
        return self.blobs.put(source).digest

    def open_blob(self, digest: str) -> BinaryIO:
        """The bytes kept under a digest."""
        return self.blobs.open(digest)

    def close(self) -> None:
        """Let go of what is open or remembered; the warm instance belongs to the process."""
        self.lock.settle()
        self.forget()

    def forget(self) -> None:
        """Remember nothing of what the store holds."""
        self.known: dict[str, Known] | None = None
        self.operations_bytes = 0
        self.has_schema = False
        self.cleared = 0
        self.next_delivery: int | None = None
        self.has_told = False

    # What this store has besides

    def drain(self) -> DrainReport:
        """Take in what the journals hold."""
        self.bring_home()
        with self.session(write=True) as cursor:
            report = self.take_in(cursor)
        return report._replace(deleted_segments=self.cleared)

    def tell(self, events: Sequence[ModelEvent]) -> None:
        """Let the listener hear what is new; nothing of the store is held meanwhile."""
        told = self.next_delivery
        if self.listener is not None and (events or told is not None or self.has_told):
            self.has_told = told is not None
            self.listener(events, told)

    def backlog_bytes(self) -> int:
        """How much the journals hold that was not taken in, as far as this process knows."""
        known = self.known or {}
        return sum(
            max(0, segment.size - (known[segment.name].offset if segment.name in known else 0))
            for segment in look(self.folder)
        )

    def ask(self, work: Callable[[Cursor], T]) -> T:
        """Work on a store that has taken in what the journals hold.

        Where nothing is new, others may read at the same time. Where nothing can be written (a
        full disk, a read-only folder), the newest records are missing, which a warning says.
        """
        self.bring_home()
        if self.folder.database.exists() and not self.is_behind():
            with self.session(write=False) as cursor:
                self.learn(cursor, is_alone=self.lock.stay is not None)
                if self.has_schema and not self.is_behind():
                    return work(cursor)
        try:
            with self.session(write=True) as cursor:
                self.take_in(cursor)
                return work(cursor)
        except StoreError as error:
            if not self.folder.database.exists() or not is_unwritable(error):
                raise
            warn_caller(
                f"the newest records are missing from what is shown: {error}",
                RuntimeWarning,
            )
        with self.session(write=False) as cursor:
            return work(cursor)

    # How it is done

    @cached_property
    def remembered(self) -> Remembered:
        return Remembered(self.folder.operations)

    @cached_property
    def found(self) -> Remembered:
        return Remembered(self.folder.database)

    @cached_property
    def blobs(self) -> Blobs:
        return Blobs(self.folder.artifacts)

    def bring_home(self) -> None:
        """Have in the journal what was kept elsewhere, as it could not be written there."""
        problem = settle(self.folder)
        try:
            take_back(self.folder)
        except OSError as error:
            problem = f"records wait in {spill_folder(self.folder)}: {error}"
        if problem is not None:
            warn_caller(
                f"the newest records are missing from what is shown: {problem}", RuntimeWarning
            )

    def is_behind(self) -> bool:
        """Whether there is something that the store has not taken in, by `stat` alone."""
        if self.lock.stay is None and recovery.has_wal(self.folder.database):
            return True
        if self.known is None:
            return False
        if size_of(self.folder.operations) != self.operations_bytes:
            return True
        return bool(ingest.pending(look(self.folder), self.known))

    def learn(self, cursor: Cursor, *, is_alone: bool = False) -> None:
        """Remember how far the store is, and refuse one that is newer than this code.

        What was learnt of the journals holds for whoever was alone with the store since.
        """
        facts = meta.everything(cursor)
        migrations.check_version(facts)
        self.has_schema = migrations.is_current(cursor, facts, checked=self.has_schema)
        self.operations_bytes = int(facts.get("operations_bytes", 0))
        self.next_delivery = int(due) if (due := facts.get(NEXT_DELIVERY)) else None
        if self.known is None or not is_alone:
            self.known = ingest.known(cursor, look(self.folder)) if self.has_schema else None

    def take_in(self, cursor: Cursor) -> DrainReport:
        """Drain the journals; under the writer's lock."""
        try:
            report = ingest.drain(cursor, self.folder, look(self.folder))
        except OSError as error:
            if isinstance(error, StoreError):
                raise
            raise recovery.refusal(self.folder, str(error)) from error
        self.learn(cursor)
        return report

    @contextmanager
    def session(self, *, write: bool, is_operation: bool = False) -> Iterator[Cursor]:
        """Hold the lock, and have the store attached as the cursor's default catalog.

        Operations that follow each other closely find it open, as does a reader among them.
        """
        if write:
            self.folder.prepare()
        begin = time.monotonic()
        deadline = begin + self.patience_seconds
        stays = self.stays if is_operation and self.is_series(begin) else unkept
        with self.lock.held(
            exclusive=write, seconds=self.patience_seconds, takes_over=self.has_schema
        ):
            if self.lock.stay is not None:
                with self.taken_over(self.lock.stay.content, is_operation=is_operation) as cursor:
                    yield cursor
                return
            if write and not (self.has_schema and self.folder.database.exists()):
                self.make_ready(deadline)
            with self.attached(write=write, deadline=deadline, stays=stays) as cursor:
                if write:
                    self.catch_up(cursor)
                yield cursor
            if write and self.lock.stay is None:
                self.clear()

    def is_series(self, begin: float) -> bool:
        """Whether an operation follows another closely."""
        before, self.lock.last_operation = self.lock.last_operation, begin
        return begin - before < SERIES_SECONDS

    @contextmanager
    def taken_over(self, there: engine.Attachment, *, is_operation: bool) -> Iterator[Cursor]:
        """What stayed open; nobody else can have changed it meanwhile."""
        try:
            yield there.cursor
        except BaseException:
            engine.roll_back(there.cursor)
            self.lock.settle()
            raise
        self.lock.stay_on(longer=is_operation)

    def stays(self, there: engine.Attachment) -> bool:
        """Have the store stay open for the next operation, unless somebody waits for it."""
        inode = self.folder.database.stat().st_ino

        def let_go() -> None:
            there.let_go()
            self.clear()

        return self.lock.stay_open(there, let_go, lambda: inode_of(self.folder.database) == inode)

    @contextmanager
    def attached(
        self,
        *,
        write: bool,
        deadline: float,
        stays: Callable[[engine.Attachment], bool] = unkept,
    ) -> Iterator[engine.Connection]:
        """The database, with its troubles turned into errors that say what to do."""

        def try_again(message: str) -> bool:
            trouble = recovery.diagnosis(message)
            if trouble == "busy" and time.monotonic() < deadline:
                engine.pause()
                return True
            return trouble == "wal" and write and recovery.put_wal_aside(self.folder) is not None

        try:
            mode = engine.READ_WRITE if write else "READ_ONLY"
            with engine.attached(self.folder.database, mode, try_again, stays) as cursor:
                yield cursor
        except engine.EngineError as error:
            if recovery.diagnosis(str(error)) == "other":
                raise
            raise recovery.refusal(self.folder, str(error)) from error

    def make_ready(self, deadline: float) -> None:
        """See to a database with the schema of this code."""
        if not self.folder.database.exists():
            self.create()
            self.has_schema = True
            return
        with self.attached(write=True, deadline=deadline) as cursor:
            facts = meta.everything(cursor)
            migrations.check_version(facts)
            self.has_schema = migrations.is_current(cursor, facts)
        if not self.has_schema:
            recovery.keep_copy(self.folder, facts["schema_version"])
            with self.attached(write=True, deadline=deadline) as cursor:
                with ingest.transaction(cursor):
                    migrations.migrate(cursor)
                    operations.log_earlier(cursor, self.folder)
                cursor.execute("CHECKPOINT")
            self.has_schema = True

    def catch_up(self, cursor: Cursor) -> None:
        """Apply operations that were written down and not committed."""
        facts = meta.everything(cursor)
        migrations.check_version(facts)
        if int(facts.get("operations_bytes", 0)) != size_of(self.folder.operations):
            with ingest.transaction(cursor):
                operations.replay(cursor, self.folder)

    def create(self) -> None:
        """Make the database under another name, so that no half of one is ever seen."""
        check_locks(self.folder)
        path = self.folder.database.with_name("store.duckdb.new")
        for old in (path, recovery.wal_of(path)):
            old.unlink(missing_ok=True)
        try:
            blank.make(path)
        except (engine.EngineError, OSError) as error:
            raise recovery.refusal(self.folder, str(error)) from error
        path.rename(self.folder.database)

    def clear(self) -> None:
        """Delete segments that are not needed any more: with an empty log all is in the file."""
        self.cleared = 0
        if self.known is not None and not recovery.has_wal(self.folder.database):
            self.cleared = ingest.clear(look(self.folder), self.known)

    def select(self, text: str) -> Answer:
        """The answer to one SELECT, in an instance that can reach nothing but the store."""
        with self.lock.held(exclusive=False, seconds=self.patience_seconds):
            return sandbox.select(self.folder, text)


def is_of_files(question: Question) -> bool:
    """Whether the files of logged models are asked for, as whoever loads one does."""
    return isinstance(question, LoggedModels) and question.parts == ("files",)


def is_unwritable(error: StoreError) -> bool:
    """Whether an error says that nothing can be written, while reading may go on."""
    return isinstance(error, StoreReadOnly) or error.errno == errno.ENOSPC


def inode_of(path: Path) -> int:
    """Which file stands under a path; 0 if none does."""
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return 0


def size_of(path: Path) -> int:
    """The size of a file; 0 if there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0

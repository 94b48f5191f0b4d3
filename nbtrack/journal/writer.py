"""Writes a process's records to its own journal: one `os.write` each, no lock of the store.

`capture` and `api` call `writer_for(folder).write(record)`. While the folder cannot be written
(a full disk, a read-only mount) the records wait in the user's state folder, else in memory.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
import weakref
from collections.abc import Iterable
from pathlib import Path

from nbtrack import settings
from nbtrack.journal.chain import Chain
from nbtrack.journal.folder import StoreFolder
from nbtrack.journal.segment import LARGEST_WRITE, OpenSegment
from nbtrack.journal.spill import Backlog, land, take_back
from nbtrack.journal.ticker import Ticker
from nbtrack.records.codec import encode
from nbtrack.records.record import Record

__all__ = ["JournalWriter", "settle", "writer_for", "writers"]

SYNC_SECONDS = 1.0
FIRST_RETRY_SECONDS = 0.05
LAST_RETRY_SECONDS = 5.0

logger = logging.getLogger("nbtrack")


class JournalWriter:
    """The journal of this process in one store; threads share it, a forked child begins its own."""

    def __init__(self, folder: StoreFolder, sync: settings.Sync = "second") -> None:
        self.folder = folder
        self.syncs_each_record = sync == "record"
        self.begin()
        every_writer.add(self)

    def begin(self) -> None:
        """Start with nothing open and nothing held, as a new owner."""
        self.lock = threading.RLock()  # a signal handler may log while its own thread holds it
        self.upkeep = threading.RLock()  # taken before `lock`, never after it
        self.ticker = Ticker(self.keep_up, SYNC_SECONDS)
        self.backlog = Backlog(self.folder)
        self.chain = Chain(self.folder)
        self.landing: list[OpenSegment] = []
        self.is_dirty = False
        self.is_clear = False
        self.failure: OSError | None = None
        self.retry_seconds = FIRST_RETRY_SECONDS
        self.retry_at = 0.0
        self.notices: list[str] = []

    @property
    def owner(self) -> str:
        """The id that stands for this process in its headers, and in the runs it starts."""
        return self.chain.owner

    # Writing

    def write(self, record: Record) -> None:
        """Append one record; once this returns, it survives the process."""
        self.append(encode(record))

    def write_all(self, records: Iterable[Record]) -> None:
        """Append records in order, with as few writes as may be."""
        self.append_all(map(encode, records))

    def append_all(self, lines: Iterable[bytes]) -> None:
        """Append whole lines in order, with as few writes as may be."""
        together: list[bytes] = []
        size = 0
        for line in lines:
            if together and size + len(line) > LARGEST_WRITE:
                self.append(b"".join(together))
                together, size = [], 0
            together.append(line)
            size += len(line)
        if together:
            self.append(b"".join(together))

    def append(self, lines: bytes) -> None:
        """Append whole lines."""
        with self.lock:
            segment = self.chain.current
            if segment is not None and self.is_clear:
                try:
                    written = os.write(segment.descriptor, lines)
                except OSError:
                    written = 0  # tried again at once by `hold`, which looks at the error
                if written == len(lines):
                    segment.size += written
                    if segment.size >= self.chain.rotate_at:
                        self.rotate()
                else:
                    self.hold(segment.rest_after(lines, written))
            else:
                self.hold(lines)
            if not self.is_dirty:
                self.is_dirty = True
                self.ticker.mark()
            if self.syncs_each_record:
                self.flush(self.chain.current)
        if self.notices:
            self.tell()

    def rotate(self) -> None:
        """Go on in the next segment."""
        if self.syncs_each_record:
            self.flush(self.chain.current)
        self.chain.rotate()

    # Trouble

    def hold(self, lines: bytes) -> None:
        """Queue lines and write the queue, to the journal or to where it can wait."""
        self.is_clear = False
        lost = self.backlog.lost
        self.backlog.hold(lines)
        self.recover()
        if self.backlog.lost and not lost:
            self.notices.append(f"records are lost from now on: {self.problem}")

    def recover(self, *, now: bool = False) -> None:
        """Write what is held, if it is time to try again."""
        was_failing = self.failure is not None
        is_due = now or not was_failing or time.monotonic() >= self.retry_at
        if is_due and self.reach_journal():
            return
        if is_due or self.backlog.spills:
            self.backlog.spill(self.chain.header())
        if not was_failing and self.problem is not None:
            self.notices.append(self.problem)

    def reach_journal(self) -> bool:
        """Write what is held to the journal; False, with the reason in `failure`, if it refuses."""
        try:
            self.chain.put(self.backlog)
        except OSError as error:
            self.failure = error
            self.retry_at = time.monotonic() + self.retry_seconds
            self.retry_seconds = min(2 * self.retry_seconds, LAST_RETRY_SECONDS)
            return False
        if self.failure is not None:
            self.notices.append(f"the journal in {self.folder.path} can be written again")
        # After a torn line the next one goes through the queue, which puts a newline first.
        self.is_clear = self.chain.current is not None and not self.chain.current.torn
        self.failure = None
        self.retry_seconds = FIRST_RETRY_SECONDS
        self.landing += self.backlog.detach()
        return True

    @property
    def problem(self) -> str | None:
        """What keeps records out of the store's folder, and where they are; None if all is well."""
        with self.lock:
            if self.failure is not None:
                reason = self.failure.strerror or self.failure
                return (
                    f"the journal in {self.folder.path} cannot be written ({reason}): "
                    f"{self.backlog.whereabouts()}; make room there or make it writable, "
                    f"and nbtrack goes on by itself"
                )
            if self.landing:
                return f"records in {self.landing[0].path} wait to be moved to {self.folder.path}"
            return None

    def tell(self) -> None:
        """Say what happened; without the lock, as a log handler may wait for another thread."""
        with self.lock:
            notices, self.notices = self.notices, []
        for notice in notices:
            logger.warning(notice)

    # Upkeep, by the thread, by `sync` and at the end

    def sync(self) -> None:
        """Bring what was written to the disk, and what waits elsewhere to the journal."""
        self.keep_up(now=True)

    def sync_soon(self) -> None:
        """Have the thread `sync` now, without waiting for the disk."""
        with self.lock:
            self.is_dirty = True
            self.ticker.hurry()

    def keep_up(self, *, now: bool = False) -> None:
        """Try again what failed, flush, let go of old segments, bring home what was spilled."""
        with self.upkeep:
            with self.lock:
                self.is_dirty = False
                self.check(now=now)
                finished = self.chain.finished()
                current, spill = self.chain.current, self.backlog.file
                is_well = self.failure is None and current is not None
            for segment in (current, spill, *finished):
                self.flush(segment)
            if is_well:
                self.bring_home()
            with self.lock:
                self.chain.let_go(finished)
                if self.failure is not None or self.landing or self.chain.retired:
                    self.is_dirty = True
                    self.ticker.mark()
        self.tell()

    def check(self, *, now: bool) -> None:
        """See whether the segment is still there, and try again what failed."""
        current = self.chain.current
        if current is not None and current.is_deleted():
            self.is_clear = False
        is_used = current is not None or self.backlog.lines or self.failure is not None
        if is_used and not self.is_clear:
            self.recover(now=now)

    def flush(self, segment: OpenSegment | None) -> None:
        """Have the disk keep what a segment holds."""
        if segment is None:
            return
        try:
            getattr(os, "fdatasync", os.fsync)(segment.descriptor)  # macOS has only the latter
        except OSError as error:
            self.notices.append(
                f"{segment.path} could not be brought to the disk ({error.strerror}): "
                f"what was logged last may not survive a power cut"
            )

    def bring_home(self) -> None:
        """Move spilled files into the journal: our own, and those of processes that are gone."""
        with self.lock:
            landing = self.landing
        try:
            while landing:
                land(landing[0].path, self.folder)
                with self.lock:
                    landing.pop(0).close()
            take_back(self.folder)
        except OSError as error:
            logger.debug("spilled records stay where they are: %s", error)

    def close(self) -> None:
        """Bring everything to its place and let go; a later write opens a new segment."""
        self.keep_up(now=True)
        self.ticker.stop()
        with self.upkeep, self.lock:
            if self.backlog.lines:
                logger.error("this process ends and loses records: %s", self.problem)
            self.release()

    def release(self) -> None:
        """Close every file; in a forked child this unlocks nothing of the parent's."""
        self.is_clear = self.is_dirty = False
        self.chain.release()
        waiting, self.landing = [*self.landing, *self.backlog.detach()], []
        for segment in waiting:
            segment.close()

    def begin_in_child(self) -> None:
        """Leave files, locks and held records to the parent."""
        try:
            self.release()
        finally:
            # Whatever the fork caught half done: a lock that nobody lets go of would be worse.
            self.begin()


every_writer: weakref.WeakSet[JournalWriter] = weakref.WeakSet()
writers: dict[Path, JournalWriter] = {}
"""Those of this process, by the folder of their store."""
writers_lock = threading.Lock()


def writer_for(folder: StoreFolder) -> JournalWriter:
    """The writer of this process for a store: one, whichever thread asks first."""
    with writers_lock:
        writer = writers.get(folder.path)
        if writer is None:
            writer = writers[folder.path] = JournalWriter(folder, settings.read().sync)
        return writer


def settle(folder: StoreFolder) -> str | None:
    """Have what this process wrote in its journal, if it can be; else what keeps it out."""
    writer = writers.get(folder.path)
    if writer is None or writer.problem is None:
        return None
    writer.sync()
    return writer.problem


def close_all() -> None:
    """Close every writer at the end of the process."""
    for writer in list(every_writer):
        writer.close()


def begin_all_in_child() -> None:
    """Have every writer begin anew in a forked child."""
    global writers_lock  # noqa: PLW0603 - a thread of the parent may have held it
    writers_lock = threading.Lock()
    for writer in list(every_writer):
        writer.begin_in_child()


atexit.register(close_all)
os.register_at_fork(after_in_child=begin_all_in_child)

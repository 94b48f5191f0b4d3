"""The lock of a store: many readers or one writer, over all processes, nobody starved.

A thread takes the in-process lock, then the gate, then the store's lock, and lets go of the gate:
whoever waits for the store's lock holds the gate, so that readers who come later queue behind it.
After a series of operations the store stays open for some ms, unless somebody waits at the gate.
"""

from __future__ import annotations

import atexit
import ctypes
import fcntl
import math
import os
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from nbtrack.errors import StoreBusy
from nbtrack.journal.folder import StoreFolder
from nbtrack.store.flocks import (
    close,
    flock_until,
    open_descriptors,
    opened,
    opened_for,
    same_file,
    try_flock,
)

__all__ = ["FolderLock", "Stay", "holders", "lock_of"]

STAY_SECONDS = 0.05
LONGEST_STAY_SECONDS = 1.0
"""After so long the file is let go of even in a series: other tools wait at no gate."""
WATCH_SECONDS = 0.002


class Stay(NamedTuple):
    """What stays open between two sessions, with the lock that is held for it."""

    descriptor: int
    content: Any
    """What is open, for the next session."""
    let_go: Callable[[], None]
    is_fit: Callable[[], bool]
    """Whether what is open is still what stands on the disk."""
    begun: float


class FolderLock:
    """The lock of one store folder, the same object for all of a process (see `lock_of`)."""

    def __init__(self, folder: StoreFolder) -> None:
        self.folder = folder
        self.last_operation = -math.inf
        """When this process last did an operation, on the monotonic clock."""
        self.reset()

    def reset(self) -> None:
        """Begin anew: at first, and in a forked child, where the threads that held it are gone."""
        self.inner = threading.RLock()
        self.depth = 0
        self.is_exclusive = False
        self.descriptor = -1
        self.stay: Stay | None = None
        self.stay_ends = 0.0
        self.watcher: threading.Thread | None = None

    @contextmanager
    def held(self, *, exclusive: bool, seconds: float, takes_over: bool = False) -> Iterator[None]:
        """Hold the store, alone or with other readers; raises StoreBusy after `seconds`.

        What stayed open is let go of first, unless the caller takes it over: it is in `stay`.
        """
        deadline = time.monotonic() + seconds
        if not self.inner.acquire(timeout=max(0.0, seconds)):
            raise StoreBusy(f"{self.folder.path} is busy: another thread of this process uses it")
        try:
            if self.depth and exclusive and not self.is_exclusive:
                raise RuntimeError("a reader of the store cannot become its writer")
            if not self.depth:
                if not (takes_over and self.is_staying()):
                    self.settle()
                    self.descriptor = self.take(exclusive, deadline)
                self.is_exclusive = exclusive
            self.depth += 1
            try:
                yield
            finally:
                self.depth -= 1
                if not self.depth and self.stay is None:
                    self.let_go()
        finally:
            # In a child that was forked meanwhile `reset` has put another lock here.
            try:
                self.inner.release()
            except RuntimeError:
                self.reset()

    def is_staying(self) -> bool:
        """Whether something is open that a session can take over."""
        stay = self.stay
        return (
            stay is not None
            and time.monotonic() - stay.begun < LONGEST_STAY_SECONDS
            and same_file(stay.descriptor, self.folder.store_lock)
            and stay.is_fit()
        )

    def stay_open(
        self, content: Any, let_go: Callable[[], None], is_fit: Callable[[], bool]
    ) -> bool:
        """Keep the lock, for the next session, when this one ends; False if somebody waits."""
        if self.is_wanted() or not self.watch():
            return False
        self.stay = Stay(self.descriptor, content, let_go, is_fit, time.monotonic())
        self.stay_ends = time.monotonic() + STAY_SECONDS
        return True

    def stay_on(self, *, longer: bool) -> None:
        """At the end of a session that took over what was open: keep it, or let go."""
        if longer:
            self.stay_ends = time.monotonic() + STAY_SECONDS
        if self.is_wanted() or time.monotonic() >= self.stay_ends:
            self.settle()

    def settle(self) -> None:
        """Let go of what stays open, if anything does."""
        with self.inner:
            stay, self.stay = self.stay, None
            if stay is not None:
                try:
                    stay.let_go()
                finally:
                    if not self.depth:
                        self.let_go()

    def let_go(self) -> None:
        """Let go of the store's lock."""
        close(self.descriptor)
        self.descriptor = -1

    def is_wanted(self) -> bool:
        """Whether somebody stands at the gate, or it is gone with its folder."""
        gate = opened(self.folder.gate_lock, to_read=True)
        try:
            return gate < 0 or not try_flock(gate, fcntl.LOCK_EX)
        finally:
            close(gate)

    def watch(self) -> bool:
        """Have a thread that lets go of what stays open; False when an interpreter shuts down."""
        if self.watcher is None:
            self.watcher = threading.Thread(target=self.wait, daemon=True, name="nbtrack-lock")
            try:
                self.watcher.start()
            except RuntimeError:
                self.watcher = None
        return self.watcher is not None

    def wait(self) -> None:
        """What the thread does: wait until time is up or somebody stands at the gate."""
        while True:
            time.sleep(WATCH_SECONDS)
            if not self.inner.acquire(blocking=False):
                continue  # whoever is at work sees to it at the end
            try:
                if self.stay is None or time.monotonic() >= self.stay_ends or self.is_wanted():
                    self.watcher = None
                    self.settle()
                    return
            finally:
                self.inner.release()

    def leave_to_parent(self) -> None:
        """In a forked child: what stays open is the parent's, and is not even freed here."""
        if self.stay is not None:
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(self.stay))
        self.reset()

    def take(self, exclusive: bool, deadline: float) -> int:  # noqa: FBT001 - passed on
        """Take the store's lock through the gate; the descriptor holds it until it is closed."""
        mode = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
        gate = self.flocked(self.folder.gate_lock, fcntl.LOCK_EX, deadline, exclusive=exclusive)
        try:
            return self.flocked(self.folder.store_lock, mode, deadline, exclusive=exclusive)
        finally:
            close(gate)

    def flocked(self, path: Path, mode: int, deadline: float, *, exclusive: bool) -> int:
        while True:
            descriptor = opened_for(path, exclusive=exclusive)
            if descriptor < 0:
                return descriptor
            granted = False
            try:
                granted = flock_until(descriptor, mode, deadline)
                # Somebody may have put another folder in its place (`nbtrack restore`).
                if granted and same_file(descriptor, path):
                    return descriptor
            except BaseException:
                close(descriptor)
                raise
            close(descriptor)
            if not granted:
                raise StoreBusy(self.busy_message(path))

    def busy_message(self, path: Path) -> str:
        others = [pid for pid in holders(path) if pid != os.getpid()]
        who = " and ".join(f"process {pid} ({program_of(pid)})" for pid in others)
        return (
            f"{self.folder.path} is busy: {who or 'another process'} holds it; "
            f"what was logged is safe in the journal, try again later"
        )


locks: dict[Path, FolderLock] = {}
every_lock: weakref.WeakSet[FolderLock] = weakref.WeakSet()


def lock_of(folder: StoreFolder) -> FolderLock:
    """The lock of a folder: one per process, because two descriptors of one would deadlock."""
    path = folder.path.resolve()
    lock = locks.get(path)
    if lock is None:
        lock = locks.setdefault(path, FolderLock(folder))
        every_lock.add(lock)
    return lock


def reset_after_fork() -> None:
    """Close what the parent holds (closing does not unlock it) and begin anew."""
    for descriptor in list(open_descriptors):
        close(descriptor)
    for lock in list(every_lock):
        lock.leave_to_parent()


def settle_all() -> None:
    """Let go of all that stays open, at the end of the process."""
    for lock in list(every_lock):
        lock.settle()


def settle_before_fork() -> None:
    """Let go of what stays open: DuckDB would hold the file for attached in the child, too."""
    for lock in list(every_lock):
        if lock.stay is not None and lock.inner.acquire(blocking=False):
            try:
                if not lock.depth:
                    lock.settle()
            finally:
                lock.inner.release()


os.register_at_fork(before=settle_before_fork, after_in_child=reset_after_fork)
atexit.register(settle_all)


def holders(path: Path) -> list[int]:
    """The processes that hold an flock on a file, where the system tells (Linux)."""
    if not sys.platform.startswith("linux"):
        return []
    try:
        inode = path.stat().st_ino
        table = Path("/proc/locks").read_text()
    except OSError:
        return []
    found = set()
    for line in table.splitlines():
        words = line.split()
        if "->" not in words and words[1] == "FLOCK" and words[5].endswith(f":{inode}"):
            found.add(int(words[4]))
    return sorted(pid for pid in found if pid > 0)


def program_of(pid: int) -> str:
    """The name of a program that runs."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return "of another user"

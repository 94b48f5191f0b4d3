"""The lock of a store: many readers or one writer, over all processes, nobody starved.

A thread takes the in-process lock, then the gate, then the store's lock, and lets go of the gate:
whoever waits for the store's lock holds the gate, so that readers who come later queue behind it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbtrack.errors import StoreBusy, StoreReadOnly, UnsupportedPlatform
from nbtrack.journal.folder import StoreFolder

__all__ = ["FolderLock", "check_locks", "holders", "lock_of"]

SPINS = 20
SPIN_SECONDS = 0.0002


class FolderLock:
    """The lock of one store folder, the same object for all of a process (see `lock_of`)."""

    def __init__(self, folder: StoreFolder) -> None:
        self.folder = folder
        self.reset()

    def reset(self) -> None:
        """Begin anew: at first, and in a forked child, where the threads that held it are gone."""
        self.inner = threading.RLock()
        self.depth = 0
        self.is_exclusive = False

    @contextmanager
    def held(self, *, exclusive: bool, seconds: float) -> Iterator[None]:
        """Hold the store, alone or with other readers; raises StoreBusy after `seconds`."""
        deadline = time.monotonic() + seconds
        if not self.inner.acquire(timeout=max(0.0, seconds)):
            raise StoreBusy(f"{self.folder.path} is busy: another thread of this process uses it")
        try:
            if self.depth and exclusive and not self.is_exclusive:
                raise RuntimeError("a reader of the store cannot become its writer")
            descriptor = -1 if self.depth else self.take(exclusive, deadline)
            self.depth += 1
            self.is_exclusive = exclusive if self.depth == 1 else self.is_exclusive
            try:
                yield
            finally:
                self.depth -= 1
                close(descriptor)
        finally:
            # In a child that was forked meanwhile `reset` has put another lock here.
            try:
                self.inner.release()
            except RuntimeError:
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


open_descriptors: set[int] = set()
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
        lock.reset()


os.register_at_fork(after_in_child=reset_after_fork)


def opened(path: Path, *, to_read: bool = False) -> int:
    """Open a lock file, made if need be; -1 if a reader finds none where none can be made."""
    flags = os.O_CLOEXEC | (os.O_RDONLY if to_read else os.O_RDWR | os.O_CREAT)
    try:
        descriptor = os.open(path, flags, 0o666)
    except FileNotFoundError:
        return -1
    except OSError as error:
        if error.errno not in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise
        raise StoreReadOnly(f"{path} may not be written: {error.strerror}") from error
    open_descriptors.add(descriptor)
    return descriptor


def opened_for(path: Path, *, exclusive: bool) -> int:
    """Open a lock file; a reader makes do with one that it may not write."""
    try:
        return opened(path)
    except StoreReadOnly:
        if exclusive:
            raise
        return opened(path, to_read=True)


def close(descriptor: int) -> None:
    """Close a descriptor, which lets go of its lock; -1 is none."""
    if descriptor in open_descriptors:
        open_descriptors.discard(descriptor)
        os.close(descriptor)


def same_file(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def flock_until(descriptor: int, mode: int, deadline: float) -> bool:
    """Take an flock by a deadline; whether it was taken."""
    for _ in range(SPINS):
        if try_flock(descriptor, mode):
            return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(SPIN_SECONDS)
    # flock knows no timeout. A thread of its own waits in the kernel's queue, which is fair; if it
    # is given up, closing the descriptor lets go of what it may still be granted.
    granted = threading.Event()
    waiter = threading.Thread(
        target=wait_for_flock, args=(descriptor, mode, granted), daemon=True, name="nbtrack-lock"
    )
    waiter.start()
    return granted.wait(max(0.0, deadline - time.monotonic()))


def try_flock(descriptor: int, mode: int) -> bool:
    try:
        fcntl.flock(descriptor, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def wait_for_flock(descriptor: int, mode: int, granted: threading.Event) -> None:
    try:
        fcntl.flock(descriptor, mode)
    except OSError:  # given up: the descriptor was closed
        return
    granted.set()


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


def check_locks(folder: StoreFolder) -> None:
    """Make sure that locks work where the store is to stand; some network drives know none."""
    path = folder.path / f"lock-test-{os.getpid()}"
    first, second = opened(path), opened(path)
    try:
        works = try_flock(first, fcntl.LOCK_EX) and not try_flock(second, fcntl.LOCK_EX)
    except OSError:
        works = False
    finally:
        close(first)
        close(second)
        path.unlink()
    if not works:
        raise UnsupportedPlatform(
            f"the file system of {folder.path} has no working file locks, so two processes could "
            f"damage the store; put it on a local disk with NBTRACK_TRACKING_URI"
        )

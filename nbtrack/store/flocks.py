"""Files that are locked by flock, with a deadline; the lock of a store is made of two of them."""

from __future__ import annotations

import errno
import fcntl
import os
import threading
import time
from pathlib import Path

from nbtrack.errors import StoreReadOnly, UnsupportedPlatform
from nbtrack.journal.folder import StoreFolder

__all__ = [
    "check_locks",
    "close",
    "flock_until",
    "open_descriptors",
    "opened",
    "opened_for",
    "same_file",
    "try_flock",
]

SPINS = 20
SPIN_SECONDS = 0.0002

open_descriptors: set[int] = set()
"""Those of this process; a forked child closes what it inherited."""


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

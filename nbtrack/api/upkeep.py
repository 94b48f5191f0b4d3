"""Takes a process's journal into the store while it works, when enough has come together."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable

from nbtrack.capture.guard import guarded
from nbtrack.errors import StoreBusy
from nbtrack.journal.folder import StoreFolder
from nbtrack.journal.reader import segments

logger = logging.getLogger("nbtrack")

__all__ = ["Upkeep"]

LOOK_SECONDS = 5.0
LATE_SECONDS = 120.0
"""Whoever looks takes journals in first: this bounds what a first look waits for, and opening the
store for it each half minute costs a notebook as much as following its cells."""
LARGE_BYTES = 8 << 20


class Upkeep:
    """A daemon thread that drains when 8 MB or two minutes are behind, from the first run on."""

    def __init__(self, folder: StoreFolder, drain: Callable[[], None]) -> None:
        self.folder = folder
        self.drain = drain
        self.begin()
        every.append(self)

    def begin(self) -> None:
        """Have no thread, as in a forked child."""
        self.lock = threading.Lock()
        self.thread: threading.Thread | None = None
        self.stopped = threading.Event()
        self.drained_bytes = 0
        self.drained_at = time.monotonic()

    def wake(self) -> None:
        """Have the thread run from now on."""
        if self.thread is None:
            with self.lock:
                if self.thread is None and not self.stopped.is_set():
                    self.drained_at = time.monotonic()
                    self.thread = threading.Thread(
                        target=self.watch, name="nbtrack-upkeep", daemon=True
                    )
                    self.thread.start()

    def stop(self) -> None:
        """End the thread; DuckDB must not be at work while the interpreter goes."""
        self.stopped.set()
        thread = self.thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def watch(self) -> None:
        """Look from time to time; runs in the thread."""
        while not self.stopped.wait(LOOK_SECONDS):
            self.look()

    @guarded
    def look(self) -> None:
        """Drain if this process's journal is far enough ahead."""
        size = self.written_bytes()
        behind = size - self.drained_bytes if size >= self.drained_bytes else size
        late = time.monotonic() - self.drained_at >= LATE_SECONDS
        if behind >= LARGE_BYTES or (behind and late):
            self.drained_at = time.monotonic()
            try:
                self.drain()
            except StoreBusy as error:
                logger.debug("the journal is taken in later: %s", error)
            else:
                self.drained_bytes = size

    def written_bytes(self) -> int:
        """How much this process wrote, in the segments there are still."""
        mine = f"-{os.getpid()}.jsonl"
        return sum(item.size for item in segments(self.folder) if item.name.endswith(mine))


every: list[Upkeep] = []


def begin_all() -> None:
    """After a fork."""
    for upkeep in every:
        upkeep.begin()


os.register_at_fork(after_in_child=begin_all)

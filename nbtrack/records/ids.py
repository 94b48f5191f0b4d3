"""How identifiers and the clock of a process are made."""

from __future__ import annotations

import os
import secrets
import threading
import time

__all__ = ["next_time", "now_ms", "provisional_experiment_id", "uuid7"]


class Clock:
    """Microseconds since the epoch that never repeat or go back within a process."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Begin anew, in a forked child."""
        self.lock = threading.Lock()
        self.last = 0

    def tick(self) -> int:
        """The next moment."""
        with self.lock:
            self.last = max(self.last + 1, time.time_ns() // 1000)
            return self.last


clock = Clock()
os.register_at_fork(after_in_child=clock.reset)
next_time = clock.tick


def now_ms() -> int:
    """Milliseconds since the epoch, as MLflow counts them."""
    return time.time_ns() // 1_000_000


def uuid7() -> str:
    """A UUIDv7 as 32 hex digits, growing within a process: Python 3.11 makes none."""
    microseconds = clock.tick()
    milliseconds, rest = divmod(microseconds, 1000)
    # 12 bits after the version hold the microseconds, so that ids of one millisecond stay in order
    high = (milliseconds << 16) | 0x7000 | (rest << 2)
    low = (0b10 << 62) | secrets.randbits(62)
    return f"{high:016x}{low:016x}"


def provisional_experiment_id() -> str:
    """An experiment id of 18 digits, for when the store is busy; the drain merges it by name."""
    return str(10**17 + secrets.randbelow(9 * 10**17))

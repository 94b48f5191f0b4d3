"""What asking a model takes, as far as it was seen: it decides where and how it is asked."""

from __future__ import annotations

import time
from typing import NamedTuple

__all__ = ["Cost", "Stopwatch", "Took"]

SMALL_SECONDS = 0.001
"""A predict that takes less would take longer by way of a thread."""

MOST_HELD_UP = 4
"""How many times its own time on the processor a model may take that only computes."""

LEARNING_MORE, LEARNING_LESS = 0.1, 0.5
UNKNOWN_SECONDS = 1.0
MANY_ROWS = 64
"""From more rows on, what a predict takes is put down to its rows."""

MEASURED = 32
"""Of so many small calls one is measured: to ask the system for the time takes its time, too."""


class Took(NamedTuple):
    """What something took: by the clock, and of the processor."""

    seconds: float
    cpu_seconds: float


class Stopwatch:
    """Measures from when it is made."""

    __slots__ = ("cpu", "wall")

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.thread_time()

    def took(self) -> Took:
        """What was taken so far."""
        return Took(time.perf_counter() - self.wall, time.thread_time() - self.cpu)


class Cost:
    """What asking takes at all, and what each row takes.

    Args:
        only_computes: Whether the model waits for nothing but the processor, so that time in which
            others had it does not count.

    Example:
        >>> cost = Cost(only_computes=True)
        >>> cost.call_seconds, cost.row_seconds = 0.0005, 0.00001
        >>> cost.is_small(10), cost.is_small(1000)
        (True, False)
    """

    def __init__(self, *, only_computes: bool) -> None:
        self.only_computes = only_computes
        self.call_seconds, self.row_seconds = UNKNOWN_SECONDS, 0.0
        self.calls = 0

    def is_small(self, rows: int) -> bool:
        """Whether rows are asked about sooner than a thread would take over."""
        return self.call_seconds + rows * self.row_seconds < SMALL_SECONDS

    def watch(self) -> Stopwatch | None:
        """A stopwatch for the next call, if it shall be measured."""
        self.calls += 1
        if self.call_seconds < SMALL_SECONDS and self.calls % MEASURED:
            return None
        return Stopwatch()

    def seconds(self, took: Took) -> float:
        """What a call takes when nobody else wants the processor."""
        if not self.only_computes:
            return took.seconds
        return min(took.seconds, MOST_HELD_UP * took.cpu_seconds)

    def learn(self, rows: int, watch: Stopwatch | None) -> None:
        """Correct what is expected; a call that was quicker counts more than one held up."""
        if watch is None:
            return
        seconds = self.seconds(watch.took())
        if rows > MANY_ROWS:
            self.row_seconds += LEARNING_MORE * (seconds / rows - self.row_seconds)
            return
        rest = max(seconds - rows * self.row_seconds, 0.0)
        part = LEARNING_LESS if rest < self.call_seconds else LEARNING_MORE
        self.call_seconds += part * (rest - self.call_seconds)

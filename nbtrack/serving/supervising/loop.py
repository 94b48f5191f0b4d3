"""The supervisor's loop: signals, the pipes of workers, and a tick each second."""

from __future__ import annotations

import os
import selectors
import signal
import time
from collections.abc import Callable
from typing import Any

__all__ = ["Loop"]

TICK_SECONDS = 1.0
SOON_SECONDS = 0.02

Call = Callable[[], None]


class Loop:
    """Waits for whatever comes first.

    Attributes:
        signals: The signals that came and were not taken yet.
        is_urgent: Whether something is about to happen that no descriptor tells of.
    """

    def __init__(self, numbers: tuple[signal.Signals, ...]) -> None:
        self.selector = selectors.DefaultSelector()
        self.signals: list[int] = []
        self.is_urgent = False
        self.next_tick = 0.0
        self.awake, self.waker = os.pipe()
        for descriptor in (self.awake, self.waker):
            os.set_blocking(descriptor, False)
        self.selector.register(self.awake, selectors.EVENT_READ, self.wake)
        signal.set_wakeup_fd(self.waker, warn_on_full_buffer=False)
        for number in numbers:
            signal.signal(number, self.note)

    def note(self, number: int, _frame: Any) -> None:
        """Take note of a signal."""
        self.signals.append(number)

    def wake(self) -> None:
        """Empty the pipe that a signal wakes the loop by."""
        try:
            while os.read(self.awake, 512):
                pass
        except BlockingIOError:
            return

    def on_readable(self, descriptor: int, act: Call) -> None:
        """Have something done whenever there is something to read."""
        self.selector.register(descriptor, selectors.EVENT_READ, act)

    def on_writable(self, descriptor: int, act: Call) -> None:
        """Have something done as soon as there is room to write."""
        self.selector.register(descriptor, selectors.EVENT_WRITE, act)

    def forget(self, descriptor: int) -> None:
        """Watch a descriptor no more; to be said before it is closed."""
        self.selector.unregister(descriptor)

    def wait(self) -> bool:
        """Do what there is to do; whether it is time for the second's work."""
        now = time.monotonic()
        most = SOON_SECONDS if self.is_urgent else TICK_SECONDS
        for key, _ in self.selector.select(max(0.0, min(self.next_tick - now, most))):
            key.data()
        now = time.monotonic()
        if now < self.next_tick:
            return False
        self.next_tick = max(self.next_tick + TICK_SECONDS, now + TICK_SECONDS / 2)
        return True

    def take_signals(self) -> list[int]:
        """The signals that came."""
        came, self.signals = self.signals, []
        return came

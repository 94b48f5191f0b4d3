"""A thread that does an act soon after it was asked for, and sleeps when nobody asks."""

from __future__ import annotations

import threading
from collections.abc import Callable

__all__ = ["Ticker"]


class Ticker:
    """Calls an act at most `seconds` after `mark()`, and at once after `hurry()`."""

    def __init__(self, act: Callable[[], None], seconds: float) -> None:
        self.act = act
        self.seconds = seconds
        self.wanted = threading.Event()
        self.hurried = threading.Event()
        self.stopped = False
        self.thread: threading.Thread | None = None

    def mark(self) -> None:
        """Ask for the act within its time; starts the thread at the first call."""
        if self.thread is None or not self.thread.is_alive():
            self.start()
        self.wanted.set()

    def hurry(self) -> None:
        """Ask for the act now, without waiting for it."""
        self.hurried.set()
        self.mark()

    def start(self) -> None:
        """Start the thread."""
        self.stopped = False
        thread = threading.Thread(target=self.run, name="nbtrack-journal", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            # An interpreter that shuts down starts no thread; who closes does the act then.
            return
        self.thread = thread

    def run(self) -> None:
        """What the thread does."""
        while True:
            self.wanted.wait()
            self.hurried.wait(self.seconds)
            if self.stopped:
                return
            # In this order: what is asked for from here on is seen by the act, or wakes again.
            self.wanted.clear()
            self.hurried.clear()
            self.act()

    def stop(self) -> None:
        """End the thread and wait for it; `mark` starts another."""
        thread, self.thread = self.thread, None
        self.stopped = True
        self.hurried.set()
        self.wanted.set()
        if thread is not None and thread is not threading.current_thread():
            thread.join()
        self.wanted.clear()
        self.hurried.clear()

"""What is known of a run without being told: gathered once per process, off the hot path.

Who and what is running goes with a run's start. The commit and the system are read in a thread
the first time; runs that start meanwhile receive them when they are there.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

from nbtrack.capture.guard import guarded
from nbtrack.capture.open_run import OpenRun
from nbtrack.capture.redaction import redact_text
from nbtrack.capture.sources.environment import (
    environment_tags,
    folder_of_source,
    source_tags,
    user_name,
)
from nbtrack.capture.sources.git import Checkout, find_checkout
from nbtrack.records.execution import EXECUTION_TAG

__all__ = ["Facts", "facts"]

PLACE = {
    "origin": "mlflow.source.name",
    "cell": "nbtrack.cell",
    "execution_id": EXECUTION_TAG,
}
"""Fields of an operation, and the tags of a run that say the same."""


class Facts:
    """The facts of this process."""

    def __init__(self) -> None:
        self.user = ""
        self.source: dict[str, str] = {}
        self.environment: dict[str, str] = {}
        self.commit: dict[str, str] = {}
        self.checkout: Checkout | None = None
        self.stamp: tuple[int, ...] = ()
        self.is_gathered = False
        self.cell: Callable[[], dict[str, str]] = dict
        """The tags that name the cell that is running; a notebook's host sets it."""
        self.begin()

    def begin(self) -> None:
        """Have no thread; a forked child keeps what is gathered and has none either."""
        self.lock = threading.Lock()
        self.thread: threading.Thread | None = None
        self.waiting: list[OpenRun] = []

    def who(self, told: str | None = None) -> str:
        """Who runs: as the settings say, else the login name."""
        if not self.user:
            self.user = user_name()
        return told or self.user

    def at_start(self, user: str | None = None) -> dict[str, str]:
        """The tags a run starts with; the settings may name another user."""
        if not self.source:
            self.source = source_tags()
        tags = {"mlflow.user": self.who(user), **self.source, **self.cell()}
        if self.is_gathered:
            tags |= self.commit_now()
            tags |= self.environment
        return tags

    def place(self) -> dict[str, str]:
        """Where something is done: the notebook or script, and the cell that runs."""
        if not self.source:
            self.source = source_tags()
        tags = self.source | self.cell()
        told = {name: tags.get(tag) for name, tag in PLACE.items()}
        return {name: redact_text(value) for name, value in told.items() if value}

    def follow(self, run: OpenRun) -> None:
        """Give a run that has started the tags it did not start with."""
        with self.lock:
            if self.is_gathered:
                late = self.commit | self.environment
            else:
                late = {}
                self.waiting.append(run)
                if self.thread is None:
                    self.thread = threading.Thread(
                        target=self.gather, name="nbtrack-facts", daemon=True
                    )
                    self.thread.start()
        if late:
            run.set_tags(late)

    def gather(self) -> None:
        """Read what takes a while and hand it to the runs that wait; runs in the thread."""
        self.read()
        with self.lock:
            self.is_gathered = True
            waiting, self.waiting = self.waiting, []
        for run in waiting:
            run.set_tags(self.commit | self.environment)

    @guarded
    def read(self) -> None:
        """Read the system and the commit."""
        self.environment = environment_tags()
        self.checkout = find_checkout(folder_of_source())
        self.commit_now()

    def commit_now(self) -> dict[str, str]:
        """The commit, read again when another one was checked out."""
        if self.checkout is not None:
            stamp = self.checkout.stamp()
            if stamp != self.stamp:
                self.stamp = stamp
                self.commit = {k: redact_text(v) for k, v in self.checkout.tags().items()}
        return self.commit

    def settle(self, seconds: float = 2.0) -> None:
        """Wait until the runs that started have their tags; before the process ends, say."""
        thread = self.thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(seconds)


facts = Facts()
os.register_at_fork(after_in_child=facts.begin)

"""A line on the screen that tells how far a long work is."""

from __future__ import annotations

import time

from nbtrack.api.screens.bar import Line, State, as_bundle
from nbtrack.api.screens.screen import Shown, show
from nbtrack.api.session import current_settings

__all__ = ["ProgressLine"]


class ProgressLine:
    """Shown where somebody looks, and nowhere else."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.begun = time.monotonic()
        self.done = 0
        self.total: int | None = 0
        self.shown: Shown | None = None
        self.is_dark = current_settings().quiet

    def draw(self, done: int, total: int | None) -> None:
        """Show how much is done, where that is news."""
        if self.is_dark or (done, total) == (self.done, self.total):
            return
        self.done, self.total = done, total
        bundle = self.bundle("running")
        if self.shown is not None:
            self.shown.update(bundle)
        else:
            self.shown = show(bundle)
            self.is_dark = self.shown is None

    def end(self, *, is_whole: bool) -> None:
        """Show how it ended."""
        if self.shown is not None:
            self.done = self.total if is_whole and self.total is not None else self.done
            self.shown.finish(self.bundle("done" if is_whole else "failed"))

    def bundle(self, state: State) -> dict[str, str]:
        """The line as it stands."""
        line = Line(self.title, self.done, self.total, time.monotonic() - self.begun, state)
        return as_bundle([line], [])

"""Work after a cell that may take long: once it does, a line says what is being done."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Self

from nbtrack.capture.guard import guarded
from nbtrack.hosts.notebook import screen
from nbtrack.panels import theme

if TYPE_CHECKING:
    from nbtrack.api.screens.screen import Shown

__all__ = ["Patience"]

SECONDS = 1.0


class Patience:
    """Says what is being done once it takes longer than a second.

    Args:
        words: What is being done; nothing is ever said of it if empty.
        has_screen: Whether the line can be replaced later, as in a kernel.
        seconds: How long to wait.
    """

    def __init__(self, words: str, *, has_screen: bool, seconds: float = SECONDS) -> None:
        self.words, self.has_screen = words, has_screen
        self.shown: Shown | None = None
        """The line, to be replaced by what came of it."""
        self.timer = threading.Timer(seconds, self.tell)
        self.timer.daemon = True

    def __enter__(self) -> Self:
        if self.words:
            self.timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.timer.cancel()
        if self.timer.is_alive():
            self.timer.join()

    @guarded
    def tell(self) -> None:
        """It takes long; runs in the timer's thread."""
        if self.has_screen:
            html = theme.line(theme.safe(self.words), theme.MUTED)
            self.shown = screen.show({"text/html": html, "text/plain": self.words})
        else:
            sys.stderr.write(f"nbtrack: {self.words}\n")

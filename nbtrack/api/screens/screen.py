"""Where something is shown that changes: a terminal, or what a host puts in its place.

A host that can show more than text, such as a notebook, calls `display_with` once.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from typing import Any, Protocol

__all__ = ["Bundle", "Shown", "TerminalLine", "display_with", "show"]

Bundle = Mapping[str, Any]
"""One content in several forms, by their media types; `text/plain` is always among them."""


class Shown(Protocol):
    """Something on the screen."""

    def update(self, bundle: Bundle) -> None:
        """Show another content in its place."""

    def finish(self, bundle: Bundle) -> None:
        """Show its last content, which stays."""


Show = Callable[[Bundle], Shown | None]


class TerminalLine:
    """A line of a terminal that is written over."""

    def __init__(self, bundle: Bundle) -> None:
        self.update(bundle)

    def update(self, bundle: Bundle) -> None:
        text = " | ".join(str(bundle["text/plain"]).splitlines())
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write("\r\x1b[2K" + text[:width])
        sys.stderr.flush()

    def finish(self, bundle: Bundle) -> None:
        self.update(bundle)
        sys.stderr.write("\n")
        sys.stderr.flush()


def on_terminal(bundle: Bundle) -> Shown | None:
    """Show it where a person looks at a terminal; nothing goes into a log file."""
    return TerminalLine(bundle) if sys.stderr.isatty() else None


shows: list[Show] = [on_terminal]


def show(bundle: Bundle) -> Shown | None:
    """Show something new; None where nobody looks."""
    return shows[-1](bundle)


def display_with(other: Show) -> Callable[[], None]:
    """Show by another function from now on; what is returned ends it."""
    shows.append(other)

    def leave() -> None:
        if other in shows:
            shows.remove(other)

    return leave

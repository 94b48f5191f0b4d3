"""Answers that are text: they show as text in a notebook, and are a `str` to go on with."""

from __future__ import annotations

from typing import Any

from nbtrack.panels import theme

__all__ = ["Script", "Words"]

MOST_LINES = 2000


class Words(str):
    """Lines that show as they are, not as the text of a string."""

    __slots__ = ()

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: FBT001 - IPython's
        del cycle
        printer.text(str(self))


class Script(Words):
    """Python code."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return theme.code(self, MOST_LINES)

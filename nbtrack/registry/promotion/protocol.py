"""What a gate is: a question about a version, answered before anything moves to it.

A gate is one file in `gates/` and its row in `gates/table.py`, or any object with a label and a
check.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, Protocol

from nbtrack.registry.promotion.case import Case

__all__ = ["Gate", "Outcome", "Verdict", "failed", "passed", "skipped"]

Outcome = Literal["passed", "failed", "error", "skipped"]

NOTHING: Mapping[str, Any] = {}


class Verdict(NamedTuple):
    """What a gate says.

    Attributes:
        outcome: `skipped` where there was nothing to judge; it stops nothing.
        message: Why, in a line.
        measured: Figures of the version by metric; they become its tags.
        compared: Other figures: those of the current version, changes, limits.
        tags: What else the version is tagged with.
        details: A longer report, of JSON's values.
    """

    outcome: Outcome
    message: str
    measured: Mapping[str, float] = NOTHING
    compared: Mapping[str, float] = NOTHING
    tags: Mapping[str, str] = NOTHING
    details: Mapping[str, Any] = NOTHING


def passed(message: str, **more: Any) -> Verdict:
    """The version may pass."""
    return Verdict("passed", message, **more)


def failed(message: str, **more: Any) -> Verdict:
    """The version may not pass."""
    return Verdict("failed", message, **more)


def skipped(message: str) -> Verdict:
    """There is nothing to judge."""
    return Verdict("skipped", message)


class Gate(Protocol):
    """A question about a version."""

    @property
    def label(self) -> str:
        """The gate in a few words: `accuracy >= 0.9`."""
        ...

    def check(self, case: Case) -> Verdict:
        """Answer for a version; what it raises is told as an error, and stops the promotion."""
        ...

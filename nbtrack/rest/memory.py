"""Answers that hold as long as a store has not changed, so that scrolling asks less of it."""

from __future__ import annotations

import time
from collections.abc import Hashable

from nbtrack.query.tree import Question
from nbtrack.store.protocol import Answer

__all__ = ["Memory"]

SECONDS = 5.0
"""A kernel that died changes what shows as KILLED without a record; that is seen after so long."""

MOST = 64


class Memory:
    """What was answered of one state of a store; threads may use it at once."""

    def __init__(self) -> None:
        self.state: Hashable = None
        self.begun = 0.0
        self.answers: dict[Question, Answer] = {}

    def as_of(self, state: Hashable) -> dict[Question, Answer]:
        """The answers that hold in a state, to be added to."""
        now = time.monotonic()
        is_old = now - self.begun > SECONDS or len(self.answers) > MOST
        if state != self.state or is_old:
            self.state, self.begun, self.answers = state, now, {}
        return self.answers

"""What one look at a store found: nothing is asked twice, and what is known to be asked, at once.

To open a store costs some 12 ms of 100,000 runs; a page of a run asks it nine questions.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from nbtrack.query.tree import Question, Together
from nbtrack.store.protocol import Answer

__all__ = ["OneLook"]


class OneLook(threading.local):
    """The answers that a thread got since it began to look; none while it does not."""

    def __init__(self) -> None:
        self.answers: dict[Question, Answer] | None = None

    @contextmanager
    def begun(self) -> Iterator[None]:
        """Keep what is answered, until the outermost look ends."""
        if self.answers is not None:
            yield
            return
        self.answers = {}
        try:
            yield
        finally:
            self.answers = None

    def get(self, question: Question) -> Answer | None:
        """What was answered; columns can be put into it or taken out."""
        found = self.answers.get(question) if self.answers else None
        return found and found._replace(columns=dict(found.columns))

    def put(self, question: Question, answered: Answer) -> None:
        """Keep an answer while somebody looks; that of several questions as that of each."""
        if self.answers is None:
            return
        if isinstance(question, Together):
            self.answers.update(zip(question.questions, answered.columns["answer"], strict=True))
        else:
            self.answers[question] = answered

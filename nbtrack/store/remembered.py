"""Answers that only operations change, kept until `ops.jsonl` does: an alias is resolved often.

To look at the file's size and time costs some µs; to ask the database, some ms.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from nbtrack.query.tree import Question
from nbtrack.store.protocol import Answer

__all__ = ["Remembered"]

MOST = 1000


class Stamp(NamedTuple):
    """What changes whenever a line is written to a file."""

    inode: int
    size: int
    changed: int


def stamp_of(path: Path) -> Stamp | None:
    """The stamp of a file; None if there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return Stamp(found.st_ino, found.st_size, found.st_mtime_ns)


class Remembered:
    """Answers of one store, as of one stamp of its operations."""

    def __init__(self, operations: Path) -> None:
        self.operations = operations
        self.seen: tuple[Stamp | None, dict[Question, Answer]] = (None, {})

    def get(self, question: Question) -> Answer | None:
        """The answer, if nothing was done since it was given."""
        stamp, answers = self.seen
        found = answers.get(question)
        return found if found is not None and stamp == stamp_of(self.operations) else None

    def put(self, question: Question, answer: Answer, applied_bytes: int) -> None:
        """Keep an answer that was given when so much of the file was applied.

        A file of another length is just being written to: what was answered is older.
        """
        now = stamp_of(self.operations)
        if now is None or now.size != applied_bytes:
            return
        stamp, answers = self.seen
        if now != stamp or len(answers) >= MOST:
            answers = {}
            self.seen = (now, answers)
        answers[question] = answer

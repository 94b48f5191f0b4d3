"""Answers kept until a file changes: an alias is resolved often, and its model's files are found.

Operations change `ops.jsonl`, all else the database. To look at a file's size and time costs some
µs; to ask the database, some ms.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import NamedTuple

from nbtrack.query.tree import Question
from nbtrack.store.protocol import Answer

__all__ = ["Remembered", "stamp_of"]

MOST = 1000

SETTLED_NS = 100_000_000
"""A file that was written to so lately may be written to again at what looks like the same time."""


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
    """Answers of one store, as of one stamp of a file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.seen: tuple[Stamp | None, dict[Question, Answer]] = (None, {})

    def get(self, question: Question) -> Answer | None:
        """The answer, if nothing was done since it was given."""
        stamp, answers = self.seen
        found = answers.get(question)
        return found if found is not None and stamp == stamp_of(self.file) else None

    def put(self, question: Question, answer: Answer, applied_bytes: int) -> None:
        """Keep an answer that was given when so much of the file was applied.

        A file of another length is just being written to: what was answered is older.
        """
        now = stamp_of(self.file)
        if now is None or now.size != applied_bytes:
            return
        self.keep(question, answer, now)

    def put_as_of(self, question: Question, answer: Answer, stamp: Stamp | None) -> None:
        """Keep an answer that was given while the file had this stamp, and could not change."""
        if stamp is not None and time.time_ns() - stamp.changed > SETTLED_NS:
            self.keep(question, answer, stamp)

    def keep(self, question: Question, answer: Answer, now: Stamp) -> None:
        """Keep an answer, with the others of the same stamp."""
        stamp, answers = self.seen
        if now != stamp or len(answers) >= MOST:
            answers = {}
            self.seen = (now, answers)
        answers[question] = answer

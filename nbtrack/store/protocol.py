"""What every store offers: writes arrive as records, reads as a question."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol

from nbtrack.query.tree import Question
from nbtrack.records.event import Event, Op

__all__ = ["Answer", "Cursor", "Store"]


class Answer(NamedTuple):
    """Columns of one length by name (lists, or NumPy arrays of numbers), and where to go on."""

    columns: dict[str, Any]
    next_token: str | None = None


class Cursor(Protocol):
    """What the SQL of a question is run on; DuckDB's connection is one."""

    def execute(self, query: str, parameters: Any = ...) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def fetchone(self) -> Any: ...
    def fetchnumpy(self) -> dict[str, Any]: ...


class Store(Protocol):
    """Five methods; a new kind of fact changes none of them."""

    def append(self, events: Sequence[Op | Event]) -> list[Any]:
        """Evaluate operations under the lock, in order, all or none; a result for each."""
        ...

    def fetch(self, question: Question) -> Answer:
        """Take in what the journals hold, then answer."""
        ...

    def put_blob(self, source: Path | bytes) -> str:
        """Keep bytes; the result is their digest."""
        ...

    def open_blob(self, digest: str) -> BinaryIO:
        """The bytes kept under a digest."""
        ...

    def close(self) -> None:
        """Let go of what is held in memory."""
        ...

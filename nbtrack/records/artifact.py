"""A file of a run: its path there, and the digest its bytes are stored under."""

from __future__ import annotations

from nbtrack.records.record import Record

__all__ = ["Artifact"]


class Artifact(Record, frozen=True, tag="artifact"):
    """A file of a run; no digest says that it was deleted."""

    run_id: str
    path: str
    digest: str | None
    file_size: int = 0
    time: int = 0

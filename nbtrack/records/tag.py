"""A tag of a run: the last one written stays."""

from __future__ import annotations

from nbtrack.records.record import Record

__all__ = ["RunTag"]


class RunTag(Record, frozen=True, tag="tag"):
    """A label of a run; a value of None takes the tag away."""

    key: str
    value: str | None
    run_id: str | None = None
    time: int = 0

"""A param: written once per run."""

from __future__ import annotations

from nbtrack.records.record import Record

__all__ = ["Param"]


class Param(Record, frozen=True, tag="param"):
    """A named setting of a run, kept as text."""

    key: str
    value: str
    run_id: str | None = None
    time: int = 0

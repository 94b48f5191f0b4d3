"""A point of a metric, and a whole curve in one record."""

from __future__ import annotations

from nbtrack.records.record import Record

__all__ = ["Metric", "Series"]


class Metric(Record, frozen=True, tag="metric"):
    """One point; NaN and infinities travel as strings (see `codec`)."""

    key: str
    value: float
    timestamp: int
    step: int = 0
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None
    run_id: str | None = None


class Series(Record, frozen=True, tag="series"):
    """Many points of one metric: three lists of one length."""

    run_id: str
    key: str
    values: list[float]
    steps: list[int]
    timestamps: list[int]
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None

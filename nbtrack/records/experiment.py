"""An experiment; as a journal line it is a provisional one, made while the store was busy."""

from __future__ import annotations

from msgspec import field

from nbtrack.records.record import Record

__all__ = ["Experiment"]


class Experiment(Record, frozen=True, tag="experiment"):
    """A named group of runs."""

    experiment_id: str
    name: str
    artifact_location: str | None = None
    lifecycle_stage: str = "active"
    tags: dict[str, str] = field(default_factory=dict)
    creation_time: int | None = None
    last_update_time: int | None = None

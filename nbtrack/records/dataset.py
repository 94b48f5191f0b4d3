"""A dataset that a run read."""

from __future__ import annotations

from msgspec import field

from nbtrack.records.record import Record

__all__ = ["Input"]


class Input(Record, frozen=True, tag="input"):
    """A dataset as an input of a run, under MLflow's names; (run, name, digest) is its identity."""

    run_id: str
    name: str
    digest: str
    source_type: str = "local"
    source: str = "{}"
    schema: str | None = None
    profile: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    time: int = 0

"""A run: what is written of it, and how it reads."""

from __future__ import annotations

from typing import Annotated

from nbtrack.records.field import column
from nbtrack.records.record import Record

__all__ = ["RunInfo"]


class RunInfo(Record, frozen=True, tag="run"):
    """Start, end or change of a run; a field that is None says nothing.

    The same record opens a run, ends it and renames it: rows merge by field, so that journals
    can be read in any order.
    """

    run_id: str
    experiment_id: Annotated[str | None, column("The experiment it belongs to.", filter=True)] = (
        None
    )
    run_name: Annotated[str | None, column("Its name.", merge="last", filter=True)] = None
    user_id: Annotated[str | None, column("Who ran it.", filter=True)] = None
    status: Annotated[
        str | None,
        column("RUNNING, SCHEDULED, FINISHED, FAILED or KILLED.", merge="last", filter=True),
    ] = None
    start_time: Annotated[int | None, column("Start, ms since the epoch.", filter=True)] = None
    end_time: Annotated[
        int | None, column("End, ms since the epoch.", merge="last", filter=True)
    ] = None
    owner: Annotated[
        str | None, column("The process that must live while it is RUNNING.", merge="last")
    ] = None
    lifecycle_stage: str = "active"
    artifact_uri: str | None = None
    time: int = 0
    """When this was written: µs since the epoch, growing within a process."""

    @property
    def run_uuid(self) -> str:
        """The run's id, under its older name in MLflow."""
        return self.run_id

    @property
    def duration_seconds(self) -> float | None:
        """From start to end; None while one of them is not known."""
        if self.start_time is None or self.end_time is None:
            return None
        return (self.end_time - self.start_time) / 1000

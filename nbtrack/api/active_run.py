"""The run that `start_run` returns: a context manager, and something to read from."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from nbtrack.api.ending import finish_with
from nbtrack.api.session import session_at
from nbtrack.capture.facts import facts
from nbtrack.capture.open_run import OpenRun
from nbtrack.records.artifact import artifact_uri
from nbtrack.records.run import RunInfo

__all__ = ["ActiveRun"]


class ActiveRun:
    """A run of this process; `info` is known here, `data` and `inputs` are read from the store.

    Example:
        >>> import nbtrack
        >>> with nbtrack.start_run() as run:
        ...     nbtrack.log_metric("accuracy", 0.93)
        >>> run.info.status
        'FINISHED'
        >>> run.data.metrics["accuracy"]
        0.93
    """

    def __init__(self, run: OpenRun) -> None:
        self.open_run = run

    @property
    def info(self) -> RunInfo:
        """Id, name, experiment, status and times."""
        run = self.open_run
        return RunInfo(
            run_id=run.run_id,
            experiment_id=run.experiment_id,
            run_name=run.run_name,
            user_id=run.user_id,
            status=run.status,
            start_time=run.start_time,
            end_time=run.end_time,
            artifact_uri=artifact_uri(run.run_id),
        )

    @property
    def data(self) -> Any:
        """Params, metrics and tags, as they stand in the store now."""
        return self.stored().data

    @property
    def inputs(self) -> Any:
        """The datasets it read, as they stand in the store now."""
        return self.stored().inputs

    def stored(self) -> Any:
        """The run as it is stored."""
        from nbtrack.questions import runs

        facts.settle()
        return runs.get(session_at(self.open_run.writer.folder).store, self.open_run.run_id)

    def to_dictionary(self) -> dict[str, Any]:
        """Everything about it as plain values."""
        return dict(self.stored().to_dictionary())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.open_run.is_open:
            finish_with(self.open_run, error)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ActiveRun) and self.open_run is other.open_run

    def __hash__(self) -> int:
        return hash(self.open_run.run_id)

    def __repr__(self) -> str:
        run = self.open_run
        return f"<ActiveRun {run.run_name!r}: {run.run_id}, {run.status}>"

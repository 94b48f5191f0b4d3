"""The run that `start_run` returns: a context manager, and a `Run` to read from."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

from nbtrack.api.files.run_files import told_uri
from nbtrack.api.runs.ending import finish_with
from nbtrack.api.session import session_at
from nbtrack.capture.facts import facts
from nbtrack.capture.open_run import OpenRun
from nbtrack.records.entities import Run
from nbtrack.records.run import RunInfo

__all__ = ["ActiveRun"]

STORED = ("data", "inputs", "outputs")


class ActiveRun(Run):
    """A run of this process; `info` is known here, the rest is read from the store when asked.

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

    def __getattr__(self, name: str) -> Any:
        # Never kept on the object: what was read once would be old the next time.
        if name == "info":
            return info_of(self.open_run)
        if name in STORED:
            return getattr(self.stored(), name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def stored(self) -> Run:
        """The run as it stands in the store now."""
        from nbtrack.questions import runs

        facts.settle()
        return runs.get(session_at(self.open_run.writer.folder).store, self.open_run.run_id)

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        stored = self.stored()
        return iter([("info", self.info), *((name, getattr(stored, name)) for name in STORED)])

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

    def __hash__(self) -> int:  # type: ignore[override]  # it stays the same run
        return hash(self.open_run.run_id)

    def __repr__(self) -> str:
        run = self.open_run
        return f"<ActiveRun: {run.run_name!r} ({run.run_id}), {run.status}>"


def info_of(run: OpenRun) -> RunInfo:
    """What is known of a run; at most where its experiment keeps files is asked, once."""
    return RunInfo(
        run_id=run.run_id,
        experiment_id=run.experiment_id,
        run_name=run.run_name,
        user_id=run.user_id,
        status=run.status,
        start_time=run.start_time,
        end_time=run.end_time,
        artifact_uri=told_uri(run),
    )

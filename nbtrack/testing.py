"""For tests of code that tracks: a store of its own for a while, and records made easily."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from nbtrack.api import session
from nbtrack.api.runs.start import active_run, end_run
from nbtrack.records.endpoint import EndpointOptions, EndpointPlan
from nbtrack.records.ids import next_time, now_ms, uuid7
from nbtrack.records.metric import Metric
from nbtrack.records.run import RunInfo

__all__ = ["metric_records", "run_record", "served_model", "temporary_store"]

OURS = ("NBTRACK_", "MLFLOW_")
STATE = "XDG_STATE_HOME"


@contextmanager
def temporary_store() -> Iterator[Path]:
    """Track into an empty store that is gone afterwards; what was set before is set again.

    Neither the environment's settings nor the user's list of stores have a part in it.

    Yields:
        The store's folder.

    Example:
        >>> import nbtrack
        >>> from nbtrack.testing import temporary_store
        >>> with temporary_store():
        ...     with nbtrack.start_run():
        ...         nbtrack.log_metric("loss", 0.5)
        ...     found = nbtrack.search_runs(output_format="list")
        >>> found[0].data.metrics
        {'loss': 0.5}
    """
    before = session.chosen.uri
    aside = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(OURS)}
    state = os.environ.get(STATE)
    with tempfile.TemporaryDirectory(prefix="nbtrack-") as place:
        os.environ[STATE] = str(Path(place, "state"))
        folder = Path(place).resolve() / ".nbtrack"
        try:
            session.set_tracking_uri(folder)
            yield folder
        finally:
            end_runs_in(folder)
            leave(folder)
            restore(STATE, state)
            os.environ.update(aside)
            if before is not None:
                session.set_tracking_uri(before)


def end_runs_in(folder: Path) -> None:
    """End the runs that a test left open there."""
    while (run := active_run()) and session.session().folder.path == folder:
        end_run()
        if (again := active_run()) and again.info.run_id == run.info.run_id:
            return


def leave(folder: Path) -> None:
    """Let go of a store."""
    session.set_tracking_uri("")
    with session.chosen.lock:
        gone = session.chosen.by_folder.pop(folder, None)
    if gone is not None:
        gone.close()


def restore(name: str, value: str | None) -> None:
    """Give a variable of the environment the value it had."""
    os.environ.pop(name, None)
    if value is not None:
        os.environ[name] = value


@contextmanager
def served_model(model_uri: str | os.PathLike[str], **options: Any) -> Iterator[str]:
    """Serve a model from this process at a free port, as `nbtrack models serve` would.

    Args:
        model_uri: The model.
        options: How, as `nbtrack.records.endpoint.EndpointOptions` names it.

    Yields:
        The address; models are asked at its `/invocations`.

    Example:
        >>> import urllib.request
        >>> import nbtrack
        >>> from nbtrack.testing import served_model, temporary_store
        >>> with temporary_store():
        ...     info = nbtrack.pyfunc.log_model(name="total", python_model=lambda it: it.sum())
        ...     with served_model(info.model_uri) as url:
        ...         told, body = {"Content-Type": "application/json"}, b'{"inputs": [1, 2]}'
        ...         asked = urllib.request.Request(f"{url}/invocations", body, told)
        ...         with urllib.request.urlopen(asked) as answer:
        ...             answer.read()
        b'{"predictions":3}'
    """
    from nbtrack.api.endpoints.served_models import Wanted, variant_of
    from nbtrack.serving.in_process import answering

    with tempfile.TemporaryDirectory(prefix="nbtrack-") as place:
        found = variant_of(session.session(), Wanted(os.fspath(model_uri)), Path(place))
        plan = EndpointPlan(
            endpoint_id=uuid7(),
            name="tests",
            variants=(msgspec.structs.replace(found, name="model"),),
            options=EndpointOptions(**options),
        )
        with answering(plan) as url:
            yield url


def run_record(run_id: str | None = None, **fields: Any) -> RunInfo:
    """The record of a run that took a second and finished; any field may be given.

    Example:
        >>> from nbtrack.testing import run_record
        >>> run_record(run_name="first", status="FAILED").status
        'FAILED'
    """
    now = now_ms()
    made: dict[str, Any] = {
        "run_id": run_id or uuid7(),
        "experiment_id": "0",
        "run_name": "a-run",
        "user_id": "somebody",
        "status": "FINISHED",
        "start_time": now - 1000,
        "end_time": now,
        "time": next_time(),
    }
    return RunInfo(**(made | fields))


def metric_records(
    run_id: str, key: str, values: Sequence[float], *, first_step: int = 0, **fields: Any
) -> list[Metric]:
    """The records of a curve: one point a step, a millisecond apart.

    Example:
        >>> from nbtrack.testing import metric_records
        >>> [point.step for point in metric_records("a" * 32, "loss", [0.9, 0.5])]
        [0, 1]
    """
    start = now_ms()
    return [
        Metric(key, value, start + place, first_step + place, run_id=run_id, **fields)
        for place, value in enumerate(values)
    ]

"""Runs that are written to by their id: known to this process, else read from the store once."""

from __future__ import annotations

import os
import re
import threading

from nbtrack.api.session import Session, session, session_at
from nbtrack.capture import stack
from nbtrack.capture.guard import report
from nbtrack.capture.open_run import OpenRun
from nbtrack.errors import InvalidValue, StoreError

__all__ = ["Attached", "attached", "run_to_write", "stored_run"]

RUN_ID = re.compile(r"[a-zA-Z0-9][\w-]{0,255}")

MOST_ATTACHED = 256
"""Runs that are known without being open: one that is forgotten is read again."""


class Attached:
    """Runs that are written to by their id alone, the last used last."""

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Know none, with locks that nobody holds; a forked child begins so."""
        self.lock = threading.Lock()
        self.starting = threading.RLock()
        self.runs: dict[tuple[str, str], OpenRun] = {}

    def find(self, here: Session, run_id: str) -> OpenRun | None:
        """A run that is known."""
        key = (str(here.folder.path), run_id)
        with self.lock:
            found = self.runs.pop(key, None)
            if found is not None:
                self.runs[key] = found
        return found

    def keep(self, here: Session, run: OpenRun) -> OpenRun:
        """Know a run; of two threads that attach it the first one's stays."""
        with self.lock:
            kept = self.runs.setdefault((str(here.folder.path), run.run_id), run)
            while len(self.runs) > MOST_ATTACHED:
                del self.runs[next(iter(self.runs))]
        return kept

    def forget(self, run_id: str) -> None:
        """Read a run again the next time, because its params or its stage were changed."""
        with self.lock:
            for key in [key for key in self.runs if key[1] == run_id]:
                del self.runs[key]


attached = Attached()
os.register_at_fork(after_in_child=attached.renew)


def run_to_write(run_id: str, here: Session | None = None) -> OpenRun:
    """A run by its id: one of this process, else one of the store, whose params are read once.

    Raises:
        NotFound: There is no such run.
        InvalidValue: It is deleted.
    """
    here = here or session()
    for run in stack.open_runs():
        if run.run_id == run_id and session_at(run.writer.folder) is here:
            return run
    found = attached.find(here, run_id)
    if found is None:
        found = attached.keep(here, stored_run(here, run_id)[0])
        here.upkeep.wake()
    return found


def stored_run(here: Session, run_id: str) -> tuple[OpenRun, int]:
    """A run of the store, to be written to; while the store is away it is taken as told.

    Raises:
        NotFound: There is no such run.
        InvalidValue: It is deleted, or this is no id.
    """
    if not isinstance(run_id, str) or not RUN_ID.fullmatch(run_id):
        raise InvalidValue(f"a run's id is of letters, digits, _ and -, not {run_id!r}")
    from nbtrack.questions import runs

    try:
        found = runs.get(here.hasty_store, run_id)
    except StoreError as error:
        report(error, "reading a run")
        return OpenRun(here.writer, run_id), 0
    if found.info.lifecycle_stage != "active":
        raise InvalidValue(
            f"The run {run_id} must be in the 'active' state. Current state is deleted. "
            f"Restore it with restore_run({run_id!r})"
        )
    run = OpenRun(
        here.writer,
        run_id,
        experiment_id=found.info.experiment_id,
        run_name=found.info.run_name,
    )
    run.params = dict(found.data.params)
    run.models = {it.step: it.model_id for it in found.outputs.model_outputs}
    run.user_id = found.info.user_id
    run.start_time = found.info.start_time or run.start_time
    run.status, run.end_time = found.info.status or run.status, found.info.end_time
    run.is_open = False
    latest = found.data._metric_objs  # noqa: SLF001 - MLflow's name for it
    steps = [metric.step for metric in latest if metric.key.startswith("system/")]
    return run, 1 + max(steps, default=-1)

"""The run that a tracked cell is: begun before its code, filled and ended after it."""

from __future__ import annotations

from nbtrack.api.cells.contents import fill
from nbtrack.api.cells.findings import begins_one_run
from nbtrack.api.cells.run import Asked, CellRun, Seen
from nbtrack.api.chosen_run import run_called
from nbtrack.api.runs.current_experiment import named_experiment, note
from nbtrack.api.runs.ending import finish, outcome, record_error
from nbtrack.api.runs.start import start_run
from nbtrack.api.session import session
from nbtrack.capture import stack
from nbtrack.capture.guard import guarded

__all__ = ["begin_cell_run", "finish_cell_run"]

ID_DIGITS = 32


def begin_cell_run(asked: Asked, source: str) -> CellRun:
    """Begin the run of a cell; inside an open run without `--nested`, the cell is part of that.

    Raises:
        NbtrackError: A name, tag or id cannot be taken.
    """
    outer = stack.enclosing()
    if outer is not None and not asked.nested and asked.run_id is None:
        return CellRun(outer, asked, is_own=False)
    begins_one = begins_one_run(source)
    run = start_run(
        run_id=id_of(asked.run_id),
        experiment_id=experiment_id_of(asked.experiment),
        run_name=asked.name,
        nested=asked.nested or outer is not None,
        tags=dict(asked.tags),
        description=asked.description,
        log_system_metrics=asked.log_system_metrics or None,
    ).open_run
    run.is_adoptable = begins_one
    return CellRun(run, asked, is_own=True)


def id_of(asked: str | None) -> str | None:
    """The id of a run that is told by its id, the beginning of that, or its name."""
    if asked is None or len(asked) == ID_DIGITS:
        return asked
    return run_called(session(), asked).info.run_id


def experiment_id_of(name: str | None) -> str | None:
    """The id of the experiment of a name, which is made if there is none."""
    if name is None:
        return None
    found = named_experiment(session(), name)
    note(session(), found)
    return found.experiment_id


def finish_cell_run(cell: CellRun, seen: Seen) -> None:
    """Fill it with what was seen of the cell, and end it; what fails is told on its card."""
    if cell.seconds is None:
        cell.stop_clock()
    try:
        fill(cell, seen)
        params = cell.run.params
        told = [it for it in cell.own_params if it in params]
        cell.params = {it: params[it] for it in (*told, *params)}
    finally:
        end(cell, seen.error)


@guarded
def end(cell: CellRun, error: BaseException | None) -> None:
    """End it as the cell ended; one that was open before goes on, unless the cell ended it."""
    run = cell.run
    status = outcome(error)
    if status == "FAILED" and error is not None and cell.is_own:
        record_error(run, error)
    run.is_held = False
    status = run.asked_status if status == "FINISHED" and run.asked_status else status
    if cell.is_own or run.asked_status:
        cell.status = status
        finish(run, status)

"""The magics that bring something back: `%reproduce` a result, `%restore` the code of a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from IPython.core.error import UsageError

from nbtrack.hosts.notebook.desk import NO_RUN, Desk
from nbtrack.hosts.notebook.restore import put_below

if TYPE_CHECKING:
    from nbtrack.hosts.notebook import usage
    from nbtrack.panels.reproduction_view import ReproductionView
    from nbtrack.records.execution import Execution

__all__ = ["reproduce", "restore"]


def reproduce(desk: Desk, line: usage.Reproduce) -> ReproductionView:
    """Write what made a result as a notebook beside this one; with --check, run it and compare."""
    from nbtrack.api.reproduction.reproduce import SECONDS
    from nbtrack.api.reproduction.reproduce import reproduce as asked
    from nbtrack.panels.reproduction_view import ReproductionView

    if line.cwd is not None and not Path(line.cwd).expanduser().is_dir():
        raise UsageError(f"%reproduce: --cwd: there is no folder {line.cwd!r}")
    made = asked(
        line.run,
        folder_of(desk) if line.to is None else line.to,
        line.check,
        SECONDS if line.timeout is None else line.timeout,
        folder=None if line.cwd is None else Path(line.cwd).expanduser(),
    )
    return ReproductionView(made=made)


def folder_of(desk: Desk) -> Path:
    """The notebook's folder, as far as its editor tells it; else the working directory."""
    home = Path(desk.notebook).parent
    return home if home.is_absolute() and home.is_dir() else Path.cwd()


def restore(desk: Desk, line: usage.Restore) -> None:
    """Put the code of a run into a new cell below, and say so."""
    from nbtrack.api.chosen_run import run_called
    from nbtrack.api.session import session
    from nbtrack.questions import executions

    store = desk.store
    if store is None:
        raise UsageError(NO_RUN)
    wanted = desk.cell_above().run_ids[0] if line.run is None else line.run
    run = run_called(session(), wanted)
    name = run.info.run_name or run.info.run_id
    found = [it for it in executions.of_run(store, run.info.run_id) if it.source]
    if not found:
        raise UsageError(f"no cell was recorded of run {name}: it was not made by %%track")
    chosen = chosen_cell(name, found, line.cell)
    put_below(desk.shell, chosen.source or "")
    rest = ""
    if line.cell is None and len(found) > 1:
        rest = f"; of its cells the last, others by --cell: {numbers(found[:-1])}"
    print(f"the code of run {name}, In[{chosen.number}], is in the cell below{rest}")  # noqa: T201


def chosen_cell(name: str, found: list[Execution], number: int | None) -> Execution:
    """Of a run's cells the one that is asked for; the last if none is."""
    if number is None:
        return found[-1]
    chosen = [it for it in found if it.number == number]
    if not chosen:
        raise UsageError(f"%restore: run {name} has no cell {number}; it has {numbers(found)}")
    return chosen[-1]


def numbers(found: list[Execution]) -> str:
    """The execution counts of cells."""
    return ", ".join(str(it.number) for it in found)

"""What the magics work with: the shell, the session that is followed, and the store in use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from IPython.core.error import UsageError

from nbtrack.capture.sources.environment import notebook_path
from nbtrack.hosts.notebook.cells import CellHooks
from nbtrack.hosts.notebook.choices import present

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from nbtrack.capture.step import Step
    from nbtrack.store.protocol import Store

__all__ = ["NO_RUN", "CellAbove", "Desk", "PlainDesk"]

NO_RUN = "there is no run yet: put %%track above the code of a cell and run it"


class CellAbove(NamedTuple):
    """A cell that was run before the one that runs, and its runs by id, the newest first."""

    number: int
    run_ids: list[str]


class Desk:
    """The shell of a notebook, what is followed of it, and the store in use."""

    def __init__(self, shell: InteractiveShell, hooks: CellHooks) -> None:
        self.shell, self.hooks = shell, hooks
        self.session, self.recorder = hooks.session, hooks.recorder

    @property
    def store(self) -> Store | None:
        """The store in use; None where nothing was ever tracked, and none is made to find out."""
        return present()

    @property
    def notebook(self) -> str:
        """The notebook's path, as far as its editor tells it."""
        return notebook_path()

    @property
    def cell_id(self) -> str | None:
        """The id of the cell that runs, where its editor tells it."""
        now = self.session.current
        return None if now is None else now.cell_id

    def cell_above(self) -> CellAbove:
        """The cell with runs that was executed last before this one.

        Raises:
            UsageError: No cell before has a run.
        """
        step = self.step_above()
        return CellAbove(step.number, self.runs_of(step))

    def step_above(self) -> Step:
        """The newest execution before this one whose cell has a run.

        Raises:
            UsageError: No cell before has a run.
        """
        for step in self.steps_before():
            if self.runs_of(step):
                return step
        raise UsageError(
            "no cell that was run before this one has a run; put %%track above its code, "
            "or name a run: %runs lists them"
        )

    def steps_before(self) -> Iterator[Step]:
        """The executions of this session before the one that runs, the newest first."""
        now = self.session.current
        return (step for step in reversed(self.session.steps) if step is not now)

    def runs_of(self, step: Step) -> list[str]:
        """The runs of the cell of an execution, also of earlier sessions, the newest first."""
        from nbtrack.questions import executions

        found = [step.cell_run] if step.cell_run else []
        if step.cell_id is not None:
            same = [it for it in self.session.steps if it.cell_id == step.cell_id and it.cell_run]
            found = [it.cell_run for it in reversed(same) if it.cell_run]
            store = self.store
            if store is not None:
                kept = executions.of_cell(store, step.cell_id)
                found += [it.cell_run for it in kept if it.cell_run]
        return list(dict.fromkeys(found))


class PlainDesk(Desk):
    """The desk where no cell is followed: in a script, and before the extension was loaded."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell

    @property
    def cell_id(self) -> str | None:
        """Nobody told which cell runs."""
        return None

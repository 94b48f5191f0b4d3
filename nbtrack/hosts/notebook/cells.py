"""The hooks around each cell of a shell: provenance, the journal, and a run where one is asked for.

They never raise into a cell, and never keep it from running.
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

from nbtrack.capture.guard import guarded
from nbtrack.capture.provenance import Provenance, Step
from nbtrack.capture.recorder import Recorder
from nbtrack.capture.statements import code_hash
from nbtrack.hosts.notebook.options import NbtrackMagics
from nbtrack.hosts.notebook.transformer import body_of, track_line

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult, InteractiveShell

__all__ = ["CellHooks"]

LONGEST_ERROR = 20_000


class CellHooks:
    """What happens before and after each cell."""

    def __init__(
        self,
        shell: InteractiveShell,
        session: Provenance,
        recorder: Recorder,
        options: NbtrackMagics,
    ) -> None:
        self.shell, self.session, self.recorder = shell, session, recorder
        self.options = options
        self.info: ExecutionInfo | None = None
        self.step: Step | None = None

    def load(self) -> None:
        """Be called around each cell."""
        self.shell.events.register("pre_run_cell", self.before)
        self.shell.events.register("post_run_cell", self.after)

    def unload(self) -> None:
        """Be called no more."""
        for event, hook in (("pre_run_cell", self.before), ("post_run_cell", self.after)):
            if hook in self.shell.events.callbacks[event]:
                self.shell.events.unregister(event, hook)

    @guarded
    def before(self, info: ExecutionInfo) -> None:
        """A cell is about to run; one that another cell runs belongs to that one."""
        if self.info is not None and not info.store_history:
            return
        self.info = info
        number = self.shell.execution_count - (1 if info.store_history else 0)
        step = Step(
            index=0,
            number=number,
            source=info.raw_cell,
            cell_id=info.cell_id,
            code_hash=code_hash(self.plain(info)),
        )
        self.step = step
        if self.options.track == "all" or track_line(info.raw_cell) is not None:
            self.recorder.begin(step)
        self.session.begin(step)

    @guarded
    def after(self, result: ExecutionResult) -> None:
        """A cell has run."""
        if self.info is None:
            if result.info is not None and result.info.store_history and self.step is None:
                self.adopt(result)
            return
        if result.info is not self.info:
            return
        self.info, step = None, self.step
        error = result.error_in_exec or result.error_before_exec
        status = "finished" if error is None else status_of(error)
        self.session.finish(status, error=error, shown=result.result)
        if step is not None and error is not None:
            step.error = "".join(traceback.format_exception(error))[-LONGEST_ERROR:]
        if step is not None and step.is_recorded:
            self.recorder.end(step)

    def adopt(self, result: ExecutionResult) -> None:
        """The cell that loaded the extension: it was under way when the hooks came."""
        number = result.execution_count or self.shell.execution_count - 1
        step = Step(
            index=0,
            number=number,
            source=result.info.raw_cell,
            cell_id=result.info.cell_id,
            code_hash=code_hash(result.info.raw_cell),
            status="finished" if result.success else "failed",
        )
        self.step = step
        self.session.adopt(step)

    def status(self) -> str:
        """How tracking stands, in words."""
        count = sum(1 for step in self.session.steps if step.is_recorded)
        how = {
            "all": "on: every cell is recorded",
            "cells": "off: only cells with %%track are recorded, the others followed in memory",
            "off": "off: no cell is followed",
        }[self.options.track]
        return f"tracking is {how}; {count} executions of this session are recorded"

    def plain(self, info: ExecutionInfo) -> str:
        """The code as Python, for comparing: without the line of `%%track`."""
        transformed = getattr(info, "transformed_cell", None)
        return transformed if isinstance(transformed, str) else body_of(info.raw_cell)


def status_of(error: BaseException) -> str:
    """How a cell ended that raised."""
    return "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"


def is_ours(shell: Any, name: str) -> bool:
    """Whether a name is the shell's own."""
    return name in shell.user_ns_hidden or name in {"In", "Out", "get_ipython", "exit", "quit"}

"""The hooks around each cell of a shell: provenance, the journal, and a run where one is asked for.

They never raise into a cell, and never keep it from running.
"""

from __future__ import annotations

import functools
import os
import sys
import threading
import traceback
from asyncio import CancelledError
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from nbtrack.api.cells.lines import python_of
from nbtrack.api.runs.ending import finish, finish_with, outcome
from nbtrack.api.runs.start import begin_run
from nbtrack.api.screens.screen import Bundle, Shown
from nbtrack.api.session import chosen
from nbtrack.capture import stack
from nbtrack.capture.facts import facts
from nbtrack.capture.guard import guarded
from nbtrack.capture.open_run import OpenRun
from nbtrack.capture.provenance import Provenance, Step
from nbtrack.capture.recorder import Recorder
from nbtrack.capture.statements import cell_key, code_hash
from nbtrack.capture.training import Event, Measured
from nbtrack.errors import NbtrackError
from nbtrack.hosts.notebook import screen
from nbtrack.hosts.notebook.arguments import parse
from nbtrack.hosts.notebook.cell_card import card_of, stale_inputs
from nbtrack.hosts.notebook.history import CellHistory
from nbtrack.hosts.notebook.options import NbtrackMagics
from nbtrack.hosts.notebook.patience import Patience
from nbtrack.hosts.notebook.tracked import TrackedCell
from nbtrack.hosts.notebook.transformer import body_of, track_line
from nbtrack.hosts.notebook.usage import TrackCell
from nbtrack.questions.cell_history import CELL_TAG
from nbtrack.records.execution import EXECUTION_TAG
from nbtrack.records.ids import now_ms

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult, InteractiveShell

__all__ = ["SESSION_TAG", "CellHooks", "is_ours"]

SESSION_TAG = "nbtrack.session"

LONGEST_ERROR = 20_000

MANY_SOURCES = 100
"""Cells that are remembered as Python: most are run again and again as they are."""


def told(act: Callable[..., None]) -> Callable[..., None]:
    """Have what cannot be done told in a line below the cell, which runs all the same."""
    act = guarded(act)

    @functools.wraps(act)
    def safe(*args: Any) -> None:
        try:
            act(*args)
        except NbtrackError as error:
            tell(f"{error}; the cell runs without being recorded")

    return safe


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
        self.history = CellHistory()
        self.info: ExecutionInfo | None = None
        self.step: Step | None = None
        self.tracked: TrackedCell | None = None
        self.python = ""
        """The code of the cell that runs, as Python."""
        self.begun: OpenRun | None = None
        """The run that began because a cell logged something."""
        self.pid = os.getpid()

    def load(self) -> None:
        """Be called around each cell."""
        self.shell.events.register("pre_run_cell", self.before)
        self.shell.events.register("post_run_cell", self.after)
        facts.cell = self.tags

    def unload(self) -> None:
        """Be called no more."""
        for event, hook in (("pre_run_cell", self.before), ("post_run_cell", self.after)):
            if hook in self.shell.events.callbacks[event]:
                self.shell.events.unregister(event, hook)
        facts.cell = dict
        stack.demand.begin = None
        self.history.close()

    def tags(self) -> dict[str, str]:
        """The tags of a run that begins in the cell that runs."""
        step = self.step
        if self.info is None or step is None:
            return {}
        return {
            CELL_TAG: cell_key(step.cell_id, self.python),
            EXECUTION_TAG: step.execution_id,
            SESSION_TAG: self.recorder.session_id,
        }

    # Before a cell

    @told
    def before(self, info: ExecutionInfo) -> None:
        """A cell is about to run; one that another cell runs belongs to that one."""
        if self.info is not None:
            if is_inside_cell():
                return
            self.finish(None, KeyboardInterrupt())  # the end of the one before was not told
        if not is_main_thread():
            if track_line(info.raw_cell or "") is not None:
                tell("cells of a subshell are not tracked")
            return
        self.prepare(info)
        if self.options.track != "off" or self.tracked is not None:
            self.watch()
        self.start_clock()

    @told
    def prepare(self, info: ExecutionInfo) -> None:
        """Write the execution down, and begin its run."""
        self.info, self.step, self.tracked, self.begun = info, None, None, None
        source = info.raw_cell or ""
        number = self.shell.execution_count - (1 if info.store_history else 0)
        self.python = as_python(source) or ""
        hashed = hash_of(self.python or source) or ""
        self.step = Step(0, number, source, info.cell_id, hashed)
        arguments = tracked_by(source)
        if self.options.track == "all" or arguments is not None:
            self.record_start(self.step)
        if arguments is not None:
            self.begin_run(arguments)
        elif self.options.track == "all":
            stack.demand.begin = self.begin_on_demand

    @guarded
    def watch(self) -> None:
        """Follow what the cell reads and writes; last, so that our own work is not followed."""
        if self.step is not None:
            self.session.begin(self.step)

    @told
    def record_start(self, step: Step) -> None:
        """Write an execution down before its code runs."""
        self.recorder.begin(step)

    @guarded
    def begin_run(self, arguments: str) -> None:
        """Begin the run of a tracked cell; of a line that cannot be taken one is told."""
        try:
            line = parse(TrackCell, arguments, self.shell.user_ns)
            key = self.tags()[CELL_TAG]
            self.tracked = TrackedCell.begin(
                self.shell, line, self.python, key, finds=self.options.autolog
            )
        except (UsageError, NbtrackError) as error:
            tell(f"{error}; the cell runs without being tracked")
            return
        run = self.tracked.run
        if self.step is not None:
            self.step.cell_run = run.run.run_id
            self.recorder.link(self.step)
        self.tracked.listen(figures=self.options.figures)
        if self.options.card and not line.quiet:
            self.history.ask(run.here, key, run.run.experiment_id)

    def begin_on_demand(self) -> OpenRun:
        """Begin a run because a cell that is recorded logs something: it is over with the cell."""
        self.begun = begin_run()
        return self.begun

    def route(self, event: Event) -> OpenRun | None:
        """The run that what is trained or measured in the cell goes to."""
        if self.info is None or not self.options.autolog:
            return None
        if self.tracked is not None and not self.tracked.line.no_autolog:
            if isinstance(event, Measured) and event.step is None:
                self.tracked.run.measured.append((event.key, event.value))
                return None  # it is logged under the name of its variable, if it has one
            return self.tracked.run.run
        if self.options.track == "all" and self.tracked is None:
            return stack.current() or self.begin_on_demand()
        return None

    # After a cell

    @told
    def after(self, result: ExecutionResult | None) -> None:
        """A cell has run; there is no result where its task was cancelled."""
        if self.info is None:
            info = result.info if result is not None else None
            if result is not None and info is not None and info.store_history and not self.step:
                self.adopt(result)
            return
        if result is not None and result.info is not self.info:
            return
        if result is None and (is_inside_cell() or not is_main_thread()):
            return
        if result is None:
            self.finish(None, CancelledError())
        else:
            self.finish(result, result.error_in_exec or result.error_before_exec)

    def finish(self, result: ExecutionResult | None, error: BaseException | None) -> None:
        """Complete what was begun before the cell."""
        self.info = None
        stack.demand.begin = None
        if self.pid != os.getpid():
            return  # a forked child that goes on: the cell is its parent's
        if isinstance(error, CancelledError):
            error = KeyboardInterrupt()  # so an interrupt reaches a cell with `await`
        self.stop_clock()
        self.finish_step(result, error)
        self.finish_run(error)
        self.leave_run(error)
        self.record_end()

    @guarded
    def start_clock(self) -> None:
        """The code of a tracked cell begins."""
        if self.tracked is not None:
            self.tracked.run.start_clock()

    @guarded
    def stop_clock(self) -> None:
        """It is over; what follows is our own work."""
        if self.tracked is not None:
            self.tracked.run.stop_clock()

    @guarded
    def leave_run(self, error: BaseException | None) -> None:
        """Let no run outlive its cell because what should have ended it failed."""
        cell = self.tracked.run if self.tracked is not None else None
        own = cell.run if cell is not None and cell.is_own else None
        for run in (own, self.begun):
            if run is not None and run.is_open:
                run.is_held = False
                finish(run, outcome(error))

    @guarded
    def finish_step(self, result: ExecutionResult | None, error: BaseException | None) -> None:
        """See what the cell read, wrote and depended on."""
        step = self.step
        if step is None:
            return
        status = "finished" if error is None else status_of(error)
        shown = result.result if result is not None else None
        self.session.finish(status, error=error, shown=shown)
        step.status, step.end_time = status, step.end_time or now_ms()
        if error is not None:
            step.error = "".join(traceback.format_exception(error))[-LONGEST_ERROR:]

    @guarded
    def finish_run(self, error: BaseException | None) -> None:
        """End the run of the cell, and show its card."""
        if self.begun is not None and self.begun.is_open:
            finish_with(self.begun, error)
        if self.step is not None and self.step.cell_run is None:
            self.step.cell_run = self.run_of_cell()
        tracked = self.tracked
        if tracked is None:
            return
        patience = Patience(work_of(tracked), has_screen=hasattr(self.shell, "kernel"))
        with patience:
            tracked.finish(self.python, self.step, error)
        if self.step is not None:
            self.step.writes |= {f"metric:{k}": repr(v) for k, v in tracked.run.metrics.items()}
        if self.options.card and not tracked.line.quiet:
            self.show_card(tracked, self.step, error, patience.shown)
        else:
            tell_without_card(tracked, patience.shown)
        if tracked.run.is_new:
            self.history.add(tracked.run.here, tracked.key, tracked.as_earlier())

    def run_of_cell(self) -> str | None:
        """The run that a cell without `%%track` logged to: one it began, or one that is open."""
        if self.begun is not None:
            return self.begun.run_id
        current = stack.enclosing()
        if current is not None:
            return current.run_id
        last = chosen.last_run
        step = self.step
        if last is not None and step is not None and last[1] >= step.execution_id:
            return last[1]  # ids grow: it began after the cell did
        return None

    @guarded
    def show_card(
        self,
        tracked: TrackedCell,
        step: Step | None,
        error: BaseException | None,
        shown: Shown | None,
    ) -> None:
        """Show the card; what the store still has to say of earlier runs comes into it later.

        It takes the place of what was shown already, if something was.
        """
        run, key = tracked.run, tracked.key
        stale = [] if step is None else stale_inputs(self.session, step)

        def bundle() -> Bundle:
            return card_of(run, self.history, key, error, stale)._repr_mimebundle_()

        if not hasattr(self.shell, "kernel"):
            self.history.wait(run.here, key)
        is_complete = self.history.is_complete(run.here, key)
        first = bundle()
        if shown is None:
            shown = screen.show(first)
        else:
            shown.update(first)
        self.history.release(run.here, key)
        if is_complete or shown is None:
            return

        def renew() -> None:
            newer = bundle()
            if newer != first:
                shown.update(newer)

        self.history.when_complete(run.here, key, renew)

    @told
    def record_end(self) -> None:
        """Complete the execution in the journal."""
        step = self.step
        if step is not None and (step.is_recorded or step.cell_run is not None):
            self.recorder.end(step)

    @guarded
    def adopt(self, result: ExecutionResult) -> None:
        """The cell that loaded the extension: it was under way when the hooks came."""
        source = (result.info.raw_cell or "") if result.info is not None else ""
        step = Step(
            index=0,
            number=result.execution_count or self.shell.execution_count - 1,
            source=source,
            cell_id=result.info.cell_id if result.info is not None else None,
            code_hash=code_hash(python_of(source) or source),
            status="finished" if result.success else "failed",
        )
        step.end_time = step.start_time
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


@guarded
@functools.lru_cache(MANY_SOURCES)
def hash_of(source: str) -> str:
    """The hash of a cell's code."""
    return code_hash(source)


@guarded
def tracked_by(source: str) -> str | None:
    """What stands after `%%track`; None where it does not."""
    return track_line(source)


@guarded
@functools.lru_cache(MANY_SOURCES)
def as_python(source: str) -> str:
    """The code of a cell without its `%%track` line, as Python."""
    return python_of(body_of(source))


def status_of(error: BaseException) -> str:
    """How a cell ended that raised."""
    return "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"


def is_main_thread() -> bool:
    """Whether this is the thread of the cells; those of a subshell run beside it."""
    return threading.current_thread() is threading.main_thread()


def is_inside_cell() -> bool:
    """Whether the code of a cell is running, which runs another one."""
    frame = sys._getframe(1)  # noqa: SLF001 - to walk it costs less than a list of the stack
    caller: Any = frame
    while caller is not None:
        if caller.f_code.co_name == "run_code" and "code_obj" in caller.f_code.co_varnames:
            return True
        caller = caller.f_back
    return False


def work_of(tracked: TrackedCell) -> str:
    """What may take long after a tracked cell, in words."""
    return f"logging the model {', '.join(names)} …" if (names := tracked.line.model) else ""


def tell_without_card(tracked: TrackedCell, shown: Shown | None) -> None:
    """Say in lines what is wrong with the models that were asked for, where no card does."""
    if shown is not None:
        shown.update({"text/html": "", "text/plain": ""})
    if tracked.line.model or tracked.line.register:
        for warning in tracked.run.warnings:
            tell(warning)


def tell(message: str) -> None:
    """Say something in a line below the cell."""
    sys.stderr.write(f"nbtrack: {message}\n")


def is_ours(shell: Any, name: str) -> bool:
    """Whether a name is the shell's own."""
    return name in shell.user_ns_hidden or name in {"In", "Out", "get_ipython", "exit", "quit"}

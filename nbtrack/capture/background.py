"""Whether a cell left something behind that goes on running: threads of its own, tasks."""

from __future__ import annotations

import asyncio
import sys
import threading
from types import CoroutineType

from nbtrack.capture.identity import identity_of
from nbtrack.capture.objects.names import module_of
from nbtrack.capture.step import Step

__all__ = ["Background"]

QUIET_THREADS = frozenset(
    ["MainThread", "IOPub", "Heartbeat", "Control", "IPythonHistorySavingThread"]
)
"""Threads of the kernel and ours, which change no variables."""

KERNEL_FOLDERS = ("ipykernel", "tornado", "zmq", "jupyter_client", "IPython", "xeus")


MOST_STEPS = 20


class Background:
    """The executions that left threads or tasks, which may go on changing variables."""

    def __init__(self) -> None:
        self.own = threads_now()
        """Threads that were there before the session."""
        self.before_cell: frozenset[int] = frozenset()
        self.steps: tuple[int, ...] = ()
        self.names: set[str] = set()
        """What those executions read and wrote."""

    def before(self) -> None:
        """A cell begins."""
        self.before_cell = self.alive()
        if not self.before_cell:
            self.steps, self.names = (), set()

    def alive(self) -> frozenset[int]:
        """The threads and tasks that run now."""
        return (threads_now() - self.own) | tasks_now()

    def is_left(self) -> bool:
        """Whether there are threads or tasks now that were not there before the cell."""
        return bool(self.alive() - self.before_cell)

    def add(self, step: Step) -> None:
        """An execution left something behind, or had what is there do something."""
        step.uses.update(self.steps)  # who of them changes what cannot be told
        step.uses.discard(step.index)
        self.steps = (*(it for it in self.steps[-MOST_STEPS:] if it != step.index), step.index)
        self.names |= step.reads.keys() | step.writes.keys()


name_of = vars(threading.Thread)["name"].fget


def is_quiet(name: str) -> bool:
    """Whether a thread of this name changes no variables."""
    return name in QUIET_THREADS or name.startswith("nbtrack-")


def threads_now() -> frozenset[int]:
    """The threads that are alive and may run the notebook's code.

    Libraries' own kinds of threads (a progress bar's, a kernel's) do not.
    """
    return frozenset(
        identity_of(it)
        for it in threading.enumerate()
        if not is_quiet(name_of(it)) and module_of(type(it)) in {"threading", "__main__"}
    )


def tasks_now() -> frozenset[int]:
    """The tasks of this thread's loop, but for the kernel's."""
    if "asyncio" not in sys.modules:
        return frozenset()
    try:
        tasks = asyncio.all_tasks()
    except RuntimeError:  # no loop runs
        return frozenset()
    return frozenset(identity_of(it) for it in tasks if not is_of_kernel(it.get_coro()))


def is_of_kernel(coroutine: object) -> bool:
    """Whether a task is one that a kernel serves its messages by."""
    if type(coroutine) is not CoroutineType:
        return False
    return any(it in coroutine.cr_code.co_filename for it in KERNEL_FOLDERS)

"""Which run the calling code is in.

A context variable holds the runs that were started here, so that threads and asyncio tasks have
their own. Two places lose it: a thread that was started inside a run begins with an empty
context, and so does each cell of a notebook. For them a list of all open runs of the process
says which run is nearest.
"""

from __future__ import annotations

import os
import sys
import threading
import weakref
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, NamedTuple

from nbtrack.capture.open_run import OpenRun

__all__ = ["Demand", "current", "demand", "enclosing", "enter", "inside", "leave", "open_runs"]


class Entry(NamedTuple):
    """An open run, with the thread and the asyncio task that started it."""

    run: OpenRun
    thread: weakref.ref[threading.Thread]
    task: weakref.ref[Any] | None


stack: ContextVar[tuple[OpenRun, ...]] = ContextVar("nbtrack_runs", default=())
entries: list[Entry] = []
changing = threading.Lock()
"""Held while the list changes; who reads it takes a copy."""


class Demand:
    """How a run begins where something is logged and none is open."""

    begin: Callable[[], OpenRun] | None = None
    """Set while a cell runs that becomes a run only if it logs something."""


demand = Demand()


def renew_lock() -> None:
    """Have a lock that nobody holds, in a forked child."""
    global changing  # noqa: PLW0603 - a thread of the parent may have held it
    changing = threading.Lock()


os.register_at_fork(after_in_child=renew_lock)


def enter(run: OpenRun) -> None:
    """Make a run the current one of this context."""
    task = current_task()
    thread = threading.current_thread()
    with changing:
        entries.append(Entry(run, weakref.ref(thread), weakref.ref(task) if task else None))
    stack.set((*alive(), run))


def leave(run: OpenRun) -> None:
    """Take a run away, wherever it was entered."""
    with changing:
        entries[:] = [entry for entry in entries if entry.run is not run]
    stack.set(tuple(other for other in alive() if other is not run))


def current() -> OpenRun | None:
    """The run that code here logs to: that of this context, else the nearest."""
    runs = stack.get()
    if runs and runs[-1].is_open:
        return runs[-1]
    return enclosing() or nearest()


def enclosing() -> OpenRun | None:
    """The run that a new run here would be inside of."""
    runs = alive()
    if runs:
        return runs[-1]
    thread, task = threading.current_thread(), current_task()
    for run, started_in, task_then in entries[::-1]:
        if run.is_open and started_in() is thread and is_over(task_then, task):
            return run
    return None


def inside(run: OpenRun) -> list[OpenRun]:
    """The runs that were started inside a run here and are open, the innermost first."""
    runs = alive()
    if run in runs:
        return list(reversed(runs[runs.index(run) + 1 :]))
    # The end of a cell with `await` is seen from outside of its task.
    later = [*entries]
    while later and later[0].run is not run:
        del later[0]
    same = [it for it in later[1:] if it.thread is later[0].thread and it.task is later[0].task]
    return [it.run for it in reversed(same) if it.run.is_open and it.task is not None]


def open_runs() -> list[OpenRun]:
    """All open runs of this process, the last started first."""
    return [entry.run for entry in entries[::-1] if entry.run.is_open]


def nearest() -> OpenRun | None:
    """For a thread that has no run: the main thread's, else the one started last."""
    main = threading.main_thread()
    found = None
    for run, started_in, _ in entries[::-1]:
        if run.is_open:
            if started_in() is main:
                return run
            found = found or run
    return found


def alive() -> tuple[OpenRun, ...]:
    """The runs of this context that were not ended elsewhere."""
    runs = stack.get()
    return runs if all(run.is_open for run in runs) else tuple(r for r in runs if r.is_open)


def current_task() -> Any:
    """The asyncio task that is running here, if any; asyncio is not loaded to find out."""
    asyncio = sys.modules.get("asyncio")
    if asyncio is None:
        return None
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


def is_over(started_in: weakref.ref[Any] | None, here: Any) -> bool:
    """Whether what started a run handed it on: a finished cell does, a task still running not."""
    task = started_in() if started_in is not None else None
    return task is None or task is here or bool(task.done())

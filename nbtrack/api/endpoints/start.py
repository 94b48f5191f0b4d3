"""Starts the process that keeps an endpoint up, and waits until it serves or says why not."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import msgspec

from nbtrack.errors import EndpointError, PortTaken
from nbtrack.records.endpoint import EndpointPlan
from nbtrack.records.ids import now_ms
from nbtrack.serving.supervising.place import EndpointFolder, EndpointState, Launch

__all__ = [
    "become_supervisor",
    "is_over",
    "is_supervisor",
    "last_complaint",
    "next_plan",
    "prepare",
    "spawn",
    "wait_until",
]

PAUSE_SECONDS = 0.02
STOPPED = {"STOPPED", "FAILED"}

started: list[int] = []
"""The supervisors that this process started: asked now and then, so that none stays a zombie."""


def prepare(
    folder: EndpointFolder, plan: EndpointPlan, launch: Launch, *, goes_on: bool = False
) -> None:
    """Write all that the supervisor reads; the folder's lock is held.

    Args:
        folder: The endpoint's.
        plan: What is served.
        launch: How it is started.
        goes_on: Whether it is the endpoint that was there: it counts on, and its bandit knows what
            it learned.
    """
    for name in ("state.json",) if goes_on else ("stats.json", "state.json"):
        (folder.path / name).unlink(missing_ok=True)
    folder.put(plan)
    folder.put(launch)
    folder.put(EndpointState(endpoint_id=plan.endpoint_id, name=plan.name, since=now_ms()))


MODULE = "nbtrack.serving.supervisor"


def is_supervisor(pid: int) -> bool:
    """Whether a process keeps an endpoint up: a number may be given again to any other."""
    import psutil

    try:
        return pid > 0 and MODULE in psutil.Process(pid).cmdline()
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:  # another user's; whoever signals it is told so
        return True


def command(folder: EndpointFolder, lock: int, *more: str) -> list[str]:
    """What the supervisor is started with."""
    module = ["-m", MODULE]
    return [sys.executable, *module, str(folder.path), "--lock", str(lock), *more]


def spawn(folder: EndpointFolder, launch: Launch, lock: int) -> None:
    """Start the supervisor, and give the folder's lock away to it."""
    with_parent = [] if launch.is_kept else ["--parent", str(os.getpid())]
    where = launch.working_folder
    try:
        with folder.complaints.open("wb") as complaints:
            process = subprocess.Popen(  # noqa: S603 - this interpreter
                command(folder, lock, *with_parent),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=complaints,
                pass_fds=(lock,),
                start_new_session=True,  # an interrupted cell does not interrupt it
                cwd=where if where is not None and Path(where).is_dir() else None,
            )
    finally:
        os.close(lock)
    started.append(process.pid)
    process.returncode = 0  # it may outlive this process, which nobody needs to be warned of


def become_supervisor(folder: EndpointFolder, lock: int) -> None:
    """Go on as the supervisor: a command line that serves keeps nothing of its own in memory."""
    os.set_inheritable(lock, True)
    sys.stdout.flush()
    sys.stderr.flush()
    arguments = command(folder, lock, "--foreground")
    os.execv(sys.executable, arguments)  # noqa: S606 - this interpreter


def is_over(folder: EndpointFolder) -> bool:
    """Whether no supervisor is there; one that this process started leaves no zombie."""
    started[:] = [it for it in started if not has_ended(it)]
    return not folder.is_alive


def has_ended(pid: int) -> bool:
    """Whether a child has ended; it leaves no zombie then."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:  # of the parent of a forked child, or taken note of by others
        return True


def wait_until(folder: EndpointFolder, statuses: set[str], seconds: float) -> EndpointState:
    """Wait until an endpoint stands as wanted.

    Raises:
        PortTaken: Somebody else listens at its port.
        EndpointError: It ended, or time is up.
    """
    end = time.monotonic() + seconds
    while True:
        over = is_over(folder)
        state = folder.state()
        if state is not None and state.status in statuses:
            return state
        if over:
            raise failure(folder, state)
        if time.monotonic() > end:
            status = "unknown" if state is None else state.status
            name = folder.path.name
            raise EndpointError(
                f"the endpoint {name!r} is {status} after {seconds:g} s"
                f"{f': {state.reason}' if state is not None and state.reason else ''}; it goes on "
                f"by itself: nbtrack.endpoint({name!r}).wait() waits longer, .stop() ends it"
            )
        time.sleep(PAUSE_SECONDS)


def failure(folder: EndpointFolder, state: EndpointState | None) -> EndpointError:
    """Why an endpoint ended."""
    reason = state.reason if state is not None and state.status in STOPPED else None
    reason = reason or last_complaint(folder) or "it ended without being stopped"
    if state is not None and state.cause == "port":
        return PortTaken(reason, state.port)
    return EndpointError(f"the endpoint {folder.path.name!r} does not serve: {reason}")


def last_complaint(folder: EndpointFolder) -> str | None:
    """What the supervisor said last, if something went wrong in it."""
    with contextlib.suppress(OSError):
        lines = folder.complaints.read_text(encoding="utf-8", errors="replace").splitlines()
        return next((it for it in reversed(lines) if it.strip()), None)
    return None


def next_plan(folder: EndpointFolder, plan: EndpointPlan) -> EndpointPlan:
    """A plan with the next number, whichever was tried before."""
    state, known = folder.state(), folder.plan()
    numbers = [plan.number, 0 if known is None else known.number]
    if state is not None:
        numbers += [state.plan_number, state.refused]
    return msgspec.structs.replace(plan, number=max(numbers) + 1)

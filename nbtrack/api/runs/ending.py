"""How runs end: finished, failed with the error that ended them, or killed."""

from __future__ import annotations

import atexit
import sys
import traceback

from nbtrack.api.runs.system_metrics import stop_monitor
from nbtrack.api.session import chosen, session_at
from nbtrack.capture import stack
from nbtrack.capture.facts import facts
from nbtrack.capture.guard import guarded
from nbtrack.capture.open_run import OpenRun
from nbtrack.capture.redaction import redact_error
from nbtrack.errors import InvalidValue

__all__ = ["STATUSES", "finish", "finish_with", "message_of", "status_named"]

STATUSES = ("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED")
"""MLflow's, in the order of its numbers, which begin with 1."""

LONGEST_MESSAGE = 5_000


def status_named(status: str | int) -> str:
    """A status by its name, as MLflow's number of it, or as another library's enumeration."""
    if isinstance(status, int) and 1 <= status <= len(STATUSES):
        return STATUSES[status - 1]
    name = str(status).upper()
    if name not in STATUSES:
        raise InvalidValue(f"{status!r} is no status of a run; there are {', '.join(STATUSES)}")
    return name


@guarded
def finish(run: OpenRun, status: str = "FINISHED") -> None:
    """End a run, and those that were started inside it and are open still.

    One that a cell holds ends with the cell.
    """
    if run.is_held:
        run.asked_status = status
        return
    for inner in stack.inside(run):
        finish(inner, status)
    try:
        stop_monitor(run)
    finally:
        stack.leave(run)
        run.end(status)
    chosen.last_run = (session_at(run.writer.folder), run.run_id)


def finish_with(run: OpenRun, error: BaseException | None) -> None:
    """End a run as the error says that ended its block; none means it finished."""
    status = outcome(error)
    if status == "FAILED" and error is not None and not run.is_inherited:
        record_error(run, error)
    finish(run, status)


def outcome(error: BaseException | None) -> str:
    """The status that an error stands for; leaving the program without complaint is none."""
    if isinstance(error, KeyboardInterrupt):
        return "KILLED"
    left = isinstance(error, SystemExit) and error.code in (None, 0)
    return "FINISHED" if error is None or left else "FAILED"


@guarded
def record_error(run: OpenRun, error: BaseException) -> None:
    """Keep what went wrong as tags and as a file."""
    from nbtrack.api.files.run_files import keep_bytes

    kind = type(error)
    name = (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}"
    )
    run.set_tags(
        {
            "nbtrack.error.type": name,
            "nbtrack.error.message": message_of(error),
        }
    )
    text = redact_error("".join(traceback.format_exception(error)))
    keep_bytes(session_at(run.writer.folder), run, text.encode(errors="replace"), "traceback.txt")


def message_of(error: BaseException) -> str:
    """What an error says, without secrets; it may be of a class that cannot say it."""
    try:
        return redact_error(str(error))[:LONGEST_MESSAGE]
    except Exception as trouble:  # noqa: BLE001 - it is told in the message's place
        return f"(its message cannot be read: {type(trouble).__name__})"


@guarded
def finish_all() -> None:
    """End what is open when the process ends; a forked child's parent does so for its own."""
    facts.settle()
    error = None if is_interactive() else getattr(sys, "last_value", None)
    for run in stack.open_runs():
        if run.is_held and not run.is_inherited:
            run.is_held = False
            finish(run, "KILLED")  # the process ends in the middle of its cell
        elif not run.is_inherited:
            finish_with(run, error)
    for one in chosen.by_folder.values():
        one.rest()


def is_interactive() -> bool:
    """Whether errors are shown and passed over here, as in a notebook and at a prompt."""
    ipython = sys.modules.get("IPython")
    return hasattr(sys, "ps1") or (ipython is not None and ipython.get_ipython() is not None)


atexit.register(finish_all)

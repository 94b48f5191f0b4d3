"""The one broad except: what fails in tracking is told once and never stops the user's code.

Errors that the caller made (a value that cannot be taken, an id that is not there) are raised.
"""

from __future__ import annotations

import functools
import logging
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from nbtrack.errors import NbtrackError, StoreError, warn_caller

__all__ = ["TrackingWarning", "guarded", "report", "warn"]

# Where nobody listens to logs, what is told here is a warning too; other modules' is printed.
logger = logging.getLogger("nbtrack.guard")
logger.addHandler(logging.NullHandler())

P = ParamSpec("P")
R = TypeVar("R")


class TrackingWarning(UserWarning):
    """Something of the tracking did not work; the code that is tracked goes on."""


told: set[tuple[str, str, str]] = set()
"""What was told already: the place, the class and the message of a problem."""


def guarded(act: Callable[P, R]) -> Callable[P, R | None]:
    """Let an act of tracking fail without failing its caller; the result is then None.

    A call with wrong arguments is the caller's error, and raised.
    """

    @functools.wraps(act)
    def safe(*args: P.args, **kwargs: P.kwargs) -> R | None:
        try:
            return act(*args, **kwargs)
        except Exception as error:
            was_entered = error.__traceback__ is not None and error.__traceback__.tb_next
            is_told = isinstance(error, NbtrackError) and not isinstance(error, StoreError)
            if is_told or not was_entered:
                raise
            report(error, act.__name__)
            return None

    return safe


def report(error: BaseException, where: str) -> None:
    """Log the traceback and warn in one line, the first time a problem is seen."""
    message = first_line(error)
    problem = (where, type(error).__name__, message)
    if problem in told:
        return
    is_told = any(it[1:] == problem[1:] for it in told)  # one fault fails at several places
    told.add(problem)
    log(logging.ERROR, f"{where} failed", error)
    if not is_told:
        warn(f"nbtrack: {where} failed ({type(error).__name__}: {message}); your code goes on")


def first_line(error: BaseException) -> str:
    """What an error says, in a line; some cannot say it."""
    try:
        return (str(error).splitlines() or [""])[0]
    except Exception as trouble:  # noqa: BLE001 - any class may have a `__str__` that fails
        return f"its message fails with {type(trouble).__name__}"


def warn(message: str) -> None:
    """Warn at the caller's line; a filter that makes errors of warnings must not stop the code."""
    log(logging.WARNING, message)
    try:
        warn_caller(message, TrackingWarning)
    except Exception:  # noqa: BLE001 - a filter makes an error of it, or what shows it is broken
        say(message)


def log(level: int, message: str, error: BaseException | None = None) -> None:
    """Write into the log, where a handler of the user's may fail."""
    try:
        logger.log(level, "%s", message, exc_info=error)
    except Exception as trouble:  # noqa: BLE001 - as above
        say(f"{message} (a log handler fails with {type(trouble).__name__})")


def say(message: str) -> None:
    """Say it where nothing else can; without a stream nobody would see it."""
    if sys.stderr is not None:
        sys.stderr.write(f"{message}\n")

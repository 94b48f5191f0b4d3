"""The one broad except: what fails in tracking is told once and never stops the user's code.

Errors that the caller made (a value that cannot be taken, an id that is not there) are raised.
"""

from __future__ import annotations

import functools
import logging
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
    message = (str(error).splitlines() or [""])[0]
    problem = (where, type(error).__name__, message)
    if problem in told:
        return
    told.add(problem)
    logger.error("%s failed", where, exc_info=error)
    warn(f"nbtrack: {where} failed ({type(error).__name__}: {message}); your code goes on")


def warn(message: str) -> None:
    """Warn at the caller's line; a filter that makes errors of warnings must not stop the code."""
    logger.warning("%s", message)
    try:
        warn_caller(message, TrackingWarning)
    except TrackingWarning:
        # the user's filter turns warnings into errors; the log line above has said it
        return

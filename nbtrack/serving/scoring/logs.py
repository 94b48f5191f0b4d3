"""The log of a worker: a JSON object a line on stderr, never with what a client sent."""

from __future__ import annotations

import functools
import logging
import sys
import time
import traceback
import warnings
from typing import Any, get_args

import msgspec

from nbtrack import settings
from nbtrack.errors import InvalidValue, NbtrackError

__all__ = ["is_debugging", "log", "log_error", "log_warnings"]

MOST_ERRORS = 20
"""Errors that are written in a second."""

LEVELS: tuple[str, ...] = get_args(settings.ServingLog)


@functools.cache
def least() -> int:
    """The place of the least level that is written.

    Raises:
        InvalidValue: It is set to none that there is.
    """
    return LEVELS.index(settings.read().serving_log)


def is_debugging() -> bool:
    """Whether each request is logged, and what exceptions say."""
    return least() == 0


def log(level: str, message: str, **more: Any) -> None:
    """Write a line, if the setting `serving_log` does not leave out its level."""
    if is_left_out(level):
        return
    line = {"moment": time.time_ns() // 1_000_000, "level": level, "message": message, **more}
    text = msgspec.json.encode(line, enc_hook=str)
    if sys.stderr is not None:
        sys.stderr.write(text.decode() + "\n")
        sys.stderr.flush()


def is_left_out(level: str) -> bool:
    """Whether lines of a level are not written; a setting that cannot be read leaves out none."""
    try:
        return level in LEVELS and LEVELS.index(level) < least()
    except InvalidValue:
        return False


def log_error(error: BaseException, prediction_id: str, variant: str) -> None:
    """Write where a model failed; what the exception says may hold a client's data."""
    if not allowance.takes_one():
        return
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{it.filename}:{it.lineno} in {it.name}: {it.line}" for it in frames]
    says = {"says": str(error)} if isinstance(error, NbtrackError) or is_debugging() else {}
    log(
        "error",
        f"the {'model' if variant else 'server'} failed with {type(error).__name__}",
        prediction_id=prediction_id,
        variant=variant,
        traceback=places,
        **says,
    )


class Allowance:
    """How many errors a second are written: a model that always fails must not fill the disk."""

    def __init__(self) -> None:
        self.second, self.written, self.left_out = 0, 0, 0

    def takes_one(self) -> bool:
        """Whether one more is written; what was left out before is told first."""
        now = int(time.monotonic())
        if now != self.second:
            left_out, self.second, self.written, self.left_out = self.left_out, now, 0, 0
            if left_out:
                log("warning", f"{left_out:,} more errors were not written, as they came so fast")
        self.written += 1
        self.left_out += self.written > MOST_ERRORS
        return self.written <= MOST_ERRORS


allowance = Allowance()


class OwnLog(logging.Handler):
    """Writes what nbtrack itself logs, such as a journal whose disk is full, as lines too."""

    def emit(self, record: logging.LogRecord) -> None:
        log(record.levelname.lower(), record.getMessage())


def log_warnings() -> None:
    """Have warnings of libraries written as lines of the log, each once, and nbtrack's own."""
    logging.getLogger("nbtrack").addHandler(OwnLog(logging.WARNING))
    seen: set[tuple[str, int]] = set()

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        *_: Any,
        **__: Any,
    ) -> None:
        if (filename, lineno) not in seen:
            seen.add((filename, lineno))
            log("warning", str(message), kind=category.__name__, place=f"{filename}:{lineno}")

    warnings.showwarning = show

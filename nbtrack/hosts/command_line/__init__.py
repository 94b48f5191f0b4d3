"""`nbtrack` in a shell: how it begins, and how a command's errors are said."""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Sequence
from gc import set_threshold
from typing import Any

from nbtrack.errors import NbtrackError, NotYet
from nbtrack.hosts.command_line.wording import VERSION_LINE

__all__ = ["main", "run"]

NEW_OBJECTS = 50_000
"""So many new objects make Python look for garbage: what is imported is none, and is most of it."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, and leave with its exit code: 0, 1 for an error, 2 for a wrong use."""
    set_threshold(NEW_OBJECTS)
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments say; an error becomes one message and a number."""
    if list(arguments) == ["--version"]:
        # scripts ask this often: it is answered before anything else is loaded
        sys.stdout.write(VERSION_LINE)
        return 0
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    with warnings.catch_warnings():
        warnings.showwarning = show_warning
        return outcome(arguments)


def outcome(arguments: Sequence[str]) -> int:
    """Do what the arguments say, and say errors as `run` promises."""
    try:
        from nbtrack.hosts.command_line.application import application

        code = application(arguments)(
            list(arguments), prog_name="nbtrack", standalone_mode=False, obj=tuple(arguments)
        )
        sys.stdout.flush()
    except BrokenPipeError:
        return unread()
    except SystemExit as leaving:
        # typer makes an exit with code 1 of a pipe that nobody reads
        if isinstance(leaving.__context__, BrokenPipeError):
            return unread()
        raise
    except KeyboardInterrupt:
        return stopped()
    except Exception as error:
        if "--debug" in arguments:
            raise
        return told(error)
    return code if isinstance(code, int) else 0


def unread() -> int:
    """Be content that who read has read enough; Python would complain when it closes stdout."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def stopped() -> int:
    """Say that the person ended it; the exit code of that."""
    complain("stopped")
    return 130


def told(error: Exception) -> int:
    """Say an error in one message; the exit code that goes with it."""
    import typer

    from nbtrack.hosts.command_line.desk import WrongUse

    if isinstance(error, typer.Abort):
        return stopped()
    if isinstance(error, NbtrackError):
        complain(str(error))
        return 2 if isinstance(error, NotYet | WrongUse) else 1
    if hasattr(error, "format_message"):
        # typer's own: a wrong option, an unknown command
        if message := error.format_message():
            command = getattr(getattr(error, "ctx", None), "command_path", "nbtrack")
            message = message.rstrip(".").replace(". Did you mean", "; did you mean")
            complain(message[:1].lower() + message[1:])
            complain(f"{command} --help says what there is", head="")
        return 2
    if isinstance(error, OSError):
        complain(str(error))
        return 1
    complain(f"{type(error).__name__}: {error}; this is a fault of nbtrack: --debug shows where")
    return 1


def show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    """Say a warning as an error is said; the line of code that warned tells a person nothing."""
    complain(str(message).removeprefix("nbtrack: "), head="warning: ")


def complain(message: str, head: str = "error: ") -> None:
    """Put an error on stderr."""
    red = sys.stderr.isatty() and "NO_COLOR" not in os.environ
    shown = f"\x1b[1;31m{head}\x1b[0m" if red and head else head
    sys.stderr.write(f"{shown}{message}\n")

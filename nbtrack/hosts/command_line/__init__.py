"""`nbtrack` in a shell: the list of its nouns, and how a command's errors are said.

A noun is one module with an `app`, a single verb one with `add_to`; both are one row here.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from nbtrack.errors import NbtrackError, NotYet
from nbtrack.hosts.command_line import (
    artifacts,
    backup,
    doctor,
    experiments,
    gc,
    later,
    runs,
    settings,
    sql,
    stores,
)
from nbtrack.hosts.command_line.desk import Shared, WrongUse
from nbtrack.hosts.command_line.verb import Debug, Json, Store, epilog
from nbtrack.version import __version__

__all__ = ["application", "main", "run"]

SENTENCE = """Track, compare and keep runs in one store you own.

A first run needs no server: in Python, import nbtrack; with nbtrack.start_run(): …
"""

EXAMPLES = (
    "nbtrack runs list",
    'nbtrack runs search "acc > 0.9 and lr < 0.1" --order-by "acc desc"',
    "nbtrack runs compare calm-owl-12 keen-fox-7",
    'nbtrack sql "select run_name, duration_seconds from runs"',
    "nbtrack doctor",
)

NOUNS = {"experiments": experiments, "runs": runs, "artifacts": artifacts}
VERBS = (sql, doctor, gc, backup, stores, settings, later)


def application() -> typer.Typer:
    """The whole command line."""
    app = typer.Typer(
        name="nbtrack",
        help=SENTENCE,
        epilog=epilog(EXAMPLES),
        no_args_is_help=True,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    app.callback()(options)
    for name, module in NOUNS.items():
        app.add_typer(module.app, name=name)
    for module in VERBS:
        module.add_to(app)
    return app


def say_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    """Print the version and stop."""
    if wanted:
        typer.echo(f"nbtrack, version {__version__}")
        raise typer.Exit


def options(
    context: typer.Context,
    *,
    store: Store = None,
    as_json: Json = False,
    debug: Debug = False,  # noqa: ARG001 - `run` looks for it before anything is parsed
    version: Annotated[  # noqa: ARG001 - its callback answers
        bool, typer.Option("--version", callback=say_version, is_eager=True, help="Its version.")
    ] = False,
) -> None:
    """Take what stands before a command's name; the text shown is that of the application."""
    context.obj = Shared()
    context.obj.add(store, as_json=as_json)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, and leave with its exit code: 0, 1 for an error, 2 for a wrong use."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments say; an error becomes one message and a number."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        code = application()(list(arguments), prog_name="nbtrack", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # who read has read enough; Python would complain once more when it closes stdout
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (KeyboardInterrupt, typer.Abort):
        complain("stopped")
        return 130
    except Exception as error:
        if "--debug" in arguments:
            raise
        return told(error)
    return code if isinstance(code, int) else 0


def told(error: Exception) -> int:
    """Say an error in one message; the exit code that goes with it."""
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


def complain(message: str, head: str = "error: ") -> None:
    """Put an error on stderr."""
    red = sys.stderr.isatty() and "NO_COLOR" not in os.environ
    shown = f"\x1b[1;31m{head}\x1b[0m" if red and head else head
    sys.stderr.write(f"{shown}{message}\n")

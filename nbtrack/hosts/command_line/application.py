"""The whole command line: its nouns and verbs, and the options that stand before them.

A noun is one module with an `app`, a single verb one with `add_to`; both are one row here. What was
typed is made alone: all of them take longer to import than most commands take.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import Annotated

import typer

from nbtrack.hosts.command_line import output
from nbtrack.hosts.command_line.desk import Shared
from nbtrack.hosts.command_line.typed import Group
from nbtrack.hosts.command_line.verb import Debug, Json, Store, epilog, noun
from nbtrack.hosts.command_line.wording import VERSION_LINE

__all__ = ["ALONE", "NOUNS", "VERBS", "application"]

SENTENCE = """Track, compare and keep runs in one store you own.

A first run needs no server: import nbtrack, and log inside "with nbtrack.start_run():".
ui, server and run come with later versions.
"""

EXAMPLES = (
    "nbtrack runs list",
    'nbtrack runs search "acc > 0.9 and lr < 0.1" --order-by "acc desc"',
    "nbtrack runs compare calm-owl-12 keen-fox-7",
    'nbtrack models promote churn 3 --gate "accuracy >= 0.9"',
    'nbtrack sql "select run_name, duration_seconds from runs"',
    "nbtrack doctor",
)

NOUNS = ("runs", "experiments", "artifacts", "models", "endpoints", "predictions")
VERBS = ("sql", "doctor", "gc", "backup", "share", "stores", "settings", "later")
"""Modules of this package, each named as what is typed; some bring more verbs than that one."""

ALONE = {("models", "serve"): "serve", ("models", "predict"): "model_prediction"}
"""Verbs of a noun that are begun by programs, and the modules that bring them without the rest."""


class NounsFirst(Group):
    """The list of commands with what one looks for most at its top."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """The names, in the order of the help."""
        return sorted(super().list_commands(ctx), key=lambda name: name not in NOUNS)


def application(typed: Sequence[str] = ()) -> typer.Typer:
    """The command line.

    Args:
        typed: The arguments; where they begin with a command, the others may be left out.
    """
    app = typer.Typer(
        name="nbtrack",
        cls=NounsFirst,
        help=SENTENCE,
        epilog=epilog(EXAMPLES),
        no_args_is_help=True,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    app.callback()(options)
    if not add_typed(app, *typed[:2]):
        for name in NOUNS:
            app.add_typer(module_called(name).app, name=name)
        for name in VERBS:
            module_called(name).add_to(app)
    return app


def add_typed(app: typer.Typer, first: str = "", second: str = "") -> bool:
    """Add the command that two words begin; false where they are none that stands by itself."""
    if (first, second) in ALONE:
        within = noun("")
        module_called(ALONE[first, second]).add_to(within)
        app.add_typer(within, name=first)
    elif first in NOUNS:
        app.add_typer(module_called(first).app, name=first)
    elif first in VERBS:
        module_called(first).add_to(app)
        if first not in {it.name for it in app.registered_commands}:
            app.registered_commands.clear()
            return False
    else:
        return False
    return True


def module_called(name: str) -> ModuleType:
    """A module of this package."""
    return import_module(f"nbtrack.hosts.command_line.{name}")


def say_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    """Print the version and stop."""
    if wanted:
        output.write(VERSION_LINE)
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
    context.obj = Shared(context.obj or ())
    context.obj.add(store, as_json=as_json)

"""The whole command line: its nouns and verbs, and the options that stand before them.

A noun is one module with an `app`, a single verb one with `add_to`; both are one row here.
"""

from __future__ import annotations

from typing import Annotated

import typer
from typer.core import TyperGroup

from nbtrack.hosts.command_line import (
    artifacts,
    backup,
    doctor,
    endpoints,
    experiments,
    gc,
    later,
    models,
    output,
    predictions,
    runs,
    settings,
    share,
    sql,
    stores,
)
from nbtrack.hosts.command_line.desk import Shared
from nbtrack.hosts.command_line.verb import Debug, Json, Store, epilog
from nbtrack.hosts.command_line.wording import VERSION_LINE

__all__ = ["NOUNS", "application"]

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

NOUNS = {
    "runs": runs,
    "experiments": experiments,
    "artifacts": artifacts,
    "models": models,
    "endpoints": endpoints,
    "predictions": predictions,
}
VERBS = (sql, doctor, gc, backup, share, stores, settings, later)


class NounsFirst(TyperGroup):
    """The list of commands with what one looks for most at its top."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """The names, in the order of the help."""
        return sorted(super().list_commands(ctx), key=lambda name: name not in NOUNS)


def application() -> typer.Typer:
    """The whole command line."""
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
    for name, module in NOUNS.items():
        app.add_typer(module.app, name=name)
    for module in VERBS:
        module.add_to(app)
    return app


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

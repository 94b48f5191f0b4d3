"""`nbtrack share`: a folder or a zip with some runs that opens elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nbtrack.hosts.command_line import output, wording
from nbtrack.hosts.command_line.arguments import RunsArgument
from nbtrack.hosts.command_line.choice import run_called
from nbtrack.hosts.command_line.desk import Desk, WrongUse
from nbtrack.hosts.command_line.verb import verb

if TYPE_CHECKING:
    from nbtrack.api.share import Shared

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Put the verb into the list."""
    verb(
        app,
        "share",
        "nbtrack share calm-owl-12",
        "nbtrack share calm-owl-12 keen-fox-7 --to results.zip",
    )(share)


def share(
    desk: Desk,
    runs: RunsArgument = None,
    *,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="TARGET", help="A folder, or a file that ends in .zip."),
    ] = None,
    all_files: Annotated[
        bool, typer.Option("--all", help="Take files above 50 MB along, too.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace what was shared there before.")
    ] = False,
) -> None:
    """Write runs to a folder or a zip that opens elsewhere, with their notebooks and models."""
    from nbtrack.api.share import share as write

    if not runs:
        raise WrongUse("no run is named; nbtrack runs list shows which there are")
    chosen = [run_called(desk, it) for it in runs]
    with output.progress("copying runs"), desk.in_use():
        made = write(chosen, to=to, all_files=all_files, force=force)
    told = {
        "path": str(made.path),
        "runs": made.runs,
        "notebooks": made.notebooks,
        "models": made.models,
        "files": made.files,
        "size_bytes": made.size_bytes,
        "left_out": made.left_out,
    }
    desk.answer(told, lambda: show(made))


def show(made: Shared) -> None:
    """Say what was written, and what was not."""
    count = wording.plural(len(made.runs), "run")
    files = wording.plural(made.files, "file")
    output.say(f"{count} with {files}, {wording.size(made.size_bytes)}, in {made.path}")
    for reason in made.left_out:
        output.say(f"left out: {reason}", "dim")

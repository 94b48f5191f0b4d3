"""`nbtrack artifacts`: the files of runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nbtrack.hosts.command_line import output, wording
from nbtrack.hosts.command_line.arguments import RunArgument, RunIdOption, one_of
from nbtrack.hosts.command_line.choice import run_called
from nbtrack.hosts.command_line.desk import Desk
from nbtrack.hosts.command_line.verb import noun, verb
from nbtrack.questions.artifacts import files as files_of

if TYPE_CHECKING:
    from rich.tree import Tree

    from nbtrack.records.artifact import Artifact

__all__ = ["app", "artifact_rows", "artifact_tree"]

app = noun("The files of runs: list and download them.")

PathOption = Annotated[
    str | None,
    typer.Option(
        "--artifact-path", "-a", metavar="PATH", help="The same, as an option.", hidden=True
    ),
]
PathArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="PATH", help="A file or folder of the run; all of it else.", show_default=False
    ),
]


@verb(app, "list", "nbtrack artifacts list calm-owl-12", "nbtrack artifacts list calm-owl-12 plots")
def list_artifacts(
    desk: Desk,
    *,
    run: RunArgument = None,
    path: PathArgument = None,
    run_id: RunIdOption = None,
    artifact_path: PathOption = None,
) -> None:
    """List the files of a run."""
    found = run_called(desk, one_of(run, run_id, "RUN"))
    files = files_of(desk.store, found.info.run_id, path or artifact_path or "")
    desk.answer(artifact_rows(files), lambda: show_files(str(found.info.run_name), files))


@verb(
    app,
    "download",
    "nbtrack artifacts download calm-owl-12",
    "nbtrack artifacts download calm-owl-12 model/weights.bin --to /tmp/weights",
)
def download(
    desk: Desk,
    *,
    run: RunArgument = None,
    path: PathArgument = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            "--dst-path",
            "-d",
            metavar="FOLDER",
            help="Where to; a folder of the run's name else.",
        ),
    ] = None,
    run_id: RunIdOption = None,
    artifact_path: PathOption = None,
) -> None:
    """Copy the files of a run, or one of them, into a folder."""
    from nbtrack.api.files.run_files import fetch

    found = run_called(desk, one_of(run, run_id, "RUN"))
    below = path or artifact_path or ""
    folder = to or Path(folder_name(str(found.info.run_name or found.info.run_id)))
    place = fetch(desk.session, found.info.run_id, below, str(folder))
    files = files_of(desk.store, found.info.run_id, below)
    total = sum(file.file_size for file in files)
    desk.done(
        {"path": str(place), "files": len(files), "size_bytes": total},
        f"{wording.plural(len(files), 'file')}, {wording.size(total)}, in {place}",
    )


def folder_name(name: str) -> str:
    """A run's name as the name of a folder here."""
    safe = "".join(it if it.isalnum() or it in "-_. " else "_" for it in name).strip(". ")
    return safe or "run"


def artifact_rows(files: list[Artifact]) -> list[dict[str, Any]]:
    """Files as JSON has them."""
    return [
        {"path": file.path, "size_bytes": file.file_size, "digest": file.digest} for file in files
    ]


def show_files(name: str, files: list[Artifact]) -> None:
    """Draw the tree, and how much it is."""
    if not files:
        output.say(f"{name} has no artifacts there")
        return
    output.show(artifact_tree(name, files))
    total = sum(file.file_size for file in files)
    output.note(f"{wording.plural(len(files), 'file')}, {wording.size(total)}", style="dim")


def artifact_tree(title: str, files: list[Artifact]) -> Tree:
    """Files as a tree, sizes beside them."""
    from rich.tree import Tree

    tree = Tree(output.styled(title, "bold"), guide_style="dim")
    folders = {"": tree}
    for file in files:
        *parents, name = file.path.split("/")
        above = ""
        for part in parents:
            here = f"{above}/{part}"
            if here not in folders:
                folders[here] = folders[above].add(output.styled(f"{part}/"))
            above = here
        line = output.styled(name)
        line.append(f"  {wording.size(file.file_size)}", style="dim")
        folders[above].add(line)
    return tree

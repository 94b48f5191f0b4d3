"""`nbtrack backup` and `nbtrack restore`: a copy of the whole store, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nbtrack.hosts.command_line import output, wording
from nbtrack.hosts.command_line.desk import Desk
from nbtrack.hosts.command_line.verb import verb

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Put both verbs into the list."""
    verb(
        app,
        "backup",
        "nbtrack backup ~/backups/$(date +%F)",
        "nbtrack backup runs.tar.gz",
    )(backup)
    verb(
        app,
        "restore",
        "nbtrack restore runs.tar.gz",
        "nbtrack restore runs.tar.gz --force",
        "nbtrack restore ~/backups/2026-11-21 --store ~/project/.nbtrack",
    )(restore)


def backup(
    desk: Desk,
    target: Annotated[
        Path, typer.Argument(metavar="TARGET", help="A new folder, or a .zip, .tar or .tar.gz.")
    ],
) -> None:
    """Copy the store and its files; others may go on logging."""
    from nbtrack.store.maintenance import backup as copy

    target = target.expanduser()
    with output.progress(f"copying to {target}") as tell:
        made = copy(desk.store, target, tell)
    desk.done(
        {"path": str(made.path), "files": made.files, "size_bytes": made.bytes},
        f"{wording.plural(made.files, 'file')}, {wording.size(made.bytes)}, in {made.path}; "
        f"bring it back with: nbtrack restore {made.path}",
    )


def restore(
    desk: Desk,
    *,
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="What nbtrack backup wrote.")],
    force: Annotated[
        bool, typer.Option("--force", help="Move a store that is there beside it, first.")
    ] = False,
) -> None:
    """Bring a backup back, where no store is or in place of one."""
    from nbtrack.store.maintenance import restore as copy_back

    folder = desk.place.folder
    with output.progress(f"restoring {source}"):
        former = copy_back(source.expanduser(), folder, force=force)
    moved = f"; the store that was there is now {former}" if former else ""
    desk.done(
        {"path": str(folder.path), "former": str(former) if former else None},
        f"restored to {folder.path}{moved}; look at it with: nbtrack doctor",
    )

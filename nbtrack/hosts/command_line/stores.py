"""`nbtrack stores`: which stores this user has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from nbtrack.hosts.command_line import output, wording
from nbtrack.hosts.command_line.desk import Desk
from nbtrack.hosts.command_line.output import Column
from nbtrack.hosts.command_line.verb import verb
from nbtrack.journal.location import known_stores

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Put the verb into the list."""
    verb(app, "stores", "nbtrack stores", "nbtrack runs list --store ~/project/.nbtrack")(
        list_stores
    )


def list_stores(desk: Desk) -> None:
    """List the stores that you have used, newest first."""
    in_use = desk.place.folder.path
    paths = known_stores()
    if desk.exists and in_use not in paths:
        paths.insert(0, in_use)
    rows = [described(path, in_use) for path in paths]
    data = [{**it, "last_written": wording.iso(it["last_written"])} for it in rows]
    desk.answer(data, lambda: show_rows(rows, desk))


def described(path: Path, in_use: Path) -> dict[str, Any]:
    """One store: looked at from outside, not opened."""
    database = path / "store.duckdb"
    files = [*(path / "journal").glob("*.jsonl"), *([database] if database.exists() else [])]
    stats = [file.stat() for file in files]
    return {
        "path": str(path),
        "uri": path.as_uri(),
        "in_use": path == in_use,
        "size_bytes": sum(it.st_size for it in stats),
        "last_written": max((it.st_mtime_ns // 1_000_000 for it in stats), default=None),
    }


def show_rows(rows: list[dict[str, Any]], desk: Desk) -> None:
    """Draw the stores, the one in use marked."""
    if not rows:
        desk.teach_first_run()
        return
    columns = [
        Column(""),
        Column("store", fold=True),
        Column("size", right=True),
        Column("written"),
    ]
    drawn = [
        [
            "●" if it["in_use"] else "",
            it["path"],
            wording.size(it["size_bytes"]),
            wording.ago(it["last_written"]),
        ]
        for it in rows
    ]
    output.show(output.table(columns, drawn))
    output.note(
        "● the one in use here; --store chooses another; sizes without artifacts", style="dim"
    )

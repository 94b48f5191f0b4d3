"""`nbtrack settings`: every setting, its value, and where the value comes from."""

from __future__ import annotations

import os
from typing import Any

import typer

from nbtrack import settings
from nbtrack.hosts.command_line import output
from nbtrack.hosts.command_line.desk import Desk
from nbtrack.hosts.command_line.output import Column
from nbtrack.hosts.command_line.verb import verb

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Put the verb into the list."""
    verb(app, "settings", "nbtrack settings", "NBTRACK_QUIET=1 nbtrack settings --json")(
        show_settings
    )


def show_settings(desk: Desk) -> None:
    """List the settings, and where each value comes from."""
    values = settings.read()
    rows = [described(it, getattr(values, it.name)) for it in settings.declared()]
    desk.answer(rows, lambda: show_rows(rows))


def described(setting: settings.Setting, value: Any) -> dict[str, Any]:
    """One setting as it stands now."""
    return {
        "name": setting.name,
        "value": value,
        "from": origin(setting, value),
        "default": setting.default,
        "variables": list(setting.variables),
        "doc": setting.doc,
    }


def origin(setting: settings.Setting, value: Any) -> str:
    """Which of the places a setting can stand in gave its value."""
    for name in setting.variables:
        if os.environ.get(name):
            return name
    return "default" if value == setting.default else "pyproject.toml"


def show_rows(rows: list[dict[str, Any]]) -> None:
    """Draw the settings, those that somebody set in bold."""
    columns = [Column("setting"), Column("value"), Column("from"), Column("meaning", fold=True)]
    drawn = []
    for row in rows:
        style = "dim" if row["from"] == "default" else "bold"
        cells = [output.styled(row["name"], style), output.styled(worded(row["value"]), style)]
        drawn.append([*cells, row["from"], row["doc"]])
    output.show(output.table(columns, drawn))
    output.note(
        "set one with its variable, as in NBTRACK_TRACKING_URI=~/runs, "
        "or in [tool.nbtrack] of pyproject.toml",
        style="dim",
    )


def worded(value: Any) -> str:
    """A value as a person sets it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value in (None, {}) else str(value)

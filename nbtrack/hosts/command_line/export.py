"""Runs written to a file, or to stdout, as CSV or JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, NamedTuple

from nbtrack.hosts.command_line import output, wording
from nbtrack.hosts.command_line.desk import Desk
from nbtrack.query.grammar import parse_filter, parse_order
from nbtrack.query.tree import RunTable
from nbtrack.questions.views import view_of

__all__ = ["Format", "Which", "write_runs"]

Format = Literal["csv", "json"]

TIMES = {"start_time", "end_time"}


class Which(NamedTuple):
    """Which runs are meant."""

    experiment_ids: list[str] | None = None
    filter_string: str | None = None
    order_by: list[str] | None = None
    view: str = "active_only"


def write_runs(
    desk: Desk,
    to: Path | None,
    format: Format,  # noqa: A002 - the option's name
    which: Which,
    columns: list[str] | None = None,
) -> None:
    """Write runs as one wide table: attributes, then metrics, params and tags.

    Args:
        desk: Where the runs are.
        to: The file; stdout, if None.
        format: How it is written.
        which: The runs.
        columns: Only these columns, by full name.
    """
    with output.progress("reading runs"):
        titles, rows = table_of(desk, which, columns)
    if format == "json":
        text = output.json_text([dict(zip(titles, row, strict=True)) for row in rows])
    else:
        text = output.csv_text(titles, rows)
    if to is None:
        output.write(text)
        return
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(text, encoding="utf-8")
    what = f"{wording.plural(len(rows), 'run')} with {wording.plural(len(titles), 'column')}"
    desk.done({"path": str(to), "runs": len(rows)}, f"wrote {what} to {to}")


def table_of(
    desk: Desk, which: Which, columns: list[str] | None
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The titles and rows of a wide table of runs; times in ISO 8601."""
    question = RunTable(
        None if which.experiment_ids is None else tuple(which.experiment_ids),
        parse_filter(which.filter_string),
        parse_order(which.order_by),
        view_of(which.view),
        columns=None if columns is None else tuple(columns),
    )
    answered = {
        name: output.plain_values(it) for name, it in desk.store.fetch(question).columns.items()
    }
    for name in TIMES & answered.keys():
        answered[name] = [wording.iso(it) for it in answered[name]]
    return list(answered), list(zip(*answered.values(), strict=True))

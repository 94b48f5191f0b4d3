"""Runs written to a file, or to stdout, as CSV or JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from nbtrack.hosts.command_line import output, wording
from nbtrack.hosts.command_line.desk import Desk
from nbtrack.hosts.command_line.output import plain_values
from nbtrack.questions import runs

__all__ = ["Format", "write_runs"]

Format = Literal["csv", "json"]


def write_runs(desk: Desk, to: Path | None, format: Format, **asked: Any) -> None:  # noqa: A002 - the option's name
    """Write runs as one wide table: attributes, then metrics, params and tags.

    Args:
        desk: Where the runs are.
        to: The file; stdout, if None.
        format: How it is written.
        asked: Which runs, as `questions.runs.table` takes it.
    """
    with output.progress("reading runs"):
        frame = runs.table(desk.store, **asked)
    titles = list(frame.columns)
    rows = zip(*(plain_values(frame[title]) for title in titles), strict=True)
    if format == "json":
        text = output.json_text([dict(zip(titles, row, strict=True)) for row in rows])
    else:
        text = output.csv_text(titles, rows)
    if to is None:
        output.write(text)
        return
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(text, encoding="utf-8")
    count = len(frame)
    what = f"{wording.plural(count, 'run')} with {wording.plural(len(titles), 'column')}"
    desk.done({"path": str(to), "runs": count}, f"wrote {what} to {to}")

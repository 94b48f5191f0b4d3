"""`nbtrack sql`: a SELECT over the documented views, as a table, JSON or CSV."""

from __future__ import annotations

import sys
from typing import Annotated, Any, Literal

import typer

from nbtrack.hosts.command_line import output, wording
from nbtrack.hosts.command_line.desk import Desk
from nbtrack.hosts.command_line.fitting import Candidate, fitting, rows_of
from nbtrack.hosts.command_line.output import Column
from nbtrack.hosts.command_line.verb import verb
from nbtrack.query.tree import Sql
from nbtrack.store.views import VIEWS

__all__ = ["Format", "add_to", "write_rows"]

TERMINAL_ROWS = 100

EXAMPLE = """\
    select run_name, p.value as lr, m.value as loss
    from runs
    join params p using (run_id)
    join latest_metrics m using (run_id)
    where p.key = 'lr' and m.key = 'loss'
    order by loss limit 10
"""

Format = Literal["table", "json", "csv"]


def add_to(app: typer.Typer) -> None:
    """Put the verb into the list."""
    verb(
        app,
        "sql",
        "nbtrack sql",
        'nbtrack sql "select experiment_name, count(*) as n from runs group by all"',
        'nbtrack sql "select * from latest_metrics" --format csv > metrics.csv',
        "nbtrack sql - < query.sql",
    )(sql)


def sql(
    desk: Desk,
    *,
    query: Annotated[
        str | None,
        typer.Argument(
            metavar="SELECT", help="The query; - reads it from stdin.", show_default=False
        ),
    ] = None,
    format: Annotated[  # noqa: A002 - the option's name
        Format, typer.Option("--format", "-f", help="How rows are written.")
    ] = "table",
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            min=1,
            metavar="N",
            help=f"At most so many rows; {TERMINAL_ROWS} on a screen.",
        ),
    ] = None,
) -> None:
    """Ask the store in SQL; without a query, see its views.

    The store is read-only here, and nothing else can be reached.
    """
    if query is None:
        describe_views(desk)
        return
    text = sys.stdin.read() if query == "-" else query
    found = desk.store.fetch(Sql(text)).columns
    columns = {name: output.plain_values(it) for name, it in found.items()}
    write_rows(columns, "json" if desk.as_json else format, limit)


def write_rows(columns: dict[str, list[Any]], form: Format, limit: int | None = None) -> None:
    """Write rows by column in one of the forms."""
    total = max(map(len, columns.values()), default=0)
    if form == "json":
        rows = list(zip(*(it[:limit] for it in columns.values()), strict=True))
        output.write(output.json_text([dict(zip(columns, row, strict=True)) for row in rows]))
    elif form == "csv":
        shown = [it[:limit] for it in columns.values()]
        output.write(output.csv_text(list(columns), zip(*shown, strict=True)))
    else:
        most = limit or (TERMINAL_ROWS if output.is_terminal() else total)
        show_rows(columns, total, most)


def show_rows(columns: dict[str, list[Any]], total: int, most: int) -> None:
    """Draw the first rows, and say how many there are."""
    candidates = []
    for name, cells in columns.items():
        right = all(isinstance(it, int | float) or it is None for it in cells)
        texts = [wording.number(it) if right else text_of(it) for it in cells[:most]]
        widest = 10_000 if output.width() > 1000 else 60
        candidates.append(Candidate(Column(name, right=right), texts, widest))
    kept, left_out = fitting(candidates[:1], candidates[1:], output.width())
    output.show(output.table([it.column for it in kept], rows_of(kept)))
    if not output.is_terminal():
        return
    hints = []
    if total > most:
        hints.append(f"{wording.count(most)} of {wording.plural(total, 'row')}: --limit {total}")
    if left_out:
        hints.append(f"{wording.plural(left_out, 'column')} more than fit: --format csv or --json")
    output.note("; ".join(hints) or wording.plural(total, "row"), style="dim")


def text_of(value: Any) -> str:
    """A value in a cell."""
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        return str(value.isoformat(sep=" ")) if hasattr(value, "hour") else str(value)
    return wording.one_line(str(value.tolist() if hasattr(value, "tolist") else value))


def describe_views(desk: Desk) -> None:
    """Say which views there are, with their columns and an example."""
    if desk.as_json:
        views = [{"name": it.name, "doc": it.doc, "columns": it.columns} for it in VIEWS]
        output.write(output.json_text(views))
        return
    for view in VIEWS:
        output.show(output.heading(view.name, view.doc))
        rows = [[f"  {name}", doc] for name, doc in view.columns.items()]
        output.show(output.table([Column(""), Column("", fold=True, style="dim")], rows))
        output.write("\n")
    output.say("an example", "bold")
    output.write(f'nbtrack sql "\n{EXAMPLE}"\n')

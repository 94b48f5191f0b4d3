"""Runs in rows, what differs between them in columns: `%runs`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from nbtrack.panels import figures, formats, theme
from nbtrack.panels.formats import one_line, plural, shortened

__all__ = ["RunRow", "RunTable"]

COLUMNS = 10
"""So many params and metrics are columns unless somebody chose them."""

LETTERS, LEAST_WIDTH = 80, 8
"""On a page, as many of them as have names so long together."""

FOUND = ("training_", "system/")
"""How metrics begin that were found without code: they come last."""

ROWS = 200
TEXT_VALUE, TEXT_NAME, TEXT_HEAD = 14, 28, 18


class RunRow(NamedTuple):
    """A run in one line."""

    name: str
    status: str = "FINISHED"
    start_time: int | None = None
    duration_seconds: float | None = None
    number: int | None = None
    """The execution count of its cell."""
    metrics: Mapping[str, float] = {}
    params: Mapping[str, object] = {}
    curve: Sequence[float] = ()
    run_id: str = ""


class Column(NamedTuple):
    """A param or a metric that the table shows."""

    key: str
    is_metric: bool

    def value_in(self, row: RunRow) -> object:
        """What a run has there, or nothing."""
        values: Mapping[str, object] = row.metrics if self.is_metric else row.params
        return values.get(self.key)


@dataclass(frozen=True, kw_only=True)
class RunTable(theme.Panel):
    """Runs side by side."""

    rows: Sequence[RunRow]
    columns: Sequence[str] | None = None
    """The params and metrics to show; those that differ, unless told."""
    best: Mapping[str, float] = field(default_factory=dict)
    """The best value of each metric of which it is known what is better."""
    title: str = ""
    total: int | None = None
    """How many there are, where these are the first of more."""
    now: float | None = None
    """When the table was made, in seconds."""

    def html(self) -> str:
        """The table for a page."""
        if not self.rows:
            return theme.frame(theme.line(self.text()), theme.GREY, "runs")
        every, same = chosen(self)
        columns = every if self.columns is not None else on_a_page(every)
        made = formats.clock(self.now * 1000) if self.now is not None else ""
        heads = ["run", "status", *(it.key for it in columns), "started", "took", "cell"]
        has_curves = any(len(it.curve) > 1 for it in self.rows)
        heads += ["curve"] * has_curves
        right = [place + 2 for place, it in enumerate(columns) if is_number(self, it)]
        rows = [row_html(self, it, columns, has_curves=has_curves) for it in self.rows[:ROWS]]
        caption = self.headline() + (f", as of {made}" if made else "")
        told = theme.table(caption, [shortened(it, 40) for it in heads], rows, right)
        rest = len(self.rows) - ROWS
        if rest > 0:
            told += theme.line(f"and {plural(rest, 'more run')}")
        if len(every) > len(columns):
            told += theme.line(f"and {plural(len(every) - len(columns), 'more column')}")
        if same:
            shown = [(it.key, formats.number(it.value_in(self.rows[0]))) for it in same]
            told += theme.details(
                f"{plural(len(same), 'value')} alike in all runs", theme.pairs("", shown)
            )
        return theme.frame(told, theme.GREY, "runs")

    def text(self) -> str:
        """The table for a terminal: as many columns as fit."""
        if not self.rows:
            return f"{self.title}: no runs" if self.title else "no runs"
        columns, same = chosen(self)
        left = 0
        lines = text_lines(self, columns)
        while columns and max(map(formats.width_of, lines)) > formats.COLUMNS:
            columns, left = columns[:-1], left + 1
            lines = text_lines(self, columns)
        if left:
            lines.append(f"and {plural(left, 'more column')}")
        if same:
            alike = ", ".join(
                f"{one_line(it.key)}={shortened(formats.number(it.value_in(self.rows[0])), 20)}"
                for it in same
            )
            lines.append(shortened(f"alike in all: {alike}", formats.COLUMNS))
        return "\n".join([shortened(self.headline(), formats.COLUMNS), *lines])

    def headline(self) -> str:
        """How many runs of what."""
        shown = plural(len(self.rows), "run")
        if self.total is not None and self.total > len(self.rows):
            shown = f"the first {len(self.rows):,} of {plural(self.total, 'run')}"
        return f"{one_line(self.title)}: {shown}" if self.title else shown


def chosen(table: RunTable) -> tuple[list[Column], list[Column]]:
    """The columns to show, and those in which all runs are alike.

    Metrics come first, then params; metrics that were found without code last.
    """
    every = [Column(key, is_metric=True) for key in keys_of([it.metrics for it in table.rows])]
    every += [Column(key, is_metric=False) for key in keys_of([it.params for it in table.rows])]
    if table.columns is not None:
        wanted = {key: place for place, key in enumerate(table.columns)}
        shown = [it for it in every if it.key in wanted]
        return sorted(shown, key=lambda it: wanted[it.key]), []
    every.sort(key=lambda it: it.is_metric and it.key.startswith(FOUND))
    if len(table.rows) == 1:
        return every[:COLUMNS], []
    differing = [it for it in every if differs(table, it)]
    return differing[:COLUMNS], [it for it in every if it not in differing]


def on_a_page(columns: Sequence[Column]) -> list[Column]:
    """As many columns as are seen at once, but one at least."""
    letters, shown = 0, list[Column]()
    for it in columns:
        letters += max(len(it.key), LEAST_WIDTH)
        if shown and letters > LETTERS:
            break
        shown.append(it)
    return shown


def keys_of(values: Sequence[Mapping[str, object]]) -> list[str]:
    """Every key there is, in the order of its first appearance."""
    return list(dict.fromkeys(key for it in values for key in it))


def differs(table: RunTable, column: Column) -> bool:
    """Whether two runs have different values; NaN is like NaN."""
    return len({formats.number(column.value_in(it)) for it in table.rows}) > 1


def is_number(table: RunTable, column: Column) -> bool:
    """Whether a column is one of numbers, which stand to the right."""
    values = [column.value_in(it) for it in table.rows]
    return column.is_metric or all(
        value is None or is_numeric(formats.number(value)) for value in values
    )


def is_numeric(text: str) -> bool:
    """Whether a text reads as a number: params come back from a store as texts."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def is_best(table: RunTable, row: RunRow, column: Column) -> bool:
    """Whether a run has the best value of a metric."""
    return (
        column.is_metric
        and column.key in table.best
        and column.value_in(row) == table.best[column.key]
    )


def row_html(table: RunTable, row: RunRow, columns: Sequence[Column], *, has_curves: bool) -> str:
    """The cells of a run."""
    sign, colour = theme.STATUS.get(row.status, ("", theme.GREY))
    status = f'<span style="color:{colour}">{sign}</span> {theme.safe(row.status)}'
    shown = theme.cut(row.name or row.run_id, 40)
    name = theme.element("strong", shown, title=row.run_id, **{"data-run": row.run_id})
    cells = [theme.cell(name, head="row"), theme.cell(status, nowrap=True)]
    for it in columns:
        value = theme.cut(formats.number(it.value_in(row)), 32)
        is_first = is_best(table, row, it)
        if is_first:
            value = f"<strong>★ {value}</strong>{unseen(' best')}"
        cells.append(theme.cell(value, right=is_number(table, it), nowrap=is_first))
    started = sortable(
        theme.safe(formats.ago(row.start_time, table.now)),
        row.start_time,
        formats.clock(row.start_time),
    )
    took = sortable(formats.duration(row.duration_seconds), row.duration_seconds)
    number = "" if row.number is None else f"[{row.number}]"
    cells += [
        theme.cell(started, nowrap=True),
        theme.cell(took, nowrap=True),
        theme.cell(number),
    ]
    if has_curves:
        cells.append(theme.cell(figures.sparkline(row.curve)))
    return "".join(cells)


def sortable(shown: str, value: float | None, title: str = "") -> str:
    """What is shown for a value, with the value that a page sorts by."""
    told = {"title": title, "data-v": "" if value is None else f"{value:.15g}"}
    return theme.element("span", shown, "", **told)


def unseen(word: str) -> str:
    """A word that is read aloud, small beside its sign."""
    return f'<span style="font-size:11px;opacity:.75">{word}</span>'


def text_lines(table: RunTable, columns: Sequence[Column]) -> list[str]:
    """The rows as text, with their heads."""
    heads = ["run", "status", "cell", *(shortened(one_line(it.key), TEXT_HEAD) for it in columns)]
    rows = [heads]
    for row in table.rows[:ROWS]:
        values = []
        for it in columns:
            value = shortened(formats.number(it.value_in(row)), TEXT_VALUE)
            values.append(f"★ {value}" if is_best(table, row, it) else value)
        number = "" if row.number is None else f"[{row.number}]"
        name = shortened(one_line(row.name), TEXT_NAME)
        rows.append([name, one_line(row.status), number, *values])
    right = [place + 3 for place, it in enumerate(columns) if is_number(table, it)]
    lines = formats.aligned(rows, right, "  ", most=10_000).splitlines()
    if len(table.rows) > ROWS:
        lines.append(f"  and {plural(len(table.rows) - ROWS, 'more run')}")
    return lines

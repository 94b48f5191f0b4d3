"""Runs side by side, in a table of what differs: `%compare`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from nbtrack.panels import formats, theme
from nbtrack.panels.difference_view import DifferenceView
from nbtrack.panels.formats import one_line, plural, shortened
from nbtrack.panels.run_table import RunRow

__all__ = ["ComparisonView", "Line", "lines_of"]

MOST = 60
"""Values that are shown at once; more open on a click."""

TEXT_MOST, TEXT_VALUE = 40, 16


class Line(NamedTuple):
    """A param, a metric or another fact with its value in each run."""

    key: str
    values: Sequence[object]
    is_metric: bool = False

    @property
    def differs(self) -> bool:
        """Whether two runs have different values; NaN is like NaN."""
        return len(set(map(formats.number, self.values))) > 1


def lines_of(runs: Sequence[RunRow]) -> list[Line]:
    """Every metric and param of some runs: metrics first, those found without code last."""
    metrics = keys_of([it.metrics for it in runs])
    metrics.sort(key=lambda it: it.startswith(("training_", "system/")))
    found = [Line(key, [it.metrics.get(key) for it in runs], is_metric=True) for key in metrics]
    params = keys_of([it.params for it in runs])
    return found + [Line(key, [it.params.get(key) for it in runs]) for key in params]


def keys_of(values: Sequence[Mapping[str, object]]) -> list[str]:
    """Every key there is, in the order of its first appearance."""
    return list(dict.fromkeys(key for it in values for key in it))


@dataclass(frozen=True, kw_only=True)
class ComparisonView(theme.Panel):
    """What differs between runs, each in a column.

    Attributes:
        rows: The runs.
        best: The best value of each metric of which it is known what is better.
        causes: What made runs differ from the first, by their names.
    """

    rows: Sequence[RunRow]
    best: Mapping[str, float] = field(default_factory=dict)
    causes: Sequence[tuple[str, DifferenceView]] = ()

    def html(self) -> str:
        """The table for a page, then the causes."""
        lines = lines_of(self.rows)
        differing = [it for it in lines if it.differs]
        same = [it for it in lines if not it.differs]
        heads = ["", *(shortened(it.name or it.run_id, 40) for it in self.rows)]
        facts = [self.status_html(), *(self.line_html(it) for it in differing[:MOST])]
        facts.append(self.took_html())
        right = range(1, len(self.rows) + 1)
        told = theme.table(self.headline(len(differing)), heads, facts, right)
        if len(differing) > MOST:
            rest = [self.line_html(it) for it in differing[MOST:]]
            words = plural(len(rest), "more value")
            told += theme.details(words, theme.table(words, heads, rest, right))
        if same:
            shown = [(it.key, formats.number(it.values[0])) for it in same]
            words = f"{plural(len(same), 'value')} alike in all runs"
            told += theme.details(words, theme.pairs("", shown))
        for name, it in self.causes:
            told += theme.details(f"why {theme.cut(name, 60)} differs", it.html())
        return theme.frame(told, theme.BLUE, "runs compared")

    def headline(self, differing: int) -> str:
        """How many runs, and in how many values they differ."""
        found = plural(differing, "value") if differing else "no value"
        return f"{plural(len(self.rows), 'run')} compared: {found} differ" + "s" * (differing < 2)

    def status_html(self) -> str:
        """How each run ended."""
        cells = []
        for it in self.rows:
            sign, colour = theme.STATUS.get(it.status, ("", theme.GREY))
            mark = theme.element("span", sign, f"color:{colour}")
            cells.append(theme.cell(f"{mark} {theme.safe(it.status)}", right=True, nowrap=True))
        return theme.cell("status", head="row") + "".join(cells)

    def line_html(self, line: Line) -> str:
        """A value of all runs, the best of them marked."""
        cells = []
        for it in line.values:
            value = theme.cut(formats.number(it), 40)
            is_best = line.is_metric and line.key in self.best and it == self.best[line.key]
            told = f"<strong>★ {value}</strong>" if is_best else value
            cells.append(theme.cell(told, right=True))
        return theme.cell(theme.cut(line.key, 60), head="row") + "".join(cells)

    def took_html(self) -> str:
        """How long each run took."""
        cells = [
            theme.cell(formats.duration(it.duration_seconds), right=True, nowrap=True)
            for it in self.rows
        ]
        return theme.cell("took", head="row") + "".join(cells)

    def text(self) -> str:
        """The table for a terminal: as many runs as fit."""
        lines = lines_of(self.rows)
        differing = [it for it in lines if it.differs]
        shown = len(self.rows)
        table = self.text_table(differing, shown)
        while shown > 2 and max(map(formats.width_of, table)) > formats.COLUMNS:
            shown -= 1
            table = self.text_table(differing, shown)
        if shown < len(self.rows):
            table.append(f"  and {plural(len(self.rows) - shown, 'more run')}")
        same = [f"{one_line(it.key)}={formats.number(it.values[0])}" for it in lines]
        same = [it for it, line in zip(same, lines, strict=True) if not line.differs]
        if same:
            table.append(shortened(f"alike in all: {', '.join(same)}", formats.COLUMNS))
        table += [
            shortened(f"why {one_line(name)} differs: {cause_of(it)}", formats.COLUMNS)
            for name, it in self.causes
        ]
        return "\n".join([self.headline(len(differing)), *table])

    def text_table(self, lines: Sequence[Line], shown: int) -> list[str]:
        """The first runs as columns of text."""
        rows = [["", *(shortened(one_line(it.name), 24) for it in self.rows[:shown])]]
        for line in lines[:TEXT_MOST]:
            values = []
            for it in line.values[:shown]:
                told = shortened(formats.number(it), TEXT_VALUE)
                is_best = line.is_metric and it is not None and it == self.best.get(line.key)
                values.append(f"★ {told}" if is_best else told)
            rows.append([shortened(one_line(line.key), 28), *values])
        table = formats.aligned(rows, range(1, shown + 1), "  ", most=10_000).splitlines()
        if len(lines) > TEXT_MOST:
            table.append(f"  and {plural(len(lines) - TEXT_MOST, 'more value')}")
        return table


def cause_of(view: DifferenceView) -> str:
    """The cause of a difference in a line."""
    return one_line(view.cause) if view.cause else "no cause was found"

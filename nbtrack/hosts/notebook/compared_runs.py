"""Runs side by side, as `%compare` shows them: what differs, curves, charts, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.api.chosen_run import run_called
from nbtrack.api.session import session
from nbtrack.errors import InvalidValue, NotFound, listing
from nbtrack.hosts.notebook import screen
from nbtrack.hosts.notebook.hand import has_page
from nbtrack.hosts.notebook.live import followers
from nbtrack.hosts.notebook.run_rows import best_of, extras_of, rows_of
from nbtrack.panels.charts.chart import Chart
from nbtrack.panels.charts.curves import Curve, Curves
from nbtrack.panels.charts.values import Column, Parallel, Scatter, column_of
from nbtrack.panels.comparison_view import ComparisonView, Line, lines_of
from nbtrack.panels.difference_view import DifferenceView
from nbtrack.query.tree import Curves as Asked
from nbtrack.questions import runs
from nbtrack.questions.directions import direction
from nbtrack.records.entities import Run

if TYPE_CHECKING:
    import pandas as pd

    from nbtrack.api.screens.screen import Bundle
    from nbtrack.panels.run_table import RunRow
    from nbtrack.store.protocol import Store

__all__ = ["ComparedRuns", "LiveComparison", "Wish", "compared"]

NEWEST = 3
"""So many runs are compared where none is named."""

MOST = 10
CURVES, POINTS = 4, 45
AXES = 7
EXPLAINED = 4
"""So many runs are held against the first to say why they differ."""


class Wish(NamedTuple):
    """What the charts of a comparison shall show, where somebody says so."""

    metrics: Sequence[str] = ()
    x: str | None = None
    y: str | None = None


@dataclass(frozen=True, kw_only=True)
class ComparedRuns(ComparisonView):
    """Runs side by side; also a sequence of them.

    Attributes:
        found: The runs, in the order of the columns.
        charts: The charts below the table, each with its `figure`.
    """

    found: Sequence[Run] = ()
    charts: Sequence[Chart] = field(default=(), compare=False)

    @property
    def frame(self) -> pd.DataFrame:
        """The runs as `search_runs` gives them in a DataFrame, in the order of the table."""
        ids = [it.info.run_id for it in self.found]
        words = f"run_id IN ({', '.join(map(repr, ids))})"
        found = runs.table(session().store, None, words, view="ALL")
        return found.set_index("run_id", drop=False).loc[ids].reset_index(drop=True)

    def html(self) -> str:
        """All of it for a page, the charts as still pictures."""
        return super().html() + "".join(it.html() for it in self.charts)

    def text(self) -> str:
        """All of it for a terminal."""
        return "\n\n".join([super().text(), *(it.text() for it in self.charts)])

    def bundles(self, *, is_still: bool = False) -> list[Bundle]:
        """The table, and each chart, as outputs of their own."""
        table = {"text/html": super().html(), "text/plain": super().text()}
        return [table, *(it.bundle(is_still=is_still) for it in self.charts)]

    def __len__(self) -> int:
        return len(self.found)

    def __getitem__(self, place: int) -> Run:
        return self.found[place]

    def __iter__(self) -> Iterator[Run]:
        return iter(self.found)

    def _ipython_display_(self) -> None:
        """Show it in the cell that runs: charts for plotly stand in outputs of their own."""
        if not has_page():
            print(self.text())  # noqa: T201 - where a person asked for it
            return
        for it in self.bundles():
            screen.CellOutput(it)


class LiveComparison:
    """A comparison that follows the store until every run has ended.

    Attributes:
        now: The comparison as it was made last.
        cell_id: The cell that shows it.
    """

    def __init__(self, names: Sequence[object], wish: Wish, cell_id: str | None) -> None:
        self.wish, self.cell_id = wish, cell_id
        self.now = compared(names, wish)
        self.outputs: list[screen.CellOutput] = []

    def look(self, store: Store) -> bool:
        """Show what is new; whether a run still goes on."""
        found = [runs.get(store, it.info.run_id) for it in self.now]
        self.now = comparison(store, found, self.wish)
        self.show(is_still=True)
        return self.goes_on

    @property
    def goes_on(self) -> bool:
        """Whether one of the runs does."""
        return any(it.info.status == "RUNNING" for it in self.now)

    def end(self) -> None:
        """Show the last state, its charts as figures."""
        self.show(is_still=False)

    def stop(self) -> None:
        """End the updates; the comparison stays as it is."""
        followers.leave(self)
        self.end()

    def show(self, *, is_still: bool) -> None:
        """Bring the outputs up to date; a chart that came later has none."""
        for output, bundle in zip(self.outputs, self.now.bundles(is_still=is_still), strict=False):
            output.update(bundle)

    def __repr__(self) -> str:
        return self.now.text()

    def _ipython_display_(self) -> None:
        """Show it in the cell that runs, and follow the store from now on."""
        if not has_page():
            self.now._ipython_display_()
            return
        bundles = self.now.bundles(is_still=self.goes_on)
        self.outputs = [screen.CellOutput(it) for it in bundles]
        if self.goes_on:
            followers.follow(self)


def compared(names: Sequence[object], wish: Wish | None = None) -> ComparedRuns:
    """Runs side by side, by their names, ids, or as Runs; the newest where none is named.

    Raises:
        NotFound: There is no such run, metric or param.
        InvalidValue: These are too few runs, or too many.
    """
    here = session()
    if names:
        found = list({it.info.run_id: it for it in (run_called(here, it) for it in names)}.values())
    else:
        found = list(runs.search(here.store, None, max_results=NEWEST))
    if not 2 <= len(found) <= MOST:
        raise InvalidValue(
            f"two to {MOST} runs can be compared, and {len(found)} {is_or_are(len(found))} given; "
            "%runs lists them"
        )
    return comparison(here.store, found, wish or Wish())


def is_or_are(number: int) -> str:
    return "is" if number == 1 else "are"


def comparison(store: Store, found: Sequence[Run], wish: Wish) -> ComparedRuns:
    """Some runs side by side, with all charts that tell something."""
    rows = told_apart(rows_of(store, found, wish.metrics))
    lines = lines_of(rows)
    charts = [
        curves_of(store, rows, wish),
        parallel_of(rows, lines),
        scatter_of(rows, lines, wish),
    ]
    return ComparedRuns(
        rows=rows,
        best=best_of(rows),
        causes=causes_of(found, rows),
        found=tuple(found),
        charts=[it for it in charts if it is not None],
    )


def told_apart(rows: Sequence[RunRow]) -> list[RunRow]:
    """Runs whose names differ: those of one name are numbered."""
    names = [it.name for it in rows]
    seen: dict[str, int] = {}
    found = []
    for it in rows:
        seen[it.name] = seen.get(it.name, 0) + 1
        is_alone = names.count(it.name) == 1
        found.append(it if is_alone else it._replace(name=f"{it.name} ({seen[it.name]})"))
    return found


def causes_of(found: Sequence[Run], rows: Sequence[RunRow]) -> list[tuple[str, DifferenceView]]:
    """Why each run differs from the first."""
    from nbtrack.api.differences.diff import compared as held_against
    from nbtrack.api.differences.diff import side_of
    from nbtrack.panels.answers import difference_panel

    here = session()
    first = side_of(here, found[0])
    return [
        (row.name, difference_panel(held_against(first, side_of(here, run))))
        for run, row in list(zip(found, rows, strict=True))[1 : EXPLAINED + 1]
    ]


def curves_of(store: Store, rows: Sequence[RunRow], wish: Wish) -> Chart | None:
    """The curves of the metrics that have any: those asked for, or of the most runs."""
    ids = [it.run_id for it in rows]
    every = list(dict.fromkeys(key for it in rows for key in it.metrics))
    for key in wish.metrics:
        if key not in every:
            raise NotFound(f"none of these runs has a metric {key!r}; {listing(every, key)}")
    several = wish.metrics or [it for it in extras_of(store, ids).over_steps if it in every]
    keys = tuple(several[:CURVES])
    points = store.fetch(Asked(tuple(ids), keys, POINTS)).columns
    found: dict[str, dict[int, Curve]] = {}
    columns = (points[it] for it in ("key", "run", "step", "value"))
    for key, place, step, value in zip(*columns, strict=True):
        steps, values = found.setdefault(str(key), {}).setdefault(int(place), Curve([], []))
        steps.append(float(step))
        values.append(float(value))
    drawn = {key: found[key] for key in keys if key in found}
    return Curves(names=[it.name for it in rows], metrics=drawn) if drawn else None


def parallel_of(rows: Sequence[RunRow], lines: Sequence[Line]) -> Chart | None:
    """The values that differ as parallel axes: params to the left, metrics to the right."""
    params = [it for it in lines if it.differs and not it.is_metric]
    measured = [it for it in lines if it.differs and it.is_metric]
    kept = params[: AXES - min(len(measured), 2)]
    kept += measured[: AXES - len(kept)]
    columns = [column_of(it.key, it.values) for it in kept]
    if len(columns) < 2:
        return None
    return Parallel(names=[it.name for it in rows], columns=columns)


def scatter_of(rows: Sequence[RunRow], lines: Sequence[Line], wish: Wish) -> Chart | None:
    """A metric by a param: those asked for, or the first that differ."""
    differing = [it for it in lines if it.differs]
    measured = [it for it in differing if it.is_metric]
    measured.sort(key=lambda it: not direction(it.key))
    y = line_called(lines, wish.y) or next(iter(measured), None)
    others = [it for it in differing if y is not None and it.key != y.key]
    others.sort(key=lambda it: (it.is_metric, bool(column(it).words)))
    x = line_called(lines, wish.x) or next(iter(others), None)
    if x is None or y is None:
        return None
    chart = Scatter(names=[it.name for it in rows], x=column(x), y=column(y))
    return chart if chart.placed() else None


def column(line: Line) -> Column:
    """A line of the table as an axis."""
    return column_of(line.key, line.values)


def line_called(lines: Sequence[Line], key: str | None) -> Line | None:
    """The line of a key.

    Raises:
        NotFound: None of the runs has such a metric or param.
    """
    if key is None:
        return None
    keys = [it.key for it in lines]
    if key not in keys:
        raise NotFound(f"none of these runs has a metric or param {key!r}; {listing(keys, key)}")
    return lines[keys.index(key)]

"""Params and metrics of runs against each other: two as dots, several as parallel axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from nbtrack.panels import figures, formats, theme
from nbtrack.panels.charts import drawing
from nbtrack.panels.charts.chart import COLOURS, Chart, finite, layout_of

__all__ = ["Column", "Parallel", "Scatter", "column_of"]


class Column(NamedTuple):
    """A param or a metric with a place for each run; texts are numbered."""

    key: str
    places: Sequence[float]
    """NaN where a run has none."""
    words: Sequence[str] = ()
    """What the numbers stand for, if they are texts."""

    def shown(self, place: int) -> str:
        """The value of a run."""
        value = self.places[place]
        if math.isnan(value):
            return "none"
        return self.words[int(value)] if self.words else formats.number(value)


def column_of(key: str, values: Sequence[object]) -> Column:
    """The values of a param or a metric as a column."""
    told = [None if it is None else formats.number(it) for it in values]
    numbers = [number_from(it, text) for it, text in zip(values, told, strict=True)]
    if all(it is not None for it, text in zip(numbers, told, strict=True) if text is not None):
        return Column(key, [math.nan if it is None else it for it in numbers])
    words = sorted({it for it in told if it is not None})
    return Column(key, [math.nan if it is None else float(words.index(it)) for it in told], words)


def number_from(value: object, text: str | None) -> float | None:
    """A value as a number, if it is one or reads as one."""
    try:
        found = float(value) if isinstance(value, int | float) else float(text or "")
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


@dataclass(frozen=True, kw_only=True)
class Scatter(Chart):
    """Runs as dots, by two of their values."""

    names: Sequence[str]
    x: Column
    y: Column

    def spec(self) -> dict[str, Any]:
        """The figure."""
        traces = [
            {
                "type": "scatter",
                "mode": "markers",
                "name": formats.shortened(self.names[place], 40),
                "x": finite([self.x.places[place]]),
                "y": finite([self.y.places[place]]),
                "marker": {"size": 10, "color": COLOURS[place % len(COLOURS)]},
            }
            for place in self.placed()
        ]
        axes = {"xaxis": axis_spec(self.x), "yaxis": axis_spec(self.y)}
        return {"data": traces, "layout": layout_of(215, **axes)}

    @property
    def title(self) -> str:
        """What it shows."""
        return f"{self.y.key} by {self.x.key}"

    def placed(self) -> list[int]:
        """The runs that have both values."""
        pairs = zip(self.x.places, self.y.places, strict=True)
        return [it for it, (x, y) in enumerate(pairs) if not (math.isnan(x) or math.isnan(y))]

    def html(self) -> str:
        """The dots as a still picture."""
        axes = [
            drawing.axis_of(
                [it.places[place] for place in self.placed()], is_across=is_across
            ).inset()
            for it, is_across in ((self.x, True), (self.y, False))
        ]
        across, up = (
            axis._replace(ticks=[*range(len(it.words))]) if it.words else axis
            for axis, it in zip(axes, (self.x, self.y), strict=True)
        )
        dots = [
            drawing.dot(
                across.place(self.x.places[it]),
                up.place(self.y.places[it]),
                COLOURS[it % len(COLOURS)],
            )
            for it in self.placed()
        ]
        alt = f"{self.title}: " + "; ".join(self.lines())
        picture = drawing.framed("".join(dots), across, up, (self.x.key, self.y.key), alt)
        names = [(self.names[it], COLOURS[it % len(COLOURS)]) for it in self.placed()]
        content = theme.heading(theme.cut(self.title, 80)) + picture + drawing.legend(names)
        return theme.frame(content, theme.BLUE, self.title)

    def lines(self) -> list[str]:
        """Each run in words."""
        return [
            f"{self.names[it]}: {self.x.key} {self.x.shown(it)}, {self.y.key} {self.y.shown(it)}"
            for it in self.placed()
        ]

    def text(self) -> str:
        """The runs with both values."""
        lines = [formats.shortened(formats.one_line(it), 98) for it in self.lines()]
        return "\n  ".join([formats.one_line(self.title), *lines])


def axis_spec(column: Column) -> dict[str, Any]:
    """An axis of a figure, named, with words where its numbers stand for texts."""
    words = [formats.shortened(it, 24) for it in column.words]
    named: dict[str, Any] = {"title": {"text": column.key}}
    return named | ({"tickvals": [*range(len(words))], "ticktext": words} if words else {})


@dataclass(frozen=True, kw_only=True)
class Parallel(Chart):
    """Runs as lines through parallel axes, one for each value that differs."""

    names: Sequence[str]
    columns: Sequence[Column]

    def spec(self) -> dict[str, Any]:
        """The figure; ranges can be chosen on each axis."""
        dimensions = [
            {
                "label": formats.shortened(it.key, 24),
                "values": finite([low_of(it) if math.isnan(v) else v for v in it.places]),
                **{k: v for k, v in axis_spec(it).items() if k != "title"},
            }
            for it in self.columns
        ]
        count = len(self.names)
        scale = [[it / max(count - 1, 1), COLOURS[it % len(COLOURS)]] for it in range(count)]
        line = {"color": list(range(count)), "colorscale": scale, "showscale": False}
        fonts = {
            name: {"color": theme.GREY, "shadow": "none"}
            for name in ("tickfont", "labelfont", "rangefont")
        }
        trace = {"type": "parcoords", "dimensions": dimensions, "line": line, **fonts}
        margin = {"l": 70, "r": 50, "t": 46, "b": 18}
        layout = layout_of(200, margin=margin)
        return {"data": [trace], "layout": layout}

    def html(self) -> str:
        """The lines as a still picture."""
        top, bottom = 36, drawing.HEIGHT - 22
        gap = (drawing.WIDTH - 140) / max(len(self.columns) - 1, 1)
        axes = []
        told = ""
        for at, column in enumerate(self.columns):
            x = round(70 + at * gap, 1)
            known = [it for it in column.places if not math.isnan(it)]
            axis = drawing.Axis(min(known), max(known), bottom, top)
            axes.append((x, axis))
            told += f"<path stroke='{theme.GREY}' stroke-opacity='.6' d='M{x:g} {top}V{bottom}'/>"
            told += drawing.label(x, 12, formats.shortened(column.key, 18))
            # beyond the ends, where no line goes through them
            for value, y in {axis.high: top - 8, axis.low: bottom + 16}.items():
                shown = column.words[int(value)] if column.words else formats.number(value)
                told += drawing.label(x, y, formats.shortened(shown, 12))
        for place in range(len(self.names)):
            colour = COLOURS[place % len(COLOURS)]
            told += "".join(drawing.polyline(it, colour) for it in self.parts(place, axes))
        picture = figures.picture(told, drawing.WIDTH, drawing.HEIGHT, self.alt(), "max-width:100%")
        names = [(it, COLOURS[place % len(COLOURS)]) for place, it in enumerate(self.names)]
        content = theme.heading("parallel coordinates") + picture + drawing.legend(names)
        return theme.frame(content, theme.BLUE, "parallel coordinates")

    def parts(
        self, place: int, axes: Sequence[tuple[float, drawing.Axis]]
    ) -> list[list[tuple[float, float]]]:
        """The line of a run, in parts where it lacks a value."""
        parts: list[list[tuple[float, float]]] = [[]]
        for column, (x, axis) in zip(self.columns, axes, strict=True):
            value = column.places[place]
            if not math.isnan(value):
                parts[-1].append((x, axis.place(value)))
            elif parts[-1]:
                parts.append([])
        return [it for it in parts if len(it) > 1]

    def alt(self) -> str:
        """The chart in words."""
        return f"parallel coordinates of {', '.join(it.key for it in self.columns)}"

    def text(self) -> str:
        """Each run's values in the order of the axes."""
        rows = [["run", *(formats.shortened(formats.one_line(it.key), 18) for it in self.columns)]]
        rows += [
            [
                formats.shortened(formats.one_line(name), 28),
                *(formats.shortened(it.shown(place), 14) for it in self.columns),
            ]
            for place, name in enumerate(self.names)
        ]
        right = range(1, len(self.columns) + 1)
        return f"parallel coordinates\n{formats.aligned(rows, right, '  ')}"


def low_of(column: Column) -> float:
    """Where a run that has no value goes on a parallel axis: to the lower end."""
    return min(it for it in column.places if not math.isnan(it))

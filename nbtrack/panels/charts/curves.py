"""The course of metrics over steps, the runs above each other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from nbtrack.panels import formats, theme
from nbtrack.panels.charts import drawing
from nbtrack.panels.charts.chart import COLOURS, Chart, finite, layout_of

__all__ = ["Curve", "Curves"]


class Curve(NamedTuple):
    """A metric of one run."""

    steps: list[float]
    values: list[float]


@dataclass(frozen=True, kw_only=True)
class Curves(Chart):
    """Metrics over steps, one line for each run.

    Attributes:
        names: The runs, in the order of their colours.
        metrics: For each metric the curve of each run that has one, by its place in `names`.
    """

    names: Sequence[str]
    metrics: Mapping[str, Mapping[int, Curve]]

    def spec(self) -> dict[str, Any]:
        """The figure: one metric is seen, a menu chooses another, a button makes it logarithmic."""
        traces, owners = [], []
        first = next(iter(self.metrics), "")
        for key, curves in self.metrics.items():
            for place, curve in curves.items():
                owners.append(key)
                traces.append(
                    {
                        "type": "scatter",
                        "mode": "lines" if len(curve.steps) > 1 else "markers",
                        "name": formats.shortened(self.names[place], 40),
                        "x": finite(curve.steps),
                        "y": finite(curve.values),
                        "line": {"color": COLOURS[place % len(COLOURS)], "width": 1.5},
                        "visible": key == first,
                    }
                )
        title = {"title": {"text": "step"}}
        layout = layout_of(230, xaxis=title, yaxis={"title": {"text": first}})
        return {"data": traces, "layout": layout | {"updatemenus": menus(self, owners)}}

    def html(self) -> str:
        """One picture for each metric; all but the first open on a click."""
        told = [self.picture(key, curves) for key, curves in self.metrics.items()]
        rest = [
            theme.details(theme.cut(key), picture)
            for key, picture in zip(list(self.metrics)[1:], told[1:], strict=True)
        ]
        names = [(it, COLOURS[place % len(COLOURS)]) for place, it in enumerate(self.names)]
        content = theme.heading("curves") + told[0] + drawing.legend(names) + "".join(rest)
        return theme.frame(content, theme.BLUE, "curves")

    def picture(self, key: str, curves: Mapping[int, Curve]) -> str:
        """A metric of all runs as a still picture."""
        across = drawing.axis_of([it for c in curves.values() for it in c.steps], is_across=True)
        up = drawing.axis_of([it for c in curves.values() for it in c.values], is_across=False)
        lines = []
        for place, curve in curves.items():
            for part in unbroken(curve):
                points = [(across.place(x), up.place(y)) for x, y in part]
                lines.append(drawing.polyline(points, COLOURS[place % len(COLOURS)]))
        alt = f"{key} over steps: " + "; ".join(
            f"{self.names[place]} {course(curve)}" for place, curve in curves.items()
        )
        return drawing.framed("".join(lines), across, up, ("step", key), alt)

    def text(self) -> str:
        """The curves as rows of bars."""
        lines = []
        for key, curves in self.metrics.items():
            rows = [
                [formats.shortened(formats.one_line(self.names[place]), 28), *bars_of(curve)]
                for place, curve in curves.items()
            ]
            lines += [formats.one_line(key), formats.aligned(rows, (), "  ")]
        return "\n".join(lines)


def menus(chart: Curves, owners: Sequence[str]) -> list[dict[str, Any]]:
    """What is chosen above the figure."""
    place = {
        "y": 1.04,
        "yanchor": "bottom",
        "pad": {"t": 0, "b": 0},
        "font": {"size": 11},
        "bgcolor": "rgba(128,128,128,0.15)",
        "bordercolor": "rgba(128,128,128,0.5)",
        "showactive": False,  # its colour is made for a white page
    }
    scale = {
        "type": "buttons",
        "direction": "left",
        "x": 1,
        "xanchor": "right",
        "buttons": [
            {"label": it, "method": "relayout", "args": [{"yaxis.type": it}]}
            for it in ("linear", "log")
        ],
    }
    if len(chart.metrics) < 2:
        return [scale | place]
    choice = {
        "x": 0.7,
        "xanchor": "right",
        "buttons": [
            {
                "label": formats.shortened(key, 40),
                "method": "update",
                "args": [{"visible": [it == key for it in owners]}, {"yaxis.title.text": key}],
            }
            for key in chart.metrics
        ],
    }
    return [scale | place, choice | place]


def unbroken(curve: Curve) -> list[list[tuple[float, float]]]:
    """The parts of a curve between points that are no numbers."""
    parts: list[list[tuple[float, float]]] = [[]]
    for step, value in zip(curve.steps, curve.values, strict=True):
        if math.isfinite(value):
            parts[-1].append((step, value))
        elif parts[-1]:
            parts.append([])
    return [it for it in parts if it]


def course(curve: Curve) -> str:
    """From where to where a curve goes."""
    return f"from {formats.number(curve.values[0])} to {formats.number(curve.values[-1])}"


def bars_of(curve: Curve) -> tuple[str, str]:
    """A curve as bars, and its course in words."""
    return formats.bars(curve.values), course(curve)

"""Still charts in svg: axes with round numbers, lines, dots, and a legend in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from nbtrack.panels import figures, theme
from nbtrack.panels.formats import number, one_line, shortened

__all__ = ["HEIGHT", "WIDTH", "Axis", "axis_of", "dot", "framed", "label", "legend", "polyline"]

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 12, 34
INSET = 10
"""From the edge to the first dot: it lies on no number."""

STEPS = (1, 2, 2.5, 5, 10)
MOST_TICKS = 5


class Axis(NamedTuple):
    """From values to places on a drawing."""

    low: float
    high: float
    start: float
    end: float
    ticks: Sequence[float] = ()

    def inset(self) -> Axis:
        """The axis with room for a dot at either end."""
        room = math.copysign(INSET, self.end - self.start)
        return self._replace(start=self.start + room, end=self.end - room)

    def place(self, value: float) -> float:
        """Where a value lies."""
        # halves, so that the span of two huge numbers does not overflow
        span = self.high / 2 - self.low / 2
        share = (value / 2 - self.low / 2) / span if span else 0.5
        return round(self.start + (self.end - self.start) * share, 1)


def axis_of(values: Sequence[float], *, is_across: bool) -> Axis:
    """The axis for some values, with round numbers to read it by; whole ones for whole values."""
    found = [it for it in values if math.isfinite(it)] or [0.0]
    low, high = min(found), max(found)
    if low == high:
        low, high = low - abs(low) / 2 - 0.5, high + abs(high) / 2 + 0.5
    place = (LEFT, WIDTH - RIGHT) if is_across else (HEIGHT - BOTTOM, TOP)
    are_whole = all(it.is_integer() for it in map(float, found))
    ticks = [it for it in round_numbers(low, high) if it.is_integer() or not are_whole]
    return Axis(low, high, *place, ticks)


def round_numbers(low: float, high: float) -> list[float]:
    """Some round numbers between two."""
    rough = (high / MOST_TICKS) - (low / MOST_TICKS)
    if not (math.isfinite(rough) and rough > 0):
        return [low, high]
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next((it * unit for it in STEPS if it * unit >= rough), 10 * unit)
    first = math.ceil(low / step)
    return [float(f"{(first + it) * step:.12g}") for it in range(int(high / step - first) + 1)]


def framed(content: str, across: Axis, up: Axis, names: tuple[str, str], alt: str) -> str:
    """A drawing with its axes, as a picture."""
    grid = "".join(
        f"<path stroke='{theme.GREY}' stroke-opacity='.3' d='M{LEFT} {y:g}H{WIDTH - RIGHT}'/>"
        + label(LEFT - 6, y + 4, number(it), "end")
        for it in up.ticks
        for y in [up.place(it)]
    )
    bottom = HEIGHT - BOTTOM
    grid += "".join(label(across.place(it), bottom + 14, number(it)) for it in across.ticks)
    grid += label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, names[0])
    middle = (TOP + bottom) / 2
    turned = label(12, middle, names[1])
    grid += f"<g transform='rotate(-90 12 {middle:g})'>{turned}</g>"
    return figures.picture(grid + content, WIDTH, HEIGHT, alt, "max-width:100%")


def label(x: float, y: float, text: str, anchor: str = "middle") -> str:
    """A short text at a place."""
    # read twice: as an attribute of html, then as svg
    told = escape(shortened(one_line(text), 40), quote=False).replace("&", "&amp;")
    told = told.replace('"', "&quot;")
    return (
        f"<text x='{x:g}' y='{y:g}' font-size='11' font-family='sans-serif' "
        f"fill='{theme.GREY}' text-anchor='{anchor}'>{told}</text>"
    )


def polyline(points: Sequence[tuple[float, float]], colour: str) -> str:
    """A line through places."""
    if len(points) == 1:
        return dot(*points[0], colour)
    told = " ".join(f"{x:g},{y:g}" for x, y in points)
    return f"<polyline fill='none' stroke='{colour}' stroke-width='1.5' points='{told}'/>"


def dot(x: float, y: float, colour: str) -> str:
    """A dot at a place."""
    return f"<circle cx='{x:g}' cy='{y:g}' r='4' fill='{colour}'/>"


def legend(names: Sequence[tuple[str, str]]) -> str:
    """Which colour is whose: names with their colours, as a line of html."""
    told = [
        f"{theme.element('span', '■', f'color:{colour}')} {theme.cut(name, 40)}"
        for name, colour in names
    ]
    return theme.line(" &nbsp; ".join(told))

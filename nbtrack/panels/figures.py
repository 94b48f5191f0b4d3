"""Small drawings as pictures that a page shows even where it removes svg: sparklines, arrows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from itertools import pairwise

from nbtrack.panels.formats import number, one_line, plural, thinned
from nbtrack.panels.theme import BLUE

__all__ = ["picture", "sparkline", "told"]

WIDTH, HEIGHT, EDGE = 80, 18, 3
POINTS = 24


def picture(
    drawing: str,
    width: float,
    height: float,
    alt: str,
    style: str = "",
    *,
    is_backdrop: bool = False,
) -> str:
    """A drawing in svg as an image; `alt` says in words what is seen.

    A backdrop is of use only below what stands on it: where styles are removed it is a dot.
    """
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width:g} {height:g}' "
        f"width='{width:g}' height='{height:g}'>{drawing}</svg>"
    )
    for character, written in (("%", "%25"), ("#", "%23"), ("<", "%3C"), (">", "%3E")):
        svg = svg.replace(character, written)
    words = escape(one_line(alt))
    size = f'width="{width:g}" height="{height:g}" title="{words}"'
    if is_backdrop:
        size, style = 'width="1" height="1"', f"width:{width:g}px;height:{height:g}px;{style}"
    style = f"display:inline;margin:0;{style}"
    return f'<img {size} alt="{words}" src="data:image/svg+xml,{svg}" style="{style}">'


def sparkline(values: Sequence[float], what: str = "point") -> str:
    """A curve without axes, its last point marked; nothing for fewer than two numbers."""
    chosen = thinned(values, POINTS)
    places = placed(chosen)
    if len(places) < 2:
        return ""
    last = places[-1]
    drawing = "".join(
        f"<polyline fill='none' stroke='{BLUE}' stroke-width='1.5' points='"
        + " ".join(f"{x:g},{y:g}" for _, x, y in part)
        + "'/>"
        for part in unbroken(places)
    )
    drawing += f"<circle cx='{last[1]:g}' cy='{last[2]:g}' r='2.5' fill='{BLUE}'/>"
    return picture(drawing, WIDTH, HEIGHT, told(values, what), "vertical-align:middle")


def told(values: Sequence[float], what: str) -> str:
    """A curve in words: how long, from where to where, and between what."""
    finite = [it for it in values if math.isfinite(it)]
    if not finite:
        return f"{plural(len(values), what)}, none of them a number"
    return (
        f"{plural(len(values), what)}: from {number(finite[0])} to {number(finite[-1])}, "
        f"least {number(min(finite))}, most {number(max(finite))}"
    )


def placed(values: Sequence[float]) -> list[tuple[int, float, float]]:
    """The numbers among values: which they are, and where they lie on the drawing."""
    finite = [(place, it) for place, it in enumerate(values) if math.isfinite(it)]
    if not finite:
        return []
    low, high = min(it for _, it in finite), max(it for _, it in finite)
    # halves, so that the span of two huge numbers does not overflow
    half = high / 2 - low / 2
    step = (WIDTH - 2 * EDGE) / max(len(values) - 1, 1)
    room = HEIGHT - 2 * EDGE
    return [
        (
            place,
            round(EDGE + place * step, 1),
            round(HEIGHT - EDGE - room * ((it / 2 - low / 2) / half if half else 0.5), 1),
        )
        for place, it in finite
    ]


def unbroken(places: list[tuple[int, float, float]]) -> list[list[tuple[int, float, float]]]:
    """The parts of a curve between points that are no numbers."""
    parts = [places[:1]]
    for before, after in pairwise(places):
        if after[0] != before[0] + 1:
            parts.append([])
        parts[-1].append(after)
    return parts

"""How loops look while they run and afterwards: a line of text, or bars and curves as html.

Saved notebooks lose svg and style sheets until they are trusted, so styles stand inline and a
curve is a picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import isfinite
from typing import Literal, NamedTuple
from urllib.parse import quote

__all__ = ["Curve", "Line", "State", "as_bundle"]

State = Literal["running", "done", "stopped", "failed"]

COLOURS: dict[State, str] = {
    "running": "#3b82f6",
    "done": "#1f9254",
    "stopped": "#b97700",
    "failed": "#d64550",
}

MOST_CURVES = 8

WIDTH, HEIGHT = 150, 30
"""Of the picture of a curve, in pixels."""


class Line(NamedTuple):
    """A loop as it stands."""

    name: str
    done: int
    total: int | None
    seconds: float
    state: State

    @property
    def share(self) -> float | None:
        """How much of it is done, where its length is known."""
        return min(1.0, self.done / self.total) if self.total else None


class Curve(NamedTuple):
    """A metric as it was logged in the loop."""

    key: str
    last: float
    points: Sequence[tuple[int, float]]


def as_bundle(lines: Sequence[Line], curves: Sequence[Curve]) -> dict[str, str]:
    """The loops, the outer one first, and what was logged in them."""
    return {"text/html": as_html(lines, curves), "text/plain": as_text(lines, curves)}


def as_text(lines: Sequence[Line], curves: Sequence[Curve]) -> str:
    """As text: a line for a loop."""
    written = [" ".join(filter(None, (line.name, bar(line), told(line)))) for line in lines]
    numbers = "  ".join(f"{curve.key} {curve.last:.4g}" for curve in curves[:MOST_CURVES])
    return "\n".join(written + ([numbers] if numbers else []))


def bar(line: Line) -> str:
    """A bar of 20 characters; none where the length is not known."""
    if line.share is None:
        return ""
    return f"[{'=' * int(line.share * 20):<20}]"


def told(line: Line) -> str:
    """How far, how fast, how long still."""
    count = f"{line.done:,}" if line.total is None else f"{line.done:,}/{line.total:,}"
    parts = [count]
    if line.state == "failed":
        parts.append("failed")
    elif line.state == "stopped":
        parts.append("stopped")
    if line.seconds > 0 and line.done:
        parts.append(rate(line.done / line.seconds))
    if line.state == "running" and line.total and line.done:
        left = max(0, line.total - line.done) * line.seconds / line.done
        parts.append(f"{clock(left)} left")
    if line.state != "running":
        parts.append(f"in {clock(line.seconds)}")
    return " · ".join(parts)


def rate(by_second: float) -> str:
    """A speed, as a number that is easy to read."""
    if by_second < 1:
        return f"{1 / by_second:.3g} s each"
    return f"{by_second:,.0f}/s" if by_second >= 100 else f"{by_second:.3g}/s"


def clock(seconds: float) -> str:
    """A duration: `4.2 s`, `3:05`, `1:02:07`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def as_html(lines: Sequence[Line], curves: Sequence[Curve]) -> str:
    """As html: a bar for a loop, a small picture for a metric."""
    rows = "".join(map(row, lines))
    pictures = "".join(map(picture, curves[:MOST_CURVES]))
    if pictures:
        pictures = f'<div style="display:flex;flex-wrap:wrap;gap:4px 20px">{pictures}</div>'
    return f'<div style="font-size:13px;line-height:1.5;max-width:700px">{rows}{pictures}</div>'


def row(line: Line) -> str:
    """A loop: its name, its bar and its numbers."""
    colour = COLOURS[line.state]
    share = 100 * (line.share or 0)
    meter = (
        f'<div role="progressbar" aria-label="{escape(line.name or "loop")}" aria-valuemin="0" '
        f'aria-valuemax="100" aria-valuenow="{share:.0f}" style="flex:1;max-width:260px;'
        f'height:8px;border-radius:4px;background:#80808033">'
        f'<div style="width:{share:.1f}%;height:8px;border-radius:4px;background:{colour}">'
        f"</div></div>"
    )
    name = f"<span>{escape(line.name)}</span>" if line.name else ""
    numbers = f'<span style="font-variant-numeric:tabular-nums">{escape(told(line))}</span>'
    return (
        f'<div style="display:flex;align-items:center;gap:10px">'
        f"{name}{meter if line.share is not None else ''}{numbers}</div>"
    )


def picture(curve: Curve) -> str:
    """A metric: its name, its last value and its curve."""
    label = f"{escape(curve.key)} <b>{curve.last:.4g}</b>"
    points = [(step, value) for step, value in curve.points if isfinite(value)]
    drawn = image(points, f"curve of {curve.key}") if len(points) > 1 else ""
    return f"<span>{label} {drawn}</span>"


def image(points: Sequence[tuple[int, float]], words: str) -> str:
    """A curve as an image that a page shows also where it removes svg."""
    left, right = points[0][0], points[-1][0]
    low = min(value for _, value in points)
    high = max(value for _, value in points)
    across, up = (right - left) or 1, (high - low) or 1.0
    path = " ".join(
        f"{(step - left) / across * (WIDTH - 4) + 2:.1f},"
        f"{(HEIGHT - 4) * (1 - (value - low) / up) + 2:.1f}"
        for step, value in points
    )
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{HEIGHT}'>"
        f"<polyline fill='none' stroke='{COLOURS['running']}' stroke-width='1.5' "
        f"points='{path}'/></svg>"
    )
    source = quote(svg, safe=" ='/:,.<>")
    return (
        f'<img alt="{escape(words)}" width="{WIDTH}" height="{HEIGHT}" '
        f'style="vertical-align:middle" src="data:image/svg+xml,{source}">'
    )

"""How values read on a panel, in words and digits: numbers, changes, sizes, times, bars, columns.

Pure functions; what leaves them is plain text, which `theme` makes safe for html.
"""

from __future__ import annotations

import math
import time
import unicodedata
from collections.abc import Sequence
from datetime import datetime

__all__ = [
    "COLUMNS",
    "ago",
    "aligned",
    "bars",
    "change",
    "clock",
    "code_lines",
    "duration",
    "number",
    "one_line",
    "plural",
    "shortened",
    "size",
    "thinned",
    "width_of",
]

COLUMNS = 100
"""A plain text is never wider."""

MINUTE, HOUR, DAY = 60, 3600, 86_400
BARS = "▁▂▃▄▅▆▇█"


def number(value: object) -> str:
    """A value in at most six digits; whole numbers whole, what is no number as one line."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "" if value is None else one_line(str(value))
    if isinstance(value, int):
        return str(value) if abs(value) < 10**15 else f"{float_of(value):.6g}"
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    if value == int(value) and abs(value) < 10**15:
        return str(int(value))
    return f"{value:.6g}"


def float_of(value: int) -> float:
    """A whole number as a float, infinite where none holds it."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def change(value: float, previous: float | None) -> str:
    """How a value moved: its direction as an arrow and a sign, since better is not known here."""
    if previous is None:
        return ""
    if value == previous or (math.isnan(value) and math.isnan(previous)):
        return "="
    if not (math.isfinite(value) and math.isfinite(previous)):
        return f"was {number(previous)}"
    moved = value - previous
    arrow = "▲ +" if moved > 0 else "▼ "
    return f"{arrow}{moved:.3g}"


def size(size_bytes: float) -> str:
    """A number of bytes with the unit that fits."""
    for unit in ("B", "kB", "MB", "GB"):
        if size_bytes < 999.5:
            return f"{size_bytes:.0f} B" if unit == "B" else f"{size_bytes:.3g} {unit}"
        size_bytes /= 1000
    return f"{size_bytes:.3g} TB"


def duration(seconds: float | None) -> str:
    """A span of time in its two largest units."""
    if seconds is None or not math.isfinite(seconds):
        return ""
    if seconds < 0.9995:
        return f"{max(seconds, 0) * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE:02} s"
    if whole < DAY:
        return f"{whole // HOUR} h {whole % HOUR // MINUTE:02} min"
    return f"{plural(whole // DAY, 'day')} {whole % DAY // HOUR} h"


def clock(milliseconds: float | None) -> str:
    """A moment as the clock on the wall and the calendar show it."""
    if milliseconds is None:
        return ""
    try:
        return datetime.fromtimestamp(milliseconds / 1000).astimezone().strftime("%Y-%m-%d %H:%M")
    except (OverflowError, ValueError, OSError):
        return f"{milliseconds:.0f} ms"


def ago(milliseconds: float | None, now: float | None = None) -> str:
    """How long ago a moment was, for a week; then the moment."""
    if milliseconds is None:
        return ""
    seconds = (time.time() if now is None else now) - milliseconds / 1000
    if not -2 < seconds < 7 * DAY:
        return clock(milliseconds)
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if seconds >= unit:
            return f"{plural(int(seconds // unit), name)} ago"
    return "just now" if seconds < 10 else f"{int(seconds)} seconds ago"


def plural(number_of: int, noun: str, nouns: str = "") -> str:
    """A number and its noun in the form that goes with it."""
    return f"{number_of:,} {noun if number_of == 1 else nouns or noun + 's'}"


def one_line(text: str) -> str:
    """A text on one line that steers nothing: escapes and newlines are shown."""
    if text.isprintable():
        return text
    return "".join("⏎ " if it == "\n" else shown(it) for it in text)


def code_lines(source: str) -> list[str]:
    """The lines of a source, tabs spread and controls made visible."""
    return [
        "".join(map(shown, line)) if not line.isprintable() else line
        for line in source.expandtabs(4).splitlines()
    ]


def shown(character: str) -> str:
    """A character, made visible if it is none to print: controls, turns of direction, halves."""
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    return character.encode("unicode_escape").decode()


def shortened(text: str, most: int) -> str:
    """A text in at most so many characters, with … where it was cut."""
    return text if len(text) <= most else text[: max(most - 1, 0)] + "…"


def thinned(values: Sequence[float], most: int) -> Sequence[float]:
    """At most so many of the values, evenly chosen, the first and the last among them."""
    if len(values) <= most:
        return values
    return [values[place * (len(values) - 1) // (most - 1)] for place in range(most)]


def bars(values: Sequence[float], most: int = 16) -> str:
    """Values as a row of small bars; what is no number is a gap."""
    values = thinned(values, most)
    finite = [it for it in values if math.isfinite(it)]
    if not finite:
        return ""
    # halves, so that the span of two huge numbers does not overflow
    low, half = min(finite), max(finite) / 2 - min(finite) / 2
    drawn = []
    for value in values:
        share = (value / 2 - low / 2) / half if half and math.isfinite(value) else 0.45
        drawn.append(BARS[min(int(share * 8), 7)] if math.isfinite(value) else " ")
    return "".join(drawn)


def width_of(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(it) in "WF" for it in text)
    return len(text) + wide - sum(unicodedata.combining(it) > 0 for it in text)


def aligned(
    rows: Sequence[Sequence[str]],
    right: Sequence[int] = (),
    indent: str = "",
    *,
    most: int = COLUMNS,
) -> str:
    """Rows as columns of text, two spaces apart; `right` counts the columns of numbers.

    Columns that are empty in every row take no room, and no line is longer than `most`.
    """
    if not rows:
        return ""
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = []
        for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
            gap = " " * (width - width_of(cell))
            cells += [gap + cell if place in right else cell + gap] if width else []
        lines.append(shortened((indent + "  ".join(cells)).rstrip(), most))
    return "\n".join(lines)

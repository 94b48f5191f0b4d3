"""How values read in a terminal: times, sizes, durations, numbers, curves; pure functions."""

from __future__ import annotations

import math
import time
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import zip_longest

from nbtrack.version import __version__

__all__ = [
    "VERSION_LINE",
    "ago",
    "count",
    "duration",
    "iso",
    "number",
    "one_line",
    "plural",
    "short_ids",
    "shortened",
    "size",
    "sparkline",
]

VERSION_LINE = f"nbtrack, version {__version__}\n"
"""What `--version` answers, in the words MLflow answers with."""

MINUTE, HOUR, DAY = 60, 3600, 86_400
BARS = "▁▂▃▄▅▆▇█"
SHORTEST_ID = 8


def iso(milliseconds: int | None) -> str | None:
    """A moment as JSON has it: ISO 8601 in UTC."""
    if milliseconds is None:
        return None
    try:
        moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def ago(milliseconds: int | None, now: float | None = None) -> str:
    """A moment as a person says it: how long ago for a week, then the local date and time."""
    if milliseconds is None:
        return ""
    try:
        local = datetime.fromtimestamp(milliseconds / 1000).astimezone()
    except (OverflowError, ValueError, OSError):
        return f"{milliseconds} ms"
    seconds = (time.time() if now is None else now) - milliseconds / 1000
    if not -2 < seconds < 7 * DAY:
        return local.strftime("%Y-%m-%d %H:%M")
    if seconds < 10:
        return "just now"
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (1, "second")):
        if seconds >= unit:
            return f"{plural(int(seconds // unit), name)} ago"
    raise AssertionError(seconds)


def duration(seconds: float | None) -> str:
    """A span of time in its two largest units."""
    if seconds is None or not math.isfinite(seconds):
        return ""
    if seconds < 1:
        return f"{max(seconds, 0) * 1000:.0f} ms"
    if seconds < MINUTE:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE:02} s"
    if whole < DAY:
        return f"{whole // HOUR} h {whole % HOUR // MINUTE:02} min"
    return f"{plural(whole // DAY, 'day')} {whole % DAY // HOUR} h"


def size(size_bytes: float) -> str:
    """A number of bytes with the unit that fits."""
    for unit in ("B", "kB", "MB", "GB"):
        if size_bytes < 999.5:
            return f"{size_bytes:.0f} B" if unit == "B" else f"{size_bytes:.3g} {unit}"
        size_bytes /= 1000
    return f"{size_bytes:.3g} TB"


def count(number_of: int) -> str:
    """A whole number with its thousands apart."""
    return f"{number_of:,}"


def plural(number_of: int, noun: str, nouns: str = "", *, none: str = "") -> str:
    """A number and its noun in the form that goes with it; `none` stands for zero, if given."""
    if not number_of and none:
        return none
    return f"{count(number_of)} {noun if number_of == 1 else nouns or noun + 's'}"


def number(value: object) -> str:
    """A metric's value in at most six digits; whole numbers whole."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "" if value is None else one_line(str(value))
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    if value == int(value) and abs(value) < 10**15:
        return str(int(value))
    return f"{value:.6g}"


def one_line(text: str) -> str:
    """A text that cannot break the table or steer the terminal: escapes and newlines shown."""
    if text.isprintable():
        return text
    return "".join(shown(character) for character in text)


def shown(character: str) -> str:
    """A character of a text that came from outside, made visible if it is none to print."""
    if character == "\n":
        return "⏎ "
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    return character.encode("unicode_escape").decode()


def shortened(text: str, most: int) -> str:
    """A text in at most so many characters, with … where it was cut."""
    return text if len(text) <= most else text[: max(most - 1, 0)] + "…"


def short_ids(run_ids: Sequence[str]) -> dict[str, str]:
    """Beginnings of ids that tell them from each other: ids of one minute begin alike."""
    ordered = sorted(set(run_ids))
    found = {}
    for before, run_id, after in zip(["", *ordered], ordered, [*ordered[1:], ""], strict=False):
        needed = max(common_prefix(run_id, before), common_prefix(run_id, after)) + 1
        found[run_id] = run_id[: max(needed, SHORTEST_ID)]
    return found


def common_prefix(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = zip_longest(one, other)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), len(one))


def sparkline(values: Sequence[float], width: int = 20) -> str:
    """A curve as a row of small bars; points that are no numbers are gaps."""
    if len(values) > width:
        values = [values[i * (len(values) - 1) // (width - 1)] for i in range(width)]
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return ""
    low, high = min(finite), max(finite)
    # halves, so that the span of two huge numbers does not overflow
    span = high / 2 - low / 2
    bars = []
    for value in values:
        if not math.isfinite(value):
            bars.append(" ")
        elif span:
            share = (value / 2 - low / 2) / span
            bars.append(BARS[min(int(share * len(BARS)), len(BARS) - 1)])
        else:
            bars.append(BARS[len(BARS) // 2 - 1])
    return "".join(bars)

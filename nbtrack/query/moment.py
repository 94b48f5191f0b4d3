"""Moments as people write them in a filter: a date, a date with a time, `2 days ago`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

__all__ = ["is_day", "milliseconds", "span_of"]

AGO = re.compile(r"(\d{1,6})\s+(second|minute|hour|day|week)s?\s+ago", re.IGNORECASE)
WORDS = {"now": None, "today": 0, "yesterday": 1}
DAY_MILLISECONDS = 86_400_000


def milliseconds(text: str, now: datetime | None = None) -> int | None:
    """Milliseconds since the epoch, UTC unless an offset is written; None for another text.

    Example:
        >>> milliseconds("2026-11-01"), milliseconds("2026-11-01 12:30+02:00")
        (1793491200000, 1793529000000)
    """
    found = moment(text.strip(), now or datetime.now(UTC))
    return None if found is None else int(found.timestamp() * 1000)


def moment(text: str, now: datetime) -> datetime | None:
    word = text.lower()
    if word in WORDS:
        days = WORDS[word]
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return now if days is None else midnight - timedelta(days=days)
    try:
        if ago := AGO.fullmatch(text):
            return now - timedelta(**{f"{ago[2].lower()}s": int(ago[1])})
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def is_day(text: str) -> bool:
    """Whether a whole day is named rather than a moment in it."""
    word = text.strip().lower()
    return word in {"today", "yesterday"} or bool(re.fullmatch(r"\d{4}-\d\d-\d\d|\d{8}", word))


def span_of(text: str, now: datetime | None = None) -> tuple[int, int] | None:
    """The first and last millisecond of what is named: of a day, or of one moment."""
    start = milliseconds(text, now)
    if start is None:
        return None
    return (start, start + DAY_MILLISECONDS - 1) if is_day(text) else (start, start)

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from nbtrack.query.moment import is_day, milliseconds, span_of

NOW = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)
DAY = 86_400_000
MIDNIGHT = 1_795_219_200_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-21", MIDNIGHT),
        ("20261121", MIDNIGHT),
        ("2026-11-21 01:00", MIDNIGHT + 3_600_000),
        ("2026-11-21T01:00:00+01:00", MIDNIGHT),
        (" 2026-11-21T00:00:00.250Z ", MIDNIGHT + 250),
        ("today", MIDNIGHT),
        ("Yesterday", MIDNIGHT - DAY),
        ("now", MIDNIGHT + 55_800_000),
        ("2 days ago", MIDNIGHT + 55_800_000 - 2 * DAY),
        ("1 HOUR ago", MIDNIGHT + 52_200_000),
    ],
)
def test_moments_are_read_in_utc(text, expected):
    assert milliseconds(text, NOW) == expected


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13-01", "999999 weeks ago", "12", "2026", "5 days", "-1 days ago"]
)
def test_another_text_is_no_moment(text):
    assert milliseconds(text, NOW) is None
    assert span_of(text, NOW) is None


def test_a_day_lasts_until_its_last_millisecond():
    assert span_of("2026-11-21", NOW) == (MIDNIGHT, MIDNIGHT + DAY - 1)
    assert span_of("2026-11-21 00:00", NOW) == (MIDNIGHT, MIDNIGHT)


def test_today_is_a_day_and_now_is_not():
    assert is_day("Today")
    assert not is_day("now")


def test_without_a_clock_the_present_counts():
    assert milliseconds("now") > MIDNIGHT - 400 * DAY

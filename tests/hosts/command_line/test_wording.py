from __future__ import annotations

import math
from datetime import datetime

import pytest

from nbtrack.hosts.command_line import wording

NOW = 1_800_000_000.0


def ms_before(seconds):
    return int((NOW - seconds) * 1000)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "just now"),
        (-1, "just now"),
        (42, "42 seconds ago"),
        (61, "1 minute ago"),
        (180, "3 minutes ago"),
        (7200, "2 hours ago"),
        (86_400 * 6.5, "6 days ago"),
    ],
)
def test_a_moment_of_this_week_is_told_from_now(seconds, said):
    assert wording.ago(ms_before(seconds), NOW) == said


@pytest.mark.parametrize("seconds", [86_400 * 8, -3600])
def test_an_older_or_later_moment_is_a_local_date(seconds):
    local = datetime.fromtimestamp(NOW - seconds).astimezone()
    assert wording.ago(ms_before(seconds), NOW) == local.strftime("%Y-%m-%d %H:%M")


def test_a_moment_out_of_the_calendar_or_missing_is_no_error():
    assert wording.ago(10**18) == f"{10**18} ms"
    assert wording.ago(None) == ""
    assert wording.iso(10**18) is None
    assert wording.iso(None) is None


def test_a_moment_in_json_is_iso_in_utc():
    assert wording.iso(1_800_000_000_123) == "2027-01-15T08:00:00.123Z"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, ""),
        (math.nan, ""),
        (-1, "0 ms"),
        (0.0123, "12 ms"),
        (2.34, "2.3 s"),
        (185, "3 min 05 s"),
        (3725, "1 h 02 min"),
        (90_000, "1 day 1 h"),
    ],
)
def test_a_span_is_told_in_its_two_largest_units(seconds, said):
    assert wording.duration(seconds) == said


@pytest.mark.parametrize(
    ("bytes_", "said"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (5_780_000, "5.78 MB"), (3 * 10**15, "3e+03 TB")],
)
def test_a_size_has_the_unit_that_fits(bytes_, said):
    assert wording.size(bytes_) == said


def test_nouns_go_with_their_numbers():
    said = [wording.plural(it, "run") for it in (0, 1, 12_345)]
    assert said == ["0 runs", "1 run", "12,345 runs"]
    assert wording.plural(0, "line", none="empty") == "empty"
    assert wording.plural(2, "query", "queries") == "2 queries"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, ""),
        (3.0, "3"),
        (0.123456789, "0.123457"),
        (1e300, "1e+300"),
        (math.nan, "NaN"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (True, "True"),
        ("a\nb", "a⏎ b"),
    ],
)
def test_numbers_are_short_and_never_an_error(value, said):
    assert wording.number(value) == said


def test_a_text_from_outside_cannot_steer_the_terminal():
    assert wording.one_line("a\x1b[31m\tb\u202ec\nd é 🦉") == "a\\x1b[31m\\tb\\u202ec⏎ d é 🦉"


def test_ids_are_shortened_to_what_tells_them_apart():
    ids = ["0" * 12 + "a" * 20, "0" * 12 + "b" * 20, "f" * 32]
    assert wording.short_ids(ids) == {ids[0]: ids[0][:13], ids[1]: ids[1][:13], ids[2]: "f" * 8}
    assert wording.short_ids([]) == {}
    assert wording.short_ids(["abc", "abcdefghij"]) == {"abc": "abc", "abcdefghij": "abcdefgh"}


def test_a_curve_is_drawn_from_low_to_high():
    assert wording.sparkline([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█"
    assert wording.sparkline([1, 1]) == "▄▄"
    assert wording.sparkline([]) == ""
    assert wording.sparkline([math.nan]) == ""


def test_a_curve_has_gaps_and_survives_extremes():
    assert wording.sparkline([0, math.nan, 1, math.inf]) == "▁ █ "
    assert wording.sparkline([-1.7e308, 1.7e308]) == "▁█"
    assert len(wording.sparkline(list(range(1000)), width=20)) == 20

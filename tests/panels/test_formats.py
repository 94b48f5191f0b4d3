from __future__ import annotations

import math

import pytest

from nbtrack.panels import formats


@pytest.mark.parametrize(
    ("value", "reads"),
    [
        (0.96666667, "0.966667"),
        (3, "3"),
        (3.0, "3"),
        (-0.0, "0"),
        (1234567.891, "1.23457e+06"),
        (0.0000123, "1.23e-05"),
        (10**400, "inf"),
        (-(10**400), "-inf"),
        (10**20, "1e+20"),
        (1e300, "1e+300"),
        (math.nan, "NaN"),
        (-math.inf, "-inf"),
        (True, "True"),
        (None, ""),
        ("two\nlines\x1b[0m", "two⏎ lines\\x1b[0m"),
        ("\ud800", "\\ud800"),
        ("a\u202eb", "a\\u202eb"),
    ],
)
def test_a_value_reads_short_and_steers_nothing(value, reads):
    assert formats.number(value) == reads


@pytest.mark.parametrize(
    ("value", "previous", "reads"),
    [
        (0.95, 0.94, "▲ +0.01"),
        (0.9, 0.95, "▼ -0.05"),
        (1.0, 1.0, "="),
        (math.nan, math.nan, "="),
        (math.nan, 0.3, "was 0.3"),
        (0.3, math.inf, "was inf"),
        (0.3, None, ""),
    ],
)
def test_a_change_has_its_direction_as_sign_and_arrow(value, previous, reads):
    assert formats.change(value, previous) == reads


@pytest.mark.parametrize(
    ("seconds", "reads"),
    [
        (0.0123, "12 ms"),
        (0.9999, "1.0 s"),
        (59.96, "1 min 00 s"),
        (75, "1 min 15 s"),
        (3700, "1 h 01 min"),
        (90_000, "1 day 1 h"),
        (None, ""),
        (math.nan, ""),
    ],
)
def test_a_duration_has_two_units_at_most(seconds, reads):
    assert formats.duration(seconds) == reads


def test_sizes_have_the_unit_that_fits():
    sizes = [0, 999, 23_456, 1_234_567, 5e12]
    assert [formats.size(it) for it in sizes] == ["0 B", "999 B", "23.5 kB", "1.23 MB", "5 TB"]


def test_a_moment_is_told_from_now_for_a_week():
    now = 1_795_000_000.0
    told = [formats.ago((now - it) * 1000, now) for it in (2, 42, 60, 7300, 2 * 86_400)]
    assert told == ["just now", "42 seconds ago", "1 minute ago", "2 hours ago", "2 days ago"]
    long_ago = (now - 30 * 86_400) * 1000
    assert formats.ago(long_ago, now) == formats.clock(long_ago)
    assert formats.clock(1e30) == f"{1e30:.0f} ms"


def test_bars_span_the_values_and_leave_gaps():
    assert formats.bars([0, 1, 2, math.nan, 4]) == "▁▃▅ █"
    assert formats.bars([1, 1]) == "▄▄"
    assert formats.bars([-1.7e308, 1.7e308]) == "▁█"
    assert formats.bars([math.nan]) == ""
    assert len(formats.bars(range(1000))) == 16


def test_columns_are_aligned_and_empty_ones_take_no_room():
    rows = [("loss", "", "0.5", "x"), ("精度", "", "12", "")]
    assert formats.aligned(rows, right=(2,), indent="  ") == "  loss  0.5  x\n  精度   12"
    assert formats.aligned([]) == ""
    assert len(formats.aligned([("x" * 300,)])) == formats.COLUMNS

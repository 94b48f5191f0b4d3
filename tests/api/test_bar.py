"""A line of text and a page for loops, compared whole where they are short."""

from __future__ import annotations

import pytest

from nbtrack.api.screens.bar import Curve, Line, as_html, as_text, clock, rate


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (Line("epoch", 0, 10, 0.0, "running"), "epoch [                    ] 0/10"),
        (
            Line("epoch", 5, 10, 20.0, "running"),
            "epoch [==========          ] 5/10 · 4 s each · 20.0 s left",
        ),
        (Line("", 1500, None, 0.5, "running"), "1,500 · 3,000/s"),
        (Line("", 10, 10, 4.0, "done"), "[====================] 10/10 · 2.5/s · in 4.0 s"),
        (Line("", 12, 10, 4.0, "done"), "[====================] 12/10 · 3/s · in 4.0 s"),
        (Line("", 0, 0, 0.0, "done"), "0/0 · in 0.0 s"),
        (Line("", 1, None, 2.0, "failed"), "1 · failed · 2 s each · in 2.0 s"),
    ],
)
def test_a_loop_as_text(line, text):
    assert as_text([line], []) == text


def test_metrics_stand_below_the_loops():
    lines = [Line("a", 0, None, 0.0, "running"), Line("b", 0, None, 0.0, "running")]
    curves = [Curve("loss", 0.123456, ()), Curve("acc", 1, ())]
    assert as_text(lines, curves) == "a 0\nb 0\nloss 0.1235  acc 1"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (59.94, "59.9 s"), (185, "3:05"), (3599.9, "1:00:00"), (3727, "1:02:07")],
)
def test_a_duration(seconds, text):
    assert clock(seconds) == text


def test_a_speed():
    assert [rate(it) for it in (0.1, 2.345, 99.9, 1234.5)] == [
        "10 s each",
        "2.35/s",
        "99.9/s",
        "1,234/s",
    ]


def test_html_is_escaped_and_tells_how_far_it_is():
    page = as_html(
        [Line("<b>", 1, 4, 1.0, "running")], [Curve("'\"<x>", 2.0, [(0, 1.0), (1, 2.0)])]
    )
    assert "<span>&lt;b&gt;</span>" in page
    assert 'aria-valuenow="25"' in page
    assert "<x>" not in page
    assert "points='2.0,28.0 148.0,2.0'" in page


def test_a_curve_that_does_not_move_and_one_with_gaps_are_drawn():
    flat = as_html([], [Curve("a", 1.0, [(0, 1.0), (0, float("nan")), (2, 1.0)])])
    assert "points='2.0,28.0 148.0,28.0'" in flat
    assert "<img" not in as_html([], [Curve("a", 1.0, [(0, 1.0), (1, float("inf"))])])

from __future__ import annotations

import pytest

from nbtrack.panels.charts import drawing


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (-3, 7, [-2, 0, 2, 4, 6]),
        (1000, 1003, [1000, 1001, 1002, 1003]),
        (1e-9, 4e-9, [1e-9, 2e-9, 3e-9, 4e-9]),
    ],
)
def test_axes_are_read_by_round_numbers(low, high, ticks):
    assert drawing.round_numbers(low, high) == pytest.approx(ticks)


def test_values_lie_between_the_ends_of_an_axis():
    axis = drawing.axis_of([2.0, 4.0, float("nan"), float("inf")], is_across=True)
    assert (axis.low, axis.high) == (2.0, 4.0)
    assert axis.place(3.0) == (axis.start + axis.end) / 2
    up = drawing.axis_of([5.0], is_across=False)
    assert up.place(5.0) == pytest.approx((up.start + up.end) / 2, abs=0.1)
    assert drawing.axis_of([], is_across=False).ticks


def test_whole_values_are_read_by_whole_numbers():
    assert list(drawing.axis_of([5, 6, 6], is_across=True).ticks) == [5, 6]
    assert list(drawing.axis_of([3], is_across=True).ticks) == [1, 2, 3, 4, 5]
    assert len(drawing.axis_of([5, 5.5, 6], is_across=True).ticks) > 3


def test_dots_at_the_ends_lie_within():
    across, up = (drawing.axis_of([2.0, 4.0], is_across=it).inset() for it in (True, False))
    assert drawing.LEFT + 4 < across.place(2.0) < across.place(4.0) < drawing.WIDTH - 4
    assert up.place(2.0) < drawing.HEIGHT - drawing.BOTTOM - 4
    assert up.place(4.0) > 4


def test_one_point_is_a_dot():
    assert drawing.polyline([(1, 2)], "red").startswith("<circle")
    assert drawing.polyline([(1, 2), (3, 4)], "red").startswith("<polyline")

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from nbtrack.errors import InvalidValue
from nbtrack.query.tree import Series
from nbtrack.records.metric import Metric
from nbtrack.records.metric import Series as Curve
from nbtrack.records.run import RunInfo


@pytest.fixture
def draw(store):
    """Log a whole curve to a run; steps count on, and so do timestamps."""

    def draw(run_id, values, steps=None, timestamps=None):
        count = len(values)
        steps, timestamps = steps or list(range(count)), timestamps or list(range(count))
        info = RunInfo(run_id, "0", status="FINISHED", start_time=1, time=1)
        store.append([info, Curve(run_id, "m", list(values), steps, timestamps)])

    return draw


def points(store, *run_ids, **asked):
    columns = store.fetch(Series(run_ids, "m", **asked)).columns
    return list(zip(*(column.tolist() for column in columns.values()), strict=True))


def test_points_come_as_arrays_in_order_of_step_and_timestamp(store, draw):
    draw("a", [1.0, 2.0, 3.0, 4.0], [1, 0, 1, 0], [5, 9, 4, 8])
    columns = store.fetch(Series(("a",), "m")).columns
    assert {name: str(column.dtype) for name, column in columns.items()} == {
        "run": "int32",
        "step": "int64",
        "timestamp": "int64",
        "value": "float64",
    }
    assert points(store, "a") == [(0, 0, 8, 4.0), (0, 0, 9, 2.0), (0, 1, 4, 3.0), (0, 1, 5, 1.0)]


def test_several_runs_come_in_the_order_asked(store, draw):
    draw("a", [1.0, 2.0])
    draw("b", [3.0])
    assert points(store, "b", "nobody", "a") == [(0, 0, 0, 3.0), (2, 0, 0, 1.0), (2, 1, 1, 2.0)]


def test_what_is_not_there_has_no_points(store, draw):
    draw("a", [1.0])
    assert points(store) == points(store, "nobody") == []
    assert points(store, "nobody", points=10) == []
    assert store.fetch(Series(("a",), "other")).columns["value"].dtype == "float64"


def test_steps_can_be_chosen(store, draw):
    draw("a", [0.0, 1.0, 2.0, 3.0])
    assert [point[1] for point in points(store, "a", start_step=1, end_step=2)] == [1, 2]
    assert [point[1] for point in points(store, "a", start_step=3)] == [3]


def test_points_tell_what_they_are_about_if_asked(store, draw):
    draw("a", [1.0])
    store.append([Metric("m", math.nan, 7, 1, "model", "data", "digest", "a")])
    columns = store.fetch(Series(("a",), "m", about=True)).columns
    assert columns["model_id"] == [None, "model"]
    assert columns["dataset_name"] == [None, "data"]
    assert columns["dataset_digest"] == [None, "digest"]
    assert np.isnan(columns["value"][1])
    with pytest.raises(InvalidValue, match="leave out one of them"):
        store.fetch(Series(("a",), "m", about=True, points=10))


def test_a_short_metric_is_its_own_curve(store, draw):
    draw("a", [3.0, 1.0, 2.0])
    assert points(store, "a", points=4) == points(store, "a")


def test_a_curve_keeps_the_ends_and_the_extremes_of_each_stretch(store, draw):
    chance = random.Random(1)
    values = [chance.random() for _ in range(10_000)]
    values[1_234], values[8_765] = 50.0, -50.0
    draw("a", values)
    curve = points(store, "a", points=200)
    assert 150 < len(curve) <= 200
    assert curve[0] == (0, 0, 0, values[0])
    assert curve[-1] == (0, 9_999, 9_999, values[-1])
    assert (0, 1_234, 1_234, 50.0) in curve
    assert (0, 8_765, 8_765, -50.0) in curve
    assert all(values[step] == value for _, step, _, value in curve)
    assert [step for _, step, _, _ in curve] == sorted({step for _, step, _, _ in curve})


def test_a_curve_without_steps_is_divided_by_time(store, draw):
    draw("a", [float(n % 7) for n in range(1000)], [0] * 1000, list(range(0, 5000, 5)))
    curve = points(store, "a", points=50)
    assert 20 < len(curve) <= 50
    assert (curve[0][2], curve[-1][2]) == (0, 4995)


def test_points_of_one_moment_are_one_stretch(store, draw):
    draw("a", [1.0, 5.0, 3.0, -2.0, 0.0, 4.0], [0] * 6, [9] * 6)
    assert {value for *_, value in points(store, "a", points=4)} >= {5.0, -2.0}


def test_a_stretch_of_nan_alone_shows_one_of_them(store, draw):
    values = [1.0] * 500 + [math.nan] * 500
    values[100] = math.nan
    draw("a", values)
    curve = points(store, "a", points=100)
    shown = [step for _, step, _, value in curve if math.isnan(value)]
    assert min(shown) >= 490
    assert 20 < len(shown) < 60
    assert len(curve) <= 100


def test_steps_as_far_apart_as_can_be_are_no_trouble(store, draw):
    big = 2**62
    draw("a", [float(n) for n in range(10)], [-big, *range(8), big], list(range(10)))
    curve = points(store, "a", points=6)
    assert (curve[0][1], curve[-1][1]) == (-big, big)


@pytest.mark.parametrize("count", [-1, 0, 3])
def test_a_curve_has_at_least_four_points(store, count):
    with pytest.raises(InvalidValue, match="at least 4 points"):
        store.fetch(Series(("a",), "m", points=count))

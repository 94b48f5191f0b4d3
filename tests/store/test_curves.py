"""Curves of many runs at once, held against those of one."""

from __future__ import annotations

import math
import random

import pytest

from nbtrack.errors import InvalidValue
from nbtrack.query.tree import Curves, Series
from nbtrack.records.metric import Series as Logged
from nbtrack.records.run import RunInfo


@pytest.fixture(scope="module")
def drawn(shared_store):
    """Runs with long, short and odd curves."""
    chance = random.Random(7)
    walk = [chance.gauss(0, 1) for _ in range(1000)]
    curves = {
        ("a", "loss"): (walk, range(1000)),
        ("a", "acc"): ([0.1, 0.2], [0, 1]),
        ("b", "loss"): ([math.nan] * 500 + [1.0] * 500, range(1000)),
        ("b", "acc"): ([0.5], [0]),
        ("c", "loss"): ([float(it % 7) for it in range(100)], [0] * 100),
        ("c", "system/cpu"): ([1.0, 2.0], [0, 1]),
    }
    records = [RunInfo(it, "0", status="FINISHED", start_time=1, time=1) for it in "abc"]
    for (run_id, key), (values, steps) in curves.items():
        times = [it * 10 for it in range(len(values))]
        records.append(Logged(run_id, key, list(values), list(steps), times))
    shared_store.append(records)
    return shared_store


def points(columns):
    """The points of curves, comparable: a NaN is a text."""
    told = (it if isinstance(it, list) else it.tolist() for it in columns.values())
    return [tuple(map(str, row)) for row in zip(*told, strict=True)]


@pytest.mark.parametrize("most", [4, 10, 24, 5000])
def test_many_curves_are_those_of_one_run_after_the_other(drawn, most):
    found = points(drawn.fetch(Curves(("c", "nobody", "a", "b"), ("loss",), most)).columns)
    alone = []
    for place, run_id in ((0, "c"), (2, "a"), (3, "b")):
        for _, *point in points(drawn.fetch(Series((run_id,), "loss", points=most)).columns):
            alone.append((str(place), "loss", *point))
    assert found == alone


def test_metrics_of_a_run_come_by_name(drawn):
    columns = drawn.fetch(Curves(("b", "a"), ("loss", "acc"), 4)).columns
    runs = list(dict.fromkeys(zip(columns["run"].tolist(), columns["key"], strict=True)))
    assert runs == [(0, "acc"), (0, "loss"), (1, "acc"), (1, "loss")]


@pytest.mark.parametrize("run_ids", [(), ("nobody",)])
def test_runs_without_curves_have_no_points(drawn, run_ids):
    columns = drawn.fetch(Curves(run_ids, ("loss",), 24)).columns
    assert {name: len(column) for name, column in columns.items()} == dict.fromkeys(
        ("run", "key", "step", "timestamp", "value"), 0
    )


def test_a_curve_has_both_ends_and_extremes_at_least(drawn):
    with pytest.raises(InvalidValue, match="at least 4 points"):
        drawn.fetch(Curves(("a",), ("loss",), 3))

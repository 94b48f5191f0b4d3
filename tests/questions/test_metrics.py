from __future__ import annotations

import math

import pytest

from nbtrack.errors import NotFound
from nbtrack.questions import metrics
from nbtrack.records.metric import Metric


def test_a_history_is_every_point_in_order(store, log_runs):
    log_runs(a={"metrics": {"m": [1.0, math.inf]}})
    store.append([Metric("m", 0.5, 3, 0, "model", "data", "digest", "a")])
    assert metrics.history(store, "a", "m") == [
        Metric("m", 0.5, 3, 0, "model", "data", "digest", "a"),
        Metric("m", 1.0, 1_000_000, 0, run_id="a"),
        Metric("m", math.inf, 1_000_001, 1, run_id="a"),
    ]


def test_a_metric_that_was_not_logged_has_no_history(store, log_runs):
    log_runs(a={})
    assert metrics.history(store, "a", "m") == []


def test_the_history_of_a_run_that_is_not_there_is_refused(store):
    with pytest.raises(NotFound, match="Run with id=a not found"):
        metrics.history(store, "a", "m")


def test_arrays_and_curves_are_of_several_runs(store, log_runs):
    log_runs(a={"metrics": {"m": [float(n) for n in range(100)]}}, b={"metrics": {"m": 7.0}})
    found = metrics.arrays(store, ["b", "a"], "m", start_step=0, end_step=1)
    assert found["run"].tolist() == [0, 1, 1]
    assert found["value"].tolist() == [7.0, 0.0, 1.0]
    curve = metrics.curve(store, ["a"], "m", points=10)
    assert len(curve["value"]) <= 10
    assert (curve["value"][0], curve["value"][-1]) == (0.0, 99.0)


def test_summaries_tell_each_metric_by_its_last_value_and_its_extremes(store, log_runs):
    log_runs(a={"metrics": {"m": [3.0, 1.0, 2.0], "k": math.nan}}, b={"metrics": {"m": 9.0}})
    bare, full = metrics.summaries(store, "a")
    assert (bare.key, bare.n, bare.min, bare.max) == ("k", 1, None, None)
    assert math.isnan(bare.value)
    assert full == metrics.Summary("m", 2.0, 2, 3, 1.0, 3.0)
    assert metrics.summaries(store, "gone") == []


def test_all_points_of_all_metrics_come_by_column(store, log_runs):
    log_runs(a={"metrics": {"m": [1.0, 2.0], "k": 3.0}})
    found = metrics.table(store, ["a"])
    assert found["key"] == ["k", "m", "m"]
    assert found["value"] == [3.0, 1.0, 2.0]

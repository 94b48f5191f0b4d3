from __future__ import annotations

import math

import numpy as np
import pytest

from nbtrack.errors import UnknownName
from nbtrack.query.grammar import parse_filter, parse_order
from nbtrack.query.tree import RunTable


@pytest.fixture(scope="module")
def three(shared_store, put_runs):
    put_runs(
        shared_store,
        a={"metrics": {"m": 1.0, "z": 9.0}, "params": {"p": "1"}, "end_time": 1_000_700},
        b={"metrics": {"m": math.nan}, "params": {"p": "2", "q": "x"}, "tags": {"t": "u"}},
        c={"tags": {"t": "v", "gone": None}},
    )
    return shared_store


def columns(store, *names, **asked):
    found = store.fetch(RunTable(columns=names or None, **asked)).columns
    return {name: list(column) for name, column in found.items()}


def test_the_columns_come_in_mlflows_order(three):
    assert list(columns(three)) == [
        "run_id",
        "experiment_id",
        "status",
        "artifact_uri",
        "start_time",
        "end_time",
        "metrics.m",
        "metrics.z",
        "params.p",
        "params.q",
        "tags.t",
    ]


def test_what_a_run_lacks_is_nan_in_metrics_and_none_elsewhere(three):
    found = columns(three)
    assert found["run_id"] == ["c", "b", "a"]
    assert found["params.p"] == [None, "2", "1"]
    assert found["params.q"] == [None, "x", None]
    assert found["tags.t"] == ["v", "u", None]
    assert found["end_time"] == [None, None, 1_000_700]
    np.testing.assert_array_equal(found["metrics.m"], [math.nan, math.nan, 1.0])
    np.testing.assert_array_equal(found["metrics.z"], [math.nan, math.nan, 9.0])


def test_only_the_chosen_columns_come_as_they_were_asked_for(three):
    assert columns(
        three, "param.p", "run_id", "created", "metrics.z", where=parse_filter("m = 1")
    ) == {
        "param.p": ["1"],
        "run_id": ["a"],
        "created": [1_000_000],
        "metrics.z": [9.0],
    }
    assert columns(three, "attributes.run_name", limit=1) == {"attributes.run_name": ["c"]}


def test_a_key_that_no_run_has_is_an_empty_column(three):
    found = columns(three, "metrics.nope", "tags.nope")
    assert np.isnan(found["metrics.nope"]).all()
    assert found["tags.nope"] == [None, None, None]


@pytest.mark.parametrize("name", ["m", "metrics.", "foo.bar", "attributes.m", ""])
def test_a_column_that_is_no_attribute_needs_a_prefix(three, name):
    with pytest.raises(UnknownName, match=r"for a metric, param or tag write metrics\."):
        columns(three, name)


def test_rows_follow_the_order_and_the_limit(three):
    found = columns(three, "run_id", "metrics.m", order_by=parse_order("metrics.m"), limit=2)
    assert found["run_id"] == ["a", "b"]
    np.testing.assert_array_equal(found["metrics.m"], [1.0, math.nan])


def test_a_table_of_no_runs_has_its_first_columns(three):
    assert columns(three, experiment_ids=()) == {
        name: []
        for name in ("run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time")
    }
    assert columns(three, "metrics.m", "run_id", experiment_ids=()) == {
        "metrics.m": [],
        "run_id": [],
    }


def test_runs_and_keys_meet_in_a_table_of_any_order(store, log_runs):
    names = [f"r{n * 7 % 50:02}" for n in range(50)]
    log_runs(**{name: {"metrics": {f"m{n % 3}": float(n)}} for n, name in enumerate(names)})
    found = columns(store, order_by=parse_order("run_id"))
    for place, name in enumerate(found["run_id"]):
        number = names.index(name)
        values = [found[f"metrics.m{n}"][place] for n in range(3)]
        expected = [float(number) if n == number % 3 else math.nan for n in range(3)]
        np.testing.assert_array_equal(values, expected)

from __future__ import annotations

import math

import pytest

from nbtrack.records.execution import Execution


@pytest.fixture
def runs(here, put_runs):
    """Two runs, the second of a cell."""
    put_runs(
        here.store,
        a={"params": {"lr": "0.1"}, "metrics": {"acc": [0.5, 0.9], "loss": math.nan}},
        b={"tags": {"stage": "final", "mlflow.source.git.commit": "abc"}},
    )
    cell = Execution("e", session_id="s", number=4, cell_id="c", cell_run="b", start_time=1, time=1)
    here.store.append([cell])


def test_runs_come_in_the_order_asked_for_and_those_that_are_gone_do_not(ask, runs):
    found = ask("GET", "runs", "several", run_ids="b,gone,a,b").told["runs"]
    assert [it["run"]["run_id"] for it in found] == ["b", "a"]


def test_a_run_is_told_as_on_its_page(ask, runs):
    for run_id in ("a", "b"):
        (found,) = ask("GET", "runs", "several", run_ids=run_id).told["runs"]
        page = ask("GET", "runs", run_id).told
        for name in ("params", "metrics", "tags", "datasets", "cell", "git_commit"):
            assert found[name] == page[name]
        assert found["run"] | {"values": {}} == page["run"] | {"values": {}}


def test_runs_that_were_deleted_are_told_too(ask, runs):
    ask("POST", "runs", "delete", sent={"run_ids": ["a"]})
    (found,) = ask("GET", "runs", "several", run_ids="a").told["runs"]
    assert found["run"]["lifecycle_stage"] == "deleted"


@pytest.mark.parametrize("ids", ["", ",", ",".join(map(str, range(101)))])
def test_no_runs_and_too_many_are_refused(ask, runs, ids):
    answer = ask("GET", "runs", "several", run_ids=ids)
    assert (answer.status, answer.told["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert "1 to 100" in answer.told["message"]

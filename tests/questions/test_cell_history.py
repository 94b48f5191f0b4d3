from __future__ import annotations

import math

import pytest

from nbtrack.questions import cell_history
from nbtrack.questions.cell_history import CELL_TAG, CellNow, CellRun
from nbtrack.records.operation import SetLifecycle

CELL = {CELL_TAG: "c"}


def ids(found):
    return [run.run_id for run in found]


def test_earlier_runs_of_a_cell_come_newest_first(store, log_runs):
    log_runs(
        a={"tags": CELL, "params": {"lr": "0.1"}, "metrics": {"acc": [0.5, 0.9]}},
        other={"tags": {CELL_TAG: "d"}},
        b={"tags": CELL, "end_time": 1_004_500, "status": "FAILED"},
        untagged={},
    )
    assert cell_history.previous_runs(store, "c") == [
        CellRun("b", "b", "FAILED", 1_002_000, 2.5, {}, {}),
        CellRun("a", "a", "FINISHED", 1_000_000, None, {"acc": 0.9}, {"lr": "0.1"}),
    ]
    assert ids(cell_history.previous_runs(store, "c", limit=1)) == ["b"]


def test_deleted_runs_are_left_out(store, log_runs):
    log_runs(a={"tags": CELL}, b={"tags": CELL})
    store.append([SetLifecycle(noun="run", id="b", stage="deleted")])
    assert ids(cell_history.previous_runs(store, "c")) == ["a"]


def test_a_cell_that_never_ran_has_no_runs_and_no_warning(store, log_runs):
    log_runs(a={"tags": {"other": "x"}})
    assert cell_history.previous_runs(store, "c") == []


@pytest.mark.parametrize(("maximize", "run_id"), [(True, "c"), (False, "a")])
def test_the_best_run_is_the_newer_of_equals_and_never_nan(store, log_runs, maximize, run_id):
    values = {"a": 0.5, "b": 0.9, "c": 0.9, "d": math.nan}
    log_runs(**{name: {"tags": CELL, "metrics": {"acc": it}} for name, it in values.items()})
    log_runs(e={"tags": CELL, "start_time": 2_000_000})
    history = cell_history.previous_runs(store, "c")
    assert cell_history.best(history, "acc", maximize=maximize).run_id == run_id
    assert cell_history.best(history, "loss") is None


def test_the_newest_run_of_each_cell_is_told_with_its_change(store, log_runs):
    log_runs(
        a={"tags": CELL, "metrics": {"acc": [0.5, 0.9], "training_acc": [1.0]}},
        b={"tags": {CELL_TAG: "it's"}, "metrics": {"system/cpu": [3.0]}},
        c={"tags": CELL, "metrics": {"training_acc": [1.0], "acc": [0.95], "loss": [0.1]}},
        untagged={},
    )
    told = cell_history.newest_runs(store, ["c", "it's", "none", "c"])
    assert told == {
        "c": CellNow("c", "c", "c", "FINISHED", 2, "acc", 0.95, 0.9),
        "it's": CellNow("it's", "b", "b", "FINISHED", 1, "system/cpu", 3.0, None),
    }
    assert told["c"].is_better
    assert told["it's"].is_better is None
    assert cell_history.newest_runs(store, []) == {}


def test_a_deleted_run_is_not_the_newest_of_its_cell(store, log_runs):
    log_runs(a={"tags": CELL, "metrics": {"loss": [0.5]}}, b={"tags": CELL})
    store.append([SetLifecycle(noun="run", id="b", stage="deleted")])
    assert cell_history.newest_runs(store, ["c"]) == {
        "c": CellNow("c", "a", "a", "FINISHED", 1, "loss", 0.5)
    }


def test_a_change_is_better_as_the_name_of_the_metric_says():
    now = CellNow("c", "a", None, None, 2, "loss", 0.1, 0.2)
    assert now.is_better
    assert now._replace(metric="acc").is_better is False
    assert now._replace(metric="size").is_better is None
    assert now._replace(previous=math.nan).is_better is None
    assert now._replace(previous=0.1).is_better is None

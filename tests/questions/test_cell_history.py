from __future__ import annotations

import math

import pytest

from nbtrack.questions import cell_history
from nbtrack.questions.cell_history import CELL_TAG, CellRun
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

from __future__ import annotations

import pytest

from nbtrack.errors import NotFound
from nbtrack.query.tree import RunCells
from nbtrack.questions import executions
from nbtrack.questions.executions import Closure, Session
from nbtrack.records.execution import Execution

FIRST = Execution(
    "e1",
    session_id="s",
    number=1,
    cell_id="c",
    notebook="a.ipynb",
    source="x = 1",
    code_hash="h",
    status="finished",
    start_time=10,
    end_time=12,
    owner="o",
    uses=[],
    reads={},
    writes={"x": "1"},
    is_exact=True,
    cell_run="r",
    shows=False,
    time=12,
)
SECOND = Execution("e2", session_id="s", number=2, cell_id="c", start_time=20, uses=["e1"], time=20)
OTHER = Execution(
    "e3", session_id="t", number=1, cell_id="c", cell_run="r", start_time=30, uses=["e2"], time=30
)


@pytest.fixture
def three(store):
    store.append([OTHER, SECOND, FIRST])


def test_an_execution_reads_as_it_was_written(store, three):
    assert executions.get(store, "e1") == FIRST


def test_an_execution_that_is_not_there_is_refused_with_those_that_are(store, three):
    with pytest.raises(NotFound, match=r"'e9'; of the newest, there are e1, e2, e3; did you mean"):
        executions.get(store, "e9")


def test_in_an_empty_store_there_are_none(store):
    with pytest.raises(NotFound, match="there are none yet"):
        executions.get(store, "e")
    assert executions.sessions(store) == []
    assert executions.closure(store, ["e"]) == Closure([], ["e"])


def test_executions_come_by_their_ids_in_the_order_asked_for(store, three):
    found = executions.by_ids(store, ["e3", "gone", "e1", "e3"])
    assert list(found.items()) == [("e3", OTHER), ("e1", FIRST)]


def test_those_of_a_run_come_in_order_of_time(store, three):
    assert executions.of_run(store, "r") == [FIRST, OTHER]
    assert executions.of_run(store, "nosuch") == []


def test_those_of_several_runs_come_in_one_question_by_the_ids_of_the_runs(store, three):
    assert executions.of_runs(store, ["r", "gone"]) == {"r": [FIRST, OTHER]}
    assert executions.of_runs(store, []) == {}


def test_each_run_that_a_cell_begins_has_the_cells_execution(store, three, log_runs):
    begun = {"nbtrack.execution": "e2"}
    log_runs(first={"tags": begun}, second={"tags": begun}, third={"tags": {"team": "e2"}})
    assert executions.of_run(store, "first") == [SECOND]
    ids = ["second", "r", "first", "third"]
    assert executions.of_runs(store, ids) == {
        "first": [SECOND],
        "second": [SECOND],
        "r": [FIRST, OTHER],
    }
    cells = store.fetch(RunCells(tuple(ids))).columns
    assert (cells["run_id"], cells["number"]) == (["first", "r", "second"], [2, 1, 2])
    assert executions.of_cell(store, "c") == [OTHER, SECOND, FIRST]


def test_those_of_a_session_or_a_cell_come_newest_first(store, three):
    assert executions.of_session(store, "s") == [SECOND, FIRST]
    assert executions.of_session(store, "s", limit=1) == [SECOND]
    assert executions.of_cell(store, "c") == [OTHER, SECOND, FIRST]
    assert executions.of_cell(store, "c", limit=2) == [OTHER, SECOND]


def test_the_session_that_was_last_active_comes_first(store, three):
    newest, older = Session("t", None, 1, 1, 30, 30), Session("s", "a.ipynb", 2, 2, 10, 20)
    assert executions.sessions(store) == [newest, older]
    assert executions.sessions(store, limit=1) == [newest]


def test_a_closure_is_all_that_is_depended_on(store, three):
    assert executions.closure(store, ["e3"]) == Closure([FIRST, SECOND, OTHER], [])
    assert executions.closure(store, ["e1", "e1"]) == Closure([FIRST], [])
    assert executions.closure(store, []) == Closure([], [])


def test_what_a_closure_lacks_is_named(store, three):
    late = Execution("e4", session_id="t", start_time=40, uses=["gone", "e1"], time=40)
    store.append([late])
    found = executions.closure(store, ["e4", "never"])
    assert found == Closure([FIRST, late], ["never", "gone"])


def test_a_closure_may_be_ten_thousand_executions_deep(store):
    chain = [
        Execution(f"{n:05}", session_id="s", start_time=n, uses=[f"{n - 1:05}"] if n else [])
        for n in range(10_000)
    ]
    store.append(chain)
    found = executions.closure(store, ["09999"])
    assert [it.execution_id for it in found.executions] == [it.execution_id for it in chain]
    assert found.missing == []

"""Pages of runs, and which runs a notebook, a cell or a session has."""

from __future__ import annotations

import math

import pytest

from nbtrack.errors import InvalidValue, UnknownName
from nbtrack.query.grammar import parse_filter, parse_order
from nbtrack.query.tree import RunCells, RunCount, RunPage
from nbtrack.questions.notebook_runs import all_of, of_notebook, with_ids
from nbtrack.records.execution import Execution
from nbtrack.records.run import RunInfo


@pytest.fixture(scope="module")
def four(shared_store, put_runs):
    put_runs(
        shared_store,
        a={"metrics": {"m": 1.0}, "params": {"p": "1"}},
        b={"metrics": {"m": math.nan}, "tags": {"mlflow.source.name": "one.ipynb"}},
        c={"tags": {"t": "v", "gone": None}},
        d={"metrics": {"m": 3.0}, "tags": {"mlflow.source.name": "one.ipynb"}},
    )
    cells = [("a", "/w/one.ipynb", "cell-1", 3), ("a", "/w/one.ipynb", "cell-2", 2)]
    cells += [("d", "/w/other/one.ipynb", "cell-1", 1), (None, "/w/one.ipynb", "cell-9", 4)]
    shared_store.append(
        [
            Execution(
                f"e{number}",
                session_id=f"s{notebook}",
                number=number,
                cell_id=cell_id,
                notebook=notebook,
                start_time=number,
                cell_run=run_id,
                time=number,
            )
            for run_id, notebook, cell_id, number in cells
        ]
    )
    return shared_store


def found(store, **asked):
    return store.fetch(RunPage(**asked)).columns["run_id"]


def test_a_page_begins_at_its_offset(four):
    assert found(four, limit=2) == ["d", "c"]
    assert found(four, limit=2, offset=1) == ["c", "b"]
    assert found(four, limit=2, offset=3) == ["a"]
    assert found(four, limit=2, offset=9) == []
    assert found(four) == ["d", "c", "b", "a"]


def test_an_order_holds_across_pages(four):
    order = parse_order(["metrics.m DESC"])
    pages = [found(four, order_by=order, limit=1, offset=it)[0] for it in range(4)]
    assert pages == found(four, order_by=order) == ["d", "a", "b", "c"]


def test_a_nan_and_nothing_are_told_apart(four):
    columns = ("metrics.m", "params.p", "tags.t", "tags.gone", "duration_seconds")
    values = four.fetch(RunPage(limit=9, columns=columns)).columns["values"]
    assert [list(it) for it in values] == [
        ["duration_seconds", "metrics.m"],
        ["duration_seconds", "tags.t"],
        ["duration_seconds", "metrics.m"],
        ["duration_seconds", "metrics.m", "params.p"],
    ]
    assert math.isnan(values[2]["metrics.m"])


def test_a_column_that_is_none_is_refused(four):
    with pytest.raises(UnknownName, match="no column is called 'acc'"):
        found(four, columns=("acc",))
    with pytest.raises(InvalidValue, match="notebook is no column"):
        found(four, columns=("notebook",))


def test_runs_are_found_by_cell_and_session(four):
    assert found(four, where=parse_filter("cell_id = 'cell-1'")) == ["d", "a"]
    assert found(four, where=parse_filter("session_id = 's/w/one.ipynb'")) == ["a"]
    assert found(four, where=parse_filter("notebook LIKE '/w/other/%'")) == ["d"]
    assert found(four, where=parse_filter("notebook IS NULL")) == ["c", "b"]
    assert found(four, where=parse_filter("NOT notebook = '/w/one.ipynb'")) == ["d", "c", "b"]


def test_a_notebook_has_the_runs_of_its_cells_and_those_that_name_it(four):
    assert found(four, where=of_notebook(["/w/one.ipynb", "one.ipynb"])) == ["b", "a"]
    assert found(four, where=of_notebook([], "s/w/other/one.ipynb")) == ["d"]
    assert found(four, where=of_notebook([])) == []


def test_conditions_are_joined_as_far_as_there_are_any(four):
    one = with_ids(["a"])
    assert all_of(None, None) is None
    assert all_of(None, one) == one
    assert found(four, where=all_of(one, parse_filter("metrics.m > 2"))) == []


def test_a_count_without_hints_says_nothing_of_unknown_keys(four):
    question = RunCount(where=parse_filter("metrics.nothing > 1"), hints=False)
    assert four.fetch(question).columns == {"count": [0]}


def test_the_first_execution_of_a_run_is_its_cell(four):
    columns = four.fetch(RunCells(("a", "b", "d"))).columns
    assert columns == {
        "run_id": ["a", "d"],
        "number": [2, 1],
        "cell_id": ["cell-2", "cell-1"],
        "notebook": ["/w/one.ipynb", "/w/other/one.ipynb"],
    }


def test_the_metric_of_most_runs_is_drawn_unless_one_is_named(store, log_runs):
    log_runs(
        a={"metrics": {"loss": [3.0, 2.0], "acc": [0.1, 0.2, 0.3], "system/cpu": [1.0, 2.0]}},
        b={"metrics": {"loss": [5.0, 4.0], "acc": 0.5, "system/cpu": [1.0, 2.0]}},
        c={"metrics": {"system/cpu": [1.0, 2.0]}},
    )
    order = parse_order(["run_name ASC"])

    def curves(name=None):
        page = RunPage(order_by=order, curve=name, curve_points=24)
        return store.fetch(page).columns["curve"]

    assert curves() == [[3.0, 2.0], [5.0, 4.0], []]
    assert curves("acc") == [[0.1, 0.2, 0.3], [], []]
    assert curves("nothing") == [[], [], []]


def test_runs_without_a_start_come_last_on_every_page(store, log_runs):
    store.append([RunInfo(it, "0", status="SCHEDULED", time=1) for it in ("x", "y")])
    log_runs(a={}, b={})
    assert found(store, limit=2) == ["b", "a"]
    assert found(store, limit=3) == ["b", "a", "x"]
    assert found(store, limit=2, offset=2) == ["x", "y"]

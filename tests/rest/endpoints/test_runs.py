"""Runs as rows, and what is done to them."""

from __future__ import annotations

import csv
import io
import math

import pytest

import nbtrack
from nbtrack.records.execution import Execution


@pytest.fixture
def three(root):
    """Three runs: with a curve, with NaN, and with nothing."""
    with nbtrack.start_run(run_name="first") as first:
        nbtrack.log_param("lr", 0.1)
        nbtrack.log_metric("acc", [0.1, 0.5, 0.9])
    with nbtrack.start_run(run_name="second") as second:
        nbtrack.log_param("lr", "=1+1")
        nbtrack.log_metric("acc", math.nan)
        nbtrack.set_tag("team", "vision")
        with nbtrack.start_run(run_name="third", nested=True) as third:
            pass
    return [it.info.run_id for it in (first, second, third)]


@pytest.fixture
def search(ask):
    """What is told of the runs that are asked for."""
    return lambda **asked: ask("POST", "runs", "search", sent=asked).told


def test_a_row_has_what_was_asked_for(three, search):
    told = search(columns=["metrics.acc", "params.lr", "tags.team"], order_by=["start_time ASC"])
    assert told["total"] == 3
    first, second, third = told["runs"]
    assert [it["run_id"] for it in told["runs"]] == three
    assert first["values"] == {"metrics.acc": 0.9, "params.lr": "0.1"}
    assert second["values"] == {"metrics.acc": "NaN", "params.lr": "=1+1", "tags.team": "vision"}
    assert third["values"] == {}
    assert [it["curve"] for it in told["runs"]] == [[0.1, 0.5, 0.9], [], []]
    assert (first["run_name"], first["status"], first["lifecycle_stage"]) == (
        "first",
        "FINISHED",
        "active",
    )
    assert third["parent_run_id"] == second["run_id"]


def test_the_columns_that_there_are_come_in_an_order_of_use(three, search):
    columns = search(limit=1)["columns"]
    assert columns[:2] == ["metrics.acc", "params.lr"]
    assert columns.index("duration_seconds") < columns.index("tags.team")
    assert columns.index("tags.team") < columns.index("tags.mlflow.user")


def test_whoever_chose_no_columns_gets_the_first_metric(three, search):
    told = search(columns=None, order_by=["start_time ASC"])
    assert told["shown"] == ["metrics.acc"]
    assert [it["values"] for it in told["runs"]] == [
        {"metrics.acc": 0.9},
        {"metrics.acc": "NaN"},
        {},
    ]
    nbtrack.set_experiment("other")
    with nbtrack.start_run():
        nbtrack.log_metric("aaa", 1.0)
    assert search()["columns"][0] == "metrics.aaa"
    assert search(columns=None)["shown"] == ["metrics.aaa"]
    assert search(columns=None, experiment_ids=["0"])["shown"] == ["metrics.acc"]
    assert search(columns=["params.lr"])["shown"] == ["params.lr"]


def test_without_a_metric_among_the_columns_the_usual_one_is_drawn(three, search):
    told = search(order_by=["run_name ASC"])
    assert [it["curve"] for it in told["runs"]] == [[0.1, 0.5, 0.9], [], []]


def test_pages_and_filters_share_a_count(three, search):
    order = ["run_name DESC"]
    told = search(filter="metrics.acc IS NOT NULL", limit=1, offset=1, order_by=order)
    assert [it["run_id"] for it in told["runs"]] == [three[0]]
    assert told["total"] == 2


def test_a_count_follows_what_is_logged(three, search):
    assert search()["total"] == 3
    with nbtrack.start_run():
        pass
    assert search()["total"] == 4


def test_rows_tell_their_cell_and_are_found_by_it(three, search, here, root):
    notebook = str(root / "deep" / "a.ipynb")
    here.store.append(
        [
            Execution(
                "e1",
                number=4,
                cell_id="c1",
                notebook=notebook,
                cell_run=three[1],
                start_time=1,
                time=1,
            )
        ]
    )
    (row,) = search(notebook="deep/a.ipynb")["runs"]
    assert (row["run_id"], row["number"], row["cell_id"]) == (three[1], 4, "c1")
    assert row["notebook"] == notebook
    assert [it["run_id"] for it in search(cell_id="c1")["runs"]] == [three[1]]
    assert search(notebook="a.ipynb")["total"] == 0


def test_runs_are_found_by_their_ids(three, search):
    assert [it["run_id"] for it in search(run_ids=[three[0], "nobody"])["runs"]] == [three[0]]
    assert search(run_ids=[])["total"] == 0
    assert search(experiment_ids=[])["total"] == 0


@pytest.mark.parametrize(
    "asked",
    [{"filter": "metrics.acc >"}, {"order_by": ["a b c"]}, {"columns": ["acc"]}, {"limit": 0}],
)
def test_what_cannot_be_read_is_refused(three, ask, asked):
    assert ask("POST", "runs", "search", sent=asked).status == 400


def test_a_name_with_markup_stays_what_it_is(root, search):
    with nbtrack.start_run(run_name="<script>alert(1)</script>"):
        pass
    assert search()["runs"][0]["run_name"] == "<script>alert(1)</script>"


def test_a_run_is_renamed(three, ask):
    answered = ask("PATCH", "runs", three[0], sent={"run_name": " best "})
    assert answered.told["run"]["run_name"] == "best"
    assert nbtrack.get_run(three[0]).info.run_name == "best"
    assert ask("PATCH", "runs", three[0], sent={"run_name": " "}).status == 400
    assert ask("PATCH", "runs", "nobody", sent={"run_name": "x"}).status == 404


def test_a_tag_is_set_and_taken_away(three, ask):
    ask("POST", "runs", three[0], "tags", sent={"key": "k", "value": "v"})
    assert nbtrack.get_run(three[0]).data.tags["k"] == "v"
    ask("POST", "runs", three[0], "tags", sent={"key": "k"})
    assert "k" not in nbtrack.get_run(three[0]).data.tags
    assert ask("POST", "runs", three[0], "tags", sent={"key": "k"}).status == 404


def test_runs_are_deleted_and_restored_all_or_none(three, ask, search):
    assert ask("POST", "runs", "delete", sent={"run_ids": [three[0], "nobody"]}).status == 404
    assert search()["total"] == 3
    assert ask("POST", "runs", "delete", sent={"run_ids": three[:2]}).told == {}
    assert [it["run_id"] for it in search()["runs"]] == [three[2]]
    assert search(view="DELETED_ONLY")["total"] == 2
    ask("POST", "runs", "restore", sent={"run_ids": three[:2]})
    assert search()["total"] == 3


def test_runs_are_written_for_spreadsheets_without_formulas(three, reply_to):
    reply = reply_to("GET", "runs.csv", run_ids=f"{three[1]},nobody,{three[0]}")
    assert reply.media_type == "text/csv; charset=utf-8"
    assert "runs.csv" in reply.headers["Content-Disposition"]
    second, first = csv.DictReader(io.StringIO(reply.content.decode()))
    assert (first["run_name"], first["metrics.acc"], first["params.lr"]) == ("first", "0.9", "0.1")
    assert (second["metrics.acc"], second["params.lr"]) == ("NaN", "'=1+1")
    assert (first["tags.team"], second["tags.team"]) == ("", "vision")


@pytest.fixture
def forest(root):
    """Six runs of two depths, one without, two of them below the first and one below that."""
    made = {}

    def start(name, depth, acc, parent=None):
        tags = {} if parent is None else {"mlflow.parentRunId": made[parent]}
        with nbtrack.start_run(run_name=name, tags=tags) as run:
            made[name] = run.info.run_id
            if depth:
                nbtrack.log_param("depth", depth)
            nbtrack.log_metrics({"acc": acc, "loss": 1 - acc})

    start("a", "2", 0.5)
    start("b", "4", 0.9, parent="a")
    start("c", "2", 0.7, parent="a")
    start("d", None, 0.1, parent="b")
    start("e", "4", 0.3)
    return made


def names_of(told):
    return [it["run_name"] for it in told["runs"]]


def test_groups_of_a_param_tell_count_best_and_mean(forest, ask):
    runs = {"columns": ["metrics.acc", "metrics.loss"], "order_by": ["metrics.acc DESC"]}
    told = ask("POST", "runs", "groups", sent={"runs": runs, "by": "params.depth"}).told
    assert (told["total"], told["group_count"]) == (5, 3)
    assert [(it["value"], it["size"]) for it in told["groups"]] == [("4", 2), ("2", 2), (None, 1)]
    four = told["groups"][0]
    assert four["last_run_id"] == forest["e"]
    assert four["values"]["metrics.acc"] == {"best": 0.9, "mean": pytest.approx(0.6), "count": 2}
    assert four["values"]["metrics.loss"]["best"] == pytest.approx(0.1)
    own = {"runs": runs | {"limit": 1, "offset": 1}, "by": "params.depth", "key": four["key"]}
    told = ask("POST", "runs", "members", sent=own).told
    assert (told["total"], names_of(told)) == (2, ["e"])
    assert told["runs"][0]["values"] == {"metrics.acc": 0.3, "metrics.loss": 0.7}


def test_children_stand_below_their_parents(forest, ask):
    asked = {"runs": {"order_by": ["start_time ASC"]}, "by": "parent"}
    told = ask("POST", "runs", "groups", sent=asked).told
    tops = [(it["run"]["run_name"], it["size"]) for it in told["groups"]]
    assert (tops, told["group_count"], told["total"]) == ([("a", 2), ("e", 0)], 2, 5)
    below = ask("POST", "runs", "members", sent=asked | {"key": forest["a"]}).told
    assert [(it["run_name"], it["child_count"]) for it in below["runs"]] == [("b", 1), ("c", 0)]
    told = ask(
        "POST", "runs", "groups", sent=asked | {"runs": {"filter": "metrics.acc > 0.6"}}
    ).told
    assert {it["run"]["run_name"] for it in told["groups"]} == {"b", "c"}


def test_groups_of_cells_are_those_of_first_executions(forest, here, ask):
    here.store.append(
        [
            Execution(f"x{n}", cell_id=cell, notebook="n.ipynb", cell_run=forest[run], time=n)
            for n, (run, cell) in enumerate([("a", "one"), ("c", "one"), ("c", "two")], 1)
        ]
    )
    asked = {"runs": {"order_by": ["start_time ASC"]}, "by": "cell"}
    first, rest = ask("POST", "runs", "groups", sent=asked).told["groups"]
    assert (first["value"], first["notebook"], first["size"]) == ("one", "n.ipynb", 2)
    assert (rest["value"], rest["key"], rest["size"]) == (None, "", 3)
    told = ask("POST", "runs", "members", sent=asked | {"key": first["key"]}).told
    assert names_of(told) == ["a", "c"]


def test_a_group_that_is_not_there_is_told_of(forest, ask):
    said = ask("POST", "runs", "members", sent={"runs": {}, "by": "params.depth", "key": "#9"})
    assert said.status == 404
    assert "ask for groups again" in said.told["message"]
    said = ask("POST", "runs", "groups", sent={"runs": {}, "by": "depth"})
    assert (said.status, "params.depth" in said.told["message"]) == (400, True)

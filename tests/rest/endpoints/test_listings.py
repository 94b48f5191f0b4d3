"""Stores, experiments, and the words of a filter."""

from __future__ import annotations

import nbtrack


def test_the_store_of_a_notebook_is_the_current_one(root, ask):
    with nbtrack.start_run():
        pass
    told = ask("GET", "stores", notebook="a.ipynb").told
    (item,) = told["stores"]
    assert item == {
        "store_id": told["current"],
        "name": root.name,
        "path": str(root / ".nbtrack"),
        "is_read_only": False,
        "is_missing": False,
        "problem": None,
    }


def test_experiments_tell_how_many_runs_they_have_the_last_changed_first(root, ask):
    nbtrack.create_experiment("empty")
    nbtrack.set_experiment("busy")
    for _ in range(2):
        with nbtrack.start_run():
            pass
    told = ask("GET", "experiments").told["experiments"]
    first, *others = [(it["name"], it["run_count"]) for it in told]
    assert first == ("busy", 2)
    assert sorted(others) == [("Default", 0), ("empty", 0)]
    assert {it["lifecycle_stage"] for it in told} == {"active"}


def test_a_filter_may_ask_for_these_fields(root, ask):
    with nbtrack.start_run():
        nbtrack.log_metric("val loss", 1)
        nbtrack.log_param("lr", 0.1)
    told = ask("GET", "fields").told
    fields = {it["name"]: it["kind"] for it in told["fields"]}
    assert fields["metrics.`val loss`"] == "number"
    assert fields["params.lr"] == "text"
    assert fields["start_time"] == "time"
    assert {"notebook", "cell_id", "status"} <= set(fields)
    operators = {it["symbol"]: it["kinds"] for it in told["operators"]}
    assert operators[">"] == ["number", "time"]
    assert operators["LIKE"] == ["text"]
    assert "text" in operators["="]
    asked = {"filter": "metrics.`val loss` > 0"}
    assert ask("POST", "runs", "search", sent=asked).told["total"] == 1
    elsewhere = ask("GET", "fields", experiment_ids="99").told["fields"]
    assert not any(it["name"].startswith("metrics.") for it in elsewhere)

from __future__ import annotations

import math

from nbtrack.records.execution import Execution


def cell(name, run_id, source, *, number, time, **facts):
    """An execution that is a run."""
    return Execution(
        name, number=number, source=source, cell_run=run_id, uses=[], time=time, **facts
    )


def test_the_cause_comes_first_with_the_code_of_the_cells_beside_each_other(ask, here, put_runs):
    put_runs(
        here.store,
        a={"params": {"depth": "3"}, "metrics": {"acc": 0.5, "loss": math.inf}},
        b={"params": {"depth": "5"}, "metrics": {"acc": 0.75, "loss": math.inf}},
    )
    here.store.append(
        [
            cell("e1", "a", "depth = 3\nfit(depth)", number=1, time=10, cell_id="c"),
            cell("e2", "b", "depth = 5\nfit(depth)", number=2, time=20, cell_id="c"),
        ]
    )
    found = ask("GET", "runs", "a", "diff", "b").told
    assert (found["before"], found["after"]) == ("a", "b")
    assert found["headline"] == f"cause: {found['findings'][0]['title']} ({WHERE})"
    first = found["findings"][0]
    assert (first["role"], first["where"]) == ("cause", WHERE)
    assert found["effects"] == [{"key": "acc", "before": 0.5, "after": 0.75}]
    assert found["code"] == [
        {
            "title": "cell [1] → cell [2]",
            "lines": [
                {"sign": "-", "text": "depth = 3"},
                {"sign": "+", "text": "depth = 5"},
                {"sign": " ", "text": "fit(depth)"},
            ],
            "differs": True,
        }
    ]


WHERE = "line 1 of cell [2]"


def test_a_cell_that_one_run_alone_has_is_told_so(ask, here, put_runs):
    put_runs(here.store, a={}, b={})
    here.store.append(
        [
            cell("e1", "a", "same()", number=1, time=10),
            Execution("e2", number=2, source="import numpy as np", uses=[], time=20),
            Execution("e3", number=3, source="same()", cell_run="b", uses=["e2"], time=30),
        ]
    )
    parts = ask("GET", "runs", "a", "diff", "b").told["code"]
    assert [(it["title"], it["differs"]) for it in parts] == [
        ("cell [2], in the later run only", True),
        ("cell [1] → cell [3]", False),
    ]
    turned = ask("GET", "runs", "b", "diff", "a").told["code"]
    assert {"title": "cell [2], in the earlier run only", "differs": True} in [
        {"title": it["title"], "differs": it["differs"]} for it in turned
    ]


def test_a_metric_that_one_run_lacks_and_one_that_is_no_number_are_effects(ask, here, put_runs):
    put_runs(here.store, a={"metrics": {"x": 1.0}}, b={"metrics": {"y": math.nan}})
    assert ask("GET", "runs", "a", "diff", "b").told["effects"] == [
        {"key": "x", "before": 1.0, "after": None},
        {"key": "y", "before": None, "after": "NaN"},
    ]


def test_runs_that_do_not_differ_say_so(ask, here, put_runs):
    put_runs(here.store, a={}, b={})
    found = ask("GET", "runs", "a", "diff", "b").told
    assert (found["headline"], found["findings"]) == ("no difference was found", [])


def test_a_run_that_is_not_there_is_a_problem(ask, here, put_runs):
    put_runs(here.store, a={})
    assert ask("GET", "runs", "a", "diff", "gone").status == 404
    assert ask("GET", "runs", "gone", "diff", "a").status == 404

from __future__ import annotations

import math

import pytest

import nbtrack
from nbtrack.records.dataset import Input
from nbtrack.records.execution import Execution
from nbtrack.records.param import Param
from nbtrack.records.run import RunInfo


def total(given):
    """A model."""
    return sum(given)


CELL = Execution(
    "e1",
    session_id="s",
    number=4,
    cell_id="c",
    notebook="lab/a.ipynb",
    source="fit()",
    status="finished",
    start_time=10,
    cell_run="r",
    time=12,
)
LATER = Execution("e2", session_id="s", number=5, cell_id="d", cell_run="r", start_time=20, time=20)


def test_a_page_tells_all_of_a_run(ask, here, put_runs):
    put_runs(
        here.store,
        parent={},
        r={
            "user_id": "ada",
            "end_time": 1_005_000,
            "params": {"lr": "0.1"},
            "metrics": {"acc": [0.5, 0.9, 0.8], "loss": math.nan},
            "tags": {
                "mlflow.parentRunId": "parent",
                "mlflow.note.content": "**tried**",
                "mlflow.source.git.commit": "abc",
                "nbtrack.env.python": "3.11.1",
            },
        },
    )
    profile = '{"num_rows": 1500, "column_digests": {"a": "1", "b": "2"}}'
    source = '{"uri": "data/iris.csv"}'
    schema = '{"mlflow_colspec": [{"name": "a", "type": "double"}, {"name": "b", "type": "long"}]}'
    context = {"mlflow.data.context": "training"}
    here.store.append(
        [CELL, LATER, Input("r", "iris", "d1", "local", source, schema, profile, context)]
    )
    found = ask("GET", "runs", "r").told
    assert found["run"] == {
        "run_id": "r",
        "run_name": "r",
        "status": "FINISHED",
        "experiment_id": "0",
        "start_time": 1_001_000,
        "end_time": 1_005_000,
        "user_id": "ada",
        "number": 4,
        "cell_id": "c",
        "notebook": "lab/a.ipynb",
        "parent_run_id": "parent",
        "child_count": 0,
        "lifecycle_stage": "active",
        "values": {"metrics.acc": 0.8, "metrics.loss": "NaN"},
        "curve": [],
    }
    assert found["metrics"] == [
        {"key": "acc", "value": 0.8, "step": 2, "count": 3, "min": 0.5, "max": 0.9},
        {"key": "loss", "value": "NaN", "step": 0, "count": 1, "min": None, "max": None},
    ]
    assert found["datasets"] == [
        {
            "name": "iris",
            "digest": "d1",
            "source_type": "local",
            "context": "training",
            "shape": "1,500 × 2",
            "source": "data/iris.csv",
            "columns": {"a": "double", "b": "long"},
        }
    ]
    assert (found["cell"]["source"], found["cell"]["start_time"]) == ("fit()", 10)
    assert (found["description"], found["git_commit"]) == ("**tried**", "abc")
    assert found["environment"] == {"python": "3.11.1"}
    assert (found["models"], found["children"], found["conflicts"]) == ([], [], [])
    assert found["error"] == ""


def test_children_come_in_order_with_their_metrics_and_cells(ask, here, put_runs):
    of_parent = {"mlflow.parentRunId": "p"}
    put_runs(
        here.store,
        p={},
        one={"tags": of_parent, "metrics": {"acc": 0.5}},
        two={"tags": of_parent, "status": "RUNNING"},
    )
    here.store.append([Execution("e", number=3, cell_id="c", cell_run="two", time=1)])
    found = ask("GET", "runs", "p").told["children"]
    assert [(it["run_id"], it["number"], it["values"]) for it in found] == [
        ("one", None, {"metrics.acc": 0.5}),
        ("two", 3, {}),
    ]


def test_a_param_that_two_processes_wrote_is_told(ask, here):
    here.store.append([RunInfo("r", experiment_id="0"), Param("lr", "1", "r", 1)])
    here.store.append([Param("lr", "2", "r", 2)])
    assert ask("GET", "runs", "r").told["conflicts"] == ["lr: 1 was kept, 2 was refused"]


def test_models_come_with_every_version_that_they_became(ask, here):
    with nbtrack.start_run() as run:
        info = nbtrack.pyfunc.log_model(name="total", python_model=total)
    for name in ("a", "b", "a"):
        nbtrack.register_model(info.model_uri, name)
    (model,) = ask("GET", "runs", run.info.run_id).told["models"]
    assert sorted(model.pop("registrations")) == ["a/1", "a/2", "b/1"]
    assert model == {
        "model_id": info.model_id,
        "name": "total",
        "status": "READY",
        "flavor": "python_function",
        "signature": "",
    }


def test_the_environment_that_a_run_kept_is_told_by_names(ask, here):
    kept = {"python": "3.11", "gpus": ["A", "B"], "packages": {"numpy": "2", "Arrow": "1"}}
    with nbtrack.start_run() as run:
        nbtrack.log_dict(kept | {"imports": {}, "modules": {"own": "1f"}}, "environment.json")
        nbtrack.set_tag("nbtrack.env.python", "3.11.9")
        nbtrack.delete_tag("nbtrack.env.platform")
        nbtrack.delete_tag("nbtrack.env.nbtrack")
    assert ask("GET", "runs", run.info.run_id).told["environment"] == {
        "python": "3.11.9",
        "gpus": "A, B",
        "packages.Arrow": "1",
        "packages.numpy": "2",
    }


def test_a_failed_run_tells_its_traceback(ask, here):
    with pytest.raises(ZeroDivisionError), nbtrack.start_run() as run:
        1 / 0  # noqa: B018 - it is the division that fails
    found = ask("GET", "runs", run.info.run_id).told
    assert found["error"].startswith("Traceback (most recent call last)")
    assert found["error"].rstrip().endswith("ZeroDivisionError: division by zero")


def test_the_error_of_a_cell_goes_before_what_tags_say(ask, here, put_runs):
    put_runs(here.store, r={"tags": {"nbtrack.error.type": "KeyError"}})
    assert ask("GET", "runs", "r").told["error"] == "KeyError"
    here.store.append([Execution("e", cell_run="r", error="Traceback: KeyError: 'x'", time=1)])
    assert ask("GET", "runs", "r").told["error"] == "Traceback: KeyError: 'x'"


def test_a_run_that_is_not_there_is_a_problem(ask):
    for name in ("gone", "<script>alert(1)</script>", "' or 1=1 --", "…" * 10_000):
        found = ask("GET", "runs", name)
        assert (found.status, found.told["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
        assert found.told["message"] == f"Run with id={name} not found"

from __future__ import annotations

import math

import pytest

from nbtrack.records.execution import Execution
from nbtrack.records.logged_model import ModelRecord
from nbtrack.records.metric import Metric
from nbtrack.records.registry_operation import (
    CreateModelVersion,
    CreateRegisteredModel,
    DeleteModelVersion,
    MoveAlias,
    SetModelAlias,
)


@pytest.fixture
def models(here, put_runs):
    """A model of three versions, of which the second was deleted, and one without versions."""
    put_runs(
        here.store, r={"params": {"lr": "1", "k": "run"}, "metrics": {"acc": 0.5, "n": math.nan}}
    )
    told = {"experiment_id": "0", "name": "clf", "status": "READY", "creation_time": 5}
    here.store.append(
        [
            ModelRecord("m-1", params={"k": "model"}, time=1, **told),
            Metric("acc", 0.9, 5, 0, "m-1", run_id="r"),
            Execution("e", number=7, cell_id="c", source="fit()", cell_run="r", time=1),
        ]
    )
    for number, facts in enumerate(
        ({"run_id": "r", "model_id": "m-1"}, {}, {"run_id": "gone"}), start=1
    ):
        made = CreateModelVersion(
            name="churn", create_model=True, actor="ada", time=number * 10**6, **facts
        )
        here.store.append([made])
    here.store.append(
        [
            CreateRegisteredModel(name="empty", description="none yet", time=4 * 10**6),
            DeleteModelVersion(name="churn", version=2, time=5 * 10**6),
            SetModelAlias(name="churn", alias="champion", version=1, actor="ada", time=6 * 10**6),
            MoveAlias(name="churn", alias="champion", version=3, reason="better", time=7 * 10**6),
        ]
    )


def test_models_are_listed_with_how_many_versions_they_have(ask, models):
    first, second = ask("GET", "models").told["models"]
    assert first == {
        "name": "churn",
        "description": "",
        "aliases": {"champion": "3"},
        "version_count": 2,
        "latest_version": "3",
        "last_updated_timestamp": first["last_updated_timestamp"],
        "tags": {},
    }
    assert (second["name"], second["description"]) == ("empty", "none yet")
    assert (second["version_count"], second["latest_version"]) == (0, None)


def test_a_version_tells_the_run_the_model_and_the_cell_that_made_it(ask, models):
    newest, oldest = ask("GET", "models", "churn").told["versions"]
    assert (newest["version"], newest["run_id"], newest["run_name"]) == ("3", "gone", "")
    assert (newest["aliases"], newest["cell"], newest["metrics"]) == (["champion"], None, {})
    assert oldest == {
        "version": "1",
        "aliases": [],
        "current_stage": "None",
        "status": "READY",
        "creation_timestamp": 1000,
        "description": "",
        "tags": {},
        "run_id": "r",
        "run_name": "r",
        "model_id": "m-1",
        "source": "",
        "user_id": "ada",
        "metrics": {"acc": 0.9, "n": "NaN"},
        "params": {"lr": "1", "k": "model"},
        "cell": {
            "execution_id": "e",
            "source": "fit()",
            "number": 7,
            "cell_id": "c",
            "notebook": None,
            "status": "",
            "start_time": None,
        },
    }


def test_where_aliases_went_is_told_the_last_move_first(ask, models):
    assert ask("GET", "models", "churn").told["moves"] == [
        {
            "place": "@champion",
            "time": 7000,
            "before": "1",
            "after": "3",
            "actor": "",
            "note": "better",
            "is_rollback": False,
        },
        {
            "place": "@champion",
            "time": 6000,
            "before": None,
            "after": "1",
            "actor": "ada",
            "note": "",
            "is_rollback": False,
        },
    ]


def test_a_model_that_is_not_there_is_a_problem_that_names_those_that_are(ask, models):
    for name in ("nope", "<b>'\"", "../../etc/passwd", "ü" * 10_000):
        found = ask("GET", "models", name)
        assert (found.status, found.told["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
        assert "there are churn, empty" in found.told["message"]


def test_a_name_may_have_any_letters(ask, here):
    names = ["<img src=x onerror=alert(1)>", 'it\'s "so" 100%', "naïve 模型", "promote", "x" * 256]
    for name in names:
        here.store.append([CreateModelVersion(name=name, create_model=True, time=1)])
    assert {it["name"] for it in ask("GET", "models").told["models"]} == set(names)
    assert [ask("GET", "models", it).told["model"]["name"] for it in names] == names

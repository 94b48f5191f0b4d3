from __future__ import annotations

import math

import pytest

from nbtrack.journal.folder import StoreFolder
from nbtrack.questions import executions, experiments, metrics, model_versions, runs
from nbtrack.records.execution import Execution
from nbtrack.records.logged_model import ModelLink, ModelRecord
from nbtrack.records.operation import CreateExperiment, SetExperimentTag
from nbtrack.records.registry_operation import (
    CreateModelVersion,
    CreateRegisteredModel,
    MoveAlias,
    SetRegisteredModelTag,
)
from nbtrack.records.run import RunInfo
from nbtrack.records.tag import RunTag
from nbtrack.store.duckdb import DuckDBStore
from nbtrack.store.excerpt import RULES, excerpt
from nbtrack.store.tables import TABLES


@pytest.fixture
def taken(store, tmp_path):
    """Make an excerpt with some runs; what it told, and the new store."""

    def taken(*run_ids):
        folder = StoreFolder(tmp_path / "other" / ".nbtrack")
        told = excerpt(store, run_ids, folder)
        return told, DuckDBStore(folder)

    return taken


def test_each_table_has_a_rule():
    assert list(RULES) == [table.name for table in TABLES]


def test_a_run_is_as_it_was_and_alone(store, log_runs, taken):
    log_runs(
        one={"metrics": {"loss": [1.0, math.nan, math.inf]}, "params": {"lr": "0.1"}},
        two={"metrics": {"loss": [2.0]}, "tags": {"mine": "yes"}},
    )
    told, other = taken("one")
    assert told.runs == 1
    assert repr(runs.get(other, "one")) == repr(runs.get(store, "one"))
    assert [it.info.run_id for it in runs.search(other, max_results=None)] == ["one"]
    curves = [repr(metrics.arrays(it, ["one"], "loss")) for it in (store, other)]
    assert curves[0] == curves[1]


def test_its_experiment_comes_along_and_stays_where_it_was_called(store, log_runs, taken):
    (made,) = store.append([CreateExperiment(name="far", artifact_location="s3://bucket/x")])
    store.append([SetExperimentTag(experiment_id=made, key="k", value="v")])
    store.append([CreateExperiment(name="none of these")])
    log_runs(one={"experiment_id": made})
    _, other = taken("one")
    found = experiments.get(other, made)
    assert (found.name, found.tags, found.artifact_location) == ("far", {"k": "v"}, None)
    names = [it.name for it in experiments.search(other, view="ALL", max_results=None)]
    assert sorted(names) == ["Default", "far"]


def test_executions_come_with_all_they_depend_on_but_not_their_folder(store, log_runs, taken):
    log_runs(one={}, two={})
    store.append(
        [
            Execution("a", number=1, source="x = 1", notebook="/data/a b/n.ipynb", time=1),
            Execution("b", number=2, source="y = x", uses=["a"], cell_run="one", time=2),
            Execution("c", number=3, source="z = 1", cell_run="two", time=3),
            RunTag("mlflow.source.name", "/data/a b/n.ipynb", "one", 5),
        ]
    )
    told, other = taken("one")
    assert told.executions == 2
    found = executions.closure(other, ["b"]).executions
    assert [(it.execution_id, it.notebook) for it in found] == [("a", "n.ipynb"), ("b", None)]
    assert runs.get(other, "one").data.tags["mlflow.source.name"] == "n.ipynb"


def model(run_id, model_id):
    """A logged model of a run."""
    return [
        ModelRecord(
            model_id, experiment_id="0", name="m", source_run_id=run_id, status="READY", time=9
        ),
        ModelLink(run_id, model_id, "output", time=9),
    ]


def test_versions_keep_their_numbers_and_the_next_one_goes_on(store, log_runs, taken):
    log_runs(one={}, two={})
    store.append([*model("one", "m-1"), *model("two", "m-2")])
    store.append([CreateRegisteredModel(name="churn"), CreateRegisteredModel(name="none of these")])
    store.append([SetRegisteredModelTag(name="churn", key="team", value="a")])
    for number in (1, 2):
        store.append(
            [CreateModelVersion(name="churn", source=f"models:/m-{number}", model_id=f"m-{number}")]
        )
        store.append([MoveAlias(name="churn", version=number, alias="champion")])
    told, other = taken("two")
    assert (told.models, told.versions) == (1, [("churn", 2)])
    assert model_versions.at_alias(other, "churn", "champion").version == "2"
    assert other.append([CreateModelVersion(name="churn", source="models:/m-2")]) == [3]
    assert other.append([CreateRegisteredModel(name="none of these")]) == ["none of these"]


def test_a_model_that_was_only_read_stays_at_home(store, log_runs, taken):
    log_runs(one={}, two={})
    store.append([*model("one", "m-1"), ModelLink("two", "m-1", "input", time=9)])
    told, other = taken("two")
    assert (told.models, told.read_models) == (0, 1)
    assert runs.get(other, "two").inputs.model_inputs == []


def test_a_run_whose_process_is_still_there_reads_as_ended_elsewhere(store, log_runs, taken):
    store.append([RunInfo("one", experiment_id="0", status="RUNNING", owner="me", time=5)])
    _, other = taken("one")
    assert runs.get(other, "one").info.status == "KILLED"


def test_an_excerpt_that_fails_leaves_the_store_as_it_was(store, log_runs, taken, monkeypatch):
    log_runs(one={})
    monkeypatch.setitem(RULES, "metrics", "no_such_column")
    with pytest.raises(Exception, match="no_such_column"):
        taken("one")
    assert runs.get(store, "one").info.run_name == "one"
    store.append([CreateExperiment(name="more")])

from __future__ import annotations

import json

import duckdb
import pytest

from nbtrack.errors import InvalidValue
from nbtrack.records.experiment import Experiment
from nbtrack.records.ids import provisional_experiment_id
from nbtrack.records.operation import (
    CorrectParam,
    CreateExperiment,
    Purge,
    SetLifecycle,
)
from nbtrack.records.param import Param
from nbtrack.records.registry_operation import (
    CreateModelVersion,
    DeleteRegisteredModel,
    MoveAlias,
    RenameRegisteredModel,
    TransitionStage,
)
from nbtrack.store.duckdb import DuckDBStore

QUERY = "select act, actor, model, version, experiment_id, run_id, details from registry_log"


def test_each_act_leaves_a_row_with_who_did_it_and_from_where(store, rows):
    where = {"host": "h", "pid": 7, "origin": "a.ipynb", "cell": "c", "execution_id": "e"}
    store.append([CreateExperiment(name="a", actor="ada", time=5_000, **where)])
    assert rows("select * exclude done from registry_log") == [
        (
            *(1, 5, "ada", "create_experiment", None, None, "1", None, '{"name": "a"}'),
            *("h", 7, "a.ipynb", "c", "e"),
        )
    ]


def test_what_was_not_said_is_null(store, rows):
    store.append([CreateExperiment(name="a")])
    assert rows("select host, pid, origin, cell, execution_id from registry_log") == [(None,) * 5]


def test_acts_on_models_say_what_was_there_before(store, rows):
    store.append([CreateModelVersion(name="m", create_model=True, run_id="r", tags={"k": "v"})])
    store.append(
        [CreateModelVersion(name="m"), TransitionStage(name="m", version=1, stage="staging")]
    )
    store.append([TransitionStage(name="m", version=2, stage="Staging", archive_existing=True)])
    store.append([MoveAlias(name="m", version=2, alias="a", report="{}")])
    store.append([RenameRegisteredModel(name="m", new_name="n"), DeleteRegisteredModel(name="n")])
    told = [(*row[:-1], json.loads(row[-1])) for row in rows(f"{QUERY} order by number")]
    create = {"tags": {"k": "v"}, "status": "READY", "create_model": True, "created_model": True}
    assert told == [
        ("create_model_version", "", "m", 1, None, "r", create),
        ("create_model_version", "", "m", 2, None, None, {"status": "READY"}),
        (
            *("transition_stage", "", "m", 1, None, None),
            {"stage": "staging", "from_stage": "None", "to_stage": "Staging"},
        ),
        (
            *("transition_stage", "", "m", 2, None, None),
            {
                "stage": "Staging",
                "archive_existing": True,
                "from_stage": "None",
                "to_stage": "Staging",
                "archived": [1],
            },
        ),
        ("move_alias", "", "m", 2, None, None, {"alias": "a", "archive_existing": True}),
        ("rename_registered_model", "", "m", None, None, None, {"new_name": "n"}),
        ("delete_registered_model", "", "n", None, None, None, {"versions": 2}),
    ]


def test_acts_on_runs_and_experiments_name_them(store, start, writer, rows):
    run_id = start()
    writer.write(Param("p", "1", run_id, 1))
    store.append(
        [
            CorrectParam(run_id=run_id, key="p", value="2", reason="a slip"),
            SetLifecycle(noun="run", id=run_id, stage="deleted"),
            Purge(noun="run", id=run_id),
            CreateExperiment(name="a"),
            SetLifecycle(noun="experiment", id="1", stage="deleted"),
        ]
    )
    found = rows("select act, experiment_id, run_id from registry_log order by number")
    assert found == [
        ("correct_param", None, run_id),
        ("set_lifecycle", None, run_id),
        ("purge", None, run_id),
        ("create_experiment", "1", None),
        ("set_lifecycle", "1", None),
    ]


def test_a_refused_act_leaves_no_row(store, rows):
    with pytest.raises(InvalidValue):
        store.append([CreateExperiment(name="a"), CreateExperiment(name="")])
    assert rows("select * from registry_log") == []


def test_an_experiment_made_while_the_store_was_busy_is_logged_with_who_runs_in_it(
    store, start, writer, rows
):
    made = provisional_experiment_id()
    writer.write(Experiment(made, "busy", creation_time=5))
    start(experiment_id=made, user_id="ada")
    assert rows("select act, actor, experiment_id, time from registry_log") == [
        ("create_experiment", "ada", made, 5)
    ]


def test_a_store_from_before_the_log_tells_what_was_done_in_it(folder, store, rows):
    store.append([CreateExperiment(name="a", actor="ada"), CreateExperiment(name="b")])
    before = rows("select * from registry_log order by number")
    with duckdb.connect(str(folder.database)) as database:
        database.execute("drop view main.registry_log")
        database.execute("drop table core.registry_log")
    with folder.operations.open("ab") as file:
        file.write(b'{"type": "create_exp')
    assert rows("select * from registry_log order by number", of=DuckDBStore(folder)) == before

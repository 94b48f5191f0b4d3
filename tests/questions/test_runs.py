from __future__ import annotations

import datetime as dt

import pytest

from nbtrack.errors import InvalidValue, NotFound
from nbtrack.questions import runs
from nbtrack.records.dataset import Input
from nbtrack.records.entities import Dataset, DatasetInput, InputTag, Run, RunInputs, ViewType
from nbtrack.records.experiment import Experiment
from nbtrack.records.operation import CreateExperiment, SetLifecycle
from nbtrack.records.param import Param
from nbtrack.records.run import RunInfo


def ids(found):
    return [run.info.run_id for run in found]


def test_a_run_is_read_with_all_that_was_logged(store, log_runs):
    log_runs(
        a={
            "params": {"lr": "0.1"},
            "metrics": {"acc": [0.5, 0.75]},
            "tags": {"team": "growth"},
            "user_id": "me",
            "end_time": 1_002_500,
        }
    )
    store.append([Input("a", "iris", "d", tags={"mlflow.data.context": "train"})])
    run = runs.get(store, "a")
    assert run.info == RunInfo(
        run_id="a",
        experiment_id="0",
        run_name="a",
        user_id="me",
        status="FINISHED",
        start_time=1_000_000,
        end_time=1_002_500,
        artifact_uri="nbtrack-artifacts:/0/a/artifacts",
    )
    assert (run.info.run_uuid, run.info.duration_seconds) == ("a", 2.5)
    assert run.data.metrics == {"acc": 0.75}
    assert run.data.params == {"lr": "0.1"}
    assert run.data.tags == {"team": "growth"}
    assert run.inputs == RunInputs(
        [
            DatasetInput(
                Dataset("iris", "d", "local", "{}"), [InputTag("mlflow.data.context", "train")]
            )
        ]
    )


def test_a_run_that_is_not_there_is_named(store):
    with pytest.raises(NotFound, match=r"^Run with id=nope not found$"):
        runs.get(store, "nope")


def test_a_deleted_run_can_be_read(store, log_runs):
    log_runs(a={})
    store.append([SetLifecycle(noun="run", id="a", stage="deleted")])
    assert runs.get(store, "a").info.lifecycle_stage == "deleted"


def test_runs_are_searched_in_pages(store, log_runs):
    log_runs(**{name: {"metrics": {"m": float(n)}} for n, name in enumerate("abcde")})
    first = runs.search(store, ["0"], "metrics.m > 0", order_by=["metrics.m"], max_results=3)
    assert ids(first) == ["b", "c", "d"]
    second = runs.search(
        store, ["0"], "metrics.m > 0", order_by=["metrics.m"], max_results=3, page_token=first.token
    )
    assert (ids(second), second.token) == (["e"], None)


def test_ids_may_be_one_text_numbers_or_none(store, log_runs):
    (other,) = store.append([CreateExperiment(name="other")])
    log_runs(a={}, b={"experiment_id": other})
    assert ids(runs.search(store, "0")) == ids(runs.search(store, [0])) == ["a"]
    assert ids(runs.search(store)) == ["b", "a"]
    assert ids(runs.search(store, [])) == []


@pytest.mark.parametrize("view", [ViewType.DELETED_ONLY, "DELETED_ONLY", "deleted_only"])
def test_a_view_may_be_a_number_or_a_name(store, log_runs, view):
    log_runs(a={}, b={})
    store.append([SetLifecycle(noun="run", id="a", stage="deleted")])
    assert ids(runs.search(store, view=view)) == ["a"]
    assert runs.count(store, view=view) == 1


def test_only_the_chosen_parts_are_filled(store, log_runs):
    log_runs(a={"params": {"p": "1"}, "metrics": {"m": 1.0}})
    (run,) = runs.search(store, parts=("params",))
    assert (run.data.params, run.data.metrics) == ({"p": "1"}, {})


@pytest.mark.parametrize("number", [0, -1, 1.5, "5", True])
def test_a_page_has_a_whole_positive_number_of_rows(store, number):
    with pytest.raises(InvalidValue, match="parameter 'max_results'"):
        runs.search(store, max_results=number)


def test_runs_are_counted_without_a_limit(store, log_runs):
    log_runs(**{f"r{n}": {"metrics": {"m": float(n)}} for n in range(12)})
    assert runs.count(store, ["0"], "metrics.m >= 2") == 10


def test_a_table_is_a_frame_with_times_in_utc(store, log_runs):
    log_runs(
        a={"metrics": {"m": 1.0}, "params": {"p": "1"}, "end_time": 1_000_001_500},
        b={"tags": {"t": "u"}},
    )
    frame = runs.table(store, order_by=["run_id"])
    assert list(frame.columns) == [
        "run_id",
        "experiment_id",
        "status",
        "artifact_uri",
        "start_time",
        "end_time",
        "metrics.m",
        "params.p",
        "tags.t",
    ]
    utc = dt.UTC
    assert frame.start_time[0] == dt.datetime.fromtimestamp(1000, utc)
    assert frame.end_time[0] == dt.datetime.fromtimestamp(1_000_001.5, utc)
    assert str(frame.end_time.dt.tz) == "UTC"
    assert frame.isna().to_numpy().tolist() == [
        [False, False, False, False, False, False, False, False, True],
        [False, False, False, False, False, True, True, True, False],
    ]


def test_a_table_reads_the_chosen_columns_of_so_many_runs(store, log_runs):
    log_runs(**{name: {"metrics": {"m": float(n)}} for n, name in enumerate("abc")})
    columns = ["metrics.m", "run_id", "attributes.start_time"]
    frame = runs.table(store, ["0"], "m > 0", max_results=1, columns=columns)
    assert list(frame.columns) == columns
    assert frame["run_id"].tolist() == ["c"]
    assert str(frame["attributes.start_time"].dt.tz) == "UTC"


def test_a_table_of_nothing_has_columns_and_times(store):
    frame = runs.table(store)
    assert len(frame) == 0
    assert str(frame.start_time.dt.tz) == "UTC"


def test_a_time_out_of_the_calendar_is_no_time(store, log_runs):
    log_runs(a={"end_time": 10**18})
    frame = runs.table(store, columns=["end_time"])
    assert frame.end_time.isna().tolist() == [True]


def test_child_runs_come_in_the_order_they_were_started(store, log_runs):
    child = {"tags": {"mlflow.parentRunId": "parent"}}
    log_runs(parent={}, b=child, a=child, stranger={})
    assert ids(runs.children(store, "parent")) == ["b", "a"]
    assert runs.children(store, "stranger") == []


def test_a_param_written_twice_is_listed(store, log_runs):
    log_runs(a={"params": {"lr": "0.1"}})
    store.append([Param("lr", "0.2", "a", 2 * 10**9)])
    assert runs.conflicts(store, ["a"]) == [
        {"run_id": "a", "key": "lr", "kept": "0.1", "refused": "0.2", "time": 2 * 10**9}
    ]
    assert runs.conflicts(store, ["b"]) == []


def test_where_artifacts_are_follows_from_the_experiment():
    own = Experiment("7", "own", "s3://bucket/runs/")
    assert runs.artifact_uri(own, "a") == "s3://bucket/runs/a/artifacts"
    assert runs.artifact_uri(Experiment("7", "x"), "a") == "nbtrack-artifacts:/7/a/artifacts"


def test_a_run_shows_its_name_and_values(store, log_runs):
    log_runs(a={"metrics": {"m": 1.0}})
    run = runs.get(store, "a")
    assert isinstance(run, Run)
    assert repr(run) == "<Run: 'a' (a), FINISHED, metrics={'m': 1.0}, params={}>"

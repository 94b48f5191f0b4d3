from __future__ import annotations

import math
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from nbtrack.capture.open_run import OpenRun
from nbtrack.errors import InvalidValue, ParamChanged
from nbtrack.records.artifact import Artifact
from nbtrack.records.dataset import Input
from nbtrack.records.metric import Metric, Series
from nbtrack.records.param import Param
from nbtrack.records.run import RunInfo
from nbtrack.records.tag import RunTag


@pytest.fixture
def run(writer):
    return OpenRun(writer, "r1", experiment_id="0", run_name="quiet-owl-1")


def of_kind(records, kind):
    return [record for record in records if isinstance(record, kind)]


class Data:
    name = "iris"
    digest = "abc"


def test_a_run_begins_with_its_tags_in_one_write(run, written, writer):
    run.begin({"mlflow.user": "ada", "team": "vision"})
    start, *tags = written()
    assert start == RunInfo(
        run_id="r1",
        experiment_id="0",
        run_name="quiet-owl-1",
        user_id="ada",
        status="RUNNING",
        start_time=run.start_time,
        owner=writer.owner,
        time=start.time,
    )
    assert [(tag.key, tag.value, tag.run_id) for tag in tags] == [
        ("mlflow.user", "ada", "r1"),
        ("team", "vision", "r1"),
    ]


def test_a_run_without_owner_outlives_its_process(run, written):
    run.begin({}, owned=False)
    assert written()[0].owner is None


def test_a_run_ends_with_its_status_and_time(run, written):
    run.end("FAILED")
    (end,) = written()
    assert (end.run_id, end.status, end.end_time) == ("r1", "FAILED", run.end_time)
    assert (run.status, run.is_open) == ("FAILED", False)


def test_a_run_goes_on_under_a_new_owner_and_name(run, written, writer):
    run.end("FINISHED")
    run.resume("second")
    _, again, tag = written()
    assert (again.status, again.owner, again.run_name) == ("RUNNING", writer.owner, "second")
    assert (tag.key, tag.value) == ("mlflow.runName", "second")
    assert (run.status, run.end_time, run.run_name) == ("RUNNING", None, "second")


def test_a_point_keeps_all_that_is_told_of_it(run, written):
    run.log_metric("loss", 0.5, 3, 1_700_000_000_000, model_id="m-1", dataset=Data())
    assert written() == [
        Metric("loss", 0.5, 1_700_000_000_000, 3, "m-1", "iris", "abc", run_id="r1")
    ]


def test_nan_and_infinities_come_back(run, written):
    for value in (math.nan, math.inf, -math.inf):
        run.log_metric("loss", value)
    values = [record.value for record in written()]
    assert math.isnan(values[0])
    assert values[1:] == [math.inf, -math.inf]


@pytest.mark.parametrize("key", ["ünïcode", "🚀", 'a"b', "a\nb", "../../etc"])
def test_any_name_comes_back(run, written, key):
    run.log_metric(key, 1)
    run.log_params([(key, key)])
    run.set_tags({key: key})
    assert {record.key for record in written()} == {key}


def test_a_curve_is_one_record_counted_from_zero(run, written):
    run.log_metric("loss", np.array([0.9, 0.5, np.nan]), timestamp=7)
    (series,) = written()
    assert isinstance(series, Series)
    assert (series.steps, series.timestamps) == ([0, 1, 2], [7, 7, 7])
    assert series.values[:2] == [0.9, 0.5]
    assert math.isnan(series.values[2])


def test_a_long_curve_is_split_into_records_of_less_than_a_megabyte(run, written, store_folder):
    values = np.random.default_rng(0).normal(size=100_000)
    run.log_metric("loss", values, step=2**60)
    parts = written()
    assert [value for part in parts for value in part.values] == values.tolist()
    assert [step for part in parts for step in part.steps] == list(range(2**60, 2**60 + 100_000))
    lines = [
        line for path in store_folder.journal.iterdir() for line in path.read_bytes().splitlines()
    ]
    assert max(map(len, lines)) < 1 << 20


def test_a_curve_takes_one_step_and_one_time_for_each_point(run, written):
    run.log_metric("loss", [1, 2], step=[5, 9], timestamp=[10, 20])
    assert written() == [Series("r1", "loss", [1.0, 2.0], [5, 9], [10, 20])]
    with pytest.raises(InvalidValue, match="2 values have 3 timestamps"):
        run.log_metric("loss", [1, 2], timestamp=[1, 2, 3])


def test_an_array_of_one_goes_to_the_step_that_is_told(run, written):
    run.log_metric("loss", np.array([0.5]), step=8)
    (series,) = written()
    assert (series.values, series.steps) == ([0.5], [8])


def test_several_metrics_share_step_and_time(run, written):
    run.log_points([("a", 1), ("b", [2, 3])], 4, 99)
    assert written() == [
        Metric("a", 1.0, 99, 4, run_id="r1"),
        Series("r1", "b", [2.0, 3.0], [4, 5], [99, 99]),
    ]


def test_of_several_metrics_none_is_stored_if_one_is_wrong(run, written):
    with pytest.raises(InvalidValue, match="'high'"):
        run.log_points([("a", 1), ("b", "high")])
    assert written() == []


def test_points_that_were_checked_are_written_as_they_are(run, written):
    run.log_metrics([Metric("a", 1.0, 5), Metric("b", 2.0, 6, 7, run_id="other")])
    assert written() == [Metric("a", 1.0, 5, run_id="r1"), Metric("b", 2.0, 6, 7, run_id="r1")]


def test_a_param_is_written_once(run, written):
    run.log_params([("lr", 0.1)])
    run.log_params([("lr", "0.1")])
    assert [(it.key, it.value) for it in of_kind(written(), Param)] == [("lr", "0.1")]
    with pytest.raises(ParamChanged, match=r"(?s)value='0\.1'.*new value '0\.2'"):
        run.log_params([("lr", 0.2)])


def test_of_params_none_is_stored_if_one_changed(run, written):
    run.log_params([("lr", 0.1)])
    with pytest.raises(ParamChanged):
        run.log_params([("depth", 3), ("lr", 0.2)])
    with pytest.raises(ParamChanged):
        run.log_params([("a", 1), ("a", 2)])
    assert [it.key for it in of_kind(written(), Param)] == ["lr"]
    run.log_params([("depth", 4), ("depth", "4")])


def test_a_corrected_param_counts_from_then_on(run):
    run.log_params([("lr", 0.1)])
    run.correct_param("lr", "0.2")
    run.log_params([("lr", 0.2)])
    with pytest.raises(ParamChanged):
        run.log_params([("lr", 0.1)])


def test_of_threads_that_log_one_param_one_wins(run, written):
    barrier = threading.Barrier(8)

    def log(value):
        barrier.wait()
        try:
            run.log_params([("lr", value)])
        except ParamChanged:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(log, range(8))) == 1
    assert len(written()) == 1


def test_secrets_are_not_written(run, store_folder):
    run.log_params([("password", "tr0ub4dor"), ("dsn", "mysql://ada:tr0ub4dor@host")])
    run.set_tags({"api_key": "tr0ub4dor"})
    for path in store_folder.journal.iterdir():
        assert b"tr0ub4dor" not in path.read_bytes()
        assert path.read_bytes().count(b"[redacted:") == 3


def test_a_tag_is_set_and_taken_away(run, written):
    run.set_tags({"stage": 1})
    run.delete_tag("stage")
    assert [(it.key, it.value) for it in written()] == [("stage", "1"), ("stage", None)]


def test_the_tag_of_the_name_renames_the_run(run, written):
    run.set_tags({"mlflow.runName": "better"})
    assert run.run_name == "better"
    assert [it.run_name for it in of_kind(written(), RunInfo)] == ["better"]


def test_a_new_name_is_a_tag_too(run, written):
    run.change(name="better")
    assert [it.run_name for it in of_kind(written(), RunInfo)] == ["better"]
    assert [it.value for it in of_kind(written(), RunTag)] == ["better"]


def test_files_and_datasets_are_written_as_they_are(run, written):
    artifact = Artifact("r1", "a.txt", "0" * 64, 3)
    dataset = Input("r1", "iris", "abc")
    run.add_artifacts([artifact])
    run.add_inputs([dataset])
    assert written() == [artifact, dataset]
    assert run.known_inputs == {("iris", "abc")}


def test_a_forked_child_writes_to_its_own_journal_and_does_not_end_the_run(run, written):
    run.begin({})
    child = os.fork()
    if not child:
        try:
            run.log_metric("from child", 1)
            run.end("FAILED")
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    run.log_metric("from parent", 2)
    records = written()
    assert {it.key for it in of_kind(records, Metric)} == {"from child", "from parent"}
    assert [it.status for it in of_kind(records, RunInfo)] == ["RUNNING"]
    assert not run.is_inherited


def test_a_child_that_is_forked_while_a_param_is_logged_can_log_params(run):
    held, done = threading.Event(), threading.Event()

    def hold():
        with run.lock:
            held.set()
            done.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(60)
    child = os.fork()
    if not child:
        run.log_params([("a", 1)])
        os._exit(0)
    done.set()
    thread.join()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

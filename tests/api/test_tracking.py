from __future__ import annotations

import math
import multiprocessing
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

import nbtrack
from nbtrack.api.session import session
from nbtrack.capture.guard import TrackingWarning
from nbtrack.errors import InvalidValue, NotFound, ParamChanged, StoreBusy


@pytest.fixture
def run():
    with nbtrack.start_run() as run:
        yield run


def metrics_of(run, key):
    points = nbtrack.MlflowClient().get_metric_history(run.info.run_id, key)
    return [(point.step, point.value) for point in points]


def test_a_param_is_kept_as_text_and_handed_back(run):
    values = {"lr": 0.1, "layers": [64, 32], "shape": (3, 4), "none": None, "on": True, "e": ""}
    for key, value in values.items():
        assert nbtrack.log_param(key, value) == value
    assert run.data.params == {key: str(value) for key, value in values.items()}


def test_a_second_different_value_is_an_error_that_shows_both(run):
    nbtrack.log_param("lr", 0.1)
    nbtrack.log_param("lr", "0.1")
    with pytest.raises(ParamChanged, match=r"(?s)'0\.1'.*'0\.2'") as caught:
        nbtrack.log_param("lr", 0.2)
    assert (caught.value.old, caught.value.new) == ("0.1", "0.2")
    assert run.data.params == {"lr": "0.1"}


def test_of_several_params_all_or_none_are_kept(run):
    nbtrack.log_params({"lr": 0.1, "depth": 3})
    with pytest.raises(ParamChanged):
        nbtrack.log_params({"new": 1, "lr": 0.2})
    assert run.data.params == {"lr": "0.1", "depth": "3"}


def test_a_value_of_ten_thousand_characters_is_kept_whole(run):
    nbtrack.log_param("text", "ü" * 10_000)
    nbtrack.set_tag("text", "x" * 10_000)
    assert run.data.params["text"] == "ü" * 10_000
    assert run.data.tags["text"] == "x" * 10_000


@pytest.mark.parametrize(
    "name", ["it's", 'say "x"', "a\nb", "🚀", "../up", "a;drop table runs", "`"]
)
def test_any_name_comes_back(run, name):
    nbtrack.log_param(name, name)
    nbtrack.log_metric(name, 1)
    nbtrack.set_tag(name, name)
    data = run.data
    assert (data.params[name], data.metrics[name], data.tags[name]) == (name, 1.0, name)


def test_a_history_is_kept_and_the_last_step_is_the_value(run):
    for step, value in [(0, 0.9), (2, 0.5), (1, 0.7)]:
        nbtrack.log_metric("loss", value, step=step)
    assert run.data.metrics == {"loss": 0.5}
    assert sorted(metrics_of(run, "loss")) == [(0, 0.9), (1, 0.7), (2, 0.5)]


def test_nan_and_infinities_are_kept(run):
    nbtrack.log_metrics({"nan": float("nan"), "up": math.inf, "down": -math.inf})
    metrics = run.data.metrics
    assert math.isnan(metrics.pop("nan"))
    assert metrics == {"up": math.inf, "down": -math.inf}


@pytest.mark.parametrize("kind", [list, np.asarray, pd.Series, tuple])
def test_a_whole_curve_is_one_call(run, kind):
    nbtrack.log_metric("loss", kind([0.9, 0.5, 0.3]))
    nbtrack.log_metric("late", kind([1.0, 2.0]), step=10)
    nbtrack.log_metric("odd", kind([1.0, 2.0]), step=kind([5, 7]))
    assert metrics_of(run, "loss") == [(0, 0.9), (1, 0.5), (2, 0.3)]
    assert metrics_of(run, "late") == [(10, 1.0), (11, 2.0)]
    assert metrics_of(run, "odd") == [(5, 1.0), (7, 2.0)]
    assert run.data.metrics == {"loss": 0.3, "late": 2.0, "odd": 2.0}


def test_a_timestamp_is_kept(run):
    nbtrack.log_metric("a", 1, timestamp=1_600_000_000_000)
    (point,) = nbtrack.MlflowClient().get_metric_history(run.info.run_id, "a")
    assert point.timestamp == 1_600_000_000_000


@pytest.mark.parametrize("value", ["high", None, {"a": 1}, [1, "x"], np.zeros((2, 2))])
def test_what_is_no_number_is_refused_and_nothing_of_the_call_is_kept(run, value):
    with pytest.raises(InvalidValue):
        nbtrack.log_metric("m", value)
    with pytest.raises(InvalidValue):
        nbtrack.log_metrics({"ok": 1, "m": value})
    assert run.data.metrics == {}


@pytest.mark.parametrize(
    ("call", "what"), [("log_params", "list"), ("log_metrics", "str"), ("set_tags", "int")]
)
def test_a_batch_is_a_dictionary(run, call, what):
    with pytest.raises(InvalidValue, match=f"{call} takes a dictionary .* not a {what}"):
        getattr(nbtrack, call)({"list": [("a", 1)], "str": "a=1", "int": 1}[what])


def test_a_misspelled_argument_is_the_callers_error(run):
    with pytest.raises(TypeError, match="stpe"):
        nbtrack.log_metric("loss", 1, stpe=3)


def test_the_last_value_of_a_tag_stays(run):
    nbtrack.set_tag("state", "new")
    nbtrack.set_tags({"state": 2, "alert": True})
    tags = run.data.tags
    assert (tags["state"], tags["alert"]) == ("2", "True")


def test_a_tag_is_taken_away_if_it_is_there(run):
    nbtrack.set_tag("state", "new")
    nbtrack.delete_tag("state")
    assert "state" not in run.data.tags
    with pytest.raises(NotFound, match=f"No tag with name: state in run with id {run.info.run_id}"):
        nbtrack.delete_tag("state")


def test_the_tag_of_the_name_renames_the_run(run):
    nbtrack.set_tag("mlflow.runName", "better")
    assert run.info.run_name == "better"
    assert nbtrack.get_run(run.info.run_id).info.run_name == "better"


def test_logging_outside_of_a_run_begins_one():
    nbtrack.log_param("a", 1)
    run = nbtrack.active_run()
    nbtrack.log_metric("b", 2)
    nbtrack.set_tag("c", 3)
    assert nbtrack.active_run() == run
    nbtrack.end_run()
    data = nbtrack.get_run(run.info.run_id).data
    assert (data.params, data.metrics, data.tags["c"]) == ({"a": "1"}, {"b": 2.0}, "3")


def test_threads_that_log_outside_of_a_run_begin_one_together():
    barrier = threading.Barrier(8)

    def log(number):
        barrier.wait()
        nbtrack.log_metric(f"m{number}", number)
        return nbtrack.active_run().info.run_id

    with ThreadPoolExecutor(8) as pool:
        (run_id,) = set(pool.map(log, range(8)))
    client = nbtrack.MlflowClient()
    assert len(client.get_run(run_id).data.metrics) == 8
    for open_run in nbtrack.capture.stack.open_runs():
        nbtrack.api.runs.ending.finish(open_run)


def test_another_run_is_logged_to_by_its_id(run):
    with nbtrack.start_run(nested=True) as other:
        pass
    other_id = other.info.run_id
    nbtrack.log_metric("a", 1, run_id=other_id)
    nbtrack.log_metrics({"b": 2}, run_id=other_id)
    nbtrack.log_params({"c": 3}, run_id=other_id)
    data = other.data
    assert (data.metrics, data.params) == ({"a": 1.0, "b": 2.0}, {"c": "3"})
    assert run.data.metrics == {}


def test_a_run_that_is_not_there_cannot_be_logged_to():
    with pytest.raises(NotFound, match="Run with id=nothing not found"):
        nbtrack.log_metric("a", 1, run_id="nothing")


def test_a_deleted_run_cannot_be_logged_to(run):
    with nbtrack.start_run(nested=True) as other:
        pass
    nbtrack.delete_run(other.info.run_id)
    with pytest.raises(InvalidValue, match="must be in the 'active' state"):
        nbtrack.log_params({"a": 1}, run_id=other.info.run_id)


def test_who_does_not_want_to_wait_gets_something_to_wait_for(run):
    waiting = [
        nbtrack.log_param("p", 1, synchronous=False),
        nbtrack.log_params({"q": 1}, synchronous=False),
        nbtrack.log_metric("m", 1, synchronous=False),
        nbtrack.log_metrics({"n": 1}, synchronous=False),
        nbtrack.set_tag("t", 1, synchronous=False),
        nbtrack.set_tags({"u": 1}, synchronous=False),
    ]
    for one in waiting:
        assert one.wait() is None
    nbtrack.flush_async_logging()
    assert nbtrack.log_metric("m", 1) is None


def test_a_dataset_is_noted_with_the_metric_and_among_the_inputs_once(run):
    frame = pd.DataFrame({"a": [1, 2]})
    dataset = nbtrack.data.from_pandas(frame, name="small")
    for step in range(3):
        nbtrack.log_metric("acc", 0.9, step=step, dataset=dataset, model_id="m-1")
    nbtrack.log_metrics({"f1": 0.8}, dataset=dataset)
    (read,) = run.inputs.dataset_inputs
    assert (read.dataset.name, read.dataset.digest) == ("small", dataset.digest)
    points = nbtrack.sql("select distinct dataset_name, model_id from metrics where key = 'acc'")
    assert points.to_numpy().tolist() == [["small", "m-1"]]


def test_a_mistake_is_corrected_and_stays_on_record(run):
    nbtrack.log_param("lr", 0.1)
    nbtrack.correct_param("lr", 0.2, reason="a typo")
    nbtrack.log_param("lr", 0.2)
    assert run.data.params == {"lr": "0.2"}
    line = session().folder.operations.read_text()
    assert '"reason":"a typo"' in line
    assert '"value":"0.2"' in line


def test_what_was_never_logged_cannot_be_corrected(run):
    with pytest.raises(NotFound):
        nbtrack.correct_param("lr", 0.2)


def test_a_corrected_secret_is_not_written(run):
    nbtrack.log_param("password", "tr0ub4dor")
    nbtrack.correct_param("password", "c0rrect")
    assert "c0rrect" not in session().folder.operations.read_text()


def test_a_store_that_is_away_does_not_stop_the_taking_away_of_a_tag(run, monkeypatch):
    nbtrack.set_tag("state", "new")

    def busy(_):
        raise StoreBusy("another program holds it")

    with monkeypatch.context() as patched:
        patched.setattr(session().store, "fetch", busy)
        with pytest.warns(TrackingWarning, match="another program holds it"):
            nbtrack.delete_tag("state")
    assert "state" not in run.data.tags


def test_a_call_that_returned_survives_a_kill():
    code = """
import os, signal, nbtrack
nbtrack.start_run(run_name="killed")
for step in range(1000):
    nbtrack.log_metric("loss", step, step=step)
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    (run,) = nbtrack.search_runs(output_format="list")
    assert (run.info.run_name, run.info.status) == ("killed", "KILLED")
    assert len(metrics_of(run, "loss")) == 1000


def log_in_worker(number):
    nbtrack.log_metric(f"from {number}", number)
    return nbtrack.active_run().info.run_id


def test_forked_workers_log_to_the_run_they_were_forked_in(run):
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert set(pool.map(log_in_worker, range(4), chunksize=1)) == {run.info.run_id}
    assert sorted(run.data.metrics) == [f"from {number}" for number in range(4)]
    assert run.info.status == nbtrack.get_run(run.info.run_id).info.status == "RUNNING"


def test_spawned_workers_log_by_the_runs_id(run):
    code = f"import nbtrack; nbtrack.log_metric('from child', 1, run_id={run.info.run_id!r})"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert run.data.metrics == {"from child": 1.0}

from __future__ import annotations

import os
import time

import pytest

import nbtrack
from nbtrack.api.runs import system_metrics as module
from nbtrack.errors import InvalidValue

CPU = "system/cpu_utilization_percentage"


@pytest.fixture(autouse=True)
def no_choice():
    yield
    nbtrack.set_system_metrics_node_id(None)
    nbtrack.set_system_metrics_samples_before_logging(None)
    nbtrack.set_system_metrics_sampling_interval(None)
    module.choice.enabled = None


def until_logged(run, key, count=1):
    """Wait until some points of a metric are there."""
    client, end = nbtrack.MlflowClient(), time.monotonic() + 30
    while len(points := client.get_metric_history(run.info.run_id, key)) < count:
        assert time.monotonic() < end, f"{key} was not logged in time"
        time.sleep(0.02)
    return points


def test_a_run_is_watched_if_it_says_so():
    nbtrack.set_system_metrics_sampling_interval(0.01)
    with nbtrack.start_run(log_system_metrics=True) as run:
        points = until_logged(run, CPU, 3)
        thread = module.monitors[run.info.run_id].thread
    assert not thread.is_alive()
    assert module.monitors == {}
    assert [point.step for point in points[:3]] == [0, 1, 2]
    assert {"system/system_memory_usage_percentage", CPU} <= run.data.metrics.keys()


def test_nothing_is_watched_unless_it_was_asked_for():
    with nbtrack.start_run():
        assert module.monitors == {}


def test_it_is_switched_on_and_off_for_later_runs():
    nbtrack.enable_system_metrics_logging()
    with nbtrack.start_run() as run:
        assert run.info.run_id in module.monitors
    with nbtrack.start_run(log_system_metrics=False):
        assert module.monitors == {}
    nbtrack.disable_system_metrics_logging()
    with nbtrack.start_run():
        assert module.monitors == {}


@pytest.mark.parametrize(
    "variable", ["NBTRACK_SYSTEM_METRICS", "MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING"]
)
def test_the_environment_switches_it_on(monkeypatch, variable):
    monkeypatch.setenv(variable, "true")
    monkeypatch.setenv("NBTRACK_SYSTEM_METRICS_INTERVAL", "0.25")
    monkeypatch.setenv("MLFLOW_SYSTEM_METRICS_SAMPLES_BEFORE_LOGGING", "4")
    monkeypatch.setenv("MLFLOW_SYSTEM_METRICS_NODE_ID", "node-1")
    with nbtrack.start_run() as run:
        assert module.monitors[run.info.run_id].sampling == (0.25, 4, "node-1")


def test_what_is_set_wins_over_the_environment(monkeypatch):
    monkeypatch.setenv("NBTRACK_SYSTEM_METRICS_INTERVAL", "0.25")
    nbtrack.set_system_metrics_sampling_interval(0.01)
    nbtrack.set_system_metrics_samples_before_logging(2)
    nbtrack.set_system_metrics_node_id("node-2")
    with nbtrack.start_run(log_system_metrics=True) as run:
        assert module.monitors[run.info.run_id].sampling == (0.01, 2, "node-2")
        until_logged(run, "system/node-2/cpu_utilization_percentage")


def test_a_run_that_goes_on_counts_on():
    nbtrack.set_system_metrics_sampling_interval(0.01)
    with nbtrack.start_run(log_system_metrics=True) as run:
        until_logged(run, CPU, 2)
    last = max(point.step for point in until_logged(run, CPU))
    with nbtrack.start_run(run_id=run.info.run_id, log_system_metrics=True):
        points = until_logged(run, CPU, last + 3)
    steps = sorted(point.step for point in points)
    assert steps == list(range(len(steps)))


@pytest.mark.parametrize("interval", [0, -1, float("nan")])
def test_an_interval_is_above_zero(interval):
    with pytest.raises(InvalidValue, match="a number of seconds above 0"):
        nbtrack.set_system_metrics_sampling_interval(interval)


@pytest.mark.parametrize("samples", [0, -1, 1.5, "2"])
def test_samples_are_counted(samples):
    with pytest.raises(InvalidValue, match="a whole number above 0"):
        nbtrack.set_system_metrics_samples_before_logging(samples)


def test_a_forked_child_does_not_watch():
    with nbtrack.start_run(log_system_metrics=True):
        child = os.fork()
        if not child:
            os._exit(len(module.monitors))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert len(module.monitors) == 1

from __future__ import annotations

import sys
import time
from types import SimpleNamespace

import pytest

from nbtrack.capture.open_run import OpenRun
from nbtrack.capture.sources.resources import ResourceMonitor, Sampling, means
from nbtrack.records.metric import Metric

MLFLOW_NAMES = {
    "cpu_utilization_percentage",
    "system_memory_usage_megabytes",
    "system_memory_usage_percentage",
    "disk_usage_percentage",
    "disk_usage_megabytes",
    "disk_available_megabytes",
    "network_receive_megabytes",
    "network_transmit_megabytes",
}


@pytest.fixture
def run(writer):
    return OpenRun(writer, "r1")


@pytest.fixture(autouse=True)
def no_cards(monkeypatch):
    monkeypatch.setitem(sys.modules, "pynvml", None)


class Broken(Exception):
    """What nvidia-ml-py raises."""


def cards(count=2, *, broken=False):
    """nvidia-ml-py on a machine with some cards, of which the second does not tell its power."""

    def start():
        if broken:
            raise Broken

    def watts(card):
        if card:
            raise Broken
        return 50_000

    return SimpleNamespace(
        NVMLError=Broken,
        nvmlInit=start,
        nvmlDeviceGetCount=lambda: count,
        nvmlDeviceGetHandleByIndex=lambda index: index,
        nvmlDeviceGetMemoryInfo=lambda _: SimpleNamespace(used=2e9, total=8e9),
        nvmlDeviceGetUtilizationRates=lambda _: SimpleNamespace(gpu=80),
        nvmlDeviceGetPowerUsage=watts,
        nvmlDeviceGetEnforcedPowerLimit=lambda _: 200_000,
    )


def until(condition, seconds=20):
    """Wait for something that a thread does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.005)


def test_points_are_logged_under_mlflows_names_until_it_is_stopped(run, written):
    monitor = ResourceMonitor(run, Sampling(interval_seconds=0.01))
    monitor.start()
    until(lambda: len(written()) >= 3 * len(MLFLOW_NAMES))
    monitor.stop()
    assert not monitor.thread.is_alive()
    points = written()
    assert all(isinstance(point, Metric) and point.run_id == "r1" for point in points)
    assert {point.key for point in points} == {f"system/{name}" for name in MLFLOW_NAMES}
    steps = [point.step for point in points if point.key.endswith("cpu_utilization_percentage")]
    assert steps == list(range(len(steps)))


def test_several_looks_make_one_point(run, written):
    monitor = ResourceMonitor(run, Sampling(0.001, samples_before_logging=5))
    looks = []
    sample = monitor.sample
    monitor.sample = lambda: looks.append(1) or sample()
    monitor.start()
    until(written)
    monitor.stop()
    assert len(looks) >= 5


def test_stopping_early_logs_what_was_seen(run, written):
    monitor = ResourceMonitor(run, Sampling(interval_seconds=3600))
    looked = []
    sample = monitor.sample
    monitor.sample = lambda: looked.append(1) or sample()
    monitor.start()
    until(lambda: looked)
    monitor.stop()
    assert {point.step for point in written()} == {0}


def test_it_ends_with_its_run(run):
    monitor = ResourceMonitor(run, Sampling(interval_seconds=0.01))
    monitor.start()
    run.end("FINISHED")
    monitor.thread.join(20)
    assert not monitor.thread.is_alive()


def test_a_node_and_a_first_step_stand_in_each_point(run, written):
    monitor = ResourceMonitor(run, Sampling(node_id="node-1"), first_step=7)
    monitor.log({"cpu_utilization_percentage": 5.0})
    (point,) = written()
    assert (point.key, point.step) == ("system/node-1/cpu_utilization_percentage", 7)


def test_cards_are_sampled_and_what_one_does_not_tell_is_left_out(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "pynvml", cards())
    found = ResourceMonitor(run, Sampling()).sample()
    assert {key: value for key, value in found.items() if key.startswith("gpu_")} == {
        "gpu_0_memory_usage_percentage": 25.0,
        "gpu_0_memory_usage_megabytes": 2000.0,
        "gpu_0_utilization_percentage": 80.0,
        "gpu_0_power_usage_watts": 50.0,
        "gpu_0_power_usage_percentage": 25.0,
        "gpu_1_memory_usage_percentage": 25.0,
        "gpu_1_memory_usage_megabytes": 2000.0,
        "gpu_1_utilization_percentage": 80.0,
    }


def test_a_driver_that_does_not_answer_is_a_machine_without_cards(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "pynvml", cards(broken=True))
    assert ResourceMonitor(run, Sampling()).sample().keys() == MLFLOW_NAMES


def test_means_are_rounded_and_what_grows_keeps_its_last_value():
    samples = [{"a": 1.0, "network_receive_megabytes": 1.25}, {"a": 2.5, "b": 1.0}]
    assert means(samples) == {"a": 1.8, "network_receive_megabytes": 1.25, "b": 1.0}
    assert means([]) == {}

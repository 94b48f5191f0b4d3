"""How busy the machine is, under MLflow's names, sampled in a thread while a run is open."""

from __future__ import annotations

import importlib
import os
import threading
from typing import Any, NamedTuple

import psutil

from nbtrack.capture.guard import guarded
from nbtrack.capture.open_run import OpenRun
from nbtrack.records.ids import now_ms
from nbtrack.records.metric import Metric

__all__ = ["ResourceMonitor", "Sampling"]

PREFIX = "system/"
MEGABYTE = 1e6


class Sampling(NamedTuple):
    """How often to look, how many looks make a point, and under which node's name."""

    interval_seconds: float = 10.0
    samples_before_logging: int = 1
    node_id: str | None = None


class ResourceMonitor:
    """Logs what the machine does to one run, until stopped or the run's end."""

    def __init__(self, run: OpenRun, sampling: Sampling, first_step: int = 0) -> None:
        self.run = run
        self.sampling = sampling
        self.step = first_step
        self.prefix = PREFIX + (f"{sampling.node_id}/" if sampling.node_id else "")
        self.network_at_start = psutil.net_io_counters()
        self.gpus = Gpus()
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.watch, name="nbtrack-resources", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        psutil.cpu_percent()  # the first call has nothing to compare with and says 0
        self.thread.start()

    def stop(self) -> None:
        """Look no more."""
        self.stopped.set()
        if self.thread.is_alive() and self.thread is not threading.current_thread():
            self.thread.join(5)

    @guarded
    def watch(self) -> None:
        """Sample and log; runs in the thread, so that a problem ends only the looking."""
        while not self.is_over():
            samples = []
            for _ in range(self.sampling.samples_before_logging):
                samples.append(self.sample())
                if self.stopped.wait(self.sampling.interval_seconds):
                    break
            self.log(means(samples))

    def is_over(self) -> bool:
        """Whether nobody needs the numbers any more."""
        return self.stopped.is_set() or not self.run.is_open

    def log(self, values: dict[str, float]) -> None:
        """Write one point of each."""
        time = now_ms()
        self.run.log_metrics(
            Metric(self.prefix + key, value, time, self.step, run_id=self.run.run_id)
            for key, value in values.items()
        )
        self.step += 1

    def sample(self) -> dict[str, float]:
        """What the machine does now."""
        memory = psutil.virtual_memory()
        disk = psutil.disk_usage(os.sep)
        return {
            "cpu_utilization_percentage": psutil.cpu_percent(),
            "system_memory_usage_megabytes": memory.used / MEGABYTE,
            "system_memory_usage_percentage": memory.used / memory.total * 100,
            "disk_usage_percentage": disk.percent,
            "disk_usage_megabytes": disk.used / MEGABYTE,
            "disk_available_megabytes": disk.free / MEGABYTE,
            **self.network(),
            **self.gpus.sample(),
        }

    def network(self) -> dict[str, float]:
        """What was sent and received since the start."""
        now, then = psutil.net_io_counters(), self.network_at_start
        return {
            "network_receive_megabytes": (now.bytes_recv - then.bytes_recv) / MEGABYTE,
            "network_transmit_megabytes": (now.bytes_sent - then.bytes_sent) / MEGABYTE,
        }


class Gpus:
    """NVIDIA's cards, where nvidia-ml-py is installed and finds some."""

    def __init__(self) -> None:
        self.nvml: Any = None
        self.handles: list[Any] = []
        try:
            library = importlib.import_module("pynvml")
        except ImportError:
            return
        try:
            library.nvmlInit()
            count = library.nvmlDeviceGetCount()
            self.handles = [library.nvmlDeviceGetHandleByIndex(i) for i in range(count)]
        except library.NVMLError:
            return
        self.nvml = library

    def sample(self) -> dict[str, float]:
        """What each card does now; what a card does not tell is left out."""
        values: dict[str, float] = {}
        for index, handle in enumerate(self.handles):
            for reading in (self.memory, self.load, self.power):
                try:
                    found = reading(handle)
                except self.nvml.NVMLError:
                    continue
                values |= {f"gpu_{index}_{key}": value for key, value in found.items()}
        return values

    def memory(self, handle: Any) -> dict[str, float]:
        memory = self.nvml.nvmlDeviceGetMemoryInfo(handle)
        return {
            "memory_usage_percentage": memory.used / memory.total * 100,
            "memory_usage_megabytes": memory.used / MEGABYTE,
        }

    def load(self, handle: Any) -> dict[str, float]:
        return {
            "utilization_percentage": float(self.nvml.nvmlDeviceGetUtilizationRates(handle).gpu)
        }

    def power(self, handle: Any) -> dict[str, float]:
        watts = self.nvml.nvmlDeviceGetPowerUsage(handle) / 1000
        limit = self.nvml.nvmlDeviceGetEnforcedPowerLimit(handle) / 1000
        return {"power_usage_watts": watts, "power_usage_percentage": watts / limit * 100}


def means(samples: list[dict[str, float]]) -> dict[str, float]:
    """The mean of each quantity, to a digit; what was sent and received grows, so its last."""
    found = {}
    for key in {key: None for sample in samples for key in sample}:
        values = [sample[key] for sample in samples if key in sample]
        found[key] = (
            values[-1] if key.startswith("network_") else round(sum(values) / len(values), 1)
        )
    return found

"""Whether and how often the machine's load is logged to runs."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from nbtrack.capture.guard import guarded
from nbtrack.capture.open_run import OpenRun
from nbtrack.errors import InvalidValue
from nbtrack.settings import Settings

if TYPE_CHECKING:
    from nbtrack.capture.sources.resources import ResourceMonitor

__all__ = [
    "disable_system_metrics_logging",
    "enable_system_metrics_logging",
    "set_system_metrics_node_id",
    "set_system_metrics_samples_before_logging",
    "set_system_metrics_sampling_interval",
    "start_monitor",
    "stop_monitor",
]


class Choice:
    """What was asked for in this process; None where the settings decide."""

    enabled: bool | None = None
    interval_seconds: float | None = None
    samples_before_logging: int | None = None
    node_id: str | None = None


choice = Choice()
monitors: dict[str, ResourceMonitor] = {}
lock = threading.Lock()


def forget_monitors() -> None:
    """In a forked child: the threads stayed with the parent."""
    global lock  # noqa: PLW0603 - the lock may be held by a thread that is not here
    lock = threading.Lock()
    monitors.clear()


os.register_at_fork(after_in_child=forget_monitors)


def enable_system_metrics_logging() -> None:
    """Log the machine's load to runs that start from now on."""
    choice.enabled = True


def disable_system_metrics_logging() -> None:
    """Log it no more to runs that start from now on."""
    choice.enabled = False


def set_system_metrics_sampling_interval(interval: float | None) -> None:
    """How many seconds lie between two looks; None for the setting's, at first 10."""
    if interval is not None and not interval > 0:
        raise InvalidValue(f"an interval is a number of seconds above 0, not {interval!r}")
    choice.interval_seconds = interval


def set_system_metrics_samples_before_logging(samples: int | None) -> None:
    """How many looks make one point; None for the setting's, at first 1."""
    if samples is not None and (type(samples) is not int or samples < 1):
        raise InvalidValue(f"the number of samples is a whole number above 0, not {samples!r}")
    choice.samples_before_logging = samples


def set_system_metrics_node_id(node_id: str | None) -> None:
    """Name this machine in the keys, as `system/<node>/…`, where several log to one run."""
    choice.node_id = node_id


@guarded
def start_monitor(
    run: OpenRun,
    told: Settings,
    asked: bool | None,  # noqa: FBT001 - three answers, handed on
    first_step: int = 0,
) -> None:
    """Begin to watch the machine for a run, if that is wanted."""
    wanted = next((w for w in (asked, choice.enabled, told.system_metrics) if w is not None), False)
    if not wanted:
        return
    from nbtrack.capture.sources.resources import ResourceMonitor, Sampling

    sampling = Sampling(
        choice.interval_seconds or told.system_metrics_interval_seconds,
        choice.samples_before_logging or told.system_metrics_samples,
        choice.node_id or told.system_metrics_node_id,
    )
    monitor = ResourceMonitor(run, sampling, first_step)
    with lock:
        monitors[run.run_id] = monitor
    monitor.start()


@guarded
def stop_monitor(run: OpenRun) -> None:
    """Watch no more for a run that ends."""
    with lock:
        monitor = monitors.pop(run.run_id, None)
    if monitor is not None:
        monitor.stop()

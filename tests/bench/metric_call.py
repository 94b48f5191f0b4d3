"""`log_metric`, one call at a time, as a training loop makes them."""

from __future__ import annotations

import time
from pathlib import Path

from figure import Figure, Row, main, memory, quantile
from trackers import opened

FIGURE = Figure(
    rows=(
        Row("log_metric, median", "median", "s", at_most=8e-6, not_above=("trackio", 1.0)),
        Row("log_metric, p99", "p99", "s", at_most=100e-6),
        Row("memory of a process that logs", "bytes", "B"),
    ),
    note="trackio buffers in memory: see what kill -9 costs below",
)
CALLS = {"nbtrack": 20_000, "trackio": 20_000, "mlflow": 200, "mlflow-files": 200}


def measure(side: str, folder: Path) -> dict[str, float]:
    tracker = opened(side, folder)
    tracker.start("loop")
    log, clock = tracker.log, time.perf_counter_ns
    for step in range(100):
        log("warm", 1.0, step)
    times = []
    for step in range(CALLS[side]):
        start = clock()
        log("loss", 1.0 / (step + 1), step)
        times.append(clock() - start)
    tracker.end()
    return {
        "median": quantile(times, 0.5) / 1e9,
        "p99": quantile(times, 0.99) / 1e9,
        "bytes": memory("VmHWM"),
    }


if __name__ == "__main__":
    main(measure)

"""Whole runs one after another: start, 10 params, 5 metrics, end; as a sweep makes them."""

from __future__ import annotations

import time
from pathlib import Path

from figure import Figure, Row, main
from trackers import opened

FIGURE = Figure(
    rows=(Row("start + 10 params + 5 metrics + end", "seconds", "s", at_most=1e-3),),
    note="a series of 1,000 runs, of 20 with mlflow and of 10 with trackio",
)
RUNS = {"nbtrack": 1_000, "mlflow": 20, "mlflow-files": 20, "trackio": 10}
PARAMS = {f"param_{number}": number / 7 for number in range(10)}


def measure(side: str, folder: Path) -> dict[str, float]:
    tracker = opened(side, folder)
    one_run(tracker, "warm")
    start = time.perf_counter()
    for number in range(RUNS[side]):
        one_run(tracker, f"run-{number}")
    return {"seconds": (time.perf_counter() - start) / RUNS[side]}


def one_run(tracker, name):
    tracker.start(name, PARAMS)
    for number in range(5):
        tracker.log_many({f"metric_{number}": number / 3})
    tracker.end()


if __name__ == "__main__":
    main(measure)

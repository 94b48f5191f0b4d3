"""What it costs to keep every prediction: one worker with the log beside one without, in turn."""

from __future__ import annotations

import statistics
from pathlib import Path

from figure import Figure, Row, main
from serving_server import body_of, serving
from trained import data, logged, logistic, module_of

FIGURE = Figure(
    rows=(
        Row("CPU a request, every prediction kept", "kept", "s"),
        Row("… as times that without a log", "times", "×", at_most=1.15),
    ),
    sides=("nbtrack",),
    note="1 row of 10 columns, 16 connections; the log is written while requests come",
)
TURNS = 5
TURN_SECONDS = 1.5


def measure(side: str, folder: Path) -> dict[str, float]:
    module = module_of(side, folder)
    frame, target = data()
    with module.start_run():
        info = logged(module, logistic(frame, target), frame)
    body = body_of(frame.head(1))
    kept, times = [], []
    with (
        serving(side, folder, info.model_uri) as plain,
        serving(side, folder, info.model_uri, "--log-predictions", "1") as logs,
    ):
        for _ in range(TURNS):
            without = plain.load(body, 16, TURN_SECONDS).cpu_per_request
            kept.append(logs.load(body, 16, TURN_SECONDS).cpu_per_request)
            times.append(kept[-1] / without)
    return {"kept": statistics.median(kept), "times": statistics.median(times)}


if __name__ == "__main__":
    main(measure)

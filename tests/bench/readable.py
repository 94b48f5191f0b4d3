"""Points a second, from the first call until another process has read the last of them."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from figure import Figure, Row, main
from trackers import count, opened

FIGURE = Figure(
    rows=(
        Row("points/s until another process reads them", "rate", "/s", at_least=100_000),
        Row("… of a curve logged in one call", "curve", "/s"),
    ),
    sides=("nbtrack", "mlflow", "trackio"),
    rounds=3,
    note="one log_metric a point; mlflow logs 1,000 points, the others 300,000 and 50,000",
)
CURVE = 1_000_000
POINTS = {"nbtrack": 300_000, "trackio": 50_000, "mlflow": 1_000}


def measure(side: str, folder: Path) -> dict[str, float]:
    points = POINTS[side]
    tracker = opened(side, folder)
    tracker.start("loop")
    log = tracker.log
    log("warm", 0.0, 0)
    result = {"rate": points / timed(side, folder, points, lambda: each(log, points))}
    if side == "nbtrack":
        curve = [1.0 / (step + 1) for step in range(CURVE)]
        seconds = timed(side, folder, points + CURVE, lambda: log("curve", curve))
        result["curve"] = CURVE / seconds
    tracker.end()
    return result


def each(log, points):
    for step in range(points):
        log("loss", 1.0 / (step + 1), step)


def timed(side, folder, points, write):
    """Seconds from the start of writing until a reader has seen all."""
    command = [sys.executable, __file__, side, str(folder), str(points + 1)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout.readline() == "ready\n"
        start = time.time()
        write()
        return float(reader.stdout.readline()) - start


def read(side: str, folder: Path, points: int) -> None:
    """Poll as a dashboard would, until the last point is there."""
    count(side, folder)
    print("ready", flush=True)
    while count(side, folder) < points:
        time.sleep(0.02)
    print(time.time(), flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 3:
        read(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main(measure)

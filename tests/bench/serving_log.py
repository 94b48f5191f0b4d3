"""What it costs to keep every prediction: one worker with the log beside one without, in turn.

What is written is taken into the store at last by the process that an endpoint starts for it; that
counts too, with as much of the process's start as so many predictions have.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from figure import Figure, Row, main
from serving_server import body_of, serving
from trackers import uri_of
from trained import data, logged, logistic, module_of

from nbtrack.api.session import session
from nbtrack.journal.chain import ROTATE_BYTES
from nbtrack.serving.predictions.ingestion import SEGMENTS

FIGURE = Figure(
    rows=(
        Row("CPU a request, every prediction kept", "kept", "s"),
        Row("… of it in the store's process", "taken", "s"),
        Row("… as times that without a log", "times", "×", at_most=1.15),
    ),
    sides=("nbtrack",),
    note="1 row of 10 columns, 16 connections; the log is written while requests come, and taken"
    " into the store",
)
TURNS = 5
TURN_SECONDS = 1.5


def measure(side: str, folder: Path) -> dict[str, float]:
    module = module_of(side, folder)
    frame, target = data()
    with module.start_run():
        info = logged(module, logistic(frame, target), frame)
    body = body_of(frame.head(1))
    module.sql("SELECT count(*) FROM predictions")  # makes the store
    session().upkeep.stop()  # this process takes nothing in while they are served
    kept, plainly, more = [], [], []
    with (
        serving(side, folder, info.model_uri) as plain,
        serving(side, folder, info.model_uri, "--log-predictions", "1") as logs,
    ):
        for _ in range(TURNS):
            plainly.append(plain.load(body, 16, TURN_SECONDS).cpu_per_request)
            kept.append(logs.load(body, 16, TURN_SECONDS).cpu_per_request)
            more.append(kept[-1] - plainly[-1])
    taken = taken_in(module, Path(uri_of(side, folder)))
    without = statistics.median(plainly)
    return {
        "kept": statistics.median(kept) + taken,
        "taken": taken,
        "times": 1 + (statistics.median(more) + taken) / without,
    }


def taken_in(module: Any, store: Path) -> float:
    """What taking in costs for each prediction, with its part of a start of the process."""
    size = sum(it.stat().st_size for it in (store / "journal").glob("*.jsonl"))
    started = size / (SEGMENTS * ROTATE_BYTES)
    command = [sys.executable, "-m", "nbtrack.serving.predictions.ingestion", str(store)]
    used = []
    for _ in range(2):  # the second has nothing to do
        before = used_by_children()
        subprocess.run(command, check=True)
        used.append(used_by_children() - before)
    count = module.sql("SELECT count(*) AS n FROM predictions")["n"][0]
    return float((used[0] - used[1] + used[1] * started) / count)


def used_by_children() -> float:
    """Seconds of the processor that ended children have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(measure)

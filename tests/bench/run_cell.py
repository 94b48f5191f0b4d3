"""A tracked cell from end to end in a real kernel: 5 params and 3 metrics, its card included."""

from __future__ import annotations

import os
from pathlib import Path

from figure import Figure, Row, main, median
from kernels import kernel
from trackers import uri_of

FIGURE = Figure(
    rows=(
        Row(
            "a cell with a run, 5 params, 3 metrics: added",
            "added",
            "s",
            at_most=10e-3,
            not_above=("mlflow", 1.0),
        ),
        Row("… by the quietest tenth of cells", "quiet", "s"),
        Row("… CPU of the kernel", "cpu", "s"),
        Row("… with start_run and log calls in place of %%track", "calls", "s"),
        Row("… the plain cell itself", "plain", "s"),
    ),
    sides=("nbtrack", "mlflow", "trackio"),
    rounds=3,
    note="wall time in an ipykernel, from sending the cell to idle; nbtrack's with its card",
)
CELLS = 60
WARM = 10

VALUES = """
learning_rate, depth, trees, kind, seed = 0.1, DEPTH, 200, "forest", 7
accuracy, loss, recall = DEPTH / 1000, 1 / DEPTH, 0.5
"""
PARAMS = 'params = {k: globals()[k] for k in ("learning_rate", "depth", "trees", "kind", "seed")}\n'
METRICS = 'metrics = {"accuracy": accuracy, "loss": loss, "recall": recall}\n'
FLUENT = """
with tracker.start_run():
    tracker.log_params(params)
    tracker.log_metrics(metrics)
"""
TRACKIO = """
tracker.init(
    project="bench", config=params, embed=False, auto_log_gpu=False, auto_log_cpu=False
)
tracker.log(metrics)
tracker.finish()
"""
LINE = "%%track --metrics accuracy loss recall"


def measure(side: str, folder: Path) -> dict[str, float]:
    os.environ["NBTRACK_TRACKING_URI"] = str(folder / "store.nbtrack")
    calls = VALUES + PARAMS + METRICS + (TRACKIO if side == "trackio" else FLUENT)
    if side != "nbtrack":
        found = beside_plain(calls, opening(side, folder))
        return {**found, "calls": found["added"]}
    called = beside_plain(calls, opening(side, folder))
    return {
        **beside_plain(f"{LINE}\n{VALUES}", "%load_ext nbtrack"),
        "calls": called["added"],
    }


def opening(side: str, folder: Path) -> str:
    """The cell that makes a side ready."""
    if side == "trackio":
        return "import trackio as tracker"
    where = f'tracker.set_tracking_uri("{uri_of(side, folder)}")\ntracker.set_experiment("bench")'
    return f"import {side} as tracker\n{where}"


def beside_plain(tracked: str, setup: str) -> dict[str, float]:
    """Seconds that a cell adds to the same cell without tracking, in two kernels by turns."""
    times: tuple[list[float], list[float]] = ([], [])
    cpu = [0.0, 0.0]
    with kernel() as plain, kernel(setup) as other:
        for number in range(WARM + CELLS):
            if number == WARM:
                cpu = [-plain.cpu(), -other.cpu()]
            for place, (it, source) in enumerate(((plain, VALUES), (other, tracked))):
                seconds = it.run(source.replace("DEPTH", str(number + 1)), "cell")
                if number >= WARM:
                    times[place].append(seconds)
            assert "%%track" not in tracked or any("text/html" in it for it in other.shown)
        cpu = [cpu[0] + plain.cpu(), cpu[1] + other.cpu()]
    return {
        "added": median(times[1]) - median(times[0]),
        "quiet": tenth(times[1]) - tenth(times[0]),
        "cpu": (cpu[1] - cpu[0]) / CELLS,
        "plain": median(times[0]),
    }


def tenth(values: list[float]) -> float:
    return sorted(values)[len(values) // 10]


if __name__ == "__main__":
    main(measure)

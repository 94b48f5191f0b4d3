"""What the Jupyter server costs at rest while it watches a store that nobody writes to."""

from __future__ import annotations

import time
from pathlib import Path

from figure import Figure, Row, main
from labs import Lab, cpu_seconds, lab_at

FIGURE = Figure(
    rows=(
        Row("JupyterLab at rest, 10k runs watched: added CPU", "added", "%", at_most=0.5),
        Row("… all of the server", "whole", "%"),
        Row("… the server without nbtrack", "bare", "%"),
    ),
    sides=("nbtrack",),
    rounds=3,
    fill="runs-10k",
    note="CPU of the server's process over 30 s, of one core; the store was asked about before",
)
SETTLED_SECONDS, SECONDS = 8, 30
QUESTION = {"limit": 200, "columns": ["metrics.m0", "params.p0"]}


def measure(side: str, folder: Path) -> dict[str, float]:
    with lab_at(folder, extended=False) as lab:
        bare = percent(lab)
    with lab_at(folder) as lab:
        assert lab.ask("nbtrack/api/runs/search", QUESTION)["total"] == 10_000
        whole = percent(lab)
    return {"added": whole - bare, "whole": whole, "bare": bare}


def percent(lab: Lab) -> float:
    """CPU per wall time once the start is over."""
    time.sleep(SETTLED_SECONDS)
    cpu, begun = cpu_seconds(lab), time.perf_counter()
    time.sleep(SECONDS)
    return 100 * (cpu_seconds(lab) - cpu) / (time.perf_counter() - begun)


if __name__ == "__main__":
    main(measure)

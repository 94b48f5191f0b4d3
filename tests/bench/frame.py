"""10,000 runs as a DataFrame, each with 10 params and 5 metrics."""

from __future__ import annotations

import importlib
import time
from pathlib import Path

from figure import Figure, Row, main, median
from trackers import uri_of

FIGURE = Figure(
    rows=(Row("10k runs as a DataFrame", "seconds", "s", at_most=0.25),),
    sides=("nbtrack", "mlflow"),
    rounds=3,
    fill="runs-10k",
)


def measure(side: str, folder: Path) -> dict[str, float]:
    module = importlib.import_module(side)
    module.set_tracking_uri(uri_of(side, folder))
    seconds = []
    for _ in range(5 if side == "nbtrack" else 1):
        start = time.perf_counter()
        table = module.search_runs(search_all_experiments=True, max_results=10_000)
        seconds.append(time.perf_counter() - start)
        assert len(table) == 10_000
        assert {"run_id", "metrics.m4", "params.p9"} <= set(table.columns)
    return {"seconds": median(seconds)}


if __name__ == "__main__":
    main(measure)

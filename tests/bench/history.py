"""A metric of a million points: read whole, and as a curve for the screen."""

from __future__ import annotations

import time
from pathlib import Path

from figure import Figure, Row, main, median
from filled import HISTORY_RUN
from trackers import uri_of

FIGURE = Figure(
    rows=(
        Row("1M points to NumPy", "whole", "s", at_most=0.150),
        Row("1M points as a curve of 2,000", "curve", "s", at_most=0.150),
        Row("1M points as Metric objects", "objects", "s"),
    ),
    sides=("nbtrack", "mlflow"),
    rounds=3,
    once=("mlflow",),
    fill="history-1m",
    note="mlflow's way to NumPy is over its objects",
)


def measure(side: str, folder: Path) -> dict[str, float]:
    return nbtrack_side(folder) if side == "nbtrack" else mlflow_side(folder)


def mlflow_side(folder: Path) -> dict[str, float]:
    import mlflow
    import numpy as np

    client = mlflow.MlflowClient(uri_of("mlflow", folder))
    start = time.perf_counter()
    history = client.get_metric_history(HISTORY_RUN, "loss")
    objects = time.perf_counter() - start
    values = np.array([point.value for point in history])
    assert len(values) == 1_000_000
    return {"objects": objects, "whole": time.perf_counter() - start}


def nbtrack_side(folder: Path) -> dict[str, float]:
    import nbtrack
    from nbtrack.journal.folder import StoreFolder
    from nbtrack.query.tree import Series
    from nbtrack.store.duckdb import DuckDBStore

    store = DuckDBStore(StoreFolder(Path(uri_of("nbtrack", folder))))
    client = nbtrack.MlflowClient(uri_of("nbtrack", folder))

    def whole() -> int:
        return len(store.fetch(Series((HISTORY_RUN,), "loss")).columns["value"])

    def curve() -> int:
        return len(store.fetch(Series((HISTORY_RUN,), "loss", points=2_000)).columns["value"])

    def objects() -> int:
        return len(client.get_metric_history(HISTORY_RUN, "loss"))

    assert whole() == 1_000_000
    assert 1_000 <= curve() <= 4_000
    return {
        "whole": timed(whole, 5),
        "curve": timed(curve, 5),
        "objects": timed(objects, 1),
    }


def timed(act, times) -> float:
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - start)
    return median(seconds)


if __name__ == "__main__":
    main(measure)

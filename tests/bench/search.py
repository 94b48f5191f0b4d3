"""The 50 best of 100,000 runs that meet a condition on a metric and one on a param."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from figure import Figure, Row, main, median
from trackers import uri_of

FIGURE = Figure(
    rows=(
        Row("search 100k runs, in the store", "store", "s", at_most=0.060),
        Row("search 100k runs, as objects", "objects", "s", at_most=0.150),
        Row("count the runs that match", "count", "s"),
    ),
    sides=("nbtrack", "mlflow"),
    rounds=3,
    once=("mlflow",),
    fill="runs-100k",
    note=(
        "100k runs of 10 params and 5 metrics; metrics.m0 > 0.5 and params.p0 = '3', ordered by"
        " metrics.m1, 50 rows; mlflow is asked once"
    ),
)
WHERE = "metrics.m0 > 0.5 and params.p0 = '3'"
ORDER = ["metrics.m1 DESC"]


def measure(side: str, folder: Path) -> dict[str, float]:
    if side == "mlflow":
        import mlflow

        mlflow.set_tracking_uri(uri_of(side, folder))
        return {"objects": timed(lambda: objects(mlflow), warm=0, times=1)}
    import nbtrack

    nbtrack.set_tracking_uri(uri_of(side, folder))
    return {
        "objects": timed(lambda: objects(nbtrack)),
        "store": timed(in_the_store(folder)),
        "count": timed(
            lambda: nbtrack.count_runs(search_all_experiments=True, filter_string=WHERE)
        ),
    }


def objects(module) -> None:
    found = module.search_runs(
        filter_string=WHERE,
        order_by=ORDER,
        max_results=50,
        output_format="list",
        search_all_experiments=True,
    )
    values = [run.data.metrics["m1"] for run in found]
    assert len(values) == 50, len(values)
    assert values == sorted(values, reverse=True)


def in_the_store(folder: Path) -> Callable[[], None]:
    """The question alone, without the objects made of its answer."""
    from nbtrack.journal.folder import StoreFolder
    from nbtrack.query.grammar import parse_filter, parse_order
    from nbtrack.query.tree import Runs
    from nbtrack.store.duckdb import DuckDBStore

    store = DuckDBStore(StoreFolder(Path(uri_of("nbtrack", folder))))

    def ask() -> None:
        question = Runs(
            where=parse_filter(WHERE), order_by=parse_order(ORDER, "run"), limit=50, parts=()
        )
        assert len(store.fetch(question).columns["run_id"]) == 50

    return ask


def timed(act: Callable[[], None], warm: int = 1, times: int = 7) -> float:
    """The median of several, after some that warm."""
    for _ in range(warm):
        act()
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - start)
    return median(seconds)


if __name__ == "__main__":
    main(measure)

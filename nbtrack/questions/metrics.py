"""Questions about the points of metrics: as objects, as arrays, as a curve for a screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from nbtrack.query.tree import Rows, Series
from nbtrack.questions import runs
from nbtrack.records.metric import Metric
from nbtrack.store.protocol import Store

__all__ = ["Summary", "arrays", "curve", "history", "summaries"]

CURVE_POINTS = 2000


def history(store: Store, run_id: str, key: str) -> list[Metric]:
    """Every point of a metric of a run, in order of (step, timestamp); none if it has none.

    Raises:
        NotFound: There is no such run.
    """
    answered = store.fetch(Series((run_id,), key, about=True)).columns
    columns = [as_list(answered[name]) for name in POINT_COLUMNS]
    points = [
        Metric(key, value, timestamp, step, model_id, dataset_name, dataset_digest, run_id)
        for step, timestamp, value, model_id, dataset_name, dataset_digest in zip(
            *columns, strict=True
        )
    ]
    if not points:
        runs.get(store, run_id)
    return points


POINT_COLUMNS = ("step", "timestamp", "value", "model_id", "dataset_name", "dataset_digest")


def as_list(column: Any) -> list[Any]:
    found: list[Any] = column if isinstance(column, list) else column.tolist()
    return found


def arrays(
    store: Store,
    run_ids: Sequence[str],
    key: str,
    *,
    start_step: int | None = None,
    end_step: int | None = None,
) -> dict[str, Any]:
    """NumPy arrays `run` (the place in `run_ids`), `step`, `timestamp` and `value`.

    Args:
        store: Where.
        run_ids: Of which runs; one that is not there has no points.
        key: The metric.
        start_step: The first step wanted.
        end_step: The last step wanted.
    """
    return store.fetch(Series(tuple(run_ids), key, start_step, end_step)).columns


def curve(
    store: Store,
    run_ids: Sequence[str],
    key: str,
    *,
    points: int = CURVE_POINTS,
    start_step: int | None = None,
    end_step: int | None = None,
) -> dict[str, Any]:
    """As `arrays`, with at most some `points` for each run: extremes stay, the rest is left out."""
    return store.fetch(Series(tuple(run_ids), key, start_step, end_step, points)).columns


class Summary(NamedTuple):
    """A metric of a run: its latest point, how many there are, the least and the greatest value."""

    key: str
    value: float
    step: int
    n: int
    min: float | None
    max: float | None


def summaries(store: Store, run_id: str) -> list[Summary]:
    """The metrics of a run by name, from what is kept of them: no point is read."""
    found = store.fetch(Rows("latest", (run_id,))).columns
    columns = (found[name] for name in Summary._fields)
    return [Summary(*row) for row in zip(*columns, strict=True)]


def table(store: Store, run_ids: Sequence[str]) -> dict[str, Any]:
    """Every point of every metric of some runs, by column."""
    return store.fetch(Rows("metrics", tuple(run_ids))).columns

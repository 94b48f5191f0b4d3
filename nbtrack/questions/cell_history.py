"""Earlier runs of a cell, and the best of them: what its card shows beside the newest run."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from nbtrack.query.tree import Comparison, Field, Runs
from nbtrack.questions import runs
from nbtrack.store.protocol import Store

__all__ = ["CELL_TAG", "CellRun", "best", "previous_runs"]

CELL_TAG = "nbtrack.cell"
"""The tag by which a run names its cell; its value is the cell's key."""


class CellRun(NamedTuple):
    """An earlier run of a cell, with its latest metrics and its params."""

    run_id: str
    run_name: str | None
    status: str | None
    start_time: int | None
    duration_seconds: float | None
    metrics: dict[str, float]
    params: dict[str, str]


def previous_runs(store: Store, cell_key: str, limit: int = 50) -> list[CellRun]:
    """The runs of a cell, newest first; deleted ones are left out."""
    of_cell = Comparison(Field("tag", CELL_TAG), "=", cell_key)
    question = Runs(where=of_cell, limit=limit, parts=("params", "metrics"), hints=False)
    return [
        CellRun(
            run.info.run_id,
            run.info.run_name,
            run.info.status,
            run.info.start_time,
            run.info.duration_seconds,
            run.data.metrics,
            run.data.params,
        )
        for run in runs.found(store, question)
    ]


def best(history: Iterable[CellRun], metric: str, *, maximize: bool = True) -> CellRun | None:
    """The run with the best value of a metric, the newer of equals; None if no run has it.

    NaN is never the best.
    """
    having = [run for run in history if not math.isnan(run.metrics.get(metric, math.nan))]
    sign = 1 if maximize else -1
    return max(having, key=lambda run: sign * run.metrics[metric], default=None)

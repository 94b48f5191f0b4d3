"""Earlier runs of a cell, and the best of them: what its card shows beside the newest run."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from nbtrack.query.tree import Comparison, Field, Runs, Sql
from nbtrack.questions import runs
from nbtrack.questions.directions import direction
from nbtrack.store.protocol import Store

__all__ = ["CELL_TAG", "CellNow", "CellRun", "best", "newest_runs", "previous_runs"]

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


class CellNow(NamedTuple):
    """The newest run of a cell, and the metric that says most of it beside the run before."""

    cell_id: str
    run_id: str
    run_name: str | None
    status: str | None
    run_count: int
    """How many runs the cell has."""
    metric: str | None = None
    value: float | None = None
    previous: float | None = None
    """What the run before had."""

    @property
    def is_better(self) -> bool | None:
        """Whether the value is better than before; None where that cannot be told."""
        before, now = self.previous, self.value
        sign = direction(self.metric or "")
        if before is None or now is None or not sign or before == now:
            return None
        if math.isnan(before) or math.isnan(now):
            return None
        return sign * now > sign * before


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


def newest_runs(store: Store, cell_ids: Iterable[str]) -> dict[str, CellNow]:
    """The newest run of each of some cells, in one question; cells without runs are left out."""
    wanted = ", ".join("'" + it.replace("'", "''") + "'" for it in dict.fromkeys(cell_ids))
    if not wanted:
        return {}
    columns = store.fetch(Sql(NEWEST.format(wanted=wanted))).columns
    told: dict[str, CellNow] = {}
    before: dict[str, dict[str, float]] = {}
    metrics: dict[str, dict[str, float]] = {}
    for row in zip(*columns.values(), strict=True):
        cell_id, run_id, name, status, count, place, key, value = row
        if place == 1:
            told[cell_id] = CellNow(cell_id, run_id, name, status, int(count))
        if key is not None:
            (metrics if place == 1 else before).setdefault(cell_id, {})[key] = float(value)
    for cell_id, found in metrics.items():
        key = min(found, key=rank)
        earlier = before.get(cell_id, {}).get(key)
        told[cell_id] = told[cell_id]._replace(metric=key, value=found[key], previous=earlier)
    return told


NEWEST = f"""
WITH placed AS (
  SELECT t.value AS cell_id, r.run_id, r.run_name, r.status,
    count(*) OVER (PARTITION BY t.value) AS count,
    row_number() OVER (PARTITION BY t.value ORDER BY r.run_id DESC) AS place
  FROM tags t JOIN runs r ON r.run_id = t.run_id
  WHERE t.key = '{CELL_TAG}' AND t.value IN ({{wanted}}) AND r.lifecycle_stage = 'active')
SELECT cell_id, p.run_id, run_name, status, count, place, key, m.value
FROM placed p LEFT JOIN latest_metrics m ON m.run_id = p.run_id
WHERE place <= 2
ORDER BY cell_id, place, key"""
"""The last two runs of cells, a row for each of their metrics."""


def rank(key: str) -> tuple[bool, bool, int, int, str]:
    """How far from telling most of a run a metric is, by its name; what was measured first."""
    found = direction(key)
    return (key.startswith("system/"), key.startswith("training_"), not found, -found, key)


def best(history: Iterable[CellRun], metric: str, *, maximize: bool = True) -> CellRun | None:
    """The run with the best value of a metric, the newer of equals; None if no run has it.

    NaN is never the best.
    """
    having = [run for run in history if not math.isnan(run.metrics.get(metric, math.nan))]
    sign = 1 if maximize else -1
    return max(having, key=lambda run: sign * run.metrics[metric], default=None)

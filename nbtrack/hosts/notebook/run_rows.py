"""Runs as rows of a table: `%runs` and `%compare` show them, with a curve and what is best."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nbtrack.hosts.notebook.run_scope import quoted
from nbtrack.panels.run_table import RunRow
from nbtrack.query.tree import Sql
from nbtrack.questions import metrics
from nbtrack.questions.directions import direction
from nbtrack.records.entities import Run

if TYPE_CHECKING:
    from nbtrack.store.protocol import Store

__all__ = ["best_of", "rows_of"]

CURVE_POINTS = 24


def rows_of(store: Store, found: Sequence[Run], chosen: Sequence[str]) -> list[RunRow]:
    """Runs as rows, with the curve of the metric that most of them logged over steps."""
    ids = [it.info.run_id for it in found]
    numbers, curves = numbers_of(store, ids), curves_of(store, ids, chosen)
    return [
        RunRow(
            name=run.info.run_name or run.info.run_id,
            status=run.info.status or "",
            start_time=run.info.start_time,
            duration_seconds=run.info.duration_seconds,
            number=numbers.get(run.info.run_id),
            metrics={k: v for k, v in run.data.metrics.items() if is_shown(k, chosen)},
            params=run.data.params,
            curve=curves.get(run.info.run_id, ()),
            run_id=run.info.run_id,
        )
        for run in found
    ]


def best_of(rows: Sequence[RunRow]) -> dict[str, float]:
    """The best value of each metric of which its name says what is better."""
    found = {}
    for key in dict.fromkeys(key for row in rows for key in row.metrics):
        values = [row.metrics[key] for row in rows if key in row.metrics]
        values = [it for it in values if not math.isnan(it)]
        sign = direction(key)
        if len(set(values)) > 1 and sign:
            found[key] = min(values) if sign < 0 else max(values)
    return found


def is_shown(key: str, chosen: Sequence[str]) -> bool:
    """Whether a metric may be a column: those of the system only where somebody chose them."""
    return key in chosen or not key.startswith("system/")


def numbers_of(store: Store, run_ids: Sequence[str]) -> dict[str, int]:
    """The execution count of the cell of each run."""
    text = (
        "SELECT run_id, max(number) AS number FROM executions WHERE number IS NOT NULL "
        f"AND run_id IN ({', '.join(map(quoted, run_ids))}) GROUP BY run_id"
    )
    answered = store.fetch(Sql(text)).columns if run_ids else {"run_id": [], "number": []}
    return {str(k): int(v) for k, v in zip(answered["run_id"], answered["number"], strict=True)}


def curves_of(
    store: Store, run_ids: Sequence[str], chosen: Sequence[str]
) -> dict[str, list[float]]:
    """The points of one metric for each run: a chosen one, else that of most runs."""
    text = (
        "SELECT key FROM latest_metrics "
        f"WHERE n > 1 AND run_id IN ({', '.join(map(quoted, run_ids))})"
    )
    keys = Counter(map(str, store.fetch(Sql(text)).columns["key"])) if run_ids else Counter[str]()
    drawn = [it for it in chosen if it in keys]
    drawn += [it for it, _ in keys.most_common() if is_shown(it, ())]
    if not drawn:
        return {}
    points = metrics.curve(store, run_ids, drawn[0], points=CURVE_POINTS)
    found: dict[str, list[float]] = {}
    for place, value in zip(points["run"], points["value"], strict=True):
        found.setdefault(run_ids[int(place)], []).append(float(value))
    return found

"""Runs as rows of a table: `%runs` and `%compare` show them, with a curve and what is best."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.panels.run_table import RunRow
from nbtrack.query.tree import Curves, Rows, RunCells, Together
from nbtrack.questions.directions import direction
from nbtrack.records.entities import Run

if TYPE_CHECKING:
    from nbtrack.store.protocol import Answer, Store

__all__ = ["best_of", "extras_of", "rows_of"]

CURVE_POINTS = 24


def rows_of(store: Store, found: Sequence[Run], chosen: Sequence[str]) -> list[RunRow]:
    """Runs as rows, with the curve of a chosen metric, else of that which most of them have."""
    ids = [it.info.run_id for it in found]
    numbers, several = extras_of(store, ids)
    drawn = [it for it in chosen if it in several] + [it for it in several if is_shown(it, ())]
    curves = curves_of(store, ids, drawn[0]) if drawn else {}
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


class Extras(NamedTuple):
    """What rows show beside the runs themselves."""

    numbers: Mapping[str, int]
    """The execution count of the cell of each run."""
    over_steps: Sequence[str]
    """Metrics with several points, those that most runs have first."""


def extras_of(store: Store, run_ids: Sequence[str]) -> Extras:
    """The cells of some runs, and which of their metrics have curves, in one question."""
    ids = tuple(run_ids)
    told: list[Answer] = store.fetch(Together((RunCells(ids), Rows("latest", ids)))).columns[
        "answer"
    ]
    cells, latest = (it.columns for it in told)
    pairs = zip(cells["run_id"], cells["number"], strict=True)
    numbers = {str(run_id): int(number) for run_id, number in pairs if number is not None}
    several = zip(latest["key"], latest["n"], strict=True)
    keys = Counter(str(key) for key, count in several if count > 1)
    return Extras(numbers, [key for key, _ in keys.most_common()])


def curves_of(store: Store, run_ids: Sequence[str], key: str) -> dict[str, list[float]]:
    """The points of a metric for each run that has some."""
    points = store.fetch(Curves(tuple(run_ids), (key,), CURVE_POINTS)).columns
    found: dict[str, list[float]] = {}
    for place, value in zip(points["run"], points["value"], strict=True):
        found.setdefault(run_ids[int(place)], []).append(float(value))
    return found

"""The card of a tracked cell: its run beside the earlier runs of the cell."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from nbtrack.api.runs.ending import message_of
from nbtrack.capture.slices import step_reasons
from nbtrack.panels.card import Card, DatasetRow, MetricRow
from nbtrack.questions.directions import direction

if TYPE_CHECKING:
    from nbtrack.api.cells.run import CellRun
    from nbtrack.capture.provenance import Provenance
    from nbtrack.capture.sources.data import DataFacts
    from nbtrack.capture.step import Step
    from nbtrack.hosts.notebook.history import CellHistory, Earlier

__all__ = ["card_of", "metric_row", "stale_inputs"]

SYSTEM = "system/"
"""Metrics of the machine's load, which are not the cell's."""

MOST_STALE = 5

TRAINING = "training_"
"""How metrics begin that autologging takes on the data of a fit."""


def card_of(
    run: CellRun,
    history: CellHistory,
    key: str,
    error: BaseException | None = None,
    stale: list[str] | None = None,
) -> Card:
    """The card, as far as the earlier runs of the cell are known."""
    here, info = run.here, run.run
    earlier = history.runs(here, key, info.run_id)
    previous = earlier[0] if earlier else None
    changed = changed_params(run.params, previous)
    own = {it for it in run.own_params if it in run.params}
    return Card(
        run_name=info.run_name or info.run_id,
        run_id=info.run_id,
        experiment_name=history.name_of(here, info.experiment_id),
        status=run.status,  # type: ignore[arg-type]
        duration_seconds=run.seconds,
        params=run.params,
        metrics=[
            metric_row(name, value, earlier, info.curves.get(name, []))
            for name, value in in_order(run.metrics)
        ],
        artifacts=run.artifacts,
        models=run.models[::-1],
        datasets=[dataset_row(it, previous) for it in run.inputs],
        warnings=run.warnings,
        error=None if error is None else (type(error).__name__, message_of(error)),
        stale=stale or [],
        run_number=history.number(here, key, info.run_id) if run.is_new else None,
        changed_params=changed,
        own_params=len(own | changed.keys()) if own else None,
        notes=notes_of(run),
        is_named=run.is_named,
    )


def in_order(metrics: dict[str, float]) -> list[tuple[str, float]]:
    """The metrics to show: what a library measured on its training data after the others."""
    shown = [it for it in metrics.items() if not it[0].startswith(SYSTEM)]
    return sorted(shown, key=lambda it: it[0].startswith(TRAINING))


def notes_of(run: CellRun) -> list[str]:
    """What is to say of a run that did not begin with the cell."""
    if not run.is_own:
        return [f"part of the open run {run.run.run_name}"]
    return [] if run.is_new else ["this run was begun before and went on here"]


def changed_params(params: dict[str, str], previous: Earlier | None) -> dict[str, str]:
    """The params that had another value in the run before, with that value."""
    if previous is None:
        return {}
    known = previous.params
    return {key: known[key] for key, value in params.items() if known.get(key, value) != value}


def dataset_row(facts: DataFacts, previous: Earlier | None) -> DatasetRow:
    """A dataset, and whether it is another than in the run before."""
    known = previous.inputs if previous is not None and previous.inputs else {}
    is_changed = known.get(facts.name, facts.digest) != facts.digest
    return DatasetRow(facts.name, shape_of(facts.profile), facts.digest[:8], is_changed)


def metric_row(
    key: str, value: float, earlier: list[Earlier], curve: list[float] | None = None
) -> MetricRow:
    """A metric beside its values in earlier runs of the cell, which come newest first.

    What is best is told where the name says which way is better, and of numbers only.
    """
    values = [run.metrics[key] for run in earlier if key in run.metrics]
    previous = values[0] if values else None
    numbers = [it for it in values if not math.isnan(it)]
    sign = direction(key)
    best = max(numbers, key=lambda it: sign * it) if numbers and sign else None
    is_best = best is not None and sign * value > sign * best
    return MetricRow(key, value, previous, best, is_best, values[::-1], curve or ())


def shape_of(profile: str | None) -> str:
    """Rows and columns of a dataset."""
    found = json.loads(profile) if profile else {}
    if "num_rows" in found and "num_columns" in found:
        return f"{found['num_rows']:,} × {found['num_columns']:,}"
    return f"{found['num_rows']:,} rows" if "num_rows" in found else ""


def stale_inputs(session: Provenance, step: Step) -> list[str]:
    """What a cell read that does not follow from the present code and data."""
    found = [it for it in step_reasons(session, [step]) if it.step is not step]
    return [str(it) for it in found][:MOST_STALE]

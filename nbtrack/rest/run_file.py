"""Runs as text for spreadsheets: a row a run, a column for each param, metric and tag."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from nbtrack.query.tree import Runs
from nbtrack.questions import runs
from nbtrack.questions.notebook_runs import with_ids
from nbtrack.rest.numbers import sendable
from nbtrack.store.protocol import Store

__all__ = ["table_of"]

INFO = (
    *("run_id", "run_name", "status", "experiment_id", "user_id", "start_time", "end_time"),
    "duration_seconds",
)
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What begins so is a formula to a spreadsheet, and names and params may be anybody's."""


def table_of(store: Store, run_ids: Sequence[str]) -> str:
    """Some runs in their order; one that is not there is left out."""
    asked = Runs(
        where=with_ids(run_ids), view="ALL", parts=("params", "metrics", "tags"), hints=False
    )
    by_id = {it.info.run_id: it for it in runs.found(store, asked)}
    chosen = [by_id[it] for it in dict.fromkeys(run_ids) if it in by_id]
    metrics = keys_of(run.data.metrics for run in chosen)
    params = keys_of(run.data.params for run in chosen)
    tags = keys_of(run.data.tags for run in chosen)
    text = io.StringIO()
    writer = csv.writer(text)
    keyed = {"metrics": metrics, "params": params, "tags": tags}
    writer.writerow([*INFO, *(f"{kind}.{key}" for kind, keys in keyed.items() for key in keys)])
    for run in chosen:
        writer.writerow(
            [
                *(harmless(getattr(run.info, name)) for name in INFO),
                *(sendable(run.data.metrics.get(key)) for key in metrics),
                *(harmless(run.data.params.get(key)) for key in params),
                *(harmless(run.data.tags.get(key)) for key in tags),
            ]
        )
    return text.getvalue()


def keys_of(parts: Iterable[dict[str, float] | dict[str, str]]) -> list[str]:
    """The keys that any of some runs has, in order."""
    return sorted({key for part in parts for key in part})


def harmless(value: object) -> object:
    """A value that no spreadsheet takes for a formula; numbers stay numbers."""
    if not isinstance(value, str) or not value.startswith(FORMULAS):
        return value
    try:
        float(value)
    except ValueError:
        return f"'{value}"
    return value

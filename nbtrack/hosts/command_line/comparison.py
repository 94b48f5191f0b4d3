"""How runs differ: what only some share, what all share, and their metrics; pure values."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from nbtrack.records.entities import Run

__all__ = ["Comparison", "compare", "worded_change"]

Value = TypeVar("Value")

HIDDEN_TAGS = ("mlflow.", "nbtrack.")
NAMED_TAGS = {
    "mlflow.source.git.commit": "git commit",
    "mlflow.source.git.branch": "git branch",
    "mlflow.source.name": "source",
    "mlflow.parentRunId": "parent run",
}


class Comparison(NamedTuple):
    """Values side by side, one for each run in order; None where a run has none."""

    run_ids: list[str]
    different: dict[str, dict[str, list[str | None]]]
    same: dict[str, dict[str, str | None]]
    metrics: dict[str, list[float | None]]


def compare(runs: Sequence[Run], experiments: Mapping[str, str]) -> Comparison:
    """Lay runs side by side.

    Args:
        runs: Two or more.
        experiments: The experiments' names by id.
    """
    facts: dict[str, list[dict[str, str]]] = {
        "attributes": [attributes(run, experiments) for run in runs],
        "params": [dict(run.data.params) for run in runs],
        "tags": [own_tags(run) for run in runs],
        "datasets": [datasets(run) for run in runs],
    }
    different: dict[str, dict[str, list[str | None]]] = {}
    same: dict[str, dict[str, str | None]] = {}
    for kind, by_run in facts.items():
        for key, values in side_by_side(by_run).items():
            if len(set(values)) > 1:
                different.setdefault(kind, {})[key] = values
            else:
                same.setdefault(kind, {})[key] = values[0]
    metrics = side_by_side([dict(run.data.metrics) for run in runs])
    return Comparison([run.info.run_id for run in runs], different, same, metrics)


def side_by_side(by_run: Sequence[Mapping[str, Value]]) -> dict[str, list[Value | None]]:
    """Each key's values, one for each run."""
    keys = sorted(set(itertools.chain.from_iterable(by_run)))
    return {key: [values.get(key) for values in by_run] for key in keys}


def attributes(run: Run, experiments: Mapping[str, str]) -> dict[str, str]:
    """What a run is, besides its name and times."""
    info = run.info
    found = {
        "experiment": experiments.get(str(info.experiment_id), str(info.experiment_id)),
        "status": info.status,
        "user": info.user_id,
    }
    found |= {name: run.data.tags.get(tag) for tag, name in NAMED_TAGS.items()}
    return {name: value for name, value in found.items() if value is not None}


def own_tags(run: Run) -> dict[str, str]:
    """The tags that a person set."""
    return {key: value for key, value in run.data.tags.items() if not key.startswith(HIDDEN_TAGS)}


def datasets(run: Run) -> dict[str, str]:
    """Each dataset's digest by name; several of one name together."""
    found: dict[str, list[str]] = {}
    for item in run.inputs.dataset_inputs:
        found.setdefault(item.dataset.name, []).append(item.dataset.digest)
    return {name: ", ".join(sorted(digests)) for name, digests in found.items()}


def worded_change(before: float | None, after: float | None, number: Callable[[Any], str]) -> str:
    """How far one value is from another, in itself and in percent."""
    if before is None or after is None:
        return ""
    change = after - before
    if change != change:  # noqa: PLR0124 - only NaN differs from itself
        return ""
    if change == 0:
        return "="
    percent = f" ({change / abs(before):+.1%})" if before and abs(change / before) < 100 else ""
    return f"{'+' if change > 0 else ''}{number(change)}{percent}"

"""All that is known of a run, gathered for the sheet that `%run_info` shows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from nbtrack.api.models.run_models import models_of_run
from nbtrack.api.session import session
from nbtrack.errors import NotFound
from nbtrack.panels import formats
from nbtrack.panels.card import DatasetRow, Status
from nbtrack.panels.run_sheet import CellCode, Fact, RunSheet, SheetMetric
from nbtrack.panels.theme import STATUS
from nbtrack.query.tree import Sql
from nbtrack.questions import executions, experiments, metrics
from nbtrack.questions.artifacts import files
from nbtrack.records.entities import DatasetInput, Run

if TYPE_CHECKING:
    from nbtrack.store.protocol import Store

__all__ = ["ShownRun", "sheet_of"]

CURVES = 24
"""Of so many metrics the curve is drawn: each is a question of its own."""

CURVE_POINTS = 40
MOST_CELLS = 30
OURS = ("mlflow.", "nbtrack.")


@dataclass(frozen=True, kw_only=True)
class ShownRun(RunSheet):
    """The sheet of a run, which also gives the run.

    Attributes:
        run: The run, as `get_run` gives it.
    """

    run: Run | None = None


def sheet_of(store: Store, run: Run) -> ShownRun:
    """The sheet of a run."""
    run_id, status = run.info.run_id, run.info.status or "RUNNING"
    made = models_of_run(session(), run_id)
    folders = tuple(f"{it.name}/" for it in made)
    tags = {key: it for key, it in run.data.tags.items() if not key.startswith(OURS)}
    return ShownRun(
        run_name=run.info.run_name or run_id,
        status=cast("Status", status if status in STATUS else "RUNNING"),
        run_id=run_id,
        overview=overview(store, run),
        params=dict(sorted(run.data.params.items())),
        metrics=metrics_of(store, run_id),
        tags=dict(sorted(tags.items())),
        artifacts=[
            (it.path, it.file_size)
            for it in files(store, run_id)
            if not it.path.startswith(folders)
        ],
        datasets=[dataset_row(it) for it in run.inputs.dataset_inputs],
        cells=cells_of(store, run_id),
        models=made,
        run=run,
    )


def overview(store: Store, run: Run) -> list[Fact]:
    """Who, when, from where and how it ended, as far as it is known."""
    info, tags = run.info, run.data.tags
    failed = (tags.get("nbtrack.error.type"), tags.get("nbtrack.error.message"))
    started = f"{formats.clock(info.start_time)}, {formats.ago(info.start_time)}"
    found = [
        Fact("id", info.run_id),
        Fact("experiment", experiment_name(store, str(info.experiment_id)), is_stable=True),
        Fact("started", started if info.start_time else ""),
        Fact("took", formats.duration(info.duration_seconds)),
        Fact("user", info.user_id or ""),
        Fact("source", tags.get("mlflow.source.name", ""), is_stable=True),
        Fact("commit", tags.get("mlflow.source.git.commit", "")[:12]),
        Fact("parent", tags.get("mlflow.parentRunId", "")),
        Fact("description", tags.get("mlflow.note.content", ""), is_stable=True),
        Fact("error", ": ".join(it for it in failed if it), is_stable=True),
        Fact("python", tags.get("nbtrack.env.python", "")),
        Fact("seed", tags.get("nbtrack.seed", ""), is_stable=True),
    ]
    if info.lifecycle_stage == "deleted":
        found.append(Fact("deleted", "yes; restore_run brings it back", is_stable=True))
    return [it for it in found if it.value]


def experiment_name(store: Store, experiment_id: str) -> str:
    """What an experiment is called; its id if it is gone."""
    try:
        return experiments.get(store, experiment_id).name
    except NotFound:
        return experiment_id


def metrics_of(store: Store, run_id: str) -> list[SheetMetric]:
    """The metrics of a run by name, with the curves of those that have several points."""
    literal = "'" + run_id.replace("'", "''") + "'"
    text = (
        f"SELECT key, value, n, min, max FROM latest_metrics WHERE run_id = {literal} ORDER BY key"
    )
    columns = store.fetch(Sql(text)).columns
    names = ("key", "value", "n", "min", "max")
    rows = [
        SheetMetric(str(key), float(value), int(points), least, most)
        for key, value, points, least, most in zip(*(columns[it] for it in names), strict=True)
    ]
    curved = [it.key for it in rows if it.points > 1][:CURVES]
    curves = {key: curve_of(store, run_id, key) for key in curved}
    return [it._replace(curve=curves.get(it.key, ())) for it in rows]


def curve_of(store: Store, run_id: str, key: str) -> list[float]:
    """The points of a metric, few enough to be drawn."""
    found = metrics.curve(store, [run_id], key, points=CURVE_POINTS)["value"]
    return [float(it) for it in found]


def dataset_row(given: DatasetInput) -> DatasetRow:
    """A dataset that the run read, with its rows and columns where they were told."""
    data = given.dataset
    profile, schema = decoded(data.profile), decoded(data.schema)
    rows, size = profile.get("num_rows"), profile.get("num_bytes")
    columns = next((len(it) for it in schema.values() if isinstance(it, list)), None)
    told = formats.size(size) if isinstance(size, int) else ""
    if isinstance(rows, int):
        told = f"{rows:,} × {columns:,}" if columns else f"{rows:,} rows"
    return DatasetRow(data.name, told, data.digest)


def decoded(text: str | None) -> dict[str, Any]:
    """A profile or schema as it was given; nothing where it is no JSON object."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def cells_of(store: Store, run_id: str) -> list[CellCode]:
    """The cells that the run is, or that it came from, in the order in which they ran."""
    own = [it.execution_id for it in executions.of_run(store, run_id)]
    found = executions.closure(store, own).executions if own else []
    return [
        CellCode(it.number, first_line(it.source or ""), it.source or "")
        for it in found[-MOST_CELLS:]
    ]


def first_line(source: str) -> str:
    """The first line of code of a cell."""
    told: Sequence[str] = [it.strip() for it in source.splitlines() if it.strip()]
    code = [it for it in told if not it.startswith(("#", "%"))]
    return next(iter(code or told), "")

"""All that is known of one run, for its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nbtrack.api.chosen_run import quoted
from nbtrack.api.differences.data_changes import DataState
from nbtrack.api.differences.diff import environment_of
from nbtrack.api.files.run_files import found_file
from nbtrack.api.models.run_models import described
from nbtrack.api.session import Session
from nbtrack.errors import NotFound
from nbtrack.query.tree import Comparison, Executions, Field, Order, Question, Rows, Runs
from nbtrack.questions import executions, experiments, logged_models, metrics, model_versions, runs
from nbtrack.questions.metrics import Summary
from nbtrack.records.entities import DatasetInput, Run
from nbtrack.records.execution import Execution
from nbtrack.rest.executions import first_cell
from nbtrack.rest.numbers import sendable
from nbtrack.rest.routing import Request, Route
from nbtrack.rest.shapes import DatasetItem, LoggedModelItem, MetricItem, RunReply, RunRow

__all__ = ["ROUTES", "page", "run"]

PARENT_TAG = "mlflow.parentRunId"
COMMIT_TAG = "mlflow.source.git.commit"
NOTE_TAG = "mlflow.note.content"
CONTEXT_TAG = "mlflow.data.context"
ERROR_TAGS = ("nbtrack.error.type", "nbtrack.error.message")
TRACEBACK_FILE = "traceback.txt"
LONGEST_ERROR = 100_000

MOST_CHILDREN = 500
MOST_DESCRIBED = 50
"""The MLmodel file of so many models is read: a run may keep one at every step."""


def run(request: Request) -> RunReply:
    """The page of a run.

    Raises:
        NotFound: There is no such run.
    """
    return page(request.here, request.path["run_id"])


def page(here: Session, run_id: str) -> RunReply:
    """The page of a run of a store.

    Raises:
        NotFound: There is no such run.
    """
    with here.store.one_look(*questions(run_id)):
        return page_now(here, runs.get(here.store, run_id))


def questions(run_id: str) -> tuple[Question, ...]:
    """What the page of a run surely asks."""
    rows = (Rows(table, (run_id,)) for table in ("latest", "run_files", "param_conflicts"))
    return (runs.by_id(run_id), Executions(run_id=run_id), *rows, children_of(run_id))


def page_now(here: Session, found: Run) -> RunReply:
    """The page of a run that was found."""
    run_id = found.info.run_id
    own = executions.of_run(here.store, run_id)
    return RunReply(
        run=row(found, own),
        artifact_uri=found.info.artifact_uri or "",
        params=found.data.params,
        metrics=[metric_item(it) for it in metrics.summaries(here.store, run_id)],
        tags=found.data.tags,
        datasets=[dataset_item(it) for it in found.inputs.dataset_inputs],
        models=models(here, run_id),
        cell=first_cell(own),
        experiment_name=experiments.get(here.store, str(found.info.experiment_id)).name,
        description=found.data.tags.get(NOTE_TAG, ""),
        git_commit=found.data.tags.get(COMMIT_TAG),
        environment=environment(here, found),
        children=children(here, run_id),
        conflicts=[conflict(it) for it in runs.conflicts(here.store, [run_id])],
        error=error_of(here, found, own),
    )


def row(found: Run, own: Sequence[Execution] = ()) -> RunRow:
    """A run as a row, with its metrics."""
    cell = own[0] if own else None
    return RunRow(
        run_id=found.info.run_id,
        run_name=found.info.run_name or found.info.run_id,
        status=found.info.status or "",
        experiment_id=str(found.info.experiment_id),
        start_time=found.info.start_time,
        end_time=found.info.end_time,
        user_id=found.info.user_id,
        number=None if cell is None else cell.number,
        cell_id=None if cell is None else cell.cell_id,
        notebook=None if cell is None else cell.notebook,
        parent_run_id=found.data.tags.get(PARENT_TAG),
        lifecycle_stage=found.info.lifecycle_stage,
        values={f"metrics.{key}": sendable(value) for key, value in found.data.metrics.items()},
    )


def metric_item(told: Summary) -> MetricItem:
    """A metric of the run."""
    return MetricItem(
        key=told.key,
        value=sendable(told.value),
        step=told.step,
        count=told.n,
        min=sendable(told.min),
        max=sendable(told.max),
    )


def dataset_item(given: DatasetInput) -> DatasetItem:
    """A dataset that the run read."""
    contexts = [tag.value for tag in given.tags if tag.key == CONTEXT_TAG]
    state = DataState(given.dataset)
    return DatasetItem(
        name=given.dataset.name,
        digest=given.dataset.digest,
        source_type=given.dataset.source_type or "",
        context=", ".join(contexts),
        shape=state.shape,
        source=state.place,
        columns=state.dtypes,
    )


def models(here: Session, run_id: str) -> list[LoggedModelItem]:
    """The models that the run made, the newest first, with every version that they became."""
    found = logged_models.of_run(here.store, run_id)
    if not found:
        return []
    words = f"run_id = {quoted(run_id)}"
    versions = model_versions.search(here.store, words, max_results=None)
    items = []
    for place, it in enumerate(found):
        model = it.model
        told = described(here, it) if place < MOST_DESCRIBED else None
        items.append(
            LoggedModelItem(
                model_id=model.model_id,
                name=model.name,
                status=model.status.value,
                flavor="" if told is None else told.flavor,
                signature="" if told is None else told.signature,
                registrations=[
                    f"{version.name}/{version.version}"
                    for version in versions
                    if version.model_id == model.model_id
                ],
            )
        )
    return items


def environment(here: Session, found: Run) -> dict[str, str]:
    """What the run ran on: `python`, `platform` …, then each package as `packages.numpy`."""
    kept = environment_of(here, found)
    prefix = "nbtrack.env."
    told = {
        key.removeprefix(prefix): value
        for key, value in found.data.tags.items()
        if key.startswith(prefix)
    }
    facts = {key: words(value) for key, value in kept.items() if not isinstance(value, Mapping)}
    packages = kept.get("packages")
    versions = packages if isinstance(packages, Mapping) else {}
    return {key: it for key, it in {**facts, **told}.items() if it} | {
        f"packages.{name}": str(versions[name]) for name in sorted(versions, key=str.lower)
    }


def words(value: Any) -> str:
    """A fact of an environment as a text."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def children(here: Session, run_id: str) -> list[RunRow]:
    """The runs that were started within the run, the first one first."""
    found = runs.found(here.store, children_of(run_id))
    cells = executions.of_runs(here.store, [it.info.run_id for it in found])
    return [row(it, cells.get(it.info.run_id, ())) for it in found]


def children_of(run_id: str) -> Runs:
    """The question that finds the runs within a run."""
    return Runs(
        where=Comparison(Field("tag", PARENT_TAG), "=", run_id),
        order_by=tuple(Order(Field("attribute", name)) for name in ("start_time", "run_id")),
        limit=MOST_CHILDREN,
        parts=("metrics", "tags"),
        hints=False,
    )


def conflict(told: Mapping[str, Any]) -> str:
    """A param that two processes wrote with different values."""
    return f"{told['key']}: {told['kept']} was kept, {told['refused']} was refused"


def error_of(here: Session, found: Run, own: Sequence[Execution]) -> str:
    """The traceback that the run ended with: its cell's, else its file's, else what tags say."""
    told = next((it.error for it in reversed(own) if it.error), None)
    named = [found.data.tags[key] for key in ERROR_TAGS if found.data.tags.get(key)]
    if told is not None or not named:
        return told or ""
    try:
        kept = found_file(here, found.info.run_id, TRACEBACK_FILE, found.info.experiment_id)
    except NotFound:  # it was recorded, and its bytes are gone
        kept = None
    if kept is None:
        return ": ".join(named)
    with kept as file:
        return file.read(LONGEST_ERROR).decode(errors="replace")


ROUTES = (Route("GET", "runs/{run_id}", run),)

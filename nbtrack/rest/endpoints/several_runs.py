"""Some runs as far as a comparison goes, read in one go."""

from __future__ import annotations

from typing import Any

from nbtrack.errors import InvalidValue
from nbtrack.query.tree import Question, Rows, Runs, Together
from nbtrack.questions import executions
from nbtrack.questions.metrics import Summary
from nbtrack.questions.notebook_runs import with_ids
from nbtrack.questions.runs import run_from
from nbtrack.rest.endpoints.run import COMMIT_TAG, dataset_item, metric_item, row
from nbtrack.rest.executions import first_cell
from nbtrack.rest.routing import Request, Route
from nbtrack.rest.shapes import RunReply, SeveralReply
from nbtrack.store.protocol import Answer

__all__ = ["ROUTES", "asked_runs", "several"]

MOST_RUNS = 100


def several(request: Request) -> SeveralReply:
    """Params, metrics, tags and data of the runs that there are, in the order asked for.

    Raises:
        InvalidValue: None is named, or too many.
    """
    ids = asked_runs(request)
    store = request.here.store
    parts: tuple[Question, ...] = tuple(Rows("latest", (it,)) for it in ids)
    runs = Runs(where=with_ids(ids), view="ALL", parts=("params", "tags", "inputs"), limit=len(ids))
    told: list[Answer] = store.fetch(Together((runs, *parts))).columns["answer"]
    found = {run.info.run_id: run for run in map(run_from, rows_of(told[0]))}
    cells = executions.of_runs(store, found)
    replies = []
    for run_id, latest in zip(ids, told[1:], strict=True):
        if run_id not in found:
            continue
        run, own = found[run_id], cells.get(run_id, [])
        replies.append(
            RunReply(
                run=row(run, own),
                artifact_uri=run.info.artifact_uri or "",
                params=run.data.params,
                metrics=[
                    metric_item(Summary(**{name: it[name] for name in Summary._fields}))
                    for it in rows_of(latest)
                ],
                tags=run.data.tags,
                datasets=[dataset_item(it) for it in run.inputs.dataset_inputs],
                models=[],
                cell=first_cell(own),
                git_commit=run.data.tags.get(COMMIT_TAG),
            )
        )
    return SeveralReply(runs=replies)


def asked_runs(request: Request) -> tuple[str, ...]:
    """The runs that a request names, each once.

    Raises:
        InvalidValue: None is named, or too many.
    """
    ids = tuple(dict.fromkeys(request.listed("run_ids") or []))
    if not 0 < len(ids) <= MOST_RUNS:
        raise InvalidValue(
            f"{len(ids)} runs are asked for; name 1 to {MOST_RUNS} by run_ids, with commas between"
        )
    return ids


def rows_of(answer: Answer) -> list[dict[str, Any]]:
    """The rows of an answer by their columns' names."""
    names = list(answer.columns)
    return [
        dict(zip(names, values, strict=True))
        for values in zip(*answer.columns.values(), strict=True)
    ]


ROUTES = (Route("GET", "runs/several", several),)

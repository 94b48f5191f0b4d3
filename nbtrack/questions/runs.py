"""Questions about runs: found, counted, read as objects or as one table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from nbtrack.errors import NotFound
from nbtrack.query.grammar import parse_filter, parse_order
from nbtrack.query.tree import (
    Comparison,
    Condition,
    Field,
    Part,
    Rows,
    RunCount,
    Runs,
    RunTable,
)
from nbtrack.questions.views import AnyView, page_limit, view_of
from nbtrack.records.artifact import location_of
from nbtrack.records.entities import (
    Dataset,
    DatasetInput,
    InputTag,
    Run,
    RunData,
    RunInputs,
    RunOutputs,
)
from nbtrack.records.experiment import Experiment
from nbtrack.records.logged_model import LoggedModelInput, LoggedModelOutput
from nbtrack.records.metric import Metric
from nbtrack.records.paged_list import PagedList
from nbtrack.records.param import Param
from nbtrack.records.run import RunInfo
from nbtrack.records.tag import RunTag
from nbtrack.store.protocol import Store

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "EVERY_PART",
    "artifact_uri",
    "by_id",
    "children",
    "conflicts",
    "count",
    "get",
    "search",
    "table",
]

EVERY_PART: tuple[Part, ...] = ("params", "metrics", "tags", "inputs", "models")
PARENT_TAG = "mlflow.parentRunId"
TIMES = ("start_time", "end_time")

INFO_FIELDS = frozenset(RunInfo.__struct_fields__)


def search(
    store: Store,
    experiment_ids: Sequence[str] | None = None,
    filter_string: str | None = None,
    *,
    order_by: Iterable[str] | None = None,
    view: AnyView = "ACTIVE_ONLY",
    max_results: int | None = 1000,
    page_token: str | None = None,
    parts: tuple[Part, ...] = EVERY_PART,
) -> PagedList[Run]:
    """A page of runs.

    Args:
        store: Where.
        experiment_ids: Of which experiments; of all if None, of none if empty.
        filter_string: Such as `metrics.acc > 0.9 and params.lr = '0.01'`.
        order_by: Such as `["metrics.acc DESC"]`; the newest first, if not given.
        view: Active runs, deleted ones, or all.
        max_results: How many at most; all if None.
        page_token: Where the page before ended.
        parts: Which of their data is read.

    Raises:
        InvalidValue: The filter, order, limit or token cannot be taken.
    """
    question = Runs(
        ids_of(experiment_ids),
        parse_filter(filter_string),
        parse_order(order_by),
        view_of(view),
        page_limit(max_results),
        page_token or None,
        parts,
    )
    return found(store, question)


def found(store: Store, question: Runs) -> PagedList[Run]:
    """The runs a question asks for."""
    answer = store.fetch(question)
    names = list(answer.columns)
    rows = zip(*answer.columns.values(), strict=True)
    return PagedList(
        (run_from(dict(zip(names, row, strict=True))) for row in rows), answer.next_token
    )


def run_from(row: dict[str, Any]) -> Run:
    """A run from its row."""
    run_id = row["run_id"]
    metrics = [
        Metric(key, value, timestamp, step, run_id=run_id)
        for key, value, timestamp, step in row.get("metrics", ())
    ]
    params = [Param(key, value, run_id) for key, value in row.get("params", ())]
    tags = [RunTag(key, value, run_id) for key, value in row.get("tags", ())]
    inputs = [dataset_input(*item) for item in row.get("inputs", ())]
    links = row.get("models", ())
    read = [LoggedModelInput(model_id) for kind, model_id, _ in links if kind == "input"]
    made = [LoggedModelOutput(model_id, step) for kind, model_id, step in links if kind == "output"]
    info = RunInfo(**{name: value for name, value in row.items() if name in INFO_FIELDS})
    return Run(info, RunData(metrics, params, tags), RunInputs(inputs, read), RunOutputs(made))


def dataset_input(name: str, digest: str, *rest: Any) -> DatasetInput:
    """A dataset with its tags, which are stored as JSON."""
    *facts, tags = rest
    return DatasetInput(
        Dataset(name, digest, *facts),
        [InputTag(key, value) for key, value in json.loads(tags or "{}").items()],
    )


def ids_of(experiment_ids: Sequence[str] | None) -> tuple[str, ...] | None:
    """Ids as texts; a single one may stand without a list."""
    if experiment_ids is None:
        return None
    if isinstance(experiment_ids, str | int):
        return (str(experiment_ids),)
    return tuple(map(str, experiment_ids))


def get(store: Store, run_id: str) -> Run:
    """A run by its id, deleted ones too.

    Raises:
        NotFound: There is no such run.
    """
    runs = found(store, by_id(run_id))
    if not runs:
        raise NotFound(f"Run with id={run_id} not found")
    return runs[0]


def by_id(run_id: str) -> Runs:
    """The question that finds a run by its id."""
    has_it = Comparison(Field("attribute", "run_id"), "=", str(run_id))
    return Runs(where=has_it, view="ALL", limit=1)


def count(
    store: Store,
    experiment_ids: Sequence[str] | None = None,
    filter_string: str | None = None,
    *,
    view: AnyView = "ACTIVE_ONLY",
) -> int:
    """How many runs `search` would find; none of them is read."""
    question = RunCount(ids_of(experiment_ids), parse_filter(filter_string), view_of(view))
    return int(store.fetch(question).columns["count"][0])


def table(
    store: Store,
    experiment_ids: Sequence[str] | None = None,
    filter_string: str | None = None,
    *,
    order_by: Iterable[str] | None = None,
    view: AnyView = "ACTIVE_ONLY",
    max_results: int | None = None,
    columns: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Runs as one table: attributes, then `metrics.k`, `params.k`, `tags.k`.

    Args:
        store: Where.
        experiment_ids: Of which experiments; of all if None.
        filter_string: Which runs.
        order_by: In which order.
        view: Active runs, deleted ones, or all.
        max_results: How many at most; all if None.
        columns: Which columns, by full name; only they are read.
    """
    import pandas as pd

    question = RunTable(
        ids_of(experiment_ids),
        parse_filter(filter_string),
        parse_order(order_by),
        view_of(view),
        page_limit(max_results),
        None if columns is None else tuple(columns),
    )
    answered = store.fetch(question).columns
    for name in answered:
        if name.removeprefix("attributes.") in TIMES:
            moments = pd.Series(answered[name], dtype="Int64")
            answered[name] = pd.to_datetime(moments, unit="ms", utc=True, errors="coerce")
    return pd.DataFrame(answered)


def children(store: Store, run_id: str, *, view: AnyView = "ACTIVE_ONLY") -> list[Run]:
    """The runs that were started within a run, the first one first."""
    by_parent: Condition = Comparison(Field("tag", PARENT_TAG), "=", run_id)
    order = parse_order(["start_time", "run_id"])
    asked = Runs(where=by_parent, order_by=order, view=view_of(view), hints=False)
    return list(found(store, asked))


def conflicts(store: Store, run_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Params that two processes wrote with different values: `run_id, key, kept, refused, time`."""
    answered = store.fetch(Rows("param_conflicts", tuple(run_ids))).columns
    rows = zip(*answered.values(), strict=True)
    return [dict(zip(answered, row, strict=True)) for row in rows]


def artifact_uri(experiment: Experiment, run_id: str) -> str:
    """Where a run's artifacts are: computed, so that a moved store stays right."""
    return location_of(experiment.experiment_id, run_id, experiment.artifact_location)

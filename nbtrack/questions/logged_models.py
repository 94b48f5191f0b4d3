"""Questions about logged models: found, read as objects, with their files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from nbtrack.capture.open_model import ModelFile
from nbtrack.errors import InvalidValue, NotFound, listing
from nbtrack.query.grammar import parse_filter, parse_order
from nbtrack.query.tree import (
    All,
    Comparison,
    Condition,
    Either,
    Field,
    LoggedModels,
    ModelFiles,
    Not,
    Order,
)
from nbtrack.questions.artifacts import entries_below
from nbtrack.questions.runs import ids_of
from nbtrack.questions.views import AnyView, page_limit, view_of
from nbtrack.records.entities import FileInfo
from nbtrack.records.logged_model import LoggedModel, LoggedModelStatus, model_location
from nbtrack.records.metric import Metric
from nbtrack.records.paged_list import PagedList
from nbtrack.store.protocol import Store

__all__ = [
    "AnyOrder",
    "ModelWithFiles",
    "files",
    "get",
    "list_files",
    "of_run",
    "search",
    "with_files",
]

AnyOrder = Iterable[str | Mapping[str, Any]]
"""Terms as text, or as MLflow's dicts with `field_name`, `ascending`, `dataset_name` …."""

Datasets = tuple[tuple[str, str | None], ...]


def search(
    store: Store,
    experiment_ids: Sequence[str] | None = None,
    filter_string: str | None = None,
    *,
    datasets: Sequence[Mapping[str, Any]] | None = None,
    order_by: AnyOrder | None = None,
    view: AnyView = "ACTIVE_ONLY",
    max_results: int | None = 1000,
    page_token: str | None = None,
) -> PagedList[LoggedModel]:
    """A page of logged models.

    Args:
        store: Where.
        experiment_ids: Of which experiments; of all if None, of none if empty.
        filter_string: Such as `name = 'clf' and metrics.acc > 0.9`.
        datasets: On which of these the metrics were measured: `dataset_name`, `dataset_digest`.
        order_by: Such as `["metrics.acc DESC"]`; the newest first, if not given.
        view: Active models, deleted ones, or all.
        max_results: How many at most; all if None.
        page_token: Where the page before ended.

    Raises:
        InvalidValue: The filter, order, datasets, limit or token cannot be taken.
    """
    measured_on = tuple(map(dataset_of, datasets or ()))
    where = parse_filter(filter_string, "logged_model")
    question = LoggedModels(
        ids_of(experiment_ids),
        where if where is None else on_datasets(where, measured_on),
        tuple(order_of(it) for it in order_by or ()),
        view_of(view),
        page_limit(max_results),
        page_token or None,
    )
    return found(store, question)


def dataset_of(told: Mapping[str, Any]) -> tuple[str, str | None]:
    """A dataset as MLflow's dict names it.

    Raises:
        InvalidValue: It has no name.
    """
    known = {"dataset_name", "dataset_digest"}
    if not isinstance(told, Mapping) or not told.get("dataset_name") or set(told) - known:
        raise InvalidValue(
            f"a dataset is a dict with dataset_name, and dataset_digest if wanted, not {told!r}"
        )
    digest = told.get("dataset_digest")
    return str(told["dataset_name"]), None if digest is None else str(digest)


def on_datasets(node: Condition, datasets: Datasets) -> Condition:
    """A condition whose metrics are those measured on some datasets."""
    match node:
        case All(items):
            return All(tuple(on_datasets(item, datasets) for item in items))
        case Either(items):
            return Either(tuple(on_datasets(item, datasets) for item in items))
        case Not(item):
            return Not(on_datasets(item, datasets))
        case Comparison(field) if field.entity in {"metric", "name"}:
            field = msgspec.structs.replace(field, datasets=datasets)
            return msgspec.structs.replace(node, field=field)
        case _:
            return node


TERM_KEYS = ("field_name", "ascending", "dataset_name", "dataset_digest")


def order_of(term: str | Mapping[str, Any]) -> Order:
    """A term of an order, from a text or from MLflow's dict.

    Raises:
        InvalidValue: It cannot be read.
    """
    if not isinstance(term, Mapping):
        return parse_order([term], "logged_model")[0]
    unknown = [str(key) for key in term if key not in TERM_KEYS]
    if unknown or not isinstance(term.get("field_name"), str):
        raise InvalidValue(
            f"a term of order_by is a dict with field_name, such as 'metrics.acc', and if wanted "
            f"ascending, dataset_name, dataset_digest; not {dict(term)!r}"
        )
    field = parse_order([term["field_name"]], "logged_model")[0].field
    told = {key: it for key in TERM_KEYS[2:] if (it := term.get(key)) is not None}
    if told and field.entity not in {"metric", "name"}:
        raise InvalidValue(f"dataset_name goes with a metric, not with {term['field_name']!r}")
    if told:
        field = msgspec.structs.replace(field, datasets=(dataset_of(told),))
    return Order(field, descending=not term.get("ascending", True))


def found(store: Store, question: LoggedModels) -> PagedList[LoggedModel]:
    """The logged models a question asks for."""
    answer = store.fetch(question)
    names = list(answer.columns)
    rows = zip(*answer.columns.values(), strict=True)
    models = (model_from(dict(zip(names, row, strict=True))) for row in rows)
    return PagedList(models, answer.next_token)


def model_from(row: dict[str, Any]) -> LoggedModel:
    """A logged model from its row."""
    model_id = row["model_id"]
    metrics = [
        Metric(key, value, timestamp, step, model_id, dataset_name, dataset_digest, run_id)
        for key, value, timestamp, step, dataset_name, dataset_digest, run_id in row.get(
            "metrics", ()
        )
    ]
    return LoggedModel(
        experiment_id=row["experiment_id"],
        model_id=model_id,
        name=row["name"],
        artifact_location=model_location(row["experiment_id"], model_id, row["artifact_location"]),
        creation_timestamp=row["creation_time"],
        last_updated_timestamp=row["last_updated_time"],
        model_type=row["model_type"],
        source_run_id=row["source_run_id"],
        status=LoggedModelStatus(row["status"]),
        status_message=row["status_message"],
        tags=dict(row.get("tags", ())),
        params=dict(row.get("params", ())),
        metrics=metrics,
    )


def get(store: Store, model_id: str, *, view: AnyView = "ACTIVE_ONLY") -> LoggedModel:
    """A logged model by its id; one that was deleted only if asked for.

    Raises:
        NotFound: There is no such model; the message names the nearest.
    """
    models = found(store, LoggedModels(where=by_id(model_id), view=view_of(view), limit=1))
    if models:
        return models[0]
    raise unknown(store, model_id)


def by_id(model_id: str) -> Condition:
    return Comparison(Field("attribute", "model_id"), "=", str(model_id))


def unknown(store: Store, model_id: str) -> NotFound:
    """What to say of an id that no active model has."""
    if found(store, LoggedModels(where=by_id(model_id), view="ALL", limit=1)):
        return NotFound(f"Logged model with ID '{model_id}' not found: it was deleted")
    newest = [f"{it.model_id} ({it.name})" for it in search(store, max_results=1000)]
    return NotFound(
        f"Logged model with ID '{model_id}' not found; {listing(newest, str(model_id))}"
    )


class ModelWithFiles(NamedTuple):
    """A logged model without its params, tags and metrics, and its files."""

    model: LoggedModel
    files: list[ModelFile]


def with_files(store: Store, model_id: str, *, view: AnyView = "ACTIVE_ONLY") -> ModelWithFiles:
    """A logged model by its id, with its files, in one question.

    Raises:
        NotFound: There is no such model; the message names the nearest.
    """
    where = by_id(model_id)
    models = found_with_files(store, LoggedModels(where=where, view=view_of(view), limit=1))
    if models:
        return models[0]
    raise unknown(store, model_id)


def found_with_files(store: Store, question: LoggedModels) -> list[ModelWithFiles]:
    """The logged models a question asks for, each with its files."""
    columns = store.fetch(msgspec.structs.replace(question, parts=("files",))).columns
    rows = (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))
    return [
        ModelWithFiles(model_from(row), [ModelFile(*it) for it in row["files"]]) for row in rows
    ]


def of_run(store: Store, run_id: str, name: str | None = None) -> list[ModelWithFiles]:
    """The logged models that a run made, or those of a name, the newest first."""
    conditions = [Comparison(Field("attribute", "source_run_id"), "=", run_id)]
    if name is not None:
        conditions.append(Comparison(Field("attribute", "name"), "=", name))
    return found_with_files(store, LoggedModels(where=All(tuple(conditions))))


def files(
    store: Store, model_id: str, path: str | None = None, *, before: int | None = None
) -> list[ModelFile]:
    """The files of a logged model: the one at a path, or all below it, in order of their paths.

    Args:
        store: Where.
        model_id: Which model.
        path: Which file or folder; all, if not given.
        before: As they were at this moment, in µs since the epoch; as they are, if not given.
    """
    answered = store.fetch(ModelFiles(model_id, before)).columns
    names = ("path", "digest", "size", "seal")
    kept = [ModelFile(*row) for row in zip(*(answered[it] for it in names), strict=True)]
    root = (path or "").strip("/")
    return [it for it in kept if not root or it.path == root or it.path.startswith(f"{root}/")]


def list_files(store: Store, model_id: str, path: str | None = None) -> list[FileInfo]:
    """What stands directly in a folder of a logged model, sorted; nothing for a file's path."""
    kept = files(store, model_id, path)
    return entries_below(((file.path, file.size) for file in kept), (path or "").strip("/"))

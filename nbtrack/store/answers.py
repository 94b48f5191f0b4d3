"""Questions answered: one function a question, on a cursor whose default catalog is the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from nbtrack.errors import InvalidValue
from nbtrack.query.tree import (
    AliasMoves,
    Changes,
    Curves,
    Deliveries,
    EndpointEvents,
    Executions,
    Experiments,
    LoggedModels,
    ModelFiles,
    ModelVersions,
    Names,
    Part,
    Predictions,
    Promotions,
    Question,
    RegisteredModels,
    RegistryLog,
    Rows,
    RunCells,
    RunCount,
    RunCounts,
    RunPage,
    Runs,
    RunTable,
    Series,
    Sessions,
    Together,
    UnknownPredictions,
    VersionAt,
    VersionCounts,
    Webhooks,
)
from nbtrack.records.field import columns_of
from nbtrack.records.run import RunInfo
from nbtrack.store.changes import answer_changes
from nbtrack.store.compile import attribute_sql, source_of, where
from nbtrack.store.curve import answer_series
from nbtrack.store.curves import answer_curves
from nbtrack.store.endpoints import answer_endpoint_events
from nbtrack.store.execution_answers import (
    answer_executions,
    answer_run_cells,
    answer_sessions,
)
from nbtrack.store.model_answers import (
    answer_logged_models,
    answer_model_files,
    answer_run_files,
)
from nbtrack.store.pages import read_page
from nbtrack.store.prediction_answers import answer_predictions, answer_unknown_predictions
from nbtrack.store.promotions import answer_promotions
from nbtrack.store.protocol import Answer, Cursor
from nbtrack.store.registry_answers import (
    answer_alias_moves,
    answer_model_versions,
    answer_registered_models,
    answer_registry_log,
    answer_version_at,
    answer_version_counts,
)
from nbtrack.store.resolution import (
    existing_keys,
    resolved,
    warn_of_unknown_keys,
    with_aliases,
)
from nbtrack.store.run_page import answer_page
from nbtrack.store.webhook_answers import answer_deliveries, answer_webhooks
from nbtrack.store.wide import answer_table

__all__ = ["answer"]


def answer(question: Question, cursor: Cursor) -> Answer:
    """Answer a question.

    Raises:
        UnknownName: It names what does not exist.
        InvalidValue: A value in it cannot be taken.
    """
    act = ANSWERS.get(type(question))
    if act is None:
        raise InvalidValue(f"a {type(question).__name__} is not answered by a cursor")
    return act(question, cursor)


# Runs and experiments


RUN_ATTRIBUTES = ("run_id", *(c.name for c in columns_of(RunInfo)), "lifecycle_stage")
RUN_COLUMNS = {
    "run_seq": "r.run_seq",
    **{name: attribute_sql(name) for name in (*RUN_ATTRIBUTES, "artifact_uri")},
}


def answer_runs(question: Runs, cursor: Cursor) -> Answer:
    """Runs by column; each part is a list of tuples for every run."""
    found = read_page(question, RUN_COLUMNS, cursor)
    columns: dict[str, Any] = dict(found.columns)
    run_seqs = columns.pop("run_seq")
    for part in question.parts:
        columns[part] = read_part(part, run_seqs, cursor)
    return Answer(columns, found.token)


PARTS: dict[Part, tuple[str, str]] = {
    "params": ("core.params", "key, value"),
    "metrics": ("core.latest", "key, value, timestamp, step"),
    "tags": ("core.tags", "key, value"),
    "inputs": ("core.inputs", "name, digest, source_type, source, schema, profile, tags"),
    "models": ("core.model_links", "kind, model_id, step"),
}
"""The table of each part, and the columns of its tuples, the first of which orders them."""


def read_part(part: Part, run_seqs: Sequence[int], cursor: Cursor) -> list[list[tuple[Any, ...]]]:
    """The tuples of each run."""
    table, columns = PARTS[part]
    present = " AND value IS NOT NULL" if part == "tags" else ""
    rows = cursor.execute(
        f"SELECT run_seq, {columns} FROM {table}"
        f" WHERE run_seq IN (SELECT unnest(?::INTEGER[])){present} ORDER BY 1, 2",
        [list(run_seqs)],
    ).fetchall()
    grouped = {seq: [row[1:] for row in group] for seq, group in groupby(rows, itemgetter(0))}
    return [grouped.get(seq, []) for seq in run_seqs]


EXPERIMENT_COLUMNS = {
    name: f"r.{name}"
    for name in (
        "experiment_id",
        "name",
        "artifact_location",
        "lifecycle_stage",
        "creation_time",
        "last_update_time",
    )
}


def answer_experiments(question: Experiments, cursor: Cursor) -> Answer:
    """Experiments by column; `tags` is a dict for each."""
    found = read_page(question, EXPERIMENT_COLUMNS, cursor)
    columns: dict[str, Any] = dict(found.columns)
    tags: dict[str, dict[str, str]] = {it: {} for it in columns["experiment_id"]}
    rows = cursor.execute(
        "SELECT experiment_id, key, value FROM core.experiment_tags WHERE value IS NOT NULL"
        " AND experiment_id IN (SELECT unnest(?::VARCHAR[])) ORDER BY key",
        [list(tags)],
    ).fetchall()
    for experiment_id, key, value in rows:
        tags[experiment_id][key] = value
    columns["tags"] = list(tags.values())
    return Answer(columns, found.token)


# Counts, rows and names


def answer_count(question: RunCount, cursor: Cursor) -> Answer:
    """`count`: one number."""
    asked = resolved(with_aliases(question, cursor), cursor)
    asks = where(asked)
    sql = f"SELECT count(*) FROM {source_of('run')} WHERE {asks.sql}"
    (count,) = cursor.execute(sql, [*asks.values]).fetchone()
    if not count and question.hints:
        warn_of_unknown_keys(asked, cursor)
    return Answer({"count": [count]})


def answer_counts(_: RunCounts, cursor: Cursor) -> Answer:
    """`experiment_id`, `count`, and `last_time`: when any of them last wrote."""
    rows = cursor.execute(
        "SELECT experiment_id, count(*), max(last_time) // 1000 FROM core.run_view"
        " WHERE lifecycle_stage = 'active' GROUP BY experiment_id ORDER BY experiment_id"
    ).fetchall()
    found = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
    return Answer(dict(zip(("experiment_id", "count", "last_time"), found, strict=True)))


ROWS: dict[str, tuple[str, ...]] = {
    "params": ("key", "value"),
    "metrics": (
        "key",
        "value",
        "timestamp",
        "step",
        "model_id",
        "dataset_name",
        "dataset_digest",
    ),
    "latest": ("key", "value", "step", "n", "min", "max"),
    "tags": ("key", "value"),
    "artifacts": ("path", "digest", "file_size"),
    "inputs": ("name", "digest", "source_type", "source", "schema", "profile", "tags"),
    "param_conflicts": ("key", "kept", "refused", "time"),
}
TAKEN_AWAY = {"tags": "value", "artifacts": "digest"}
"""Where NULL in a column says that the row is no more."""


def answer_rows(question: Rows, cursor: Cursor) -> Answer:
    """The rows of a table that belong to some runs, in order of their keys."""
    if question.table == "run_files":
        return answer_run_files(question, cursor)
    columns = ROWS[question.table]
    present = (
        f" AND t.{TAKEN_AWAY[question.table]} IS NOT NULL" if question.table in TAKEN_AWAY else ""
    )
    shown = ", ".join(f't."{name}"' for name in columns)
    order = "3, 6, 5" if question.table == "metrics" else "3"
    rows = cursor.execute(
        f"SELECT r.run_id, r.run_seq, {shown} FROM core.{question.table} t"
        " JOIN core.runs r USING (run_seq)"
        f" WHERE r.run_id IN (SELECT unnest(?::VARCHAR[])){present} ORDER BY 2, {order}",
        [list(question.run_ids)],
    ).fetchall()
    names = ("run_id", "run_seq", *columns)
    found = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in names]
    answered = dict(zip(names, found, strict=True))
    del answered["run_seq"]
    return Answer(answered)


def answer_names(question: Names, cursor: Cursor) -> Answer:
    """`key`: which keys there are, in order."""
    keys = existing_keys(
        cursor,
        "run",
        question.entity,
        question.experiment_ids,
        varied_first=question.varied_first,
    )
    return Answer({"key": keys})


def answer_together(question: Together, cursor: Cursor) -> Answer:
    """`answer`: that of each question, in their order."""
    return Answer({"answer": [answer(it, cursor) for it in question.questions]})


ANSWERS: dict[type[Question], Callable[[Any, Cursor], Answer]] = {
    Runs: answer_runs,
    RunCount: answer_count,
    RunTable: answer_table,
    RunPage: answer_page,
    RunCells: answer_run_cells,
    RunCounts: answer_counts,
    Changes: answer_changes,
    Experiments: answer_experiments,
    LoggedModels: answer_logged_models,
    ModelFiles: answer_model_files,
    RegisteredModels: answer_registered_models,
    ModelVersions: answer_model_versions,
    VersionAt: answer_version_at,
    VersionCounts: answer_version_counts,
    AliasMoves: answer_alias_moves,
    RegistryLog: answer_registry_log,
    Series: answer_series,
    Curves: answer_curves,
    Rows: answer_rows,
    Names: answer_names,
    Executions: answer_executions,
    Sessions: answer_sessions,
    Predictions: answer_predictions,
    UnknownPredictions: answer_unknown_predictions,
    Promotions: answer_promotions,
    EndpointEvents: answer_endpoint_events,
    Webhooks: answer_webhooks,
    Deliveries: answer_deliveries,
    Together: answer_together,
}

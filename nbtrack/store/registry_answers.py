"""Questions about registered models answered; rows of `store.answers`' table.

A version is a dict of its columns, with tags, aliases and approvals as lists of tuples.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from nbtrack.query.tree import (
    AliasMoves,
    ModelVersions,
    RegisteredModels,
    RegistryLog,
    VersionAt,
    VersionCounts,
)
from nbtrack.records.registered_model import canonical_stage
from nbtrack.store.pages import read_page
from nbtrack.store.protocol import Answer, Cursor
from nbtrack.store.registered_models import Model, find_model, model_called, no_version

__all__ = [
    "answer_alias_moves",
    "answer_model_versions",
    "answer_registered_models",
    "answer_registry_log",
    "answer_version_at",
    "answer_version_counts",
]

VERSION_COLUMNS = {
    name: f"r.{name}"
    for name in (
        "version_seq",
        "name",
        "creation_timestamp",
        "last_updated_timestamp",
        "description",
        "user_id",
        "current_stage",
        "source",
        "run_id",
        "run_link",
        "status",
        "status_message",
        "model_id",
        "digest",
        "signature_digest",
    )
} | {"version": "r.version::VARCHAR"}

MODEL_COLUMNS = {
    name: f"r.{name}"
    for name in (
        "model_seq",
        "name",
        "creation_timestamp",
        "last_updated_timestamp",
        "description",
        "user_id",
    )
}

PARTS = {
    "tags": "SELECT version_seq, key, value FROM core.model_version_tags",
    "aliases": "SELECT version_seq, alias FROM core.model_aliases",
    "approvals": "SELECT version_seq, time, approver, note FROM core.model_version_approvals",
}

FEW = 10

Row = dict[str, Any]


def answer_registered_models(question: RegisteredModels, cursor: Cursor) -> Answer:
    """Models by column; `latest_versions` are the rows of the newest in each stage."""
    found = read_page(question, MODEL_COLUMNS, cursor)
    columns: dict[str, Any] = dict(found.columns)
    models = columns.pop("model_seq")
    given = [list(models)]
    within = "model_seq IN (SELECT unnest(?::BIGINT[]))"
    tags = cursor.execute(
        "SELECT model_seq, key, value FROM core.registered_model_tags"
        f" WHERE {within} ORDER BY 1, 2",
        given,
    ).fetchall()
    aliases = cursor.execute(
        "SELECT a.model_seq, a.alias, v.version::VARCHAR FROM core.model_aliases a"
        f" JOIN core.model_versions v USING (version_seq) WHERE a.{within} ORDER BY 1, 2",
        given,
    ).fetchall()
    newest = versions_where(cursor, f"r.{within} AND {IS_NEWEST}", given)
    by_name: dict[str, list[Row]] = {}
    for row in newest:
        by_name.setdefault(row["name"], []).append(row)
    columns["tags"] = grouped(tags, models)
    columns["aliases"] = grouped(aliases, models)
    columns["latest_versions"] = [by_name.get(name, []) for name in columns["name"]]
    return Answer(columns, found.token)


def answer_model_versions(question: ModelVersions, cursor: Cursor) -> Answer:
    """Versions by column."""
    found = read_page(question, VERSION_COLUMNS, cursor)
    columns: dict[str, Any] = dict(found.columns)
    versions = columns.pop("version_seq")
    return Answer(columns | parts_of(cursor, versions), found.token)


IS_NEWEST = (
    "r.version = (SELECT max(o.version) FROM core.model_versions o"
    " WHERE o.model_seq = r.model_seq AND o.current_stage = r.current_stage)"
)
"""Whether a version is the newest of its model in its stage."""

IS_NEWEST_OF_ALL = (
    "r.version = (SELECT max(o.version) FROM core.model_versions o WHERE o.model_seq = r.model_seq)"
)


def answer_version_at(question: VersionAt, cursor: Cursor) -> Answer:
    """Versions by column, as `answer_model_versions` gives them.

    Raises:
        NotFound: There is no such model or version; an alias that is not there finds nothing.
    """
    model = model_called(cursor, question.model)
    clause, values = whereabouts(cursor, question, model)
    rows = versions_where(
        cursor, f"r.model_seq = ? AND {clause}", [model.model_seq, *values], of=model
    )
    if not rows and question.version is not None:
        raise no_version(cursor, model, question.version)
    names = [name for name in VERSION_COLUMNS if name != "version_seq"]
    return Answer({name: [row[name] for row in rows] for name in (*names, *PARTS)})


def whereabouts(cursor: Cursor, question: VersionAt, model: Model) -> tuple[str, list[str | int]]:
    """The condition over `r` for what a question names, and its values."""
    if question.version is not None:
        return "r.version = ?", [question.version]
    if question.alias is not None:
        row = cursor.execute(
            "SELECT version_seq FROM core.model_aliases WHERE model_seq = ? AND alias = ?",
            [model.model_seq, question.alias],
        ).fetchone()
        return ("false", []) if row is None else ("r.version_seq = ?", [row[0]])
    if question.stages is None:
        return IS_NEWEST_OF_ALL, []
    stages = [canonical_stage(stage) for stage in question.stages]
    within = f" AND r.current_stage IN ({marks(stages)})" if stages else ""
    return f"{IS_NEWEST}{within}", [*stages]


def marks(values: Sequence[Any]) -> str:
    """Placeholders for some values."""
    return ", ".join("?" * len(values))


def versions_where(
    cursor: Cursor, clause: str, values: Sequence[Any], of: Model | None = None
) -> list[Row]:
    """The rows of versions of which a condition over `r` holds, in order of their numbers.

    Args:
        cursor: Where it is asked.
        clause: The condition.
        values: What stands in its places.
        of: The only model whose versions are asked for, which saves to look for its name.
    """
    shown = ", ".join(VERSION_COLUMNS.values())
    named = "SELECT v.*, m.name FROM core.model_versions v JOIN core.registered_models m"
    source = (
        f"{named} USING (model_seq)"
        if of is None
        else "SELECT *, ? AS name FROM core.model_versions"
    )
    rows = cursor.execute(
        f"SELECT {shown} FROM ({source}) r WHERE {clause} ORDER BY r.name, r.version",
        [*values] if of is None else [of.name, *values],
    ).fetchall()
    found: list[Row] = [dict(zip(VERSION_COLUMNS, row, strict=True)) for row in rows]
    for part, lists in parts_of(cursor, [row.pop("version_seq") for row in found]).items():
        for row, items in zip(found, lists, strict=True):
            row[part] = items
    return found


def parts_of(cursor: Cursor, versions: Sequence[int]) -> dict[str, list[list[tuple[Any, ...]]]]:
    """Tags, aliases and approvals of versions."""
    # Placeholders are read twice as fast as a list of them, as long as they are few.
    few = 0 < len(versions) <= FEW
    within = marks(versions) if few else "SELECT unnest(?::BIGINT[])"
    given = [*versions] if few else [[*versions]]
    return {
        part: grouped(
            cursor.execute(
                f"{select} WHERE version_seq IN ({within}) ORDER BY 1, 2", given
            ).fetchall(),
            versions,
        )
        for part, select in PARTS.items()
    }


def grouped(rows: Iterable[tuple[Any, ...]], owners: Sequence[int]) -> list[list[tuple[Any, ...]]]:
    """Rows by the owner that stands first in each, who is left out."""
    found = {owner: [row[1:] for row in group] for owner, group in groupby(rows, itemgetter(0))}
    return [found.get(owner, []) for owner in owners]


def answer_version_counts(_: VersionCounts, cursor: Cursor) -> Answer:
    """`name` and `count`."""
    rows = cursor.execute(
        "SELECT name, count(*) FROM core.model_versions JOIN core.registered_models"
        " USING (model_seq) GROUP BY name ORDER BY name"
    ).fetchall()
    return by_column(("name", "count"), rows)


MOVE_COLUMNS = ("alias", "stage", "version", "previous", "time", "actor", "reason", "report")


def answer_alias_moves(question: AliasMoves, cursor: Cursor) -> Answer:
    """Moves by column, the last first.

    Raises:
        NotFound: There is no such model.
    """
    model = model_called(cursor, question.model)
    asked = {"alias": question.alias, "stage": question.stage}
    told = {name: value for name, value in asked.items() if value is not None}
    clause = "".join(f" AND {name} = ?" for name in told)
    limit = "" if question.limit is None else f" LIMIT {int(question.limit)}"
    rows = cursor.execute(
        f"SELECT {', '.join(MOVE_COLUMNS)} FROM core.alias_history WHERE model_seq = ?{clause}"
        f" ORDER BY number DESC, alias NULLS LAST{limit}",
        [model.model_seq, *told.values()],
    ).fetchall()
    return by_column(MOVE_COLUMNS, rows)


LOG_COLUMNS = (
    "number",
    "time",
    "actor",
    "act",
    "model",
    "version",
    "experiment_id",
    "run_id",
    "details",
    "host",
    "pid",
    "origin",
    "cell",
    "execution_id",
)


def answer_registry_log(question: RegistryLog, cursor: Cursor) -> Answer:
    """Acts by column, the last first; a model is found by the names it had, too."""
    clauses: list[str] = []
    values: list[Any] = []
    if question.model is not None:
        model = find_model(cursor, question.model)
        clauses.append("(model_seq = ? OR model = ?)")
        values += [None if model is None else model.model_seq, question.model]
    for name in ("version", "experiment_id", "actor"):
        if (value := getattr(question, name)) is not None:
            clauses.append(f"{name} = ?")
            values.append(value)
    if question.acts is not None:
        clauses.append("act IN (SELECT unnest(?::VARCHAR[]))")
        values.append([*question.acts])
    if question.since is not None:
        clauses.append("time >= ?")
        values.append(question.since)
    limit = "" if question.limit is None else f" LIMIT {int(question.limit)}"
    rows = cursor.execute(
        f"SELECT {', '.join(LOG_COLUMNS)} FROM core.registry_log"
        f" WHERE {' AND '.join(clauses) or 'true'} ORDER BY number DESC{limit}",
        values,
    ).fetchall()
    return by_column(LOG_COLUMNS, rows)


def by_column(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Answer:
    """Rows as columns."""
    found = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in names]
    return Answer(dict(zip(names, found, strict=True)))

"""Runs as one wide table: only the columns asked for are read, each scattered into its place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from nbtrack.errors import InvalidValue, UnknownName
from nbtrack.query.fields import ATTRIBUTES, KEYED, PREFIXES, attribute_named, entity_of
from nbtrack.query.tree import Entity, Field, RunPage, RunTable
from nbtrack.store.compile import (
    SEVERAL,
    TABLES,
    Piece,
    attribute_sql,
    order_keys,
    page,
    source_of,
    where,
)
from nbtrack.store.protocol import Answer, Cursor
from nbtrack.store.resolution import resolved, warn_of_unknown_keys, with_aliases

__all__ = ["FIRST_COLUMNS", "PAGE_ATTRIBUTES", "answer_page", "answer_table"]

FIRST_COLUMNS = ("run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time")
"""The attributes of a table of which no columns were chosen, as in MLflow."""

PAGE_ATTRIBUTES = (
    *("run_id", "run_name", "status", "experiment_id", "start_time", "end_time", "user_id"),
    "lifecycle_stage",
)
"""The attributes that each row of a page has."""


def answer_table(question: RunTable, cursor: Cursor) -> Answer:
    """One array or list for each column; what a run lacks is NaN in metrics, else None."""
    asked = resolved(with_aliases(question, cursor), cursor)
    attributes, keys = chosen(asked.columns)
    rows = read_attributes(asked, attributes, cursor)
    run_seqs = rows.pop("run_seq")
    if not len(run_seqs):
        warn_of_unknown_keys(asked, cursor)
    columns: dict[str, Any] = {name: plain(column) for name, column in rows.items()}
    for entity in KEYED["run"]:
        wanted = None if keys is None else [it.key for it in keys if it.entity == entity]
        if wanted is None or wanted:
            columns |= scattered(entity, wanted, run_seqs, cursor)
    if question.columns is not None:
        columns = {name: columns[full_name(name)] for name in question.columns}
    return Answer(columns)


def answer_page(question: RunPage, cursor: Cursor) -> Answer:
    """A list for each of `PAGE_ATTRIBUTES`, and `values`: the chosen ones that a run has, by name.

    Other than in a table, a metric that is NaN and one that is not there are told apart.
    """
    asked = resolved(with_aliases(question, cursor), cursor)
    attributes, keys = chosen(asked.columns)
    rows = read_attributes(asked, dict.fromkeys((*PAGE_ATTRIBUTES, *attributes)), cursor)
    run_seqs = rows.pop("run_seq").tolist()
    columns = {name: column.tolist() for name, column in rows.items()}
    values: dict[int, dict[str, Any]] = {
        seq: {name: columns[name][place] for name in attributes}
        for place, seq in enumerate(run_seqs)
    }
    for entity in KEYED["run"]:
        wanted = [it.key for it in keys or () if it.entity == entity]
        for seq, key, value in read_values(entity, wanted, run_seqs, cursor):
            values[seq][f"{PREFIXES[entity]}.{key}"] = value
    shown = {name: columns[name] for name in PAGE_ATTRIBUTES}
    return Answer({**shown, "values": [values[seq] for seq in run_seqs]})


def read_values(
    entity: Entity, keys: list[str], run_seqs: list[int], cursor: Cursor
) -> list[tuple[int, str, Any]]:
    """The values that some runs have under some keys."""
    if not keys or not run_seqs:
        return []
    found: list[tuple[int, str, Any]] = cursor.execute(
        f"SELECT run_seq, key, value FROM {TABLES['run', entity]} WHERE value IS NOT NULL"
        " AND run_seq IN (SELECT unnest(?::INTEGER[])) AND key IN (SELECT unnest(?::VARCHAR[]))",
        [run_seqs, keys],
    ).fetchall()
    return found


def chosen(columns: tuple[str, ...] | None) -> tuple[tuple[str, ...], list[Field] | None]:
    """The attributes and the keys among the chosen columns; None stands for all keys.

    Raises:
        UnknownName: A column has no prefix and is no attribute.
    """
    if columns is None:
        return FIRST_COLUMNS, None
    attributes: list[str] = []
    keys: list[Field] = []
    for name in columns:
        field = column_field(name)
        if field.entity == "attribute":
            attributes.append(field.key)
        else:
            keys.append(field)
    return tuple(dict.fromkeys(attributes)), keys


def column_field(name: str) -> Field:
    prefix, _, key = name.partition(".")
    entity = entity_of(prefix, "run")
    if entity in KEYED["run"] and key:
        return Field(entity, key)
    found = attribute_named(key if entity == "attribute" and key else name, "run")
    if found is None:
        hint = f"for a metric, param or tag write metrics.{name}, params.{name} or tags.{name}"
        raise UnknownName("column", name, ATTRIBUTES["run"], hint)
    if found.name in SEVERAL:
        raise InvalidValue(f"{found.name} is no column: a run may have several")
    return Field("attribute", found.name)


def full_name(name: str) -> str:
    """A column as it is called among those that were read."""
    field = column_field(name)
    return field.key if field.entity == "attribute" else f"{PREFIXES[field.entity]}.{field.key}"


MANY = 5001
"""From so many rows on DuckDB sorts; of fewer it keeps a heap, in which every row of a store stands
for a moment that is read from the oldest run to the newest: three times as slow."""


def read_attributes(
    question: RunTable | RunPage, attributes: Iterable[str], cursor: Cursor
) -> dict[str, Any]:
    """The runs in order, and their chosen attributes.

    Of a page the order is found first: what is shown of a run would be sorted with it.
    """
    if question.limit is None:
        return sorted_attributes(question, attributes, cursor)
    wider = msgspec.structs.replace(question, limit=max(question.limit, MANY))
    seqs = sorted_attributes(wider, (), cursor)["run_seq"][: question.limit]
    shown = ["r.run_seq", *(f'{attribute_sql(name)} AS "{name}"' for name in attributes)]
    found = cursor.execute(
        f"SELECT {', '.join(shown)} FROM {source_of('run')}"
        " WHERE r.run_seq IN (SELECT unnest(?::INTEGER[]))",
        [seqs.tolist()],
    ).fetchnumpy()
    by_seq = found["run_seq"].argsort()
    places = by_seq[found["run_seq"].searchsorted(seqs, sorter=by_seq)]
    return {name: column[places] for name, column in found.items()}


def sorted_attributes(
    question: RunTable | RunPage, attributes: Iterable[str], cursor: Cursor
) -> dict[str, Any]:
    """The runs in order with their chosen attributes, by one statement."""
    ordering = order_keys(question.order_by, "run")
    _, order = page(ordering, None)
    asks = where(question)
    limit = Piece("") if question.limit is None else Piece(" LIMIT ?", (question.limit,))
    skipped = question.offset if isinstance(question, RunPage) else 0
    offset = Piece(" OFFSET ?", (skipped,)) if skipped else Piece("")
    shown = ["r.run_seq", *(f'{attribute_sql(name)} AS "{name}"' for name in attributes)]
    found: dict[str, Any] = cursor.execute(
        f"SELECT {', '.join(shown)} FROM {source_of('run')}{ordering.joins.sql}"
        f" WHERE {asks.sql}{order}{limit.sql}{offset.sql}",
        [*ordering.joins.values, *asks.values, *limit.values, *offset.values],
    ).fetchnumpy()
    return found


def plain(column: Any) -> Any:
    """Numbers as an array where none is missing, anything else as a list with None."""
    if column.dtype.kind in "iufb" and not hasattr(column, "mask"):
        return column
    return column.tolist()


def scattered(
    entity: Entity, keys: list[str] | None, run_seqs: Any, cursor: Cursor
) -> dict[str, Any]:
    """A column for each key, as long as there are runs."""
    import numpy as np

    asked = (
        Piece("") if keys is None else Piece(" AND key IN (SELECT unnest(?::VARCHAR[]))", (keys,))
    )
    present = " AND value IS NOT NULL" if entity == "tag" else ""
    found = cursor.execute(
        f"SELECT run_seq, key, value FROM {TABLES['run', entity]}"
        f" WHERE run_seq IN (SELECT unnest(?::INTEGER[])){asked.sql}{present} ORDER BY key",
        [run_seqs.tolist(), *asked.values],
    ).fetchnumpy()
    by_seq = np.argsort(run_seqs)
    places = by_seq[np.searchsorted(run_seqs, found["run_seq"], sorter=by_seq)]
    column_of_row = found["key"]
    edges = np.flatnonzero(column_of_row[1:] != column_of_row[:-1]) + 1
    columns: dict[str, Any] = {}
    for start, end in zip([0, *edges], [*edges, len(places)], strict=True):
        if start < end:
            column = np.full(len(run_seqs), *EMPTY[entity])
            column[places[start:end]] = found["value"][start:end]
            columns[f"{PREFIXES[entity]}.{column_of_row[start]}"] = column
    for key in keys or ():
        columns.setdefault(f"{PREFIXES[entity]}.{key}", np.full(len(run_seqs), *EMPTY[entity]))
    return columns


EMPTY: dict[Entity, tuple[Any, str]] = {
    "metric": (float("nan"), "float64"),
    "param": (None, "object"),
    "tag": (None, "object"),
}

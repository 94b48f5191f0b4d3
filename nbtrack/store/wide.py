"""Runs as one wide table: only the columns asked for are read, each scattered into its place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

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

__all__ = ["FIRST_COLUMNS", "answer_table", "chosen", "read_attributes", "read_rows"]

FIRST_COLUMNS = ("run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time")
"""The attributes of a table of which no columns were chosen, as in MLflow."""


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
    question: RunTable, attributes: Iterable[str], cursor: Cursor
) -> dict[str, Any]:
    """The runs in order, and their chosen attributes, as arrays.

    Of a part the order is found first: what is shown of a run would be sorted with it.
    """
    shown = columns_sql(attributes)
    if question.limit is None:
        all_runs = sorted_runs(shown, question)
        found: dict[str, Any] = cursor.execute(all_runs.sql, all_runs.values).fetchnumpy()
        return found
    seqs = sorted_seqs(question, question.limit, cursor).fetchnumpy()["run_seq"][: question.limit]
    found = cursor.execute(runs_of_seqs(shown), [seqs.tolist()]).fetchnumpy()
    by_seq = found["run_seq"].argsort()
    places = by_seq[found["run_seq"].searchsorted(seqs, sorter=by_seq)]
    return {name: column[places] for name, column in found.items()}


def read_rows(question: RunPage, attributes: Iterable[str], cursor: Cursor) -> dict[str, list[Any]]:
    """The same of a page as lists: a server that shows pages alone never loads NumPy (12 MB)."""
    shown = columns_sql(attributes)
    if question.limit is None:
        all_runs = sorted_runs(shown, question)
        rows = cursor.execute(all_runs.sql, all_runs.values).fetchall()
    else:
        seqs = sorted_seqs(question, question.limit, cursor).fetchmany(question.limit)
        found = cursor.execute(runs_of_seqs(shown), [[seq for (seq,) in seqs]]).fetchall()
        by_seq = {row[0]: row for row in found}
        rows = [by_seq[seq] for (seq,) in seqs]
    columns = map(list, zip(*rows, strict=True)) if rows else ([] for _ in shown)
    return dict(zip(shown, columns, strict=True))


def columns_sql(attributes: Iterable[str]) -> dict[str, str]:
    """The number of a run and its attributes, each as an expression."""
    return {"run_seq": "r.run_seq", **{name: attribute_sql(name) for name in attributes}}


def selected(shown: dict[str, str]) -> str:
    """What stands behind SELECT."""
    return ", ".join(f'{sql} AS "{name}"' for name, sql in shown.items())


def runs_of_seqs(shown: dict[str, str]) -> str:
    """The statement that finds runs by their numbers, in any order."""
    return (
        f"SELECT {selected(shown)} FROM {source_of('run')}"
        " WHERE r.run_seq IN (SELECT unnest(?::INTEGER[]))"
    )


def sorted_seqs(question: RunTable | RunPage, limit: int, cursor: Cursor) -> Any:
    """The numbers of the runs of a page, in order, and perhaps more, to be fetched.

    The newest first, those that are too old are left out before: to sort by ids, which break ties,
    takes most of the time.
    """
    asks = where(question)
    last = limit + skipped_by(question)
    if last and not question.order_by:
        oldest = cursor.execute(
            f"SELECT start_time FROM (SELECT r.start_time FROM {source_of('run')}"
            f" WHERE {asks.sql} ORDER BY r.start_time DESC NULLS LAST LIMIT ?) LIMIT 1 OFFSET ?",
            [*asks.values, max(last, MANY), last - 1],
        ).fetchone()
        if oldest is not None and oldest[0] is not None:
            asks = Piece(f"({asks.sql}) AND r.start_time >= ?", (*asks.values, *oldest))
    ordering = order_keys(question.order_by, "run")
    _, order = page(ordering, None)
    return cursor.execute(
        f"SELECT r.run_seq FROM {source_of('run')}{ordering.joins.sql}"
        f" WHERE {asks.sql}{order} LIMIT ? OFFSET ?",
        [*ordering.joins.values, *asks.values, max(limit, MANY), skipped_by(question)],
    )


def skipped_by(question: RunTable | RunPage) -> int:
    """How many runs a question leaves out at the beginning."""
    return question.offset if isinstance(question, RunPage) else 0


def sorted_runs(shown: dict[str, str], question: RunTable | RunPage) -> Piece:
    """The statement that finds all runs in order."""
    ordering = order_keys(question.order_by, "run")
    _, order = page(ordering, None)
    asks = where(question)
    skipped = skipped_by(question)
    offset = Piece(" OFFSET ?", (skipped,)) if skipped else Piece("")
    return Piece(
        f"SELECT {selected(shown)} FROM {source_of('run')}{ordering.joins.sql}"
        f" WHERE {asks.sql}{order}{offset.sql}",
        (*ordering.joins.values, *asks.values, *offset.values),
    )


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

"""Trees to SQL and parameters: conditions, orders and pages; no value ever stands in the text.

A condition on a metric, param or tag is a semi-join on `run_seq`: the right side is a scan of one
key, the left side stays one row a run. It is never NULL, so that `not` is its complement.
"""

from __future__ import annotations

from typing import NamedTuple

from nbtrack.errors import InvalidValue
from nbtrack.query.fields import Searched, Subject, attribute_of, kind_of, subject_of
from nbtrack.query.moment import milliseconds, span_of
from nbtrack.query.operators import OPERATORS, Kind, Operator, operator_of, problem_of
from nbtrack.query.tree import (
    All,
    Comparison,
    Condition,
    Either,
    Field,
    Not,
    Order,
    View,
)
from nbtrack.store.label_rows import LABELLED
from nbtrack.store.prediction_inputs import NUMBER, NUMBER_AS_TEXT

__all__ = [
    "SEVERAL",
    "TABLES",
    "Key",
    "Piece",
    "condition",
    "order_keys",
    "page",
    "source_of",
    "where",
]

SOURCES: dict[Subject, str] = {
    "run": "core.run_view r LEFT JOIN core.experiments e ON e.experiment_id = r.experiment_id",
    "experiment": "core.experiments r",
    "logged_model": "core.model_view r",
    "registered_model": "core.registered_models r",
    "model_version": "(SELECT v.*, m.name FROM core.model_versions v"
    " JOIN core.registered_models m USING (model_seq)) r",
    "prediction": "core.predictions r",
}
IDENTITIES: dict[Subject, str] = {
    "run": "run_seq",
    "experiment": "experiment_id",
    "logged_model": "model_id",
    "registered_model": "model_seq",
    "model_version": "version_seq",
    "prediction": "prediction_id",
}

COMPUTED = {
    "artifact_uri": "coalesce(rtrim(nullif(e.artifact_location, ''), '/'),"
    " 'nbtrack-artifacts:/' || r.experiment_id) || '/' || r.run_id || '/artifacts'",
    "duration_seconds": "(coalesce(r.end_time, r.last_time // 1000) - r.start_time) / 1000.0",
    "source_path": "r.source",
    "version_number": "r.version",
    "output": "json_extract_string(r.output, '$')",
}
"""Attributes that are no column; see `records.artifact.location_of` for the first."""

TABLES: dict[tuple[Subject, str], str] = {
    ("run", "metric"): "core.latest",
    ("run", "param"): "core.params",
    ("run", "tag"): "core.tags",
    ("run", "dataset"): "core.inputs",
    ("experiment", "tag"): "core.experiment_tags",
    ("logged_model", "metric"): "core.model_metrics",
    ("logged_model", "param"): "core.model_params",
    ("logged_model", "tag"): "core.model_tags",
    ("registered_model", "tag"): "core.registered_model_tags",
    ("model_version", "tag"): "core.model_version_tags",
}


class Several(NamedTuple):
    """Where the values of an attribute stand of which there may be several."""

    table: str
    column: str
    owner: str | None = None
    """The column with the id of the run; what identifies the subject, if it is not given."""


SEVERAL = {
    "aliases": Several("core.model_aliases", "alias"),
    **{
        name: Several("core.executions", name, "cell_run")
        for name in ("notebook", "cell_id", "session_id")
    },
}
"""Attributes of which there may be several."""

DATASET_COLUMNS = {
    "name": "name",
    "digest": "digest",
    "context": "json_extract_string(tags, '$.\"mlflow.data.context\"')",
}


class Piece(NamedTuple):
    """SQL and the values of its placeholders, in order."""

    sql: str
    values: tuple[object, ...] = ()


def joined(pieces: list[Piece], word: str) -> Piece:
    """Pieces in parentheses with a word between them."""
    sql = f" {word} ".join(f"({piece.sql})" for piece in pieces)
    return Piece(sql, tuple(value for piece in pieces for value in piece.values))


def source_of(subject: Subject) -> str:
    """What is searched, as `r`."""
    return SOURCES[subject]


def attribute_sql(name: str) -> str:
    """An attribute of `r` as an expression."""
    return COMPUTED.get(name, f'r."{name}"')


# Conditions


def condition(node: Condition, subject: Subject) -> Piece:
    """A condition over `r`; bare names must have been resolved."""
    match node:
        case All(items):
            return joined([condition(item, subject) for item in items], "AND")
        case Either(items):
            return joined([condition(item, subject) for item in items], "OR")
        case Not(item):
            inner = condition(item, subject)
            return Piece(f"NOT ({inner.sql})", inner.values)
        case Comparison():
            return comparison(node, subject)


def comparison(node: Comparison, subject: Subject) -> Piece:
    row = operator_of(node.operator)
    kind = kind_of(node.field, subject)
    if problem := problem_of(kind, row, node.value):
        raise InvalidValue(f"{node.field.key} {row.symbol} {node.value!r}: {problem}")
    value: object = node.value
    if kind == "moment":
        row, value = in_milliseconds(row, value)
    if node.field.entity == "attribute":
        name = attribute_of(node.field, subject).name
        if name in SEVERAL:
            return any_comparison(name, row, value, subject)
        return attribute_comparison(comparable(attribute_sql(name), kind, value), row, value)
    if node.field.entity == "input" or (subject, node.field.entity) == ("prediction", "name"):
        return input_comparison(node.field.key, row, value)
    if node.field.entity == "label":
        return label_comparison(node.field.key, row, value)
    return keyed_comparison(node.field, row, value, subject)


def attribute_comparison(left: str, row: Operator, value: object) -> Piece:
    if row.shape == "nothing":
        return Piece(row.sql.format(left=left))
    inner = applied(row, left, value)
    return Piece(f"{left} IS NOT NULL AND {inner.sql}", inner.values)


def input_comparison(key: str, row: Operator, value: object) -> Piece:
    """A column of a prediction's inputs, which is a number or a value in JSON."""
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    in_json = "json_extract_string(r.inputs, ?)"
    as_number = comparable(in_json, "either", value)
    number = NUMBER_AS_TEXT if as_number == in_json else NUMBER
    left = f"coalesce({number}, {as_number})"
    values = (*[key] * number.count("?"), f'$."{escaped}"')
    if row.shape == "nothing":
        return Piece(row.sql.format(left=left), values)
    inner = applied(row, left, value)
    return Piece(f"{left} IS NOT NULL AND {inner.sql}", (*values, *values, *inner.values))


def label_comparison(name: str, row: Operator, value: object) -> Piece:
    """A semi-join with the predictions whose last label of a name is as asked."""
    left = comparable("value", "either", value)
    holds = Piece("true") if row.absent else applied(row, left, value)
    found = f"SELECT prediction_id FROM {LABELLED} WHERE value IS NOT NULL AND {holds.sql}"
    word = "NOT IN" if row.absent else "IN"
    return Piece(f"r.prediction_id {word} ({found})", (name, *holds.values))


def any_comparison(name: str, row: Operator, value: object, subject: Subject) -> Piece:
    """A semi-join with the rows of an attribute, one of which is as asked."""
    rows = SEVERAL[name]
    identity = "run_id" if rows.owner else IDENTITIES[subject]
    owner = rows.owner or identity
    there = f"{owner} IS NOT NULL AND {rows.column} IS NOT NULL"
    holds = Piece("true") if row.absent else applied(row, rows.column, value)
    word = "NOT IN" if row.absent else "IN"
    found = f"SELECT {owner} FROM {rows.table} WHERE {there} AND {holds.sql}"
    return Piece(f"r.{identity} {word} ({found})", holds.values)


def keyed_comparison(field: Field, row: Operator, value: object, subject: Subject) -> Piece:
    """A semi-join with the rows of a key whose value is as asked."""
    table, identity = TABLES[subject, field.entity], IDENTITIES[subject]
    if field.entity == "dataset":
        left, keyed = DATASET_COLUMNS[field.key], Piece("true")
    else:
        left, keyed = "value", keyed_rows(field)
    kind = kind_of(field, subject)
    if row.absent:
        holds = Piece(f"{left} IS NOT NULL")
    else:
        inner = applied(row, comparable(left, kind, value), value)
        holds = Piece(f"{left} IS NOT NULL AND {inner.sql}", inner.values)
        if row.orders:
            holds = Piece(
                f"{holds.sql} AND NOT isnan({comparable(left, kind, value)})", holds.values
            )
    found = f"SELECT {identity} FROM {table} WHERE {keyed.sql} AND {holds.sql}"
    word = "NOT IN" if row.absent else "IN"
    return Piece(f"r.{identity} {word} ({found})", keyed.values + holds.values)


def keyed_rows(field: Field) -> Piece:
    """The rows of a key; of a metric on some datasets, only those."""
    pieces = [Piece("key = ?", (field.key,))]
    if field.datasets:
        pieces.append(joined([on_dataset(*it) for it in field.datasets], "OR"))
    return joined(pieces, "AND")


def on_dataset(name: str, digest: str | None) -> Piece:
    """The rows of a metric that were measured on a dataset."""
    if digest is None:
        return Piece("dataset_name = ?", (name,))
    return Piece("dataset_name = ? AND dataset_digest = ?", (name, digest))


def comparable(left: str, kind: Kind, value: object) -> str:
    """A text as a number where it is compared with numbers."""
    first = value[0] if isinstance(value, tuple) else value
    if kind == "either" and isinstance(first, int | float):
        return f"try_cast({left} AS DOUBLE)"
    return left


MANY = 100
"""So many texts are given as one value, and joined: 9,000 placeholders took 0.28 s to be read."""


def applied(row: Operator, left: str, value: object) -> Piece:
    """An operator between an expression and placeholders for a value."""
    values = value if isinstance(value, tuple) else () if value is None else (value,)
    marks = ["?"] * len(values)
    match row.shape:
        case "list" if len(values) >= MANY and all(isinstance(it, str) for it in values):
            right, values = "(SELECT unnest(?::VARCHAR[]))", (list(values),)
        case "list":
            right = f"({', '.join(marks)})"
        case "pair":
            right = " AND ".join(marks)
        case "one" | "nothing":
            right = "".join(marks)
    return Piece(row.sql.format(left=left, right=right), values)


DAY = {"=": "BETWEEN", "!=": "NOT BETWEEN"}


def in_milliseconds(row: Operator, value: object) -> tuple[Operator, object]:
    """Dates as numbers; to equal a day is to lie within it."""
    if isinstance(value, tuple):
        return row, tuple(moment(item) for item in value)
    if isinstance(value, str) and row.symbol in DAY and (span := span_of(value)):
        return OPERATORS[DAY[row.symbol]], span
    return row, None if value is None else moment(value)


def moment(value: object) -> object:
    if not isinstance(value, str):
        return value
    found = milliseconds(value)
    if found is None:
        raise InvalidValue(f"{value!r} is no date; write '2026-11-01' or a number of milliseconds")
    return found


LIFECYCLES: dict[View, str] = {
    "ACTIVE_ONLY": "r.lifecycle_stage = 'active'",
    "DELETED_ONLY": "r.lifecycle_stage = 'deleted'",
    "ALL": "true",
}


def where(question: Searched) -> Piece:
    """What rows of `r` a question is about."""
    pieces = [Piece(LIFECYCLES[getattr(question, "view", "ALL")])]
    experiment_ids = getattr(question, "experiment_ids", None)
    if experiment_ids is not None:
        pieces.append(in_experiments(experiment_ids))
    if question.where is not None:
        pieces.append(condition(question.where, subject_of(question)))
    return joined(pieces, "AND")


def in_experiments(experiment_ids: tuple[str, ...]) -> Piece:
    """Runs of some experiments; none at all for an empty list."""
    if not experiment_ids:
        return Piece("false")
    marks = ", ".join("?" for _ in experiment_ids)
    return Piece(f"r.experiment_id IN ({marks})", experiment_ids)


# Orders and pages


class Key(NamedTuple):
    """One expression to order by; NULL comes last either way."""

    sql: str
    type: type
    descending: bool = False


class Ordering(NamedTuple):
    """The joins that an order needs, and its keys, the last of which is unique."""

    joins: Piece
    keys: tuple[Key, ...]


LAST_KEYS: dict[Subject, tuple[Key, ...]] = {
    "run": (Key("r.start_time", int, descending=True), Key("r.run_id", str)),
    "experiment": (
        Key("r.creation_time", int, descending=True),
        Key("try_cast(r.experiment_id AS BIGINT)", int),
        Key("r.experiment_id", str),
    ),
    "logged_model": (
        Key("r.creation_time", int, descending=True),
        Key("r.model_id", str, descending=True),
    ),
    "registered_model": (Key("r.name", str),),
    "model_version": (Key("r.name", str), Key("r.version", int, descending=True)),
    "prediction": (
        Key("r.moment", int, descending=True),
        Key("r.prediction_id", str, descending=True),
    ),
}
TYPES: dict[Kind, type] = {"text": str, "number": float, "moment": int, "either": str}


def order_keys(order_by: tuple[Order, ...], subject: Subject) -> Ordering:
    """The keys of an order, with those that break its ties."""
    joins: list[str] = []
    values: list[object] = []
    keys: list[Key] = []
    for number, order in enumerate(order_by):
        field, alias = order.field, f"o{number}"
        if field.entity == "attribute":
            attribute = attribute_of(field, subject)
            if attribute.name in SEVERAL:
                raise InvalidValue(f"nothing is ordered by {attribute.name}: there may be several")
            keys.append(Key(attribute_sql(attribute.name), TYPES[attribute.kind], order.descending))
            continue
        if (subject, field.entity) not in TABLES or field.entity == "dataset":
            raise InvalidValue(f"a {subject} is not ordered by a {field.entity} ({field.key!r})")
        identity = IDENTITIES[subject]
        source, row = ordered_rows(field, alias, subject)
        joins.append(
            f" LEFT JOIN {source.sql} {alias} ON {alias}.{identity} = r.{identity} AND {row.sql}"
        )
        values += (*source.values, *row.values)
        keys += value_keys(field, alias, order.descending)
    return Ordering(Piece("".join(joins), tuple(values)), (*keys, *LAST_KEYS[subject]))


def ordered_rows(field: Field, alias: str, subject: Subject) -> tuple[Piece, Piece]:
    """The rows of a key that give an order, and which of them count; one for each of the subject.

    A model has a metric on several datasets: what was measured last counts.
    """
    table = TABLES[subject, field.entity]
    if (subject, field.entity) != ("logged_model", "metric"):
        return Piece(table), Piece(f"{alias}.key = ?", (field.key,))
    rows = keyed_rows(field)
    latest = (
        f"(SELECT model_id, arg_max(value, (step, timestamp)) AS value"
        f" FROM {table} WHERE {rows.sql} GROUP BY model_id)"
    )
    return Piece(latest, rows.values), Piece("true")


def value_keys(field: Field, alias: str, descending: bool) -> list[Key]:  # noqa: FBT001 - as in the order
    """A NaN comes after every number; texts that are numbers come first, by their size."""
    value = f"{alias}.value"
    if field.entity == "metric":
        return [Key(f"isnan({value})", bool), Key(value, float, descending)]
    number = f"nullif(try_cast({value} AS DOUBLE), 'nan'::DOUBLE)"
    return [Key(number, float, descending), Key(value, str, descending)]


def page(ordering: Ordering, after: tuple[object, ...] | None) -> tuple[Piece, str]:
    """The condition that rows come after the last one of a page, and the ORDER BY."""
    terms = [f"{key.sql} {'DESC' if key.descending else 'ASC'} NULLS LAST" for key in ordering.keys]
    order = " ORDER BY " + ", ".join(terms)
    if after is None:
        return Piece("true"), order
    pieces: list[Piece] = []
    for number, key in enumerate(ordering.keys):
        last = after[number]
        if last is None:
            continue
        sign = "<" if key.descending else ">"
        same = [Piece(f"{it.sql} IS NOT DISTINCT FROM ?", (after[n],))
                for n, it in enumerate(ordering.keys[:number])]  # fmt: skip
        follows = Piece(f"{key.sql} {sign} ? OR {key.sql} IS NULL", (last,))
        pieces.append(joined([*same, follows], "AND"))
    follows = joined(pieces, "OR")
    # Left bare, the planner multiplies it out into a condition many times as long.
    return Piece(f"coalesce({follows.sql}, false)", follows.values), order

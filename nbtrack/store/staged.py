"""The staged file as a temporary table: its columns, and what must hold of each line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec

from nbtrack.records.event import Event, JournalHeader
from nbtrack.records.field import plain_type
from nbtrack.store.protocol import Cursor
from nbtrack.store.tables import quoted

__all__ = ["LONGEST_READ", "LONGEST_REWRITTEN", "experiments", "is_clean", "present", "stage"]

LONGEST_READ = 16 << 20
"""DuckDB reads into buffers of twice the length, which it takes anew for each file."""

LONGEST_REWRITTEN = 32 << 20
"""`1` becomes `1.0` where a line is written anew."""

FIELD_TYPES: dict[Any, str] = {
    str: "VARCHAR",
    int: "BIGINT",
    float: "VARCHAR",  # NaN and infinities come as words, and `value` is text in other records
    bool: "BOOLEAN",
    list[str]: "VARCHAR[]",
    list[bool]: "BOOLEAN[]",
    list[int]: "BIGINT[]",
    list[float]: "DOUBLE[]",
    dict[str, str]: "VARCHAR",
    dict[str, str | None]: "VARCHAR",
    list[str | None]: "VARCHAR[]",
    list[float | None]: "DOUBLE[]",
    list[list[float | None]]: "DOUBLE[][]",
    msgspec.Raw: "JSON[]",
}


RECORDS = tuple(record for record in get_args(Event) if record is not JournalHeader)


def staged_columns() -> dict[str, str]:
    """The type of each field that any record has, the tag first."""
    columns = {"type": "VARCHAR"}
    for record in RECORDS:
        for name, hint in get_type_hints(record).items():
            found = FIELD_TYPES[hint if hint in FIELD_TYPES else plain_type(hint)]
            columns[name] = found if columns.get(name, found) == found else "VARCHAR"
    return columns


def requirements() -> str:
    """What must hold of a staged line, as SQL."""
    cases = []
    for record in RECORDS:
        hints = get_type_hints(record)
        needed = [
            field.name
            for field in msgspec.structs.fields(record)
            if field.required and type(None) not in get_args(hints[field.name])
        ]
        if "run_id" in hints and "run_id" not in needed:
            needed.append("run_id")
        holds = " AND ".join(f'"{name}" IS NOT NULL' for name in needed)
        tag = record.__struct_config__.tag
        cases.append(f"WHEN '{tag}' THEN {holds}{EXTRA_REQUIREMENTS.get(tag, '')}")
    return f"CASE type WHEN 'journal' THEN true {' '.join(cases)} ELSE false END"


def holds_texts(name: str, *others: str) -> str:
    """Whether a column is NULL or an object of JSON whose values are texts, as SQL."""
    kinds = ", ".join(map(quoted, ("VARCHAR", *others)))
    return (
        f"CASE WHEN json_valid({name}) THEN json_type({name}) = 'OBJECT'"
        f" AND list_has_all([{kinds}], json_type({name}, '$.*')) ELSE {name} IS NULL END"
    )


def holds_lists(of: str, *others: str, may_be_empty: tuple[str, ...] = ()) -> str:
    """Whether lists are of one length and have no NULL in them, those that may be empty apart."""
    return "".join(
        f" AND len({name}) = len({of}) AND list_count({name}) = len({of})" for name in (of, *others)
    ) + "".join(f" AND coalesce(len({name}), 0) IN (0, len({of}))" for name in may_be_empty)


EXTRA_REQUIREMENTS = {
    "metric": " AND try_cast(value AS DOUBLE) IS NOT NULL",
    "series": ' AND list_count("values") = len("values") AND list_count(steps) = len("values")'
    ' AND list_count(timestamps) = len("values") AND len(steps) = len("values")'
    ' AND len(timestamps) = len("values")',
    "execution": " AND execution_id <> '' AND coalesce(list_count(uses) = len(uses), true)"
    f" AND {holds_texts('reads')} AND {holds_texts('writes')}",
    "model": f" AND model_id <> '' AND {holds_texts('params')} AND {holds_texts('tags', 'NULL')}"
    " AND coalesce(list_count(paths), 0) = coalesce(len(paths), 0)"
    + "".join(
        f" AND coalesce(list_count({name}), 0) = coalesce(len(paths), 0)"
        f" AND coalesce(len({name}), 0) = coalesce(len(paths), 0)"
        for name in ("digests", "sizes", "seals")
    ),
    "predictions": holds_lists(
        "prediction_ids",
        "moments",
        may_be_empty=("prediction_keys", "prediction_errors", "param_rows", "input_rows"),
    )
    + "".join(f" AND len({name}) = len(prediction_ids)" for name in ("latencies", "output_rows"))
    + " AND coalesce(len(input_rows), 0) + coalesce(len(input_numbers), 0) = len(prediction_ids)"
    " AND coalesce(list_unique(list_transform(input_numbers, lambda row: len(row))) = 1"
    " AND list_count(input_numbers) = len(prediction_ids)"
    " AND len(input_numbers[1]) = len(input_columns)"
    " AND coalesce(list_count(whole_columns), 0) = coalesce(len(whole_columns), 0)"
    " AND coalesce(len(whole_columns), 0) IN (0, len(input_columns)),"
    " len(input_numbers) IS NULL)",
    "labels": " AND len(label_moments) > 0"
    " AND list_count(label_moments) = len(label_moments)"
    " AND coalesce(len(label_ids), 0) + coalesce(len(label_keys), 0) = len(label_moments)"
    " AND coalesce(list_count(label_ids), 0) + coalesce(list_count(label_keys), 0)"
    " = len(label_moments) AND (label_ids IS NULL OR label_keys IS NULL)"
    " AND len(label_values) = len(label_moments)",
}

COLUMNS = staged_columns()
DEFAULTS = {
    field.name: field.default
    for record in RECORDS
    for field in msgspec.structs.fields(record)
    if type(field.default) is int
}
"""Numbers that a line leaves out where they are the default."""

REQUIREMENTS = requirements()


def stage(cursor: Cursor, paths: Sequence[Path], longest: int = LONGEST_READ) -> int:
    """Read files into the temporary table `staged`; the result is how many lines they had.

    A line that cannot be read becomes a row of NULLs, which `is_clean` finds.
    """
    files = ", ".join(quoted(str(path)) for path in paths)
    columns = ", ".join(f"{quoted(name)}: '{type_}'" for name, type_ in COLUMNS.items())
    defaults = ", ".join(f"coalesce({name}, {n}) AS {name}" for name, n in DEFAULTS.items())
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE staged AS SELECT * REPLACE ({defaults}) FROM read_ndjson("
        f"[{files}], columns = {{{columns}}}, maximum_object_size = {longest},"
        " ignore_errors = true)"
    )
    return int(cursor.execute("SELECT count(*) FROM staged").fetchone()[0])


def is_clean(cursor: Cursor) -> bool:
    """Whether every staged line is a record."""
    found = cursor.execute(
        f"SELECT 1 FROM staged WHERE ({REQUIREMENTS}) IS NOT TRUE LIMIT 1"
    ).fetchone()
    return found is None


def present(cursor: Cursor) -> set[str]:
    """The kinds of records that are staged."""
    return {row[0] for row in cursor.execute("SELECT DISTINCT type FROM staged").fetchall()}


def experiments(cursor: Cursor) -> list[tuple[Any, ...]]:
    """The provisional experiments that are staged, each with who ran something in it at once."""
    return list(
        cursor.execute(
            "SELECT experiment_id, name, artifact_location, tags, creation_time,"
            " (SELECT min(r.user_id) FROM staged r"
            " WHERE r.type = 'run' AND r.experiment_id = s.experiment_id)"
            " FROM staged s WHERE type = 'experiment' ORDER BY experiment_id"
        ).fetchall()
    )

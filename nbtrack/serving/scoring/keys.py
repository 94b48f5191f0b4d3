"""The key by which a request's variant is chosen, found in a body before any model reads it."""

from __future__ import annotations

import csv
import io
from typing import Any

from nbtrack.serving.scoring.formats import JSON, plain_json
from nbtrack.serving.scoring.refusals import Refused
from nbtrack.serving.traffic.keys import key_of

__all__ = ["key_in"]


def key_in(body: bytes, kind: str, column: str) -> str | None:
    """The key of the first row: a column of it, or a param; None where there is none.

    Example:
        >>> key_in(b'{"dataframe_records": [{"user": 42, "age": 3}]}', "application/json", "user")
        '42'
    """
    if kind != JSON:
        return key_of(in_csv(body, column)) if kind == "text/csv" else None
    try:
        payload = plain_json(body)
    except Refused:
        return None  # what is wrong with it is told when it is read for the model
    if not isinstance(payload, dict):
        return None
    params = payload.get("params")
    if isinstance(params, dict) and column in params:
        return key_of(params[column])
    for form in ("dataframe_split", "dataframe_records", "inputs", "instances"):
        if form in payload:
            return key_of(first_cell(payload[form], column))
    return key_of(payload.get(column))


def first_cell(data: Any, column: str) -> Any:
    """A column's value in the first row."""
    if isinstance(data, dict) and isinstance(data.get("columns"), list) and "data" in data:
        rows, columns = data["data"], data["columns"]
        if column not in columns or not isinstance(rows, list) or not rows:
            return None
        row, place = rows[0], columns.index(column)
        return row[place] if isinstance(row, list) and len(row) > place else None
    if isinstance(data, list):
        data = data[0] if data else None
    value = data.get(column) if isinstance(data, dict) else None
    return (value[0] if value else None) if isinstance(value, list) else value


def in_csv(body: bytes, column: str) -> str | None:
    """A column's value in the first row of CSV."""
    lines = csv.DictReader(io.StringIO(body.decode("utf-8", "replace")))
    try:
        return next(lines, {}).get(column)
    except csv.Error:
        return None

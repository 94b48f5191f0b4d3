"""Rows of JSON in the records of a journal; what JSON has no form of is written as text."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Sequence
from typing import Any

import msgspec

__all__ = ["FEW_BYTES", "MOST_ROW_BYTES", "json_row", "json_rows"]

MOST_ROW_BYTES = 256 << 10
"""The longest row that is kept: more than that is a picture or a document."""

FEW_BYTES = 1 << 20
"""So much goes into a record, whatever its rows are."""

logger = logging.getLogger("nbtrack")


def plain(value: Any) -> Any:
    """A value that JSON has no form of by itself."""
    if type(value).__name__ in {"NAType", "NaTType"}:
        return None
    if hasattr(value, "tolist"):
        told = value.tolist()
        return float(told) if type(told) is type(value) else told  # a long double is its own list
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)


encoder = msgspec.json.Encoder(enc_hook=plain)


def json_rows(rows: Sequence[Any]) -> msgspec.Raw:
    """Rows as one list of JSON; a row that cannot be written, or is too long, becomes null.

    Example:
        >>> bytes(json_rows([{"age": 31}, {"age": float("nan")}, "x"]))
        b'[{"age":31},{"age":null},"x"]'
    """
    try:
        text = encoder.encode(rows)
    except UNWRITABLE:
        text = b""
    if text and (len(text) <= FEW_BYTES and len(rows) > 1):
        return msgspec.Raw(text)
    return msgspec.Raw(b"[%b]" % b",".join(map(json_row, rows)))


UNWRITABLE = (TypeError, ValueError, OverflowError, RecursionError)


def json_row(row: Any) -> bytes:
    """One row as JSON."""
    try:
        text = encoder.encode(row)
    except UNWRITABLE:
        text = slowly(row)
    if len(text) <= MOST_ROW_BYTES:
        return text
    logger.warning(
        "a row of %d bytes is not kept in the prediction log, which takes up to %d",
        len(text),
        MOST_ROW_BYTES,
    )
    return b"null"


def slowly(row: Any) -> bytes:
    """A row with half characters, whole numbers of more than 64 bits or keys that are no texts."""
    try:
        return json.dumps(spelled(row)).encode()
    except UNWRITABLE as error:
        logger.warning("a row is not kept in the prediction log: %s", type(error).__name__)
        return b"null"


def spelled(value: Any) -> Any:
    """A value of plain lists, objects, texts and numbers that JSON has."""
    if isinstance(value, dict):
        return {str(name): spelled(it) for name, it in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [spelled(it) for it in value]
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, int):
        return value
    return spelled(plain(value))

"""Values as JSON holds them: what input examples and answers of a server are written with."""

from __future__ import annotations

import base64
import datetime as dt
import decimal
from collections.abc import Mapping
from typing import Any

from nbtrack.errors import InvalidValue

__all__ = ["jsonable"]


def jsonable(value: Any) -> Any:
    """A value as JSON holds it: NaN as null, bytes as base64, times as ISO text.

    Example:
        >>> jsonable({"when": dt.date(2026, 1, 31), "x": float("nan")})
        {'when': '2026-01-31', 'x': None}

    Raises:
        InvalidValue: Something in it has no such form.
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return None if value != value else float(value)  # noqa: PLR0124 - NaN alone is
    if isinstance(value, Mapping):
        return {jsonable_key(name): jsonable(it) for name, it in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(it) for it in value]
    return jsonable_object(value)


def jsonable_key(name: Any) -> Any:
    return name if isinstance(name, str | int) else str(name)


def jsonable_object(value: Any) -> Any:
    """What is no plain value of Python."""
    if isinstance(value, bytes | bytearray):
        return base64.encodebytes(value).decode("ascii")
    if type(value).__name__ in {"NAType", "NaTType"}:
        return None
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return float(value)
    if hasattr(value, "tolist"):
        is_time = getattr(getattr(value, "dtype", None), "kind", "") == "M"
        return jsonable(value.astype(str).tolist() if is_time else value.tolist())
    if hasattr(value, "model_dump"):
        return jsonable(value.model_dump())
    raise InvalidValue(f"the data is written as JSON, and a {type(value).__name__} is in it")

"""Lists, objects and maps in one cell, held against their types."""

from __future__ import annotations

import datetime as dt
import decimal
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from nbtrack.errors import SchemaMismatch, listing
from nbtrack.registry.signatures.problems import is_discreet
from nbtrack.registry.signatures.types import (
    AnyType,
    Array,
    ColumnType,
    DataType,
    Map,
    Object,
    type_name,
)
from nbtrack.registry.signatures.values import is_missing

__all__ = ["held", "scalar"]

FLOAT32_MAX = 3.4028235677973366e38
"""What rounds to a float of 32 bits; beyond it is infinity."""

FINE = re.compile(r"\.\d{7,9}$")
"""Text of a time with more digits than Python's own times have."""

WITHOUT_GAPS = (DataType.boolean, DataType.integer, DataType.long)
"""Types of which a list cannot hold a missing value, besides objects."""

NONE: frozenset[type] = frozenset()


def held(value: Any, kind: ColumnType, *, required: bool = True, where: str = "") -> Any:
    """A value as its type wants it: numbers widened, arrays of NumPy as lists.

    Example:
        >>> held([1, 2.5], Array("double"))
        [1.0, 2.5]

    Raises:
        SchemaMismatch: It does not fit; the message says where in the value.
    """
    if isinstance(kind, AnyType):
        return value
    if not required and (is_missing(value) or empty(value)):
        return None if is_missing(value) else value
    if isinstance(kind, DataType):
        return scalar(value, kind, where)
    if isinstance(kind, Array):
        return held_list(value, kind, where)
    if isinstance(kind, Map):
        return held_map(value, kind, where)
    return held_object(value, kind, where)


def empty(value: object) -> bool:
    return isinstance(value, list | dict | tuple) and not value


def held_list(value: Any, kind: Array, where: str) -> list[Any]:
    """A list whose items fit."""
    plain = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(plain, list | tuple):
        raise wrong(where, kind, value)
    if isinstance(kind.dtype, DataType) and set(map(type, plain)) <= FITTING.get(kind.dtype, NONE):
        return list(plain)
    required = kind.dtype in WITHOUT_GAPS or isinstance(kind.dtype, Object)
    gap = math.nan if kind.dtype in (DataType.float, DataType.double) else None
    return [
        gap
        if it is None and not required
        else held(it, kind.dtype, required=required, where=f"{where}[{at}]")
        for at, it in enumerate(plain)
    ]


def held_map(value: Any, kind: Map, where: str) -> Any:
    """A dict whose values fit."""
    if not isinstance(value, Mapping):
        raise wrong(where, kind, value)
    if keys := [it for it in value if not isinstance(it, str)]:
        raise SchemaMismatch(
            f"{said(where)}names of a map are text, and one is a {type(keys[0]).__name__}"
        )
    return {
        name: held(it, kind.value_type, where=inside(where, name)) for name, it in value.items()
    }


def held_object(value: Any, kind: Object, where: str) -> Any:
    """A dict that has what is required, nothing unknown, and values that fit."""
    if hasattr(value, "model_dump"):
        value = value.model_dump()
    if not isinstance(value, Mapping):
        raise wrong(where, kind, value)
    known = {it.name: it for it in kind.properties}
    if missing := [it.name for it in kind.properties if it.required and it.name not in value]:
        raise SchemaMismatch(f"{said(where)}{listed(missing)} is required and missing")
    if unknown := [it for it in value if it not in known]:
        hint = listing(list(known), "" if is_discreet.get() else str(unknown[0]))
        what = "something" if is_discreet.get() else listed(unknown)
        raise SchemaMismatch(f"{said(where)}{what} is no property of it; {hint}")
    return {
        name: held(it, known[name].dtype, required=known[name].required, where=inside(where, name))
        for name, it in value.items()
    }


def scalar(value: Any, kind: DataType, where: str = "") -> Any:
    """One scalar as its type wants it, from Python or NumPy: no value is changed to fit.

    A number of Python has no width: a whole one fits where it is small enough, and where a float is
    wanted; a float fits where a whole number is wanted only if it is whole.

    Raises:
        SchemaMismatch: It does not fit.
    """
    is_numpy = type(value).__module__ == "numpy" and getattr(value, "ndim", None) == 0
    plain = value.item() if is_numpy and kind is not DataType.datetime else value
    found = READERS[kind](plain)
    if found is None:
        raise wrong(where, kind, value)
    return found


def read_boolean(value: Any) -> bool | None:
    return bool(value) if isinstance(value, int | float) and value in (0, 1) else None


def whole(bits: int) -> Callable[[Any], int | None]:
    """Reads whole numbers of so many bits."""

    def read(value: Any) -> int | None:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or not -(1 << bits - 1) <= value < 1 << bits - 1:
            return None
        return int(value)

    return read


def read_double(value: Any) -> float | None:
    if isinstance(value, float):
        return value
    if isinstance(value, int | decimal.Decimal):
        try:
            found = float(value)
        except OverflowError:
            return None
        return found if found == value or isinstance(value, decimal.Decimal) else None
    return None


def read_float(value: Any) -> float | None:
    found = read_double(value)
    if found is None or (abs(found) > FLOAT32_MAX and abs(found) != float("inf")):
        return None
    return found


def read_string(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def read_binary(value: Any) -> bytes | None:
    return bytes(value) if isinstance(value, bytes | bytearray) else None


def read_datetime(value: Any) -> Any:
    """A date or time, or its ISO text; one with a zone is none that a signature can tell."""
    if isinstance(value, str):
        value = moment_in(value)
    if type(value).__name__ == "datetime64":
        return value
    if getattr(value, "tzinfo", None) is not None or not isinstance(value, dt.date):
        return None
    return value


def moment_in(text: str) -> Any:
    """A date or time from its ISO text, with all digits of it; None where it is none.

    Example:
        >>> from nbtrack.registry.signatures.nested import moment_in
        >>> moment_in("2026-01-31"), moment_in("31 January")
        (datetime.datetime(2026, 1, 31, 0, 0), None)
    """
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    if FINE.search(text) is None:
        return found
    import numpy as np

    return np.datetime64(text)


READERS: dict[DataType, Callable[[Any], Any]] = {
    DataType.boolean: read_boolean,
    DataType.integer: whole(32),
    DataType.long: whole(64),
    DataType.float: read_float,
    DataType.double: read_double,
    DataType.string: read_string,
    DataType.binary: read_binary,
    DataType.datetime: read_datetime,
}


FITTING: dict[Any, frozenset[type]] = {
    DataType.boolean: frozenset({bool}),
    DataType.double: frozenset({float}),
    DataType.string: frozenset({str, type(None)}),
}
"""Python types of which all values fit, so that a long list need not be walked in Python."""


def wrong(where: str, kind: ColumnType, value: object) -> SchemaMismatch:
    """What came where something else was wanted."""
    came = "nothing" if is_missing(value) else f"a {type(value).__name__}"
    return SchemaMismatch(
        f"{said(where)}{type_name(kind)} is wanted, and {came} came{why(kind, value)}"
    )


def why(kind: ColumnType, value: object) -> str:
    """What is wrong with a value whose type would do."""
    if kind in (DataType.integer, DataType.long) and isinstance(value, float):
        return " that is not whole"
    if isinstance(value, int) and not isinstance(value, bool) and isinstance(kind, DataType):
        return " that is too big" if kind.to_python() in (int, float) else ""
    if kind is DataType.datetime and getattr(value, "tzinfo", None) is not None:
        return " with a time zone"
    if kind is DataType.datetime and isinstance(value, str):
        return " that is not written as 2026-01-31T08:00:00, without a time zone"
    return ""


def said(where: str) -> str:
    return f"at {where}: " if where else ""


def inside(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def listed(names: list[Any], most: int = 5) -> str:
    """Some names, quoted."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(map(repr, names[:most])) + more

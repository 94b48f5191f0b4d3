"""The type of plain values: scalars, lists, dicts and what NumPy makes of them."""

from __future__ import annotations

import datetime as dt
import decimal
from collections.abc import Iterable, Mapping
from typing import Any

from nbtrack.errors import InvalidValue
from nbtrack.registry.signatures.merging import merged
from nbtrack.registry.signatures.types import (
    AnyType,
    Array,
    ColumnType,
    DataType,
    Object,
    Property,
)

__all__ = ["common_type", "is_missing", "type_of", "type_of_dtype"]

SCALARS: dict[type, DataType] = {
    bool: DataType.boolean,
    int: DataType.long,
    float: DataType.double,
    str: DataType.string,
    bytes: DataType.binary,
    bytearray: DataType.binary,
    decimal.Decimal: DataType.double,
    dt.datetime: DataType.datetime,
    dt.date: DataType.datetime,
}


def type_of(value: Any) -> ColumnType:
    """The type of one value; of nothing, of NaN and of what is empty it is `any`.

    Example:
        >>> type_of({"role": "user", "scores": [1, 2.5]})
        {role: string (required), scores: Array(double) (required)}

    Raises:
        InvalidValue: It is of no type that a model can be asked with.
    """
    found = SCALARS.get(type(value))
    if found is not None and value == value:  # noqa: PLR0124 - NaN alone is unequal to itself
        return found if found not in LIMITED else type_in_limits(value, found)
    if is_missing(value):
        return AnyType()
    if isinstance(value, Mapping):
        return type_of_dict(value)
    if isinstance(value, list | tuple):
        return Array(common_type(value)) if value else AnyType()
    if type(value).__module__ == "numpy":
        return type_of_numpy(value)
    for kind, known in SCALARS.items():
        if isinstance(value, kind):
            return known if known not in LIMITED else type_in_limits(value, known)
    raise InvalidValue(f"a {type(value).__name__} is no value that a model can be asked with")


LIMITED = (DataType.long, DataType.datetime)


def type_in_limits(value: Any, kind: DataType) -> ColumnType:
    """A whole number of 64 bits, a time without a zone; no type holds others unchanged."""
    if kind is DataType.datetime:
        return kind if getattr(value, "tzinfo", None) is None else AnyType()
    if not -(1 << 63) <= value < 1 << 63:
        raise InvalidValue("a whole number of more than 64 bits is no value of a signature")
    return kind


def type_of_dict(value: Mapping[Any, Any]) -> ColumnType:
    """An object of the types of its values; what is unknown yet is not required."""
    if not value:
        return AnyType()
    if wrong := [key for key in value if not isinstance(key, str)]:
        raise InvalidValue(f"keys of a dict are text, and one is a {type(wrong[0]).__name__}")
    found = {name: type_of(it) for name, it in value.items()}
    return Object(
        Property(name, kind, not isinstance(kind, AnyType)) for name, kind in found.items()
    )


def type_of_numpy(value: Any) -> ColumnType:
    """A NumPy scalar or array by its dtype, or by its items where they are objects."""
    dtype, depth = value.dtype, value.ndim
    if dtype.kind == "O":
        return type_of(value.tolist())
    found: ColumnType = type_of_dtype(dtype)
    for _ in range(depth):
        found = Array(found)
    return found


def type_of_dtype(dtype: Any) -> DataType:
    """The type of a column of a NumPy or pandas dtype.

    Raises:
        InvalidValue: No type holds it: unsigned 64 bits, complex numbers, time spans.
    """
    kind, size = dtype.kind, dtype.itemsize
    if kind in "iu" and size - (kind == "i") < 8:
        return DataType.integer if size - (kind == "i") < 4 else DataType.long
    if kind == "f" and size <= 8:
        return DataType.float if size <= 4 else DataType.double
    plain = {
        "b": DataType.boolean,
        "U": DataType.string,
        "T": DataType.string,
        "S": DataType.binary,
        "M": DataType.datetime,
    }
    if kind in plain:
        return plain[kind]
    raise InvalidValue(
        f"no type of a signature holds {dtype}; convert it to int64, float64, text or a datetime"
    )


def common_type(values: Iterable[Any]) -> ColumnType:
    """The type of a column of values: whole numbers and floats make a double, gaps are passed over.

    Raises:
        InvalidValue: They have none in common but `any`.
    """
    found: ColumnType | None = None
    seen: set[type] = set()
    for value in values:
        if type(value) in seen:
            continue
        one = type_of(value)
        if isinstance(one, DataType) and type(value).__module__ != "numpy":
            seen.add(type(value))
        found = one if found is None else merged(found, one)
    return AnyType() if found is None else found


def is_missing(value: object) -> bool:
    """Whether a value is none: None, NaN, pandas' NA, NaT."""
    if value is None:
        return True
    name = type(value).__name__
    if name in {"NAType", "NaTType"}:
        return True
    return name.startswith(("float", "datetime64")) and value != value  # noqa: PLR0124 - NaN alone is

"""The type that values of two types have in common: how a column's type grows value by value."""

from __future__ import annotations

from nbtrack.errors import InvalidValue
from nbtrack.registry.signatures.types import (
    AnyType,
    Array,
    ColumnType,
    DataType,
    Map,
    Object,
    Property,
    type_name,
)

__all__ = ["merged"]

NUMBERS = (DataType.integer, DataType.long, DataType.float, DataType.double)
"""Narrow to wide, whole ones first; only a double holds a whole number and a float."""


def merged(one: ColumnType, other: ColumnType) -> ColumnType:
    """The type that values of either have; nothing known of one leaves the other, not required.

    Raises:
        InvalidValue: No type but `any` has both.
    """
    if one == other:
        return one
    if isinstance(one, AnyType) or isinstance(other, AnyType):
        return with_gaps(other if isinstance(one, AnyType) else one)
    if isinstance(one, DataType) and isinstance(other, DataType):
        return wider(one, other)
    if type(one) is Array and type(other) is Array:
        return Array(merged(one.dtype, other.dtype))
    if isinstance(one, Map) and isinstance(other, Map):
        return Map(merged(one.value_type, other.value_type))
    if isinstance(one, Object) and isinstance(other, Object):
        return merged_objects(one, other)
    raise InvalidValue(f"{type_name(one)} and {type_name(other)} have no type in common")


def with_gaps(kind: ColumnType) -> ColumnType:
    """A type seen beside nothing: an object may then lack any of its properties."""
    if not isinstance(kind, Object):
        return kind
    return Object([Property(it.name, it.dtype, required=False) for it in kind.properties])


def wider(one: DataType, other: DataType) -> DataType:
    """The number type that holds two."""
    if one not in NUMBERS or other not in NUMBERS:
        raise InvalidValue(f"{one.name} and {other.name} have no type in common")
    narrow, wide = sorted((one, other), key=NUMBERS.index)
    mixed = narrow in NUMBERS[:2] and wide in NUMBERS[2:]
    return DataType.double if mixed else wide


def merged_objects(one: Object, other: Object) -> Object:
    """All properties of two objects; required are those that both require."""
    left = {it.name: it for it in one.properties}
    right = {it.name: it for it in other.properties}
    found = []
    for name in left.keys() | right.keys():
        a, b = left.get(name), right.get(name)
        if a is not None and b is not None:
            found.append(Property(name, merged(a.dtype, b.dtype), a.required and b.required))
        elif (only := a or b) is not None:
            found.append(Property(name, only.dtype, required=False))
    return Object(found)

"""Plain values of a column made an array: what JSON, dicts and rows of Python hold.

Numbers of Python have no width, so any that fits will do; a value that does not is told by its row.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from itertools import starmap
from typing import Any

import numpy as np

from nbtrack.errors import SchemaMismatch
from nbtrack.registry.signatures.moments import moments_in_nanoseconds
from nbtrack.registry.signatures.nested import held, scalar
from nbtrack.registry.signatures.types import AnyType, ColumnType, DataType
from nbtrack.registry.signatures.values import is_missing

__all__ = ["EXACT_BELOW", "FLOATS", "TARGETS", "WHOLE", "cast_list", "cells", "first", "missing"]

WHOLE = (DataType.integer, DataType.long)
FLOATS = (DataType.float, DataType.double)
TARGETS = {kind: kind.to_numpy() for kind in DataType}
EXACT_BELOW = {4: 1 << 24, 8: 1 << 53, 2: 1 << 11}
"""Up to here a float of so many bytes holds each whole number."""

NONE = type(None)


def cast_list(
    values: Sequence[Any], kind: ColumnType, *, required: bool = True, wire: bool = False
) -> Any:
    """Plain values as an array; numbers of Python have no width, so any that fits will do.

    Example:
        >>> cast_list([1, 2.5, None], DataType.double)
        array([1. , 2.5, nan])

    Args:
        values: One value for each row.
        kind: The column's type.
        required: Whether a value may be missing where the type has no way to say so.
        wire: They come as JSON: bytes as base64 text, numbers perhaps as text, whole ones rounded.

    Raises:
        SchemaMismatch: A value does not fit; the message says in which row.
    """
    if isinstance(kind, AnyType):
        return cells(values)
    if not isinstance(kind, DataType):
        return cells(
            [
                each(at, lambda it: held(it, kind, required=required), value)
                for at, value in enumerate(values)
            ]
        )
    kinds = set(map(type, values))
    if wire and kind is DataType.binary and str in kinds:
        values = list(starmap(from_base64, enumerate(values)))
    found = QUICK[kind](values, kinds) if kind in QUICK else None
    if found is not None:
        return found
    if wire:
        values = [from_wire(it, kind) for it in values]
    return one_by_one(values, kind, required=required)


def quick_floats(target: Any) -> Callable[[Sequence[Any], set[type]], Any]:
    """Reads floats, and whole numbers that a float holds, at once."""
    limit = EXACT_BELOW[8]

    def read(values: Sequence[Any], kinds: set[type]) -> Any:
        if not kinds <= {float, int, bool, NONE}:
            return None
        try:
            found = np.array(values, np.float64)
        except OverflowError:
            return None
        if int in kinds and (np.abs(found) >= limit).any():
            return None
        return found if target.itemsize == 8 else narrowed(found)

    return read


def narrowed(found: Any) -> Any:
    """Floats in 32 bits, if none becomes infinite by it."""
    with np.errstate(over="ignore"):
        narrow = found.astype(np.float32)
    return narrow if (np.isinf(narrow) == np.isinf(found)).all() else None


def quick_whole(target: Any) -> Callable[[Sequence[Any], set[type]], Any]:
    """Reads whole numbers at once."""

    def read(values: Sequence[Any], kinds: set[type]) -> Any:
        if not kinds <= {int, bool}:
            return None
        try:
            return np.array(values, target)
        except OverflowError:
            return None

    return read


def quick_text(values: Sequence[Any], kinds: set[type]) -> Any:
    return cells(values) if kinds <= {str, NONE} else None


def quick_booleans(values: Sequence[Any], kinds: set[type]) -> Any:
    return np.array(values, np.bool_) if kinds <= {bool} else None


QUICK: dict[DataType, Callable[[Sequence[Any], set[type]], Any]] = {
    DataType.boolean: quick_booleans,
    DataType.integer: quick_whole(TARGETS[DataType.integer]),
    DataType.long: quick_whole(TARGETS[DataType.long]),
    DataType.float: quick_floats(TARGETS[DataType.float]),
    DataType.double: quick_floats(TARGETS[DataType.double]),
    DataType.string: quick_text,
}
"""Read a whole column at once, or tell by None that it must be looked at value by value."""


def one_by_one(values: Sequence[Any], kind: DataType, *, required: bool) -> Any:
    """Values read each for itself, so that the one which is wrong can be told."""
    found: list[Any] = []
    gaps = False
    for at, value in enumerate(values):
        if is_missing(value):
            if required and kind in (*WHOLE, DataType.boolean):
                raise missing(kind, at)
            gaps = True
            found.append(np.nan if kind in FLOATS else None)
        else:
            found.append(each(at, lambda it: scalar(it, kind), value))
    keeps_objects = kind in (DataType.string, DataType.binary)
    if keeps_objects or (gaps and kind in (*WHOLE, DataType.boolean)):
        return cells(found)
    if kind is DataType.datetime:
        return moments_in_nanoseconds(found)
    return np.array(found, TARGETS[kind])


def each(at: int, read: Callable[[Any], Any], value: Any) -> Any:
    """One value, or an error that says in which row it is."""
    try:
        return read(value)
    except SchemaMismatch as error:
        raise SchemaMismatch(f"row {at}: {error}") from None


def from_base64(at: int, value: Any) -> Any:
    """Bytes from their text."""
    if not isinstance(value, str):
        return value
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except binascii.Error as error:
        raise SchemaMismatch(f"row {at}: binary is wanted as base64 text: {error}") from None


def from_wire(value: Any, kind: DataType) -> Any:
    """A value as MLflow's server reads it, where nothing of it is lost; others as they came.

    Clients send numbers as text and the reverse; whole numbers of JSON are rounded as all there.
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind is DataType.string:
        return str(value) if is_number and not is_missing(value) else value
    try:
        if kind in FLOATS and (is_number or isinstance(value, str)):
            return float(value)
        if kind in WHOLE and isinstance(value, str):
            return int(value)
    except (ValueError, OverflowError):
        return value
    return value


def cells(values: Sequence[Any]) -> Any:
    """An array of one object each, whatever the objects are."""
    return np.fromiter(values, dtype=object, count=len(values))


def first(gaps: Any) -> int:
    """The row of the first that is missing."""
    return int(np.argmax(np.asarray(gaps).ravel()))


def missing(kind: DataType, row: int) -> SchemaMismatch:
    """A value is not there, and the type has no way to say so."""
    return SchemaMismatch(
        f"row {row} has no value, and {kind.name} holds no missing ones: fill it, or log the model "
        f"with this column as double or optional"
    )

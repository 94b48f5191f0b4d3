"""Columns held against their types: arrays of NumPy and pandas, and lists of plain values.

A cast never changes a value: numbers are widened, whole numbers become floats where each stays
itself, and everything else is refused with what came, what was wanted, and in which row.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from itertools import starmap
from typing import Any

import numpy as np

from nbtrack.errors import SchemaMismatch
from nbtrack.registry.signatures.nested import held, scalar
from nbtrack.registry.signatures.types import AnyType, ColumnType, DataType
from nbtrack.registry.signatures.values import is_missing

__all__ = ["cast_array", "cast_list", "cast_matrix", "cast_tensor", "cells"]

WHOLE = (DataType.integer, DataType.long)
FLOATS = (DataType.float, DataType.double)
TARGETS = {kind: kind.to_numpy() for kind in DataType}
EXACT_BELOW = {4: 1 << 24, 8: 1 << 53, 2: 1 << 11}
"""Up to here a float of so many bytes holds each whole number."""

NONE = type(None)


def cast_array(values: Any, kind: DataType, *, required: bool = True) -> Any:
    """An array of a frame's column as its type wants it; the array itself where it fits.

    Example:
        >>> cast_array(np.array([1, 2], "int32"), DataType.long).dtype
        dtype('int64')

    Raises:
        SchemaMismatch: It does not fit; the message says why, but not which column.
    """
    dtype = values.dtype
    if dtype == TARGETS[kind]:
        return values
    if not isinstance(dtype, np.dtype):
        return cast_extension(values, kind, required=required)
    if dtype.kind == "O":
        return cast_objects(values, kind, required=required)
    if kind is DataType.datetime:
        return cast_datetimes(values)
    if kind in (DataType.string, DataType.binary):
        if dtype.kind != ("U" if kind is DataType.string else "S"):
            raise mismatch(kind, dtype)
        return values.astype(object)
    return cast_numbers(values, TARGETS[kind], kind.name)


def cast_numbers(values: Any, target: Any, wanted: str) -> Any:
    """Numbers in another width, if each stays itself."""
    dtype = values.dtype
    safe = dtype.kind in "biuf" and np.can_cast(dtype, target, "safe")
    if safe and not (dtype.kind in "iu" and dtype.itemsize == 8 and target.kind == "f"):
        return values.astype(target)
    if dtype.kind in "iu" and target.kind == "f":
        limit = EXACT_BELOW[target.itemsize]
        if values.size and (values.max() > limit or values.min() < -limit):
            raise SchemaMismatch(
                f"{wanted} is wanted, and {dtype} came with a number beyond {limit:,}, "
                f"which {wanted} cannot hold exactly"
            )
        return values.astype(target)
    raise SchemaMismatch(f"{wanted} is wanted, and {dtype} came{advice(values, target)}")


def advice(values: Any, target: Any) -> str:
    """What to do about numbers that do not fit."""
    came = values.dtype
    if came.kind == "f" and target.kind == "i":
        gaps = np.isnan(values)
        if gaps.any() and (values[~gaps] == np.floor(values[~gaps])).all():
            return (
                f" as values are missing ({gaps.sum()}, the first in row {first(gaps)}), which "
                f"whole numbers never are: fill them, or log the model with this column as double"
            )
        return f", which may hold fractions: round it first with .astype({target.name!r})"
    if came.kind in "biuf" and target.kind in "iuf":
        return f", which is wider: .astype({target.name!r}) makes it fit if that loses nothing"
    return ""


def cast_datetimes(values: Any) -> Any:
    """Dates of any precision, or their text, as nanoseconds."""
    if values.dtype.kind == "U":
        return parsed(values.astype(object))
    if values.dtype.kind != "M":
        raise mismatch(DataType.datetime, values.dtype)
    return values.astype(TARGETS[DataType.datetime])


def cast_extension(values: Any, kind: DataType, *, required: bool) -> Any:
    """An array of pandas' own: text, categories, sparse, whole numbers with gaps, Arrow's."""
    dtype = values.dtype
    inner = inner_values(dtype)
    if inner is not None:
        cast_array(inner, kind)
        return values
    if getattr(dtype, "tz", None) is not None:
        raise SchemaMismatch(
            "datetime is wanted, and one with a time zone came: "
            ".dt.tz_convert('UTC').dt.tz_localize(None) leaves it out"
        )
    if dtype.name == "string" or dtype.kind == "O" or str(dtype).startswith(("str", "large_str")):
        if kind in (DataType.string, DataType.binary):
            return values
        return cast_objects(np.asarray(values, dtype=object), kind, required=required, text=True)
    return cast_masked(values, kind, required=required)


def inner_values(dtype: Any) -> Any:
    """What the values of categories or of a sparse column are; None for other dtypes."""
    categories = getattr(dtype, "categories", None)
    if categories is not None:
        return categories.to_series().array
    sparse = hasattr(dtype, "subtype") and hasattr(dtype, "fill_value")
    return np.empty(0, dtype.subtype) if sparse else None


def cast_masked(values: Any, kind: DataType, *, required: bool) -> Any:
    """Numbers of pandas or Arrow that may have gaps: NaN in floats, else only where optional."""
    plain = getattr(values.dtype, "numpy_dtype", None)
    if plain is None:
        return cast_array(np.asarray(values), kind, required=required)
    gaps = values.isna()
    if not gaps.any():
        return cast_array(values.to_numpy(dtype=plain), kind, required=required)
    cast_array(np.empty(0, plain), kind)
    if kind in FLOATS:
        return values.to_numpy(dtype=TARGETS[kind], na_value=np.nan)
    if required and kind is not DataType.datetime:
        raise missing(kind, first(gaps))
    return values


def cast_objects(values: Any, kind: DataType, *, required: bool, text: bool = False) -> Any:
    """An array of Python objects; text and bytes stay, numbers are found in it."""
    import pandas as pd

    if kind is DataType.binary:
        return values
    seen = "string" if text else pd.api.types.infer_dtype(values, skipna=True)
    if kind is DataType.string:
        if seen in NO_TEXT:
            raise SchemaMismatch(f"string is wanted, and {seen} values came: .astype(str) first")
        return values
    if kind is DataType.datetime and seen in {"string", "date", "datetime", "empty", "datetime64"}:
        return parsed(values)
    if seen == "string":
        raise SchemaMismatch(f"{kind.name} is wanted, and text came")
    if kind is DataType.boolean and seen == "boolean":
        gaps = pd.isna(values)
        return values if gaps.any() else values.astype(bool)
    return cast_list(values.tolist(), kind, required=required)


NO_TEXT = {"integer", "floating", "mixed-integer-float", "boolean", "datetime", "datetime64"}
"""What pandas calls objects of which none is text."""


def parsed(values: Any) -> Any:
    """Dates, times and their ISO text as an array of nanoseconds."""
    import pandas as pd

    try:
        found = pd.to_datetime(pd.Series(values, dtype=object), format="ISO8601")
        if found.dtype.kind == "M" and getattr(found.dtype, "tz", None) is None:
            return found.to_numpy(dtype=TARGETS[DataType.datetime])
    except (ValueError, TypeError):
        pass  # the row that is wrong is told below
    return cast_list(list(values), DataType.datetime, required=False)


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
        wire: Bytes come as base64 text, as in JSON.

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
    return one_by_one(values, kind, required=required) if found is None else found


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


def cast_matrix(matrix: Any, kind: DataType) -> Any:
    """All columns of an array at once; whole floats are whole numbers, as one array has one dtype.

    Raises:
        SchemaMismatch: The numbers do not fit.
    """
    target = TARGETS[kind]
    if matrix.dtype.kind == "f" and kind in WHOLE:
        whole = matrix.astype(np.int64) if np.isfinite(matrix).all() else None
        if whole is not None and (whole == matrix).all():
            matrix = whole
    if matrix.dtype.kind == "i" and target.kind == "i" and matrix.size:
        limits = np.iinfo(target)
        if limits.min <= matrix.min() and matrix.max() <= limits.max:
            return matrix.astype(target, copy=False)
    return cast_array(matrix, kind)


def cast_tensor(values: Any, target: Any) -> Any:
    """An array, or the sparse matrix it is, in the dtype of a tensor."""
    if values.dtype == target or (values.dtype.kind == target.kind and target.kind in "USO"):
        return values
    if target.kind == "O":
        return values.astype(object)
    numbers = values if isinstance(values, np.ndarray) else values.data
    cast = cast_numbers(numbers, target, target.name)
    return cast if numbers is values else values.astype(target)


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


def mismatch(kind: DataType, dtype: Any) -> SchemaMismatch:
    return SchemaMismatch(f"{kind.name} is wanted, and {dtype} came")

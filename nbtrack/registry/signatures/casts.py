"""Columns held against their types: arrays of NumPy and of pandas.

A cast never changes a value: numbers are widened, whole numbers become floats where each stays
itself, and everything else is refused with what came, what was wanted, and in which row.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nbtrack.errors import SchemaMismatch
from nbtrack.registry.signatures.lists import (
    EXACT_BELOW,
    FLOATS,
    TARGETS,
    WHOLE,
    cast_list,
    first,
    missing,
)
from nbtrack.registry.signatures.moments import in_nanoseconds
from nbtrack.registry.signatures.types import DataType

__all__ = ["cast_array", "cast_matrix", "cast_tensor"]


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
    return in_nanoseconds(values)


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
            return in_nanoseconds(found.to_numpy())
    except (ValueError, TypeError):
        pass  # the row that is wrong is told below
    return cast_list(list(values), DataType.datetime, required=False)


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


def mismatch(kind: DataType, dtype: Any) -> SchemaMismatch:
    return SchemaMismatch(f"{kind.name} is wanted, and {dtype} came")

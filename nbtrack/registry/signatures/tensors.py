"""A schema of tensors made ready once: arrays of a shape and a dtype."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nbtrack.errors import SchemaMismatch
from nbtrack.registry.signatures.casts import cast_tensor
from nbtrack.registry.signatures.problems import Problems, lacking
from nbtrack.registry.signatures.schema import Schema, TensorSpec

__all__ = ["TensorPlan", "as_array"]


class TensorPlan:
    """What a schema of tensors asks of an array, or of named ones."""

    def __init__(self, schema: Schema) -> None:
        self.specs: list[TensorSpec] = list(schema)
        self.named = schema.has_input_names()

    def take(self, data: Any) -> Any:
        """Arrays that fit: one, or a dict where the schema has names.

        Raises:
            SchemaMismatch: A shape or a dtype is another; all of them are named.
        """
        if not self.named:
            if isinstance(data, Mapping):
                data = only_value(data)
            return self.one(data, self.specs[0])
        if is_frame(data):
            data = {name: data[name] for name in data.columns}
        if not isinstance(data, Mapping):
            if len(self.specs) > 1:
                names = ", ".join(repr(it.name) for it in self.specs)
                raise SchemaMismatch(
                    f"the model takes named arrays, a dict of {names}, not a {type(data).__name__}"
                )
            data = {self.specs[0].name: data}
        return self.several(data)

    def several(self, data: Mapping[Any, Any]) -> dict[Any, Any]:
        """Named arrays; what is not asked for is left out."""
        problems = Problems()
        known = [it.name for it in self.specs]
        extra = [it for it in data if it not in known]
        found = {}
        for spec in self.specs:
            if spec.name not in data:
                problems.add(lacking(spec.name, spec.type, extra).replace("column", "array", 1))
                continue
            value = data[spec.name]
            found[spec.name] = problems.attempt(spec.name, lambda: self.one(value, spec))  # noqa: B023 - asked at once
        problems.tell()
        return found

    def one(self, data: Any, spec: TensorSpec) -> Any:
        """One array that fits its spec."""
        if is_frame(data):
            values = of_frame(data, spec)
        elif hasattr(data, "to_frame"):
            values = of_series(data, spec)
        else:
            values = as_array(data, spec)
        if is_ragged(values, spec):
            return values
        if len(values.shape) != len(spec.shape) or any(
            wanted not in (-1, came) for wanted, came in zip(spec.shape, values.shape, strict=True)
        ):
            raise SchemaMismatch(
                f"the shape {spec.shape} is wanted, -1 being any length, and {values.shape} came"
                f"{reshaping(values.shape, spec.shape)}"
            )
        return cast_tensor(values, spec.type)


def reshaping(came: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    """How one row, or one column, is made to fit."""
    if came == wanted[1:]:
        return ": one row is array[None]"
    if wanted == (-1, 1) and len(came) == 1:
        return ": one column is array.reshape(-1, 1)"
    return ""


def is_ragged(values: Any, spec: TensorSpec) -> bool:
    """Arrays of different lengths in one array of objects, which has no shape to check."""
    if spec.shape == (-1,) and spec.type == np.dtype(object):
        return True
    return -1 in spec.shape[1:] and values.ndim == 1 and values.dtype == np.dtype(object)


def is_frame(data: Any) -> bool:
    return hasattr(data, "columns") and hasattr(data, "iloc")


def as_array(data: Any, spec: TensorSpec) -> Any:
    """An array from what holds one; plain lists take the dtype that is wanted.

    Raises:
        SchemaMismatch: It holds none.
    """
    if isinstance(data, np.ndarray):
        return data
    if type(data).__module__.startswith("scipy.sparse"):
        return data if data.format in {"csr", "csc"} else data.tocsr()
    if hasattr(data, "detach"):
        data = data.detach().cpu()
    if hasattr(data, "__array__"):
        return np.asarray(data)
    if isinstance(data, list | tuple | int | float | str | bytes):
        return from_plain(data, spec)
    raise SchemaMismatch(f"an array is wanted, and a {type(data).__name__} came")


def from_plain(data: Any, spec: TensorSpec) -> Any:
    """Nested lists as an array; numbers of Python have no width, but no value is changed to fit."""
    try:
        found = np.array(data)
    except ValueError as error:
        if -1 not in spec.shape[1:]:
            raise SchemaMismatch(
                "lists of one length are wanted at each level, and different ones came"
            ) from error
        return ragged(data, spec)
    target = spec.type
    if target.kind == "M" and found.dtype.kind == "U":
        return times(found, target)
    if found.dtype == target or found.dtype.kind not in "biufO" or target.kind not in "biuf":
        return found if found.size else found.astype(target)
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            new = found.astype(target)
    except (TypeError, ValueError, OverflowError) as error:
        has_names = any(isinstance(it, dict) for it in found.flat)
        came = "dicts came: the model's array has no names" if has_names else "other values came"
        raise SchemaMismatch(f"{target} is wanted, and {came}") from error
    if not is_held(new, found):
        raise SchemaMismatch(f"{target} is wanted, and numbers came that it cannot hold")
    return new


def times(found: Any, target: Any) -> Any:
    """Times from their ISO text."""
    try:
        return found.astype(target)
    except ValueError as error:
        raise SchemaMismatch(f"{target} is wanted, and text came that is no ISO time") from error


def is_held(new: Any, found: Any) -> bool:
    """Whether numbers were only rounded, as all are in JSON: none cut off, none made infinite."""
    if new.dtype.kind == "f":
        lost = np.isinf(new)
        return not lost.any() or bool(np.isinf(found[lost].astype(float)).all())
    return bool((new == found).all())


def ragged(data: Any, spec: TensorSpec) -> Any:
    """One array for each row, of any length."""
    try:
        with np.errstate(over="ignore"):
            rows = [np.asarray(it, spec.type) for it in data]
    except (TypeError, ValueError, OverflowError) as error:
        raise SchemaMismatch(f"rows of {spec.type} are wanted, and other values came") from error
    return np.fromiter(rows, dtype=object, count=len(rows))


def of_frame(frame: Any, spec: TensorSpec) -> Any:
    """A frame's columns as one array, or its only column of lists."""
    if not len(frame):
        raise SchemaMismatch("the data has no rows")
    width = len(frame.columns)
    if width > 1:
        if spec.shape not in {(-1, width), (-1, -1)}:
            raise SchemaMismatch(
                f"the shape {spec.shape} is wanted, and a frame of {width} columns came"
            )
        return numbers_of(frame, spec)
    return of_series(frame.iloc[:, 0], spec)


def numbers_of(frame: Any, spec: TensorSpec) -> Any:
    """The numbers of a frame in one array."""
    values = frame.to_numpy()
    if values.dtype.kind == "O" and spec.type.kind in "biuf":
        wrong = [str(name) for name, it in frame.items() if it.dtype.kind == "O"]
        raise SchemaMismatch(f"{spec.type} is wanted, and columns are no numbers: {wrong[:8]}")
    return values


def of_series(series: Any, spec: TensorSpec) -> Any:
    """A column as an array of the wanted shape: its values, or the lists and arrays in it."""
    if not len(series):
        raise SchemaMismatch("the data has no rows")
    if series.dtype != object or not isinstance(series.iloc[0], list | tuple | np.ndarray):
        values = series.to_numpy()
        return values.reshape(spec.shape) if spec.shape == (-1, 1) else values
    rows = series.tolist()
    if is_ragged(np.empty(0, object), spec):
        return ragged(rows, spec)
    typed = isinstance(rows[0], np.ndarray)
    try:
        flat = np.stack(rows) if typed else from_plain(rows, TensorSpec(spec.type, (-1, -1)))
        return flat.reshape((len(rows), *spec.shape[1:]))
    except ValueError as error:
        raise SchemaMismatch(
            f"the values of the column do not make the shape {spec.shape}: {error}"
        ) from error


def only_value(data: Mapping[Any, Any]) -> Any:
    """The only array of a dict."""
    if len(data) == 1:
        return next(iter(data.values()))
    raise SchemaMismatch(f"the model takes one array, and a dict of {len(data)} came")

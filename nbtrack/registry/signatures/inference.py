"""Signatures from data: a training frame, predictions, an input example."""

from __future__ import annotations

import dataclasses
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from nbtrack.errors import InvalidValue, warn_caller
from nbtrack.registry.signatures.hints import schema_of_dataclass
from nbtrack.registry.signatures.params import infer_params
from nbtrack.registry.signatures.schema import ColSpec, Schema, TensorSpec
from nbtrack.registry.signatures.signature import ModelSignature
from nbtrack.registry.signatures.tensor_spec import numpy_dtype
from nbtrack.registry.signatures.types import (
    AnyType,
    Array,
    ColumnType,
    DataType,
    Object,
    Property,
    SparkMLVector,
)
from nbtrack.registry.signatures.values import common_type, is_missing, type_of, type_of_dtype

__all__ = ["infer_schema", "infer_signature"]


def infer_signature(
    model_input: Any = None,
    model_output: Any = None,
    params: Mapping[str, Any] | None = None,
) -> ModelSignature:
    """The signature of a model from what goes in, what comes out, and its params.

    Taken are frames of pandas, polars, Arrow and Spark, Series, NumPy arrays, sparse matrices,
    tensors of torch and others, dicts, lists, scalars and dataclasses.

    Example:
        >>> infer_signature({"age": 31, "name": "Ada"}, [0.5]).inputs
        ['age': long (required), 'name': string (required)]
    """
    return ModelSignature(
        schema_or_any(model_input, "inputs"),
        schema_or_any(model_output, "outputs"),
        infer_params(params) if params else None,
    )


def schema_or_any(data: Any, what: str) -> Schema | None:
    """The schema of data; what has none that a signature can hold is taken as it comes."""
    if data is None:
        return None
    try:
        return infer_schema(data)
    except InvalidValue as error:
        warn_caller(
            f"the signature's {what} are not checked, as their types are unknown: {error}",
            UserWarning,
        )
        return Schema([ColSpec(AnyType())])


def infer_schema(data: Any) -> Schema:
    """The schema of data.

    Example:
        >>> import numpy as np
        >>> infer_schema(np.zeros((3, 4)))
        [Tensor('float64', (-1, 4))]

    Raises:
        InvalidValue: It is nothing that a signature can describe.
    """
    for recognises, reads in READERS:
        if recognises(data):
            found: Schema = reads(data)
            return found
    return Schema([ColSpec(type_of(data))])


def is_of(data: Any, library: str, *names: str) -> bool:
    """Whether data is of a class of a library, by the names of its classes: imports nothing."""
    return library in sys.modules and any(
        it.__module__.partition(".")[0] == library and it.__name__ in names
        for it in type(data).__mro__
    )


def is_tensor(data: Any) -> bool:
    """A tensor of torch, TensorFlow or JAX: it has a shape, a dtype, and an array in it."""
    return all(hasattr(data, it) for it in ("shape", "dtype", "__array__", "ndim"))


def from_frame(frame: Any) -> Schema:
    """A column for each column of pandas, which must be named once."""
    if not frame.columns.is_unique:
        twice = sorted({str(it) for it in frame.columns[frame.columns.duplicated()]})
        raise InvalidValue(f"columns are named once; twice: {', '.join(twice)}")
    return Schema([column(frame.iloc[:, at], name) for at, name in enumerate(frame.columns)])


def column(series: Any, name: Any) -> ColSpec:
    """A column of pandas; optional where a value is missing, if it has a name to lack it by."""
    gaps = bool(series.isna().any()) and name is not None
    return ColSpec(type_of_series(series), plain_name(name), required=not gaps)


def plain_name(name: Any) -> Any:
    """A name as JSON can hold it: text and whole numbers."""
    item = getattr(name, "item", None)
    plain = item() if item is not None else name
    return plain if plain is None or isinstance(plain, str | int) else str(plain)


def type_of_series(series: Any) -> ColumnType:
    """The type of a column of pandas; `any` where its values have none in common."""
    dtype = series.dtype
    inner = getattr(dtype, "categories", None)
    if inner is not None:
        return type_of_series(inner.to_series())
    if hasattr(dtype, "subtype") and hasattr(dtype, "fill_value"):
        dtype = dtype.subtype  # a sparse column
    if getattr(dtype, "tz", None) is not None:
        return AnyType()  # a signature's datetime has no zone, and leaving it out would change it
    if dtype.name in {"string", "str"} or str(dtype).startswith(("string", "large_string")):
        return DataType.string
    if dtype.kind != "O":
        return type_of_dtype(getattr(dtype, "numpy_dtype", dtype))
    try:
        return common_type(series.to_list())
    except InvalidValue:
        return AnyType()


def from_polars(frame: Any) -> Schema:
    """A column for each column of polars or Arrow."""
    if is_of(frame, "pyarrow", "Table"):
        named = zip(frame.column_names, frame.columns, strict=True)
        return Schema([from_array_like(name, it) for name, it in named])
    return Schema([from_array_like(it.name, it) for it in frame.get_columns()])


def from_array_like(name: str, values: Any) -> ColSpec:
    """A column of polars or Arrow by its dtype, else by its values."""
    dtype = str(getattr(values, "dtype", None) or values.type).lower()
    count = values.null_count
    gaps = (count() if callable(count) else count) > 0
    if ZONED.search(dtype):
        return ColSpec(AnyType(), name, required=not gaps)
    kind = COLUMNAR.get(dtype.partition("(")[0].partition("[")[0])
    if kind is None:
        plain = values.to_list() if hasattr(values, "to_list") else values.to_pylist()
        try:
            return ColSpec(common_type(plain), name, required=not gaps)
        except InvalidValue:
            return ColSpec(AnyType(), name, required=not gaps)
    return ColSpec(kind, name, required=not gaps)


ZONED = re.compile(r"time_zone='|tz=")
"""How polars and Arrow tell of a time zone."""

COLUMNAR = {
    "bool": DataType.boolean,
    "boolean": DataType.boolean,
    **dict.fromkeys(("int8", "int16", "int32", "uint8", "uint16"), DataType.integer),
    **dict.fromkeys(("int64", "uint32"), DataType.long),
    **dict.fromkeys(("halffloat", "float", "float16", "float32"), DataType.float),
    **dict.fromkeys(("double", "float64", "decimal", "decimal128"), DataType.double),
    **dict.fromkeys(
        ("string", "large_string", "string_view", "utf8", "categorical", "enum"), DataType.string
    ),
    **dict.fromkeys(("binary", "large_binary"), DataType.binary),
    **dict.fromkeys(("date", "date32", "date64", "datetime", "timestamp"), DataType.datetime),
}
"""How polars and Arrow call their types, in small letters and without what stands in brackets."""


def from_spark(frame: Any) -> Schema:
    """A column for each column of a Spark DataFrame."""
    return Schema([ColSpec(spark_type(it.dataType), it.name) for it in frame.schema.fields])


def spark_type(kind: Any) -> ColumnType:
    """A type of Spark by its name."""
    name = kind.typeName()
    if name == "array":
        return Array(spark_type(kind.elementType))
    if name == "struct":
        inner = [Property(it.name, spark_type(it.dataType), not it.nullable) for it in kind.fields]
        return Object(inner)
    if name in {"vector", "vectorudt", "udt"}:
        return SparkMLVector()
    if name not in SPARK:
        raise InvalidValue(f"no type of a signature holds Spark's {name}")
    return SPARK[name]


SPARK = {
    "boolean": DataType.boolean,
    **dict.fromkeys(("byte", "tinyint", "short", "smallint", "integer"), DataType.integer),
    "long": DataType.long,
    "bigint": DataType.long,
    "float": DataType.float,
    "double": DataType.double,
    "string": DataType.string,
    "binary": DataType.binary,
    **dict.fromkeys(("date", "timestamp", "timestamp_ntz"), DataType.datetime),
}


def from_array(data: Any, name: str | None = None) -> Schema:
    """A tensor: its first dimension counts the rows, and may be of any length."""
    return Schema([tensor(data, name)])


def tensor(data: Any, name: str | None) -> TensorSpec:
    """The spec of an array, sparse matrix or tensor."""
    shape = tuple(int(it) for it in data.shape)
    if not shape:
        raise InvalidValue("an array of no dimension has no rows; give a scalar or a list")
    return TensorSpec(numpy_dtype(data), (-1, *shape[1:]), name)


def from_dict(data: Mapping[Any, Any]) -> Schema:
    """Named tensors where all values are arrays, else a row of columns."""
    if data and all(is_of(it, "numpy", "ndarray") or is_foreign_tensor(it) for it in data.values()):
        return Schema([tensor(it, str(name)) for name, it in data.items()])
    if wrong := [key for key in data if not isinstance(key, str)]:
        raise InvalidValue(f"keys of a dict are text, and one is a {type(wrong[0]).__name__}")
    return Schema([ColSpec(type_of(it), name, not gaps_in(it)) for name, it in data.items()])


def gaps_in(value: Any) -> bool:
    """Whether a value is missing, or is a list in which one is."""
    return any(map(is_missing, value)) if isinstance(value, list) else is_missing(value)


def is_foreign_tensor(value: Any) -> bool:
    return is_tensor(value) and not is_of(value, "numpy", "generic", "ndarray")


def from_list(data: list[Any]) -> Schema:
    """Columns where all items are dicts, else one column without a name."""
    if not data:
        return Schema([ColSpec(DataType.string)])  # as MLflow reads an empty list
    if all(isinstance(it, Mapping) for it in data):
        names: Iterable[str] = dict.fromkeys(name for it in data for name in it)
        return Schema([from_records(data, name) for name in names])
    return Schema([ColSpec(common_type(data))])


def from_records(data: list[Any], name: str) -> ColSpec:
    """A column from dicts, optional where one lacks it."""
    values = [it.get(name) for it in data]
    try:
        kind = common_type(values)
    except InvalidValue:
        kind = AnyType()
    return ColSpec(kind, name, required=not any(it is None for it in values))


READERS: list[tuple[Any, Any]] = [
    (lambda it: is_of(it, "pandas", "DataFrame"), from_frame),
    (lambda it: is_of(it, "pandas", "Series"), lambda it: Schema([column(it, it.name)])),
    (lambda it: is_of(it, "polars", "DataFrame"), from_polars),
    (lambda it: is_of(it, "pyarrow", "Table"), from_polars),
    (lambda it: is_of(it, "polars", "Series"), lambda it: Schema([from_array_like(it.name, it)])),
    (lambda it: is_of(it, "pyspark", "DataFrame"), from_spark),
    (lambda it: is_of(it, "numpy", "ndarray"), from_array),
    (lambda it: type(it).__module__.startswith("scipy.sparse"), from_array),
    (is_foreign_tensor, from_array),
    (dataclasses.is_dataclass, schema_of_dataclass),
    (lambda it: isinstance(it, Mapping), from_dict),
    (lambda it: isinstance(it, list | tuple), lambda it: from_list(list(it))),
]
"""What data is told by, and how its schema is read, in the order they are asked."""

"""What a model says as a column of Spark: the types that `spark_udf` can give."""

from __future__ import annotations

from typing import Any

from nbtrack.api.scoring.rows import columns_of
from nbtrack.errors import InvalidValue, ModelError
from nbtrack.registry.signatures.signature import ModelSignature

__all__ = ["cast_answer", "result_of_signature", "spark_type"]

OF_SIGNATURE = {
    "boolean": "boolean",
    "integer": "int",
    "long": "long",
    "float": "float",
    "double": "double",
    "string": "string",
    "datetime": "timestamp",
    "binary": "binary",
}

WORDS = {"integer": "int", "bool": "boolean"}

DTYPES = {
    "int": "int32",
    "integer": "int32",
    "bigint": "int64",
    "smallint": "int16",
    "tinyint": "int8",
    "float": "float32",
    "double": "float64",
    "boolean": "bool",
}
"""NumPy's name for Spark's simple types."""

LEFTMOST = {"int": "iu", "bigint": "iu", "smallint": "iu", "tinyint": "iu", "float": "iuf"}
LEFTMOST |= {"double": "iuf", "boolean": "b"}
"""Which columns a type of numbers is taken from, as MLflow says: the leftmost that fits."""


def result_of_signature(signature: ModelSignature | None) -> str:
    """The type that a signature says the model gives; a double without one."""
    outputs = None if signature is None else signature.outputs
    if outputs is None:
        return "double"
    if outputs.is_tensor_spec():
        spec = next(iter(outputs))
        simple = "double" if spec.type.kind == "f" else "long"
        return simple if len(spec.shape) == 1 else f"array<{simple}>"
    kinds = [OF_SIGNATURE.get(str(getattr(it.type, "name", ""))) for it in outputs]
    if None in kinds:
        raise InvalidValue("the signature's outputs are no simple columns: say result_type=…")
    if len(kinds) == 1:
        return str(kinds[0])
    names = outputs.input_names() if outputs.has_input_names() else range(len(kinds))
    fields = [f"`{name}`: {kind}" for name, kind in zip(names, kinds, strict=True)]
    return f"struct<{', '.join(fields)}>"


def spark_type(told: Any) -> Any:
    """A type of Spark from itself or its text: `double`, `array<int>`, `a double, b string`.

    Raises:
        InvalidValue: No model gives it.
    """
    from pyspark.sql.types import ArrayType, DataType, MapType, StructType, _parse_datatype_string

    try:
        text = WORDS.get(told, told) if isinstance(told, str) else told
        found = text if isinstance(text, DataType) else _parse_datatype_string(text)
    except Exception as error:  # each version of Spark has its own class for it
        raise InvalidValue(f"result_type={told!r} is no type of Spark: {error}") from error
    inner = found.elementType if isinstance(found, ArrayType) else found
    fields = [it.dataType for it in found.fields] if isinstance(found, StructType) else [inner]
    if any(isinstance(it, MapType) for it in fields):
        raise InvalidValue(f"result_type={told!r}: models give no maps; write a struct")
    return found


def cast_answer(answer: Any, kind: Any, count: int) -> Any:
    """What a model says in the type that was asked for.

    A struct takes columns by their names, else in their order; an array takes all columns; a
    simple type the leftmost column that fits.

    Raises:
        ModelError: Nothing of it fits.
    """
    from pyspark.sql.types import ArrayType, StructType

    frame = columns_of(answer, ("0",), count)
    if isinstance(kind, StructType):
        names = kind.fieldNames()
        if not set(names) <= set(frame.columns):
            if len(frame.columns) < len(names):
                raise ModelError(
                    f"the model gives {len(frame.columns)} columns, and the result has the fields "
                    f"{', '.join(names)}"
                )
            frame = frame[list(frame.columns)[: len(names)]].set_axis(names, axis=1)
        return frame[names].apply(lambda it: cast_column(it, kind[it.name].dataType))
    if isinstance(kind, ArrayType):
        return rows_as_lists(frame, kind)
    return cast_column(leftmost(frame, kind), kind)


def leftmost(frame: Any, kind: Any) -> Any:
    """The first column that fits a simple type."""
    wanted = LEFTMOST.get(kind.simpleString())
    for name in frame.columns:
        column = frame[name]
        if wanted is None or column.dtype.kind in wanted or column.dtype.kind == "O":
            return column
    found = ", ".join(sorted({str(it) for it in frame.dtypes}))
    raise ModelError(
        f"none of what the model gives ({found}) is {kind.simpleString()!r}; say another "
        f"result_type"
    )


def rows_as_lists(frame: Any, kind: Any) -> Any:
    """The columns of each row as a list; lists that are there already stay."""
    import pandas as pd

    inner = kind.elementType
    first = frame.iloc[:, 0]
    if frame.shape[1] == 1 and first.dtype.kind == "O":
        return first.map(lambda it: cast_values(it, inner))
    wanted = LEFTMOST.get(inner.simpleString())
    fits = [it for it in frame if wanted is None or frame[it].dtype.kind in f"{wanted}O"]
    if not fits:
        raise ModelError(f"none of what the model gives is {inner.simpleString()!r}")
    dtype = DTYPES.get(inner.simpleString())
    matrix = frame[fits].to_numpy(dtype=dtype or object)
    rows = matrix.astype(str).tolist() if dtype is None else matrix.tolist()
    return pd.Series(rows, dtype=object)


def cast_values(values: Any, kind: Any) -> Any:
    """A list's values in a simple type."""
    import numpy as np

    dtype = DTYPES.get(kind.simpleString())
    return np.asarray(values, dtype=dtype).tolist() if dtype else [str(it) for it in values]


def cast_column(column: Any, kind: Any) -> Any:
    """A column in a simple type; text is made of everything."""
    word = kind.simpleString()
    if word == "string":
        return column.map(str, na_action="ignore")
    dtype = DTYPES.get(word)
    if dtype is None or str(column.dtype) == dtype or column.hasnans:
        return column
    return column.astype(dtype)

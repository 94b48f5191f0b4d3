"""The columns of a frame as bytes to hash: equal values, equal bytes, however they are stored.

Known are pandas, polars, Arrow and NumPy, by their classes and only where they are loaded.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from nbtrack.capture.classes import is_of, module_at

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Column", "columns_of", "rows_of"]

WIDEST_ARRAY = 256
"""An array of more columns is one column: they lie strided, and copying each costs more."""

LARGEST_BY_COLUMN = 16 << 20

KINDS = {"i": "long", "u": "long", "f": "double", "b": "boolean", "M": "datetime", "S": "binary"}
SHORT = {"int8", "int16", "int32", "uint8", "uint16"}
TEXTS = {"str", "string", "large_string", "category", "utf8", "large_utf8", "categorical", "enum"}
"""How pandas, polars and Arrow call what MLflow calls a string."""


class Column(NamedTuple):
    """A column: what it is, and its rows as bytes."""

    name: str
    dtype: str
    num_bytes: int
    has_objects: bool
    blocks: Callable[[slice], Iterator[Any]]

    def spec(self) -> dict[str, Any]:
        """Its entry in a schema, under MLflow's type names; gaps are not looked for."""
        return {
            "type": type_name(self.dtype),
            "name": self.name,
            "required": False,
            "dtype": self.dtype,
        }


def type_name(dtype: str) -> str:
    """MLflow's name of a type."""
    plain = dtype.lower().partition("[")[0].partition("(")[0]
    if plain in TEXTS:
        return "string"
    if plain in SHORT:
        return "integer"
    if plain in {"float32", "float16", "float", "halffloat"}:
        return "float"
    for beginning, name in NAMES:
        if plain.startswith(beginning):
            return name
    return "any"


NAMES = (
    ("datetime", "datetime"),
    ("timestamp", "datetime"),
    ("date", "datetime"),
    ("int", "long"),
    ("uint", "long"),
    ("float", "double"),
    ("double", "double"),
    ("bool", "boolean"),
    ("binary", "binary"),
)


def is_a(value: Any, module: str, name: str) -> bool:
    """Whether a value is of a library's class, if the library is loaded."""
    loaded = module_at(module)
    kind = None if loaded is None else getattr(loaded, name, None)
    return is_of(kind, type) and is_of(value, kind)


def rows_of(value: Any) -> int:
    """How many rows there are."""
    shape = value.shape
    return int(shape[0]) if shape else 1


def columns_of(value: Any) -> list[Column] | None:
    """The columns of a frame, series, table or array; None for anything else."""
    for module, name, read in READERS:
        if is_a(value, module, name):
            return read(value)
    return None


def frame_columns(frame: Any) -> list[Column]:
    """The columns of a DataFrame of pandas."""
    return [pandas_column(str(name), column) for name, column in frame.items()]


def series_columns(series: Any) -> list[Column]:
    """A Series of pandas as the one column it is."""
    return [pandas_column("" if series.name is None else str(series.name), series)]


def table_columns(table: Any) -> list[Column]:
    """The columns of a table of Arrow."""
    pairs = zip(table.column_names, table.columns, strict=True)
    return [arrow_column(name, str(column.type), column) for name, column in pairs]


def pandas_column(name: str, column: Any) -> Column:
    """A column of pandas."""
    dtype = column.dtype
    has_objects = dtype.kind == "O" and not hasattr(dtype, "pyarrow_dtype")
    if getattr(dtype, "storage", "") == "pyarrow" or hasattr(dtype, "pyarrow_dtype"):
        return arrow_column(name, str(dtype), column.array.__arrow_array__())
    has_objects = has_objects and not hasattr(dtype, "categories")

    def blocks(part: slice) -> Iterator[Any]:
        is_whole = part == slice(0, len(column))
        yield from pandas_blocks(column if is_whole else column.iloc[part])

    return Column(name, str(dtype), int(column.nbytes), has_objects, blocks)


def pandas_blocks(column: Any) -> Iterator[Any]:
    """Rows of a column of pandas: numbers, times and categories as they lie, objects encoded."""
    dtype = column.dtype
    if hasattr(dtype, "categories"):
        yield encoded(column.cat.categories.tolist())
        yield contiguous(column.cat.codes.to_numpy())
    elif hasattr(dtype, "tz"):
        yield contiguous(column.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy())
    elif hasattr(dtype, "numpy_dtype") and dtype.numpy_dtype.kind in "iufb":
        yield contiguous(column.isna().to_numpy())
        yield contiguous(column.to_numpy(dtype=dtype.numpy_dtype, na_value=0))
    elif dtype.kind in "iufbcmM" and not hasattr(dtype, "storage"):
        yield contiguous(column.to_numpy())
    else:
        yield encoded(column.tolist())


def polars_column(series: Any) -> Column:
    """A column of polars, as Arrow without a copy where its library is loaded."""
    dtype = str(series.dtype)
    if "pyarrow" in sys.modules:
        return arrow_column(series.name, dtype, series.to_arrow())

    def blocks(part: slice) -> Iterator[Any]:
        rows = series[part]
        if rows.dtype.is_numeric() and not rows.has_nulls():
            yield contiguous(rows.to_numpy())
        else:
            yield encoded(rows.to_list())

    return Column(series.name, dtype, int(series.estimated_size()), not is_number(series), blocks)


def is_number(series: Any) -> bool:
    """Whether a column of polars lies in memory as numbers without gaps."""
    return bool(series.dtype.is_numeric()) and not series.has_nulls()


def arrow_column(name: str, dtype: str, column: Any) -> Column:
    """A column of Arrow; where its chunks end makes no difference."""
    kind = kind_of(column.type)

    def blocks(part: slice) -> Iterator[Any]:
        rows = column.slice(part.start, part.stop - part.start)
        yield from arrow_blocks(list(getattr(rows, "chunks", [rows])), kind)

    return Column(name, dtype, int(column.nbytes), kind == "object", blocks)


def kind_of(dtype: Any) -> str:
    """How a type of Arrow is read: as text, number, time, category, or object."""
    types = sys.modules["pyarrow"].types
    if types.is_dictionary(dtype):
        return "category" if kind_of(dtype.value_type) == "text" else "object"
    if types.is_large_string(dtype) or types.is_string(dtype):
        return "text"
    if types.is_integer(dtype) or types.is_floating(dtype) or types.is_boolean(dtype):
        return "number"
    is_time = types.is_timestamp(dtype) or types.is_date(dtype) or types.is_duration(dtype)
    return "time" if is_time else "object"


def arrow_blocks(chunks: list[Any], kind: str) -> Iterator[Any]:
    """Rows of Arrow: which are missing, then the values with nothing in their place."""
    if kind == "category":
        chunks, kind = [chunk.dictionary_decode() for chunk in chunks], "text"
    if kind == "object":
        yield encoded([item for chunk in chunks for item in chunk.to_pylist()])
        return
    if any(chunk.null_count for chunk in chunks):
        for chunk in chunks:
            yield contiguous(chunk.is_null().to_numpy(zero_copy_only=False))
    if kind == "text":
        yield from text_blocks(chunks)
        return
    for chunk in chunks:
        plain = chunk.view(f"int{chunk.type.bit_width}") if kind == "time" else chunk
        filled = plain.fill_null(0) if chunk.null_count else plain
        yield contiguous(filled.to_numpy(zero_copy_only=False))


def text_blocks(chunks: list[Any]) -> Iterator[Any]:
    """Texts of Arrow: their lengths, then their bytes."""
    filled = [chunk.fill_null("") if chunk.null_count else chunk for chunk in chunks]
    ends = [ends_of(chunk) for chunk in filled]
    for end in ends:
        yield contiguous(end[1:] - end[:-1])
    for chunk, end in zip(filled, ends, strict=True):
        data = chunk.buffers()[2]
        if data is not None:
            yield memoryview(data)[int(end[0]) : int(end[-1])]


def ends_of(chunk: Any) -> np.ndarray[Any, Any]:
    """Where each text of a chunk ends in its bytes, with where the first one begins before."""
    import numpy as np

    buffer = chunk.buffers()[1]
    if buffer is None or len(chunk) == 0:
        return np.zeros(1, np.int64)
    width = np.int64 if str(chunk.type) == "large_string" else np.int32
    found = np.frombuffer(buffer, width, len(chunk) + 1 + chunk.offset)
    return found[chunk.offset :].astype(np.int64)


def array_columns(array: np.ndarray[Any, Any]) -> list[Column]:
    """An array: a column for each of the second axis if they are few, else one in all."""
    dtype, has_objects = str(array.dtype), array.dtype.hasobject
    is_small = array.nbytes <= LARGEST_BY_COLUMN and array.ndim == 2
    if is_small and 0 < array.shape[1] <= WIDEST_ARRAY:
        return [
            Column(str(place), dtype, array.nbytes // array.shape[1], has_objects, rows)
            for place in range(array.shape[1])
            for rows in [reader(array[:, place])]
        ]
    shape = ", ".join(map(str, array.shape[1:]))
    name = f"{dtype}[{shape}]" if shape else dtype
    return [Column("", name, array.nbytes, has_objects, reader(array))]


def reader(array: np.ndarray[Any, Any]) -> Callable[[slice], Iterator[Any]]:
    """What reads rows of an array."""

    def blocks(part: slice) -> Iterator[Any]:
        rows = array[part] if array.ndim else array
        yield encoded(rows.tolist()) if array.dtype.hasobject else contiguous(rows)

    return blocks


READERS: tuple[tuple[str, str, Callable[[Any], list[Column]]], ...] = (
    ("pandas", "DataFrame", frame_columns),
    ("pandas", "Series", series_columns),
    ("polars", "DataFrame", lambda frame: [polars_column(it) for it in frame.get_columns()]),
    ("polars", "Series", lambda series: [polars_column(series)]),
    ("pyarrow", "Table", table_columns),
    ("numpy", "ndarray", array_columns),
)
"""A library, its class, and how its columns are read."""


def contiguous(array: np.ndarray[Any, Any]) -> Any:
    """The bytes of an array in row order; copied only if it lies otherwise."""
    import numpy as np

    return np.ascontiguousarray(array).reshape(-1).view(np.uint8)


def described(value: Any) -> Any:
    """An object that is no plain value: a number of NumPy as Python's, anything else by its class.

    No code of the object is run, so what it holds is not looked into.
    """
    if is_a(value, "numpy", "generic"):
        return value.item()
    return type(value).__qualname__


encoder = msgspec.msgpack.Encoder(order="deterministic", enc_hook=described)
"""Sets and dicts in one order, whatever the seed of Python's hashes."""


def encoded(values: list[Any]) -> bytes:
    """Objects as bytes; what msgpack does not take (a number beyond 64 bits) as text."""
    try:
        return encoder.encode(values)
    except (TypeError, OverflowError, ValueError):
        return encoder.encode([plain(value) for value in values])


def plain(value: Any) -> Any:
    """A value that msgpack takes."""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return ["dict", *([plain(key), plain(item)] for key, item in value.items())]
    is_plain = value is None or isinstance(value, str | bytes | float)
    return value if is_plain else type(value).__qualname__

"""The scalar types of MLflow, and what NumPy, pandas and Python call them."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import Any, NoReturn

from nbtrack.errors import NotYet

__all__ = ["DataType"]

NUMPY_NAMES = {
    "boolean": "bool",
    "integer": "int32",
    "long": "int64",
    "float": "float32",
    "double": "float64",
    "string": "str",
    "binary": "bytes",
    "datetime": "datetime64[ns]",
}

PYTHON_TYPES: dict[str, type] = {
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
    "string": str,
    "binary": bytes,
    "datetime": dt.date,
}


class DataType(Enum):
    """A scalar type: `DataType.long`, or its name wherever a type is asked for.

    Example:
        >>> DataType["long"].to_numpy()
        dtype('int64')
    """

    boolean = 1
    integer = 2
    long = 3
    float = 4
    double = 5
    string = 6
    binary = 7
    datetime = 8

    def __repr__(self) -> str:
        return self.name

    def to_numpy(self) -> Any:
        """The NumPy dtype that holds it."""
        import numpy as np

        return np.dtype(NUMPY_NAMES[self.name])

    def to_pandas(self) -> Any:
        """The dtype of a column of it; text and bytes are objects."""
        import numpy as np

        return np.dtype(object) if self.name in {"string", "binary"} else self.to_numpy()

    def to_python(self) -> type:
        """The built-in type of one value."""
        return PYTHON_TYPES[self.name]

    def to_spark(self) -> NoReturn:
        """Spark's type; comes later."""
        raise NotYet("DataType.to_spark", "scale-out on Spark and other engines")

    @classmethod
    def check_type(cls, data_type: DataType, value: object) -> bool:
        """Whether a value is of exactly this type, in Python or in NumPy."""
        kind = type(value)
        if data_type is cls.datetime:
            return isinstance(value, dt.date) or kind.__name__ == "datetime64"
        if kind is PYTHON_TYPES[data_type.name] or (data_type is cls.binary and kind is bytearray):
            return True
        return kind.__module__ == "numpy" and getattr(value, "dtype", None) == data_type.to_numpy()

    @classmethod
    def all_types(cls) -> list[DataType]:
        """Every type, in MLflow's order."""
        return list(cls)

    @classmethod
    def from_numpy_type(cls, np_type: Any) -> DataType | None:
        """The type a NumPy dtype holds, or None."""
        return next((it for it in cls if it.to_numpy() == np_type), None)

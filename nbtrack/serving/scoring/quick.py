"""JSON of numbers decoded straight into the array that a model is asked with.

It takes bodies whose every value is of the type that the signature has; of all others it makes
nothing, and they are read value by value, which finds what is wrong with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
import numpy as np

from nbtrack.registry.signatures.schema import Schema
from nbtrack.registry.signatures.table import Table
from nbtrack.registry.signatures.types import DataType

__all__ = ["QuickReader", "quick_reader"]

CELLS: dict[DataType, Any] = {
    DataType.double: float | None,
    DataType.float: float | None,
    DataType.long: int,
    DataType.integer: int,
}
"""What a value may be in JSON, for each type of numbers; null is a missing one."""

MIXED_CELLS: dict[DataType, Any] = {
    DataType.double: float | None,
    DataType.long: Annotated[int, msgspec.Meta(ge=-(1 << 53), le=1 << 53)],
    DataType.integer: Annotated[int, msgspec.Meta(ge=-(1 << 31), le=(1 << 31) - 1)],
}
"""The same of columns of several types, whose values one array of floats holds exactly."""

KNOWN_ORDERS = 64
"""How many orders of columns are remembered."""

UNSET = msgspec.UNSET


class QuickReader:
    """Reads the bodies of requests to one model of columns of numbers.

    Args:
        names: The columns in the signature's order.
        kinds: Their types.

    Example:
        >>> reader = QuickReader(["a", "b"], [DataType.double] * 2)
        >>> reader.read(b'{"dataframe_split": {"columns": ["b", "a"], "data": [[1, 2.5]]}}')
        array([[2.5, 1. ]])
        >>> reader.read(b'{"dataframe_records": [{"a": "much", "b": 1}]}') is None
        True
    """

    def __init__(self, names: Sequence[str], kinds: Sequence[DataType]) -> None:
        self.names = list(names)
        self.is_narrow = kinds[0] is DataType.float
        self.orders: dict[tuple[str, ...], Any] = {tuple(names): None}
        self.dtypes: list[Any] | None = None
        """The types of the columns, if they are of several."""
        if len({*kinds}) == 1:
            self.dtype = kinds[0].to_numpy()
            cells = [CELLS[kinds[0]]] * len(self.names)
            table: Any = list[list[cells[0]]]  # type: ignore[valid-type] # made from the signature
        else:
            self.dtypes = [it.to_numpy() for it in kinds]
            self.dtype = np.result_type(*self.dtypes)
            cells = [MIXED_CELLS[it] for it in kinds]
            table = list[tuple[tuple(cells)]]  # type: ignore[misc]
        fields = [(f"column_{at}", cell) for at, cell in enumerate(cells)]
        renamed = {field[0]: name for field, name in zip(fields, self.names, strict=True)}
        rows: Any = list[msgspec.defstruct("Record", fields, rename=renamed)]  # type: ignore[misc]
        split = msgspec.defstruct(
            "Split",
            [("data", table), ("columns", list[str]), ("index", list[Any] | None, None)],
            forbid_unknown_fields=True,
        )
        body = msgspec.defstruct(
            "Body",
            [
                ("dataframe_split", split | msgspec.UnsetType, UNSET),
                *((name, rows | msgspec.UnsetType, UNSET) for name in RECORDS),
                *((name, msgspec.Raw, UNSET) for name in ("params", *BARE)),
            ],
        )
        self.decode = msgspec.json.Decoder(body).decode

    def read(self, body: bytes) -> Any:
        """The array that a body holds; None for a body that must be looked at closely."""
        try:
            found = self.decode(body)
            told = [name for name in FORMS if getattr(found, name) is not UNSET]
            if len(told) != 1 or any(getattr(found, it) is not UNSET for it in ("params", *BARE)):
                return None
            matrix = self.matrix(told[0], getattr(found, told[0]))
        except (msgspec.DecodeError, UnicodeDecodeError, ValueError, OverflowError, RecursionError):
            return None
        if matrix is None or matrix.ndim != 2 or matrix.shape[1] != len(self.names):
            return None
        return matrix

    def table(self, matrix: Any, labels: Any = None) -> Table:
        """An array as a table of the columns."""
        return Table(self.names, matrix=matrix, index=labels, dtypes=self.dtypes)

    def matrix(self, form: str, value: Any) -> Any:
        """The array of one form of body."""
        if form == "dataframe_split":
            if value.index is not None and len(value.index) != len(value.data):
                return None
            return self.arranged(value.columns, self.array(value.data))
        return self.array([msgspec.structs.astuple(it) for it in value])

    def array(self, rows: Any) -> Any:
        """Rows as one array."""
        if self.is_narrow:
            wide = np.array(rows, np.float64)
            with np.errstate(over="ignore"):
                narrow = wide.astype(self.dtype)
            return narrow if (np.isinf(narrow) == np.isinf(wide)).all() else None
        return np.array(rows, self.dtype)

    def arranged(self, columns: list[str], matrix: Any) -> Any:
        """The columns in the signature's order, without those it does not name."""
        order = tuple(columns)
        if order not in self.orders:
            if self.dtypes is not None:
                return None  # each was read as what stands there in the signature's order
            if len(set(order)) < len(order) or not set(self.names) <= set(order):
                return None
            if len(self.orders) >= KNOWN_ORDERS:
                self.orders = {tuple(self.names): None}
            self.orders[order] = [order.index(name) for name in self.names]
        if matrix.ndim != 2 or matrix.shape[1] != len(order):
            return None
        places = self.orders[order]
        return matrix if places is None else np.ascontiguousarray(matrix[:, places])


RECORDS = ("dataframe_records", "inputs", "instances")
"""Forms of rows that name their columns."""

FORMS = ("dataframe_split", *RECORDS)
BARE = ("messages", "prompt", "input")
"""Keys by which a body is one of a language model."""


def quick_reader(schema: Schema | None) -> QuickReader | None:
    """A reader for a schema of columns of numbers; None for others."""
    if schema is None or schema.is_tensor_spec() or not schema.has_input_names():
        return None
    kinds = schema.input_types()
    cells = CELLS if len(set(map(id, kinds))) == 1 else MIXED_CELLS
    if not all(isinstance(it, DataType) and it in cells for it in kinds):
        return None
    if len(schema) < MIN_COLUMNS:
        return None
    if not all(it.required for it in schema) or len(set(schema.input_names())) < len(schema):
        return None
    return QuickReader(schema.input_names(), kinds)


MIN_COLUMNS = 2
"""One column may come as a list of its values, which is looked at closely."""

"""Checked columns on their way to a model: to a frame or to NumPy, whichever it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["Table"]


class Table:
    """Columns in the signature's order, as one array of numbers where one holds them all exactly.

    Args:
        names: What the columns are called.
        columns: One array each.
        matrix: In place of them, one array of all.
        index: The names as pandas has them, if they are known so.
        dtypes: The types of a matrix's columns, if they are of several.

    Example:
        >>> Table(["a", "b"], matrix=np.array([[1.0, 2.0]])).to_dict()
        {'a': array([1.]), 'b': array([2.])}
    """

    __slots__ = ("columns", "dtypes", "given_index", "matrix", "names")

    def __init__(
        self,
        names: Sequence[Any],
        columns: Sequence[Any] | None = None,
        *,
        matrix: Any = None,
        index: Any = None,
        dtypes: Sequence[Any] | None = None,
    ) -> None:
        self.names, self.columns, self.matrix = names, columns, matrix
        self.given_index, self.dtypes = index, dtypes

    def __len__(self) -> int:
        return len(self.matrix if self.columns is None else self.columns[0])

    def arrays(self) -> Sequence[Any]:
        """One array a column."""
        if self.columns is not None:
            return self.columns
        if self.dtypes is None:
            return list(self.matrix.T)
        pairs = zip(self.matrix.T, self.dtypes, strict=True)
        return [column.astype(dtype) for column, dtype in pairs]

    def with_matrix(self, matrix: Any) -> Table:
        """Other rows of the same columns, which are in one array."""
        return Table(self.names, matrix=matrix, index=self.given_index, dtypes=self.dtypes)

    def to_dict(self) -> dict[Any, Any]:
        """Name to array."""
        return dict(zip(self.names, self.arrays(), strict=True))

    def to_numpy(self) -> Any:
        """All columns in one array: of numbers if all are, else of objects."""
        if self.columns is None:
            return self.matrix
        return np.column_stack([as_plain(it) for it in self.columns])

    def to_frame(self) -> Any:
        """A DataFrame of pandas."""
        import pandas as pd

        if self.columns is None and self.dtypes is None:
            names: Any = self.names if self.given_index is None else self.given_index
            return pd.DataFrame(self.matrix, columns=names, copy=False)
        return pd.DataFrame(self.to_dict(), copy=False)


def as_plain(column: Any) -> Any:
    """A column as it can stand beside others: what is no number is an object."""
    plain = np.asarray(column)
    return plain if plain.dtype.kind in "biuf" else plain.astype(object)

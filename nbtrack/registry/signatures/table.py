"""Checked columns on their way to a model: to a frame or to NumPy, whichever it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["Table"]


class Table:
    """Columns in the signature's order, as one array of numbers where all are of one type.

    Example:
        >>> Table(["a", "b"], matrix=np.array([[1.0, 2.0]])).to_dict()
        {'a': array([1.]), 'b': array([2.])}
    """

    __slots__ = ("columns", "given_index", "matrix", "names")

    def __init__(
        self,
        names: Sequence[Any],
        columns: Sequence[Any] | None = None,
        *,
        matrix: Any = None,
        index: Any = None,
    ) -> None:
        self.names, self.columns, self.matrix = names, columns, matrix
        self.given_index = index

    def __len__(self) -> int:
        return len(self.matrix if self.columns is None else self.columns[0])

    def arrays(self) -> Sequence[Any]:
        """One array a column."""
        return list(self.matrix.T) if self.columns is None else self.columns

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

        if self.columns is None:
            names: Any = self.names if self.given_index is None else self.given_index
            return pd.DataFrame(self.matrix, columns=names, copy=False)
        return pd.DataFrame(self.to_dict(), copy=False)


def as_plain(column: Any) -> Any:
    """A column as it can stand beside others: what is no number is an object."""
    plain = np.asarray(column)
    return plain if plain.dtype.kind in "biuf" else plain.astype(object)

"""Shorter ways to ask estimators of scikit-learn: what it computes without what it checks.

Each way is proven on the first array, bit by bit. The arrays of `sklearn_arrays` are asked by them.
"""

from __future__ import annotations

from typing import Any

__all__ = ["ShortWay", "full_name"]


def full_name(model: Any) -> str:
    """The class of an object with its module, as the tables of ways know it."""
    return f"{type(model).__module__}.{type(model).__qualname__}"


class ShortWay:
    """A fitted estimator, asked with arrays by `answer` of a subclass.

    The first array is asked about in both ways; the answers must be the same bit by bit. What
    scikit-learn would look at more closely, such as missing values, is left to it.

    Args:
        model: The estimator; what it consists of is read anew each time.
        method: How it is asked.
    """

    dtype: Any = None
    """What numbers are made into before; as they are for None."""
    copies = True
    """Whether numbers that are so already are copied nevertheless."""
    compared_rows: int | None = None
    """How many rows of the first array are compared; None for all."""
    takes_missing = False
    """Whether numbers may be missing, or without end."""

    def __init__(self, model: Any, method: str) -> None:
        import numpy as np

        self.numpy = np
        self.model, self.method = model, method
        self.is_proven: bool | None = None

    def __call__(self, data: Any) -> Any:
        """What the estimator says of an array."""
        rows = self.rows_of(data)
        if rows is None or self.is_proven is False:
            return getattr(self.model, self.method)(data)
        if self.is_proven is None:
            return self.prove(data, rows)
        found = self.answer(rows)
        return getattr(self.model, self.method)(data) if found is None else found

    def rows_of(self, data: Any) -> Any:
        """The array as it is computed with; None for what must be looked at more closely."""
        np, model = self.numpy, self.model
        if not isinstance(data, np.ndarray) or data.ndim != 2 or data.dtype.kind not in "iuf":
            return None
        if hasattr(model, "feature_names_in_") or not self.fits():
            return None
        if not len(data) or data.shape[1] != model.n_features_in_:
            return None
        with np.errstate(over="ignore", invalid="ignore"):
            rows = data if self.dtype is None else data.astype(self.dtype, copy=self.copies)
            return rows if self.takes_missing or np.isfinite(rows.sum()) else None

    def prove(self, data: Any, rows: Any) -> Any:
        """Ask in both ways, and see whether the answers are the same bit by bit."""
        found = getattr(self.model, self.method)(data)
        known = found[: self.compared_rows]
        head = self.answer(rows[: self.compared_rows])
        if head is not None:
            self.is_proven = head.dtype == known.dtype and head.tobytes() == known.tobytes()
        return found

    def fits(self) -> bool:
        """Whether the estimator was fitted to what this way knows."""
        raise NotImplementedError

    def answer(self, rows: Any) -> Any:
        """What the estimator says of rows; None for what it must be asked itself."""
        raise NotImplementedError

"""The first rows of what a model is fitted on, copied: for signatures and input examples.

Observers take them where the data is gone after the fit; whoever logs models asks for the others.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from nbtrack.capture.classes import is_of

__all__ = ["ROWS", "first_rows"]

ROWS = 1000
"""So many are looked at for the types of columns; of them five become an example."""

SLICED = (
    ("numpy", "ndarray"),
    ("polars", "DataFrame"),
    ("polars", "Series"),
    ("torch", "Tensor"),
)


def first_rows(data: Any, count: int = ROWS) -> Any:
    """The first rows of arrays, frames, lists and mappings of them; None for what is none.

    Example:
        >>> first_rows([[1.0], [2.0], [3.0]], 2)
        [[1.0], [2.0]]
    """
    if isinstance(data, list | tuple):
        return list(data[:count])
    if isinstance(data, Mapping):
        return {key: first_rows(it, count) for key, it in data.items()}
    if is_named(data, "pandas", "DataFrame") or is_named(data, "pandas", "Series"):
        return data.iloc[:count].copy()
    if any(is_named(data, *it) for it in SLICED):
        rows = data[:count]
        return rows.detach().clone() if hasattr(rows, "detach") else copied(rows)
    if is_named(data, "pyarrow", "Table"):
        return data.slice(0, count)
    return data.tocsr()[:count] if is_sparse(data) else None


def is_named(data: Any, module: str, name: str) -> bool:
    """Whether it is of a class of a library, which is not imported for that."""
    kind = getattr(sys.modules.get(module), name, None)
    return isinstance(kind, type) and is_of(data, kind)


def is_sparse(data: Any) -> bool:
    """Whether it is a sparse matrix or array of SciPy."""
    sparse = sys.modules.get("scipy.sparse")
    return sparse is not None and sparse.issparse(data) and data.ndim == 2


def copied(rows: Any) -> Any:
    """Rows that do not change any more when the user's array does."""
    return rows.copy() if hasattr(rows, "copy") else rows.clone()

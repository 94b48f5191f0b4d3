"""What a request asks a model: data that was read and checked, ready to be joined with others."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from nbtrack.registry.signatures.table import Table

__all__ = ["Asked", "asked_with", "joined", "rows_in"]


class Asked(NamedTuple):
    """The data and the params of one request."""

    data: Any
    rows: int
    shape: Hashable = None
    """Requests of an equal shape may be asked together; None for one that is asked alone."""
    params: dict[str, Any] | None = None
    is_bare: bool = False
    """Whether the answer stands alone, as clients of language models want it."""


def asked_with(data: Any, params: dict[str, Any] | None = None, *, is_bare: bool = False) -> Asked:
    """A request from data that fits the model.

    Example:
        >>> asked_with(np.zeros((2, 3)))[1:3]
        (2, ('array', '<f8', (3,)))
    """
    shape = None if params or is_bare else shape_of(data)
    return Asked(data, rows_in(data), shape, params, is_bare)


def shape_of(data: Any) -> Hashable:
    """What two pieces of data share that can be one."""
    if isinstance(data, Table):
        if data.columns is None:
            return ("matrix", data.matrix.dtype.str)
        return ("table", tuple(data.names), tuple(str(it.dtype) for it in data.columns))
    if isinstance(data, np.ndarray) and data.ndim and data.dtype.kind in "biuf":
        return ("array", data.dtype.str, data.shape[1:])
    return None


def rows_in(data: Any) -> int:
    """How many rows data has; what is no table is one."""
    if isinstance(data, Table):
        return len(data)
    if isinstance(data, Mapping):
        first: Any = next(iter(data.values()), None)
        return len(first) if getattr(first, "ndim", 0) else 1
    shape = getattr(data, "shape", None)
    if shape is not None:
        return int(shape[0]) if shape else 1
    return len(data) if isinstance(data, list) else 1


def joined(parts: Sequence[Asked]) -> Any:
    """The data of requests of one shape, one after the other."""
    first = parts[0].data
    if len(parts) == 1:
        return first
    if not isinstance(first, Table):
        return np.concatenate([it.data for it in parts])
    if first.columns is None:
        return first.with_matrix(np.concatenate([it.data.matrix for it in parts]))
    tables = [it.data.columns for it in parts]
    return Table(first.names, [together(columns) for columns in zip(*tables, strict=True)])


def together(columns: Sequence[Any]) -> Any:
    """One column of several; those of pandas by pandas."""
    if all(isinstance(it, np.ndarray) for it in columns):
        return np.concatenate(columns)
    import pandas as pd

    return pd.concat([pd.Series(it) for it in columns], ignore_index=True).array

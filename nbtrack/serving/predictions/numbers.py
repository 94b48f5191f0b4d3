"""Requests whose inputs are nothing but numbers: what they have in common, and their rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from nbtrack.capture.redaction import is_wanted
from nbtrack.registry.signatures.table import Table
from nbtrack.serving.predictions.discretion import discretion_of
from nbtrack.serving.predictions.encoding import MOST_ROW_BYTES
from nbtrack.serving.predictions.rows import named

__all__ = ["NUMBER_BYTES", "Numbers", "look_of", "matrix_of", "numbers_of", "table_of"]

NUMBER_BYTES = 24
"""A long number in JSON."""

WHOLE_LIMIT = 1 << 53
"""Larger whole numbers are no floats, which is how the store keeps numbers."""


class Numbers(NamedTuple):
    """Columns of numbers that are kept of some requests."""

    columns: tuple[str, ...]
    places: list[int] | None
    """Where they stand in the matrix; None if it has no others."""
    whole: list[bool]
    """Whether each holds whole numbers; empty if none does."""

    def rows(self, matrix: Any) -> list[list[float]]:
        """The rows of a matrix, as they are kept."""
        kept = matrix if self.places is None else matrix[:, self.places]
        if kept.dtype.itemsize > 8:
            kept = kept.astype("float64")
        found: list[list[float]] = kept.tolist()
        return found


def look_of(inputs: Any, said: Any, columns: Any = None) -> tuple[Any, ...] | None:
    """What requests have in common whose matrices and answers can be put together.

    None for one that has no matrix, or whose answers are no array of one for each row.
    """
    matrix = matrix_of(inputs)
    if matrix is None or type(said) is not np.ndarray:
        return None
    shape = said.shape
    if not shape or shape[0] != matrix.shape[0]:
        return None
    kinds = (matrix.dtype.char, matrix.shape[1], said.dtype.char, shape[1:])
    if type(inputs) is Table:
        return (id(inputs.names), id(inputs.dtypes), kinds)
    return (id(columns), None, kinds)


def matrix_of(inputs: Any) -> Any:
    """Inputs as a matrix of numbers that the store keeps as they are; None if they are none."""
    matrix = inputs.matrix if type(inputs) is Table else inputs
    if type(matrix) is not np.ndarray or matrix.ndim != 2:
        return None
    return matrix if matrix.dtype.kind in "iuf" else None


def table_of(inputs: Any) -> Table | None:
    """A frame of pandas or an array whose columns are all numbers; None for all else."""
    if matrix_of(inputs) is not None:
        return Table(named(None, inputs.shape[1]), matrix=inputs)
    if not hasattr(inputs, "iloc") or not hasattr(inputs, "columns"):
        return None
    dtypes = [*inputs.dtypes]
    if not dtypes or not all(isinstance(it, np.dtype) and it.kind in "iuf" for it in dtypes):
        return None
    names = [*map(str, inputs.columns)]
    if len({*dtypes}) == 1:
        return Table(names, matrix=inputs.to_numpy())
    if not all(is_exact(column.to_numpy()) for _, column in inputs.items()):
        return None
    return Table(names, matrix=inputs.to_numpy("float64"), dtypes=dtypes)


def numbers_of(
    given: Sequence[Any], columns: Sequence[str] | None, wanted: Sequence[str] | None
) -> Numbers | None:
    """What is kept of inputs of one look; None if not as numbers.

    Columns whose name says that they are secret are not, nor are whole numbers beyond floats.
    """
    matrices = [matrix_of(it) for it in given]
    if matrices[0] is None:
        return None
    names = given[0].names if type(given[0]) is Table else columns
    names = named(names, matrices[0].shape[1])
    discretion = discretion_of(names, wanted, redacts=is_wanted())
    columns = tuple(names[at] for at in discretion.kept)
    is_wide = len(columns) * NUMBER_BYTES > MOST_ROW_BYTES
    is_secret = not discretion.secret.isdisjoint(columns)
    if not columns or is_secret or is_wide or len({*columns}) < len(columns):
        return None
    if not all(map(is_exact, matrices)):
        return None
    dtypes = given[0].dtypes if type(given[0]) is Table else None
    kinds = [it.kind for it in dtypes or [matrices[0].dtype] * len(names)]
    whole = [kinds[at] != "f" for at in discretion.kept]
    places = None if discretion.is_whole else discretion.kept
    return Numbers(columns, places, whole if any(whole) else [])


def is_exact(matrix: Any) -> bool:
    """Whether a matrix is the same as floats."""
    if matrix.dtype.kind == "f" or matrix.dtype.itemsize < 8 or not matrix.size:
        return True
    return bool(matrix.min() >= -WHOLE_LIMIT and matrix.max() <= WHOLE_LIMIT)

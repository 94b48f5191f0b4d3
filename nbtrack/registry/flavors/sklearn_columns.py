"""A `ColumnTransformer` of steps that are known: from a frame to one array of numbers.

Picking columns from a frame by their names, a group at a time, takes scikit-learn milliseconds. The
pipelines of `sklearn_pipelines` begin with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from nbtrack.registry.flavors.sklearn_steps import (
    Encoder,
    Step,
    encoder_of,
    fill_words,
    fills_words,
    step_of,
)
from nbtrack.registry.flavors.sklearn_ways import full_name

__all__ = ["Columns", "columns_of", "flat_steps", "has_infinity", "taken"]

TRANSFORMER = "sklearn.compose._column_transformer.ColumnTransformer"
PIPELINE = "sklearn.pipeline.Pipeline"
FUNCTION = "sklearn.preprocessing._function_transformer.FunctionTransformer"


class Group(NamedTuple):
    """Columns that go the same way, and what is done to them."""

    names: Any
    imputer: Any
    """What fills in words, if something does."""
    encoder: Encoder | None
    """What makes numbers of words; None where they are numbers."""
    steps: list[Step]


class Columns:
    """A fitted `ColumnTransformer`, asked with frames.

    Args:
        model: The transformer.
        groups: Its groups of columns; `columns_of` reads them.
    """

    def __init__(self, model: Any, groups: Sequence[Group]) -> None:
        self.groups = groups
        self.is_sparse = bool(model.sparse_output_)
        self.names = list(model.feature_names_in_)
        self.used = {name for it in groups for name in it.names}

    def takes(self, frame: Any) -> bool:
        """Whether a frame has the columns, each once, and numbers where numbers are wanted."""
        if not frame.columns.is_unique or not self.used <= set(frame.columns):
            return False
        types = dict(frame.dtypes)
        wanted = [name for it in self.groups if it.encoder is None for name in it.names]
        return all(is_number(types[name]) for name in wanted)

    def __call__(self, frame: Any) -> Any:
        """The numbers that a frame becomes; None for what scikit-learn must look at."""
        numbers, words = ways_into(frame)
        blocks = []
        for it in self.groups:
            if it.encoder is None:
                rows = numbers(it.names)
            else:
                cells = words(it.names)
                if it.imputer is not None:
                    cells = fill_words(it.imputer, cells)
                rows = None if cells is None else it.encoder(cells)
            rows = taken(it.steps, rows)
            if rows is None:
                return None
            blocks.append(rows)
        return np.hstack(blocks)


def is_number(dtype: Any) -> bool:
    """Whether a column is of numbers that become floats without a loss that matters."""
    return isinstance(dtype, np.dtype) and (dtype.kind in "iub" or dtype == np.float64)


Picks = Callable[[Any], Any]


def ways_into(frame: Any) -> tuple[Picks, Picks]:
    """How columns are had by their names: as floats, and as lists of cells.

    Of one row all cells are had at once; of more, as scikit-learn has them, since products differ
    by how numbers lie in memory.
    """

    def numbers(names: Any) -> Any:
        matrix = frame.loc[:, names].to_numpy()
        return np.array(matrix, dtype=np.float64) if matrix.dtype.kind in "iufb" else None

    def words(names: Any) -> Any:
        return [frame[name].tolist() for name in names]

    if len(frame) != 1:
        return numbers, words
    matrix = frame.to_numpy()
    row = dict(zip(frame.columns, matrix[0].tolist(), strict=True))

    def numbers_of_row(names: Any) -> Any:
        return np.array([[row[name] for name in names]], dtype=np.float64)

    def words_of_row(names: Any) -> Any:
        return [[row[name]] for name in names]

    return numbers_of_row, words_of_row if matrix.dtype == object else words


def has_infinity(rows: Any) -> bool:
    """Whether something is without end."""
    return not np.isfinite(rows.sum()) and bool(np.isinf(rows).any())


def taken(steps: Sequence[Step], rows: Any) -> Any:
    """Rows after some steps; None where one must be taken by scikit-learn."""
    if rows is None or has_infinity(rows):
        return None
    for step in steps:
        rows = step(rows)
        if rows is None or has_infinity(rows):
            return None
    return rows


def columns_of(model: Any) -> Columns | None:
    """A `ColumnTransformer` by its groups; None for what is none, or does what is not known."""
    if full_name(model) != TRANSFORMER or not hasattr(model, "feature_names_in_"):
        return None
    groups = []
    for _, it, columns in model.transformers_:
        names = names_of(columns, model.feature_names_in_)
        if names is None:
            return None
        if not len(names) or (isinstance(it, str) and it == "drop"):
            continue
        group = group_of(names, it)
        if group is None:
            return None
        groups.append(group)
    is_made = any(it.encoder or it.steps for it in groups)
    return Columns(model, groups) if is_made else None


def names_of(columns: Any, known: Any) -> Any:
    """The names of a group's columns; None where they are not picked as many."""
    if isinstance(columns, str | int) or callable(columns):
        return None
    if isinstance(columns, slice):
        ends = {type(it) for it in (columns.start, columns.stop, columns.step)}
        return known[columns] if ends <= {int, type(None)} else None
    listed = list(columns)
    if all(isinstance(it, str) for it in listed):
        return np.array(listed, dtype=object)
    is_mask = all(isinstance(it, bool | np.bool_) for it in listed)
    is_places = all(isinstance(it, int | np.integer) for it in listed)
    return known[np.array(listed)] if is_mask or is_places else None


def group_of(names: Any, model: Any) -> Group | None:
    """What is done to some columns; None where a step of it is not known."""
    models = flat_steps(model)
    if models is None:
        return None
    imputer = models.pop(0) if models and fills_words(models[0]) else None
    encoder = encoder_of(models[0]) if models else None
    if encoder is not None:
        models.pop(0)
    if (imputer is not None and encoder is None) or (
        encoder is not None and encoder.one_hot and models
    ):
        return None
    steps = [step_of(it) for it in models]
    if None in steps:
        return None
    return Group(names, imputer, encoder, [it for it in steps if it is not None])


def flat_steps(model: Any) -> list[Any] | None:
    """The steps of a pipeline, or the one there is; without those that hand on what they get.

    None for a pipeline in a pipeline, and for what is no step.
    """
    if full_name(model) == PIPELINE:
        found = [it for _, it in model.steps if not passes(it)]
        return None if any(full_name(it) == PIPELINE for it in found) else found
    if passes(model):
        return []
    return None if isinstance(model, str) else [model]


def passes(model: Any) -> bool:
    """Whether a step hands on what it gets: what becomes of a "passthrough" is a function."""
    if full_name(model) == FUNCTION:
        return model.func is None and not model.validate
    return model is None or (isinstance(model, str) and model == "passthrough")

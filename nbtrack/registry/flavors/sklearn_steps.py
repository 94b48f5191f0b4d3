"""What scalers, imputers and encoders of scikit-learn compute, without what they check.

The pipelines of `sklearn_pipelines` and the columns of `sklearn_columns` are made of these. A step
is known by its class and its params, or not at all; it changes the rows it is given, and says None
of what scikit-learn must look at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nbtrack.registry.flavors.sklearn_ways import full_name

__all__ = ["Encoder", "Step", "encoder_of", "fill_words", "fills_words", "step_of"]

Step = Callable[[Any], Any]

UNKNOWN, DROPPED = -2, -1


def standardize(model: Any, rows: Any) -> Any:
    """`StandardScaler`."""
    if model.with_mean:
        rows -= model.mean_
    if model.with_std:
        rows /= model.scale_
    return rows


def scale_to_range(model: Any, rows: Any) -> Any:
    """`MinMaxScaler`; one that clips is left to scikit-learn."""
    rows *= model.scale_
    rows += model.min_
    return None if model.clip else rows


def scale_robustly(model: Any, rows: Any) -> Any:
    """`RobustScaler`."""
    if model.with_centering:
        rows -= model.center_
    if model.with_scaling:
        rows /= model.scale_
    return rows


def impute(model: Any, rows: Any) -> Any:
    """`SimpleImputer` of numbers."""
    if not fills_plainly(model):
        return None
    values = model.statistics_.astype(np.float64)
    if np.isnan(values).any():
        return None
    missing = np.isnan(rows)
    if missing.any():
        at = missing.nonzero()
        rows[at] = values[at[1]]
    return rows


STEPS: dict[str, Callable[[Any, Any], Any]] = {
    "sklearn.preprocessing._data.StandardScaler": standardize,
    "sklearn.preprocessing._data.MinMaxScaler": scale_to_range,
    "sklearn.preprocessing._data.RobustScaler": scale_robustly,
    "sklearn.impute._base.SimpleImputer": impute,
}
"""What each does to rows of floats."""


def step_of(model: Any) -> Step | None:
    """What a transformer of numbers does; None for one that is not known."""
    act = STEPS.get(full_name(model))
    if act is None:
        return None
    width = getattr(model, "n_features_in_", None)

    def step(rows: Any) -> Any:
        return act(model, rows) if width in {None, rows.shape[1]} else None

    return step


def fills_plainly(model: Any) -> bool:
    """Whether an imputer puts one value in place of each missing one, and no more."""
    missing = model.missing_values
    is_nan = isinstance(missing, float) and missing != missing  # noqa: PLR0124 - what NaN is
    return is_nan and not model.add_indicator and isinstance(model.statistics_, np.ndarray)


def fills_words(model: Any) -> bool:
    """Whether something is a `SimpleImputer` that fills in words."""
    return (
        STEPS.get(full_name(model)) is impute
        and fills_plainly(model)
        and all(type(it) is str for it in model.statistics_)
    )


def fill_words(model: Any, columns: Sequence[list[Any]]) -> Any:
    """Columns of words with a word for each that is missing; None where something is no word."""
    filled = []
    for word, cells in zip(model.statistics_, columns, strict=True):
        kinds = set(map(type, cells))
        if kinds != {str}:
            if not kinds <= {str, float}:
                return None
            cells = [it if type(it) is str else word if it != it else None for it in cells]  # noqa: PLR0124, PLW2901
            if None in cells:
                return None
        filled.append(cells)
    return filled


class Encoder:
    """A `OneHotEncoder` or an `OrdinalEncoder`, as a dictionary a column.

    Args:
        model: The fitted encoder; `encoder_of` says whether it is one that is known.
        one_hot: Whether each category is a column.
        kinds: The type of each column's categories.
    """

    def __init__(self, model: Any, kinds: Sequence[type], *, one_hot: bool) -> None:
        self.kinds, self.one_hot = kinds, one_hot
        self.unknown = DROPPED if one_hot else getattr(model, "unknown_value", None)
        self.takes_unknown = model.handle_unknown in {"ignore", "use_encoded_value"}
        categories = [it.tolist() for it in model.categories_]
        dropped = getattr(model, "drop_idx_", None)
        if dropped is not None:
            self.takes_unknown = False
        self.tables: list[dict[Any, int]] = []
        self.width = 0 if one_hot else len(categories)
        for at, names in enumerate(categories):
            left_out = None if dropped is None else dropped[at]
            kept = [number for number in range(len(names)) if number != left_out]
            codes = dict.fromkeys(range(len(names)), DROPPED)
            codes.update({number: self.start + new for new, number in enumerate(kept)})
            self.tables.append({name: codes[number] for number, name in enumerate(names)})
            self.width += len(kept) if one_hot else 0

    @property
    def start(self) -> int:
        """Where the next column's categories begin."""
        return self.width if self.one_hot else 0

    def __call__(self, columns: Sequence[list[Any]]) -> Any:
        """The columns as numbers; None where scikit-learn must look at what is unknown."""
        rows = np.zeros((len(columns[0]), self.width))
        for at, (table, cells) in enumerate(zip(self.tables, columns, strict=True)):
            codes = [table.get(it, UNKNOWN) for it in cells]
            found = np.array(codes, dtype=float if not self.one_hot else np.intp)
            if UNKNOWN in codes:
                strange = {type(it) for it in cells if it not in table}
                if not self.takes_unknown or strange != {self.kinds[at]}:
                    return None
                found[found == UNKNOWN] = self.unknown
            if self.one_hot:
                there = np.flatnonzero(found >= 0)
                rows[there, found[there]] = 1.0
            else:
                rows[:, at] = found
        return rows


ENCODERS = {
    "sklearn.preprocessing._encoders.OneHotEncoder": True,
    "sklearn.preprocessing._encoders.OrdinalEncoder": False,
}
"""Whether each category becomes a column."""


def encoder_of(model: Any) -> Encoder | None:
    """A fitted encoder that can be stood for; None for what is none, or groups rare categories."""
    one_hot = ENCODERS.get(full_name(model))
    if one_hot is None or model.dtype not in {float, np.float64}:
        return None
    if model.min_frequency is not None or model.max_categories is not None:
        return None
    kinds = [kind_of(it) for it in model.categories_]
    if None in kinds:
        return None
    return Encoder(model, [it for it in kinds if it is not None], one_hot=one_hot)


def kind_of(categories: Any) -> type | None:
    """The one type that categories are of: words, whole numbers, truths; None for others."""
    kinds = set(map(type, categories.tolist()))
    kind = kinds.pop() if len(kinds) == 1 else None
    return kind if kind in {str, int, bool} else None

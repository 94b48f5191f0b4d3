"""Estimators of scikit-learn asked with arrays, where those get the answers that frames get.

scikit-learn looks at the names of a frame for longer than a small model takes to predict. The
flavor of scikit-learn asks its models by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nbtrack.registry.flavors.sklearn_pipelines import REFUSALS, are_same, chain, frame_way
from nbtrack.registry.flavors.sklearn_predictors import way_of
from nbtrack.registry.flavors.sklearn_ways import ShortWay

__all__ = ["REFUSALS", "Asked", "are_same", "without_names"]

NAMES = "feature_names_in_"
TAKE_FRAMES = ("ColumnTransformer", "FunctionTransformer")
"""What picks columns by their names, or hands the frame to a function of the user's."""
COMPARED_ROWS = 100


class Asked:
    """A fitted estimator, to be asked with whatever comes.

    The first frame of numbers is asked about in both ways. Where the answers are the same bit by
    bit, frames with those columns are handed on as the array that scikit-learn would make of them.

    Args:
        model: The estimator.
        method: How it is asked.

    Example:
        >>> import numpy as np, pandas as pd
        >>> from sklearn.linear_model import LinearRegression
        >>> frame = pd.DataFrame({"a": [0.0, 1.0], "b": [1.0, 3.0]})
        >>> asked = Asked(LinearRegression().fit(frame, [1.0, 2.0]), "predict")
        >>> asked(frame).round(6).tolist(), asked.quick is not None
        ([1.0, 2.0], True)
    """

    def __init__(self, model: Any, method: str) -> None:
        import numpy as np
        import pandas as pd

        self.model, self.method = model, method
        self.short = short_way(model, method)
        self.framed = frame_way(model, method)
        self.frames, self.arrays = pd.DataFrame, np.ndarray
        self.quick: Any = None
        """The method of a copy that knows no names; None where frames must do."""
        self.is_tried = False
        self.columns: Any = None
        self.dtype: Any = None
        self.parts: tuple[int, ...] = ()

    def __call__(self, data: Any, _params: Mapping[str, Any] | None = None) -> Any:
        """What the estimator says of data."""
        if not isinstance(data, self.frames):
            return (self.short or getattr(self.model, self.method))(data)
        if self.framed is not None:
            return self.framed(data)
        if self.quick is not None and self.has_same_columns(data) and self.is_unchanged():
            matrix = data.to_numpy()
            if matrix.dtype == self.dtype and len(matrix):
                return self.quick(matrix)
        found = getattr(self.model, self.method)(data)
        if not self.is_tried:
            self.is_tried = True
            self.compare(data, found)
        return found

    def has_same_columns(self, data: Any) -> bool:
        """Whether a frame has the columns that were compared, in that order."""
        columns = data.columns
        return columns is self.columns or bool(columns.equals(self.columns))

    def is_unchanged(self) -> bool:
        """Whether the estimator is as it was copied; otherwise the next frame is compared anew."""
        if parts_of(self.model) == self.parts:
            return True
        self.quick, self.is_tried = None, False
        return False

    def compare(self, data: Any, found: Any) -> None:
        """Ask about the first rows in both ways, and see whether arrays will do."""
        if not isinstance(found, self.arrays) or not len(data):
            return
        copied = without_names(self.model)
        head = data.iloc[:COMPARED_ROWS]
        matrix = head.to_numpy()
        if copied is None or matrix.dtype.kind not in "iuf":
            return
        quick = short_way(copied, self.method) or getattr(copied, self.method)
        known = found if len(head) == len(data) else getattr(self.model, self.method)(head)
        try:
            new = quick(matrix)
        except REFUSALS:
            return
        if are_same(known, new):
            self.columns, self.dtype, self.parts = data.columns, matrix.dtype, parts_of(self.model)
            self.quick = quick


def short_way(model: Any, method: str) -> ShortWay | None:
    """A shorter way to ask an estimator, if one is known."""
    return way_of(model, method) or chain(model, method)


def without_names(model: Any) -> Any:
    """A copy that shares all with an estimator but the names it was fitted with.

    None for what may look at names: classes of others, and estimators of estimators that have some.
    """
    inner = inner_of(model)
    if not is_plain(model, inner):
        return None
    facts = {name: it for name, it in vars(model).items() if name != NAMES}
    for name, value in inner.items():
        copied = without_names(first_of(value))
        if copied is None:
            return None
        facts[name] = [(value[0][0], copied), *value[1:]] if isinstance(value, list) else copied
    made = object.__new__(type(model))
    made.__dict__.update(facts)
    return made


def inner_of(model: Any) -> dict[str, Any]:
    """What of an estimator gets the data as it comes: a pipeline's steps, what it was made for."""
    names = ("steps", "best_estimator_", "regressor_")
    return {name: vars(model)[name] for name in names if name in getattr(model, "__dict__", {})}


def first_of(value: Any) -> Any:
    """The estimator that gets the data: itself, or the first of a pipeline's steps."""
    return value[0][1] if isinstance(value, list) else value


def is_plain(model: Any, inner: Mapping[str, Any]) -> bool:
    """Whether an estimator is scikit-learn's own, and nothing within it was fitted with names."""
    kind = type(model)
    if not kind.__module__.startswith("sklearn.") or kind.__name__ in TAKE_FRAMES:
        return False
    others = [value for name, value in vars(model).items() if name not in inner]
    return not any(NAMES in getattr(it, "__dict__", {}) for it in flat(others))


def flat(values: Any, depth: int = 3) -> Iterator[Any]:
    """Values, and what stands in lists, dicts and objects of scikit-learn among them.

    Such an object may hold estimators without being one, as the parts of a calibrated classifier.
    """
    for it in values:
        yield it
        if depth and type(it).__module__.startswith("sklearn.") and hasattr(it, "__dict__"):
            yield from flat(vars(it).values(), depth - 1)
        if depth and isinstance(it, list | tuple):
            yield from flat(it, depth - 1)
        elif depth and isinstance(it, dict):
            yield from flat(it.values(), depth - 1)
        elif depth and getattr(getattr(it, "dtype", None), "kind", "") == "O":
            yield from flat(it.ravel().tolist(), depth - 1)


def parts_of(model: Any) -> tuple[int, ...]:
    """What an estimator consists of, to see whether anything was put in its place."""
    found = tuple(map(id, vars(model).values()))
    for value in inner_of(model).values():
        found += parts_of(first_of(value))
        if isinstance(value, list):
            found += tuple(id(step) for _, step in value)
    return found

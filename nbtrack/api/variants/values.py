"""What is compared of variants: a number for each answer, by a name that data scientists use."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.errors import InvalidValue, UnknownName, listing
from nbtrack.registry.promotion.scores import is_lower_better

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Measure", "Metric", "measure_of", "numbers_of"]

Metric = str | Callable[[Any], Any]
"""A name of `MEASURES`, a column, or a function of the frame that gives a number for each row."""

REWARD, OUTPUT, ERROR, SECONDS = "reward", "output", "error", "latency"
"""Columns of a frame of predictions."""


class Measure(NamedTuple):
    """The numbers that are compared, with what they are called."""

    name: str
    numbers: pd.Series
    is_lower_better: bool


def accuracy(frame: pd.DataFrame, label: str) -> Any:
    """Ones where the answer is the label; an answer that failed is none."""
    true = plain(frame[label])
    return (answers(frame) == true).where(true.notna()).astype(float)


def absolute_error(frame: pd.DataFrame, label: str) -> Any:
    """How far each answer is off."""
    return abs(numbers_of(answers(frame), OUTPUT) - numbers_of(plain(frame[label]), label))


def squared_error(frame: pd.DataFrame, label: str) -> Any:
    """The square of how far each answer is off."""
    return absolute_error(frame, label) ** 2


def error_rate(frame: pd.DataFrame, label: str) -> Any:  # noqa: ARG001 - all have one shape
    """Ones where the model failed."""
    return frame[column_of(frame, ERROR)].notna().astype(float)


MEASURES: dict[str, Callable[[pd.DataFrame, str], Any]] = {
    "accuracy": accuracy,
    "absolute_error": absolute_error,
    "squared_error": squared_error,
    "error_rate": error_rate,
}
SAME = {
    "accuracy_score": "accuracy",
    "mae": "absolute_error",
    "mean_absolute_error": "absolute_error",
    "mse": "squared_error",
    "mean_squared_error": "squared_error",
    "errors": "error_rate",
}
OF_ALL = {"auc", "f1", "precision", "r2", "recall", "rmse", "roc_auc"}
"""Scores of many rows together: no row has one."""

FEW_CLASSES = 50
"""So many different whole numbers may be classes."""


def measure_of(frame: pd.DataFrame, metric: Metric | None, label: str, *, lower: Any) -> Measure:
    """The numbers that are compared.

    Args:
        frame: A row for each answer.
        metric: What to compare; None finds it: rewards, labels, or the only column of numbers.
        label: The column of what turned out to be true.
        lower: Whether less is better; None tells it by the name.

    Raises:
        InvalidValue: There is no such metric, or it gives no number for each row.
    """
    asked = metric if metric is not None else usual(frame, label)
    name = asked if isinstance(asked, str) else getattr(asked, "__name__", "score")
    if not isinstance(asked, str):
        found = asked(frame)
    elif asked in frame.columns:
        found = frame[asked]
    else:
        name = SAME.get(asked.removesuffix("_score"), asked)
        found = known(frame, name, label)
    numbers = numbers_of(found, name, frame)
    return Measure(name, numbers, is_lower_better(name) if lower is None else bool(lower))


def known(frame: pd.DataFrame, name: str, label: str) -> Any:
    """The numbers of a metric that is known by its name."""
    if name.removesuffix("_score") in OF_ALL:
        raise InvalidValue(
            f"{name} is a figure of many rows together, and no row has one; compare accuracy or "
            f"absolute_error, a column, or a function of the frame that gives a number for each row"
        )
    if name not in MEASURES:
        raise UnknownName("metric or column", name, [*MEASURES, *map(str, frame.columns)])
    if name != "error_rate":
        for column in (label, OUTPUT):
            column_of(frame, column, f"{name} needs it")
    return MEASURES[name](frame, label)


def usual(frame: pd.DataFrame, label: str) -> str:
    """What is compared if nothing was asked for."""
    columns = set(frame.columns)
    if REWARD in columns and frame[REWARD].notna().any():
        return REWARD
    if {label, OUTPUT} <= columns and frame[label].notna().any():
        return "absolute_error" if is_measured(plain(frame[label])) else "accuracy"
    numeric = [str(it) for it in frame.select_dtypes(["number", "bool"]).columns]
    if len(numeric) == 1:
        return numeric[0]
    raise InvalidValue(
        f"what shall be compared? no row has a reward or a {label}; give metric=, a column, or "
        f"values by variant; {listing(list(map(str, frame.columns)), 'metric')}"
    )


def is_measured(values: pd.Series) -> bool:
    """Whether values are measured rather than classes."""
    import pandas as pd

    known = values.dropna()
    if not pd.api.types.is_numeric_dtype(known) or pd.api.types.is_bool_dtype(known):
        return False
    return bool((known % 1 != 0).any()) or known.nunique() > FEW_CLASSES


def answers(frame: pd.DataFrame) -> pd.Series:
    """What the model gave for each row; a list or a dict of one thing is that thing."""
    return plain(frame[OUTPUT])


def plain(values: pd.Series) -> pd.Series:
    """Values without the lists and dicts around single ones."""
    if values.dtype != object:
        return values
    return values.map(single).infer_objects()


def single(value: Any) -> Any:
    """The only thing in a list or a dict; anything else as it is."""
    while isinstance(value, list | tuple | dict) and len(value) == 1:
        (value,) = value.values() if isinstance(value, dict) else value
    return value


def numbers_of(values: Any, name: str, frame: pd.DataFrame | None = None) -> pd.Series:
    """Values as numbers, NaN for none.

    Raises:
        InvalidValue: Some are no numbers, or they are not as many as the rows.
    """
    import numpy as np
    import pandas as pd

    try:
        found = pd.to_numeric(pd.Series(values).astype(object)).astype(float)
    except (TypeError, ValueError) as problem:
        raise InvalidValue(f"{name} has values that are no numbers: {problem}") from None
    if frame is not None and len(found) != len(frame):
        raise InvalidValue(f"{name} gave {len(found)} numbers for {len(frame)} rows")
    if frame is not None:
        found.index = frame.index
    return found.replace([np.inf, -np.inf], np.nan)


def column_of(frame: pd.DataFrame, name: str, why: str = "") -> str:
    """The name of a column that must be there.

    Raises:
        InvalidValue: It is not.
    """
    if name not in frame.columns:
        raise UnknownName("column", name, map(str, frame.columns), why)
    return name

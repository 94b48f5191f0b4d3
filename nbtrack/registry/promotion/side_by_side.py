"""Two versions asked about the same data: their scores, and where they disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.registry.promotion.case import Side
from nbtrack.registry.promotion.scores import Metric, divided, flat, score

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Answers", "answers_of", "usual_metrics"]

CLASSES = 50
"""So many different values may be classes, if they are whole numbers or texts."""


class Answers(NamedTuple):
    """What two versions said of the same rows.

    Attributes:
        rows: How many rows there were.
        scores: By metric, the scores of both.
        disagreements: The rows on which they differ: both predictions, and the truth if known.
        difference: For numbers, the mean of the absolute differences.
    """

    rows: int
    scores: Mapping[str, tuple[float, float]]
    disagreements: pd.DataFrame
    difference: float | None = None

    @property
    def share(self) -> float:
        """The share of the rows on which they differ."""
        return len(self.disagreements) / self.rows if self.rows else 0.0


def usual_metrics(truth: Any) -> tuple[str, ...]:
    """What is scored if nothing was asked for: accuracy and F1 for classes, errors for numbers."""
    import numpy as np

    values = flat(truth)
    is_measured = values.dtype.kind == "f" and not np.array_equal(values, np.round(values))
    if is_measured or (values.dtype.kind in "fiu" and len(np.unique(values)) > CLASSES):
        return ("rmse", "mae", "r2")
    return ("accuracy", "f1")


def answers_of(
    sides: tuple[Side, Side], data: Any, target: Any, metrics: Sequence[Metric] | None
) -> Answers:
    """Ask two versions.

    Args:
        sides: Both versions.
        data: What they are asked.
        target: The column of the truth, the truth itself, or None.
        metrics: What is scored.

    Raises:
        InvalidValue: The data has no such column, or there is no such metric.
    """
    import numpy as np
    import pandas as pd

    rows, truth = (data, None) if target is None else divided(data, target)
    first, second = (flat(side.predict(rows)) for side in sides)
    scores = {}
    if truth is not None:
        for metric in metrics or usual_metrics(truth):
            name = metric if isinstance(metric, str) else getattr(metric, "__name__", "score")
            scores[name] = (score(metric, truth, first), score(metric, truth, second))
    is_numbers = all(it.dtype.kind in "fc" for it in (first, second))
    differs: Any
    if first.shape != second.shape:
        differs = np.ones(len(first), dtype=bool)
    elif is_numbers:
        differs = ~np.isclose(first, second, rtol=1e-9, atol=1e-12, equal_nan=True)
    else:
        differs = np.asarray(first != second)
    differs = differs.any(axis=tuple(range(1, differs.ndim))) if differs.ndim > 1 else differs
    where = np.flatnonzero(differs)
    index = data.index if hasattr(data, "iloc") else None
    table = {
        f"version {side.version}": list(said[where[where < len(said)]])
        for side, said in zip(sides, (first, second), strict=True)
    }
    if truth is not None:
        table["truth"] = list(flat(truth)[where])
    labels = where if index is None else index[where]
    gap = (
        float(np.mean(abs(first - second))) if is_numbers and first.shape == second.shape else None
    )
    return Answers(len(first), scores, pd.DataFrame(table, index=labels), gap)

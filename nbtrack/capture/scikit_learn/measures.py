"""The metrics of a model on the data it was fitted on, within a budget of time.

At most 10,000 rows are looked at, evenly spread. How many is decided by what a few rows cost, so
that a fit of a second takes about 2% longer; what would take more is left out.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from nbtrack.capture.guard import report
from nbtrack.capture.scikit_learn import forests, scores

__all__ = ["Taken", "taken"]

ROWS = (10_000, 1_000, 500)
FEW_ROWS = 500
"""So few are measured whole, unless a handful of them takes long already."""

PROBE_ROWS, MORE_ROWS = 32, 160
SHARE = 0.02
LEAST_SECONDS = 0.02
SHORT_SECONDS = 0.5
UNNOTICED_SECONDS = 0.05
"""What a shorter fit may take longer: a person does not notice it."""

SLOW_SECONDS = 0.15
SECONDS_A_ROW = 5e-7
"""What the scores themselves take."""


class Taken(NamedTuple):
    """What was measured, and on how many rows."""

    metrics: Mapping[str, float] = {}
    pieces: Mapping[str, Any] = {}
    rows: int = 0


@dataclass
class Sample:
    """A model and rows of the data it was fitted on."""

    model: Any
    X: Any
    y: Any
    weight: Any = None

    def rows(self, at: Any) -> Sample:
        """Some of the rows."""
        return Sample(self.model, *(some(part, at) for part in (self.X, self.y, self.weight)))

    def __len__(self) -> int:
        return len_of(self.X)


def taken(model: Any, X: Any, y: Any, weight: Any, seconds: float) -> Taken:  # noqa: N803 - the library's name
    """The training metrics of a model; of one that predicts nothing there are none."""
    try:
        return measured(Sample(model, X, y, weight), seconds)
    except Exception as error:  # noqa: BLE001 - the model of a user may raise anything; it is told
        report(error, f"training metrics of {type(model).__name__}")
        return Taken()


def measured(whole: Sample, seconds: float) -> Taken:
    """The metrics that its kind has, on as many rows as there is time for."""
    from sklearn.base import is_classifier, is_regressor

    model = whole.model
    if whole.X is None or not hasattr(model, "predict"):
        return Taken()
    kinds = ((is_classifier, of_classifier), (is_regressor, of_regressor))
    act = next((act for is_kind, act in kinds if is_kind(model)), None)
    if act is None and (whole.y is not None or not hasattr(model, "score")):
        return Taken()
    sample = affordable(whole, budget_of(seconds))
    if sample is None:
        return Taken()
    if act is None or whole.y is None:
        return Taken(own_score(sample), {}, len(sample))
    metrics, pieces = act(sample)
    return Taken(metrics, pieces, len(sample))


def budget_of(seconds: float) -> float:
    """The seconds that may be spent on a fit of so many."""
    if seconds < SHORT_SECONDS:
        return UNNOTICED_SECONDS
    return max(LEAST_SECONDS, SHARE * seconds)


def affordable(whole: Sample, budget: float) -> Sample | None:
    """As many rows as can be predicted within a budget; None if 500 of them take too long."""
    count = len(whole)
    if count == 0:
        return None
    few = whole.rows(spread(count, PROBE_ROWS))
    cost = cost_of(few)
    if count <= FEW_ROWS:
        return whole if cost <= SLOW_SECONDS else None
    if budget / 2 < cost <= 2 * budget:  # the first call may be slower than others
        cost = min(cost, cost_of(few))
    if cost > budget / 2:
        return None
    more = cost_of(whole.rows(spread(count, MORE_ROWS)))
    each = max(0.0, more - cost) / (MORE_ROWS - PROBE_ROWS)
    times = predictions_of(whole.model)
    left = budget - (0 if forests.is_forest(whole.model) else cost + more)
    for rows in ROWS:
        wanted = min(rows, count)
        if times * (cost + each * wanted) + SECONDS_A_ROW * wanted <= left:
            return whole if rows >= count else whole.rows(spread(count, rows))
    return None


def predictions_of(model: Any) -> int:
    """How often the model is asked: for labels, and for probabilities if it has such."""
    is_asked_twice = hasattr(model, "predict_proba") and not forests.is_forest(model)
    return 2 if is_asked_twice else 1


def spread(count: int, wanted: int) -> Any:
    """Positions evenly over all rows, the same each time."""
    import numpy as np

    return np.unique(np.linspace(0, count - 1, min(count, wanted)).astype(int))


def cost_of(sample: Sample) -> float:
    """The seconds that a prediction takes."""
    if forests.is_forest(sample.model):
        return forests.cost_of(sample.model, sample.X)
    began = time.perf_counter()
    sample.model.predict(sample.X)
    return time.perf_counter() - began


def some(values: Any, at: Any) -> Any:
    """Rows of a frame, an array, a sparse matrix or a list."""
    if values is None:
        return None
    if hasattr(values, "iloc"):
        return values.iloc[at]
    if hasattr(values, "tocsr"):
        return values.tocsr()[at]
    return values[at] if hasattr(values, "shape") else [values[it] for it in at.tolist()]


def len_of(values: Any) -> int:
    """How many rows there are."""
    shape = getattr(values, "shape", None)
    return int(shape[0]) if shape else len(values)


def own_score(sample: Sample) -> dict[str, float]:
    """The model's own measure of itself, where there is no target to compare with."""
    return {"training_score": float(sample.model.score(sample.X))}


def of_regressor(sample: Sample) -> tuple[dict[str, float], dict[str, Any]]:
    """How far the predictions are off."""
    model = sample.model
    if forests.is_forest(model):
        predicted = forests.average(model, sample.X)
    else:
        predicted = model.predict(sample.X)
    return scores.of_values(sample.y, predicted, sample.weight), {}


def of_classifier(sample: Sample) -> tuple[dict[str, float], dict[str, Any]]:
    """How often the labels are right, and how sure the model was."""
    import numpy as np

    y, model, weight = np.asarray(sample.y), sample.model, sample.weight
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim != 1:
        return of_several_labels(sample), {}
    chances = chances_of(model, sample.X)
    if forests.is_forest(model):
        predicted = model.classes_.take(chances.argmax(axis=1), axis=0)
    else:
        predicted = np.asarray(model.predict(sample.X))
    found, pieces = scores.of_labels(y, predicted, weight)
    if chances is not None:
        found |= scores.of_chances(y, chances, model.classes_, weight)
    return found, pieces


def of_several_labels(sample: Sample) -> dict[str, float]:
    """The scores of a model that gives each row a set of labels; of other kinds there are none."""
    from sklearn import metrics
    from sklearn.utils.multiclass import type_of_target

    y, weight = sample.y, sample.weight
    if type_of_target(y) != "multilabel-indicator":
        return {}
    predicted = sample.model.predict(sample.X)
    accuracy = float(metrics.accuracy_score(y, predicted, sample_weight=weight))
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        y, predicted, average="weighted", sample_weight=weight, zero_division=0
    )
    return {
        "training_accuracy_score": accuracy,
        "training_precision_score": float(precision),
        "training_recall_score": float(recall),
        "training_f1_score": float(f1),
        "training_score": accuracy,
    }


def chances_of(model: Any, X: Any) -> Any:  # noqa: N803 - the library's name
    """The probabilities of the classes, where the model gives one array of them."""
    if forests.is_forest(model):
        return forests.average(model, X)
    chances = model.predict_proba(X) if hasattr(model, "predict_proba") else None
    return chances if getattr(chances, "ndim", 0) == 2 else None

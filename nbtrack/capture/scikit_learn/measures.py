"""The metrics of a model on the data it was fitted on, within a budget of time.

At most 10,000 rows are looked at, evenly spread. How many is decided by what a few rows cost, so
that a fit of a second takes no more than about 2% longer; what would take longer is left out.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from nbtrack.capture.guard import report

__all__ = ["Taken", "taken"]

MOST_ROWS = 10_000
FEWER_ROWS = 1_000
FEW_ROWS = 500
"""So few are measured whole, unless a handful of them takes long already."""

PROBE_ROWS = 32
SHARE = 0.02
LEAST_SECONDS = 0.03
SLOW_SECONDS = 0.15
MOST_CLASSES = 100

SIMPLE_TARGETS = ("binary", "multiclass")
"""Kinds of labels that all metrics of a classifier know."""


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
    sample = affordable(whole, max(LEAST_SECONDS, SHARE * seconds))
    if sample is None:
        return Taken()
    if act is None or whole.y is None:
        return Taken(own_score(sample), {}, len(sample))
    metrics, pieces = act(sample)
    return Taken(metrics, pieces, len(sample))


def affordable(whole: Sample, budget: float) -> Sample | None:
    """As many rows as can be predicted within a budget; None if even a few take too long."""
    import numpy as np

    count = len(whole)
    if count == 0:
        return None
    few = spread(count, PROBE_ROWS)
    cost = cost_of(whole.rows(few))
    if count <= FEW_ROWS:
        return whole if cost <= SLOW_SECONDS else None
    if cost > budget:
        return None
    more = spread(count, FEW_ROWS)
    each = max(0.0, cost_of(whole.rows(more)) - cost) / (len(more) - len(few))
    for rows in (MOST_ROWS, FEWER_ROWS, FEW_ROWS):
        if PREDICTIONS * (cost + each * min(rows, count)) <= budget:
            return whole if rows >= count else whole.rows(spread(count, rows))
    return whole.rows(np.asarray(few)) if PREDICTIONS * cost <= budget else None


PREDICTIONS = 2
"""Labels and probabilities."""


def spread(count: int, wanted: int) -> Any:
    """Positions evenly over all rows, the same each time."""
    import numpy as np

    return np.unique(np.linspace(0, count - 1, min(count, wanted)).astype(int))


def cost_of(sample: Sample) -> float:
    """The seconds that a prediction takes."""
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
    from sklearn import metrics

    y, weight = sample.y, sample.weight
    predicted = sample.model.predict(sample.X)
    squared = float(metrics.mean_squared_error(y, predicted, sample_weight=weight))
    r2 = float("nan")
    if len(sample) > 1:
        r2 = float(metrics.r2_score(y, predicted, sample_weight=weight))
    absolute = float(metrics.mean_absolute_error(y, predicted, sample_weight=weight))
    return {
        "training_mean_squared_error": squared,
        "training_root_mean_squared_error": squared**0.5,
        "training_mean_absolute_error": absolute,
        "training_r2_score": r2,
        "training_score": r2,
    }, {}


def of_classifier(sample: Sample) -> tuple[dict[str, float], dict[str, Any]]:
    """How often the labels are right, and how sure the model was."""
    from sklearn import metrics
    from sklearn.utils.multiclass import type_of_target

    y, weight, model = sample.y, sample.weight, sample.model
    kind = type_of_target(y)
    if kind not in {*SIMPLE_TARGETS, "multilabel-indicator"}:
        return {}, {}
    chances = chances_of(model, sample.X) if kind in SIMPLE_TARGETS else None
    predicted = labels_of(model, sample.X, chances)
    accuracy = float(metrics.accuracy_score(y, predicted, sample_weight=weight))
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        y, predicted, average="weighted", sample_weight=weight, zero_division=0
    )
    found = {
        "training_accuracy_score": accuracy,
        "training_precision_score": float(precision),
        "training_recall_score": float(recall),
        "training_f1_score": float(f1),
        "training_score": accuracy,
    }
    if kind not in SIMPLE_TARGETS:
        return found, {}
    if chances is not None:
        found |= of_chances(sample, chances)
    return found, confusion(y, predicted)


def chances_of(model: Any, X: Any) -> Any:  # noqa: N803 - the library's name
    """The probabilities of the classes, where the model gives one array of them."""
    chances = model.predict_proba(X) if hasattr(model, "predict_proba") else None
    return chances if getattr(chances, "ndim", 0) == 2 else None


def labels_of(model: Any, X: Any, chances: Any) -> Any:  # noqa: N803 - the library's name
    """The predicted labels; a forest takes the likeliest class, and need not be asked twice."""
    from sklearn.ensemble._forest import ForestClassifier

    if chances is not None and type(model).predict is ForestClassifier.predict:
        return model.classes_.take(chances.argmax(axis=1), axis=0)
    return model.predict(X)


def of_chances(sample: Sample, chances: Any) -> dict[str, float]:
    """What is measured on probabilities; a sample that lacks a class has no area under a curve."""
    import numpy as np
    from sklearn import metrics

    y, weight, classes = np.asarray(sample.y), sample.weight, sample.model.classes_
    found = {
        "training_log_loss": float(
            metrics.log_loss(y, chances, sample_weight=weight, labels=classes)
        )
    }
    if len(np.unique(y)) != len(classes) or not 2 <= len(classes) <= MOST_CLASSES:
        return found
    if len(classes) == 2:
        area = metrics.roc_auc_score(y, chances[:, 1], sample_weight=weight)
    else:
        area = area_of_pairs(np.searchsorted(classes, y), chances)
    return found | {"training_roc_auc": float(area)}


def area_of_pairs(y: Any, chances: Any) -> float:
    """The area under the curve of each class against each other one, weighted by their rows.

    As `roc_auc_score(..., average="weighted", multi_class="ovo")`, 15 times as fast by ranks.
    """
    import numpy as np

    rows = [np.flatnonzero(y == label) for label in range(chances.shape[1])]
    areas, weights = [], []
    for one, its in enumerate(rows):
        for other, others in enumerate(rows[:one]):
            pair = (area(chances, its, others, one), area(chances, others, its, other))
            areas.append(sum(pair) / 2)
            weights.append(len(its) + len(others))
    return float(np.average(areas, weights=weights))


def area(chances: Any, its: Any, others: Any, label: int) -> float:
    """How often the rows of a class are given a higher chance of it than others are."""
    import numpy as np

    rest = np.sort(chances[others, label])
    values = chances[its, label]
    below = np.searchsorted(rest, values, "left") + np.searchsorted(rest, values, "right")
    return float(below.sum() / 2 / (len(its) * len(others)))


def confusion(y: Any, predicted: Any) -> dict[str, Any]:
    """How many rows of each class were taken for which."""
    import numpy as np
    from sklearn.metrics import confusion_matrix
    from sklearn.utils.multiclass import unique_labels

    labels = unique_labels(y, predicted)
    if len(labels) > MOST_CLASSES:
        return {}
    matrix = confusion_matrix(y, predicted, labels=labels)
    return {
        "training_confusion_matrix.json": {
            "labels": np.asarray(labels).tolist(),
            "rows": "true",
            "columns": "predicted",
            "matrix": matrix.tolist(),
        }
    }

"""Scores of predictions by the names data scientists use, and which way is better."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from nbtrack.errors import InvalidValue, ModelError, listing

__all__ = [
    "Metric",
    "Scorer",
    "divided",
    "flat",
    "is_lower_better",
    "is_polars",
    "report_of",
    "score",
]

Metric = str | Callable[[Any, Any], float]
"""A name of `SCORERS`, of `sklearn.metrics`, or a function of the truth and the predictions."""


class Scorer(NamedTuple):
    """A score, and whether less of it is better."""

    score: Callable[[Any, Any], float]
    is_lower_better: bool = False


def accuracy(truth: Any, said: Any) -> float:
    return float((truth == said).mean())


def mean_squared_error(truth: Any, said: Any) -> float:
    return float(((truth - said) ** 2).mean())


def root_mean_squared_error(truth: Any, said: Any) -> float:
    return float(mean_squared_error(truth, said) ** 0.5)


def mean_absolute_error(truth: Any, said: Any) -> float:
    return float(abs(truth - said).mean())


def r2(truth: Any, said: Any) -> float:
    """The share of the variance that is explained; NaN where there is none."""
    around = ((truth - truth.mean()) ** 2).sum()
    return float("nan") if not around else float(1 - ((truth - said) ** 2).sum() / around)


def of_report(name: str) -> Callable[[Any, Any], float]:
    """A score of the classification report, weighted by how often each class is true."""

    def weighted(truth: Any, said: Any) -> float:
        return float(report_of(truth, said)["weighted avg"][name])

    return weighted


SCORERS: dict[str, Scorer] = {
    "accuracy": Scorer(accuracy),
    "precision": Scorer(of_report("precision")),
    "recall": Scorer(of_report("recall")),
    "f1": Scorer(of_report("f1-score")),
    "r2": Scorer(r2),
    "mse": Scorer(mean_squared_error, is_lower_better=True),
    "rmse": Scorer(root_mean_squared_error, is_lower_better=True),
    "mae": Scorer(mean_absolute_error, is_lower_better=True),
}
SAME = {
    "accuracy_score": "accuracy",
    "f1-score": "f1",
    "f1_score": "f1",
    "precision_score": "precision",
    "recall_score": "recall",
    "r2_score": "r2",
    "mean_squared_error": "mse",
    "mean_absolute_error": "mae",
    "root_mean_squared_error": "rmse",
}

LOWER = ("loss", "error", "mse", "mae", "rmse", "mape", "deviance", "latency", "seconds")


def is_lower_better(metric: Metric) -> bool:
    """Whether less of a metric is better, by its name."""
    name = metric if isinstance(metric, str) else getattr(metric, "__name__", "")
    known = SCORERS.get(SAME.get(name, name))
    return known.is_lower_better if known else any(it in name.lower() for it in LOWER)


def scorer_of(metric: Metric) -> Callable[[Any, Any], float]:
    """The function behind a metric.

    Raises:
        InvalidValue: There is no metric of that name.
    """
    if not isinstance(metric, str):
        return metric
    known = SCORERS.get(SAME.get(metric, metric))
    if known is not None:
        return known.score
    try:
        from sklearn import metrics
    except ImportError:
        metrics = None
    found = getattr(metrics, metric, None) or getattr(metrics, f"{metric}_score", None)
    if not callable(found):
        names = sorted(SCORERS)
        raise InvalidValue(
            f"no metric is called {metric!r}; {listing(names, metric, most=len(names))}; a name "
            f"of sklearn.metrics and a function of the truth and the predictions do too"
        )
    return found  # type: ignore[no-any-return]


def score(metric: Metric, truth: Any, said: Any) -> float:
    """How good predictions are.

    Args:
        metric: A name, or a function.
        truth: What is true.
        said: What the model said.

    Raises:
        InvalidValue: There is no metric of that name.
        ModelError: The predictions are not as many as the truth, or no number came out.
    """
    scorer = scorer_of(metric)
    known, given = flat(truth), flat(said)
    if len(known) != len(given):
        raise ModelError(
            f"the model gave {len(given)} predictions for {len(known)} rows; a score needs one each"
        )
    if not len(known):
        raise ModelError("there are no rows to score: give data with at least one")
    found = scorer(known, given)
    try:
        return float(found)
    except (TypeError, ValueError):
        name = metric if isinstance(metric, str) else getattr(metric, "__name__", "the metric")
        raise ModelError(f"{name} gave {found!r}, which is no number") from None


def flat(values: Any) -> Any:
    """Predictions or truth as an array of one dimension."""
    import numpy as np

    if hasattr(values, "to_numpy"):
        values = values.to_numpy()
    elif isinstance(values, dict) and len(values) == 1:
        values = next(iter(values.values()))
    found = np.asarray(values)
    return found.reshape(-1) if found.ndim == 2 and 1 in found.shape else found


def divided(data: Any, target: Any) -> tuple[Any, Any]:
    """What a model is asked, and what is true: a column taken out of data, or values beside it.

    Raises:
        InvalidValue: The data has no such column, or the values are not as many as the rows.
    """
    if isinstance(target, str):
        columns = list(getattr(data, "columns", data if isinstance(data, dict) else ()))
        if target not in columns:
            names = [str(it) for it in columns]
            raise InvalidValue(f"the data has no column {target!r}; {listing(names, target)}")
        if isinstance(data, dict):
            return {key: value for key, value in data.items() if key != target}, data[target]
        rest = data.drop(target) if is_polars(data) else data.drop(columns=[target])
        return rest, data[target]
    if len(target) != rows_of(data):
        raise InvalidValue(f"the data has {rows_of(data)} rows, the target {len(target)} values")
    return data, target


def is_polars(data: Any) -> bool:
    """Whether data is a frame of polars."""
    return type(data).__module__.startswith("polars")


def rows_of(data: Any) -> int:
    """How many rows data has."""
    if isinstance(data, dict):
        return len(next(iter(data.values()), ()))
    shape = getattr(data, "shape", None)
    return int(shape[0]) if shape else len(data)


def report_of(truth: Any, said: Any) -> dict[str, Any]:
    """Precision, recall, F1 and support of each class and on average, as scikit-learn reports them.

    A class that is never said has a precision of 0.

    Example:
        >>> from nbtrack.registry.promotion.scores import report_of
        >>> report_of(["a", "b", "b"], ["a", "a", "b"])["b"]["recall"]
        0.5
    """
    import numpy as np

    known, given = flat(truth), flat(said)
    labels = np.unique(np.concatenate([known, given]))
    hit = known == given
    rows = {}
    for label in labels:
        true, claimed = known == label, given == label
        right = float((hit & true).sum())
        precision = right / claimed.sum() if claimed.any() else 0.0
        recall = right / true.sum() if true.any() else 0.0
        both = precision + recall
        rows[str(label)] = {
            "precision": float(precision),
            "recall": float(recall),
            "f1-score": float(2 * precision * recall / both) if both else 0.0,
            "support": float(true.sum()),
        }
    report: dict[str, Any] = {**rows, "accuracy": float(hit.mean())}
    support = np.array([it["support"] for it in rows.values()])
    for name, weights in (("macro avg", np.ones(len(rows))), ("weighted avg", support)):
        report[name] = {
            part: float(np.average([it[part] for it in rows.values()], weights=weights))
            for part in ("precision", "recall", "f1-score")
        } | {"support": float(support.sum())}
    return report

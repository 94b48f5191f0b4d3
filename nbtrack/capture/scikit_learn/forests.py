"""Forests tree by tree, in this thread: their own methods start threads, 30 ms for each call."""

from __future__ import annotations

import time
from typing import Any

__all__ = ["average", "cost_of", "importances", "is_forest"]

FEW_TREES = 3


def is_forest(model: Any) -> bool:
    """Whether it is a forest of one output, whose trees can be asked one by one."""
    is_one = any(
        kind.__module__ == "sklearn.ensemble._forest" and kind.__name__.startswith("Forest")
        for kind in type(model).__mro__
    )
    return is_one and getattr(model, "n_outputs_", 0) == 1 and bool(model.estimators_)


def average(model: Any, X: Any) -> Any:  # noqa: N803 - the library's name
    """What the trees say on average: probabilities of the classes, or values."""
    return mean_of(model.estimators_, checked(model, X))


def checked(model: Any, X: Any) -> Any:  # noqa: N803 - the library's name
    """The data as the trees want it."""
    return model._validate_X_predict(X)  # noqa: SLF001 - no public name


def mean_of(trees: list[Any], data: Any) -> Any:
    """The mean of what some trees say of checked data."""
    method = "predict_proba" if hasattr(trees[0], "predict_proba") else "predict"
    return sum(getattr(tree, method)(data, check_input=False) for tree in trees) / len(trees)


def cost_of(model: Any, X: Any) -> float:  # noqa: N803 - the library's name
    """About how many seconds the average takes, by a few of the trees."""
    trees = model.estimators_[:FEW_TREES]
    data = checked(model, X)
    began = time.perf_counter()
    mean_of(trees, data)
    return (time.perf_counter() - began) * len(model.estimators_) / len(trees)


def importances(model: Any) -> Any:
    """How much each feature counts, as the forest says."""
    import numpy as np

    each = [it.feature_importances_ for it in model.estimators_ if it.tree_.node_count > 1]
    if not each:
        return np.zeros(model.n_features_in_)
    mean = np.mean(each, axis=0)
    return mean / mean.sum()

"""What XGBoost tells: `xgboost.train` and the `fit` of its scikit-learn classes.

Each gets one `TrainingCallback` more, for the metrics of its rounds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from nbtrack.capture.calls import Given, Watching, failure_told, harmless, watch
from nbtrack.capture.glance import params_of, rows_of
from nbtrack.capture.samples import ROWS
from nbtrack.capture.training import Fitted, Fitting, Measured, publish, wanted

__all__ = ["ignore", "observe"]

LIBRARY = "xgboost"

SCIKIT_CLASSES = ("XGBModel", "XGBClassifier", "XGBRanker", "XGBRFClassifier", "XGBRFRegressor")

ARGUMENTS = ("num_boost_round", "early_stopping_rounds", "maximize", "verbose_eval")

watched: list[Callable[[], None]] = []


@harmless
def observe() -> None:
    """Tell of every fit from now on; XGBoost is loaded already."""
    library = sys.modules.get(LIBRARY)
    if library is None or watched:
        return
    watched.append(watch(library.train, trained))
    for name in SCIKIT_CLASSES:
        kind = getattr(library, name, None)  # without scikit-learn there are none
        if kind is not None and "fit" in vars(kind):
            watched.append(watch(vars(kind)["fit"], fitted))


@harmless
def ignore() -> None:
    """Tell no more."""
    while watched:
        watched.pop()()


def trained(given: Given) -> Watching:
    """Tell of a call of `train`."""
    asked = given.arguments
    settings = {name: asked[name] for name in ARGUMENTS if name in asked}
    told = params_of(dict(asked["params"]) | settings) | stopping_of(asked["callbacks"])
    publish(Fitting(LIBRARY, "Booster", told))
    rounds = new_rounds()
    asked["callbacks"] = [rounds, *(asked["callbacks"] or ())]
    begun = time.perf_counter()
    with failure_told(LIBRARY, "Booster"):
        booster = yield
    seconds = time.perf_counter() - begun
    matrix = asked["dtrain"]
    data = {"n_samples": matrix.num_row(), "n_features": matrix.num_col()}
    if matrix.feature_names:
        data["feature_names"] = list(matrix.feature_names)
    found, files, sample = outcome(booster, rounds), pieces(booster), sample_of(matrix)
    publish(Fitted(LIBRARY, "Booster", booster, found, data, seconds, files, sample=sample))


def sample_of(matrix: Any) -> Any:
    """The first rows of a matrix, in columns where it knows their names; None for categories."""
    kinds = matrix.feature_types or ()
    if not wanted.samples or type(matrix).__name__ != "DMatrix" or "c" in kinds:
        return None
    import numpy as np

    kept = matrix.slice(range(min(ROWS, matrix.num_row()))).get_data().tocoo()
    rows = np.full(kept.shape, np.nan)
    rows[kept.row, kept.col] = kept.data
    frames = sys.modules.get("pandas")
    if frames is None or not matrix.feature_names:
        return rows
    return frames.DataFrame(rows, columns=list(matrix.feature_names))


def fitted(given: Given) -> Watching:
    """Tell of a `fit`; these take callbacks from the estimator, which has ours for that long."""
    model = given.arguments["self"]
    X, y = given.arguments["X"], given.arguments["y"]  # noqa: N806 - as everybody calls it
    kept, name = model.callbacks, type(model).__name__
    publish(Fitting(LIBRARY, name, params_of(model.get_params()) | stopping_of(kept)))
    rounds = new_rounds()
    if not is_forest(model):
        model.callbacks = [rounds, *(kept or ())]
    begun = time.perf_counter()
    try:
        with failure_told(LIBRARY, name):
            yield
    finally:
        model.callbacks = kept
    if is_forest(model):
        tell_round(0, getattr(model, "evals_result_", {}))
    seconds = time.perf_counter() - begun
    booster = model.get_booster()
    data = {"n_samples": rows_of(X), "n_features": booster.num_features()}
    if booster.feature_names:
        data["feature_names"] = list(booster.feature_names)
    found, files = outcome(booster, rounds), pieces(booster)
    publish(Fitted(LIBRARY, name, model, found, data, seconds, files, inputs=(X, y)))


def is_forest(model: Any) -> bool:
    """Whether it is one round of many trees, which refuses callbacks."""
    return any(kind.__name__.startswith("XGBRF") for kind in type(model).__mro__)


def stopping_of(callbacks: Any) -> dict[str, Any]:
    """The patience, where it is given by a callback."""
    for callback in callbacks or ():
        if type(callback).__name__ == "EarlyStopping":
            return {"early_stopping_rounds": callback.rounds}
    return {}


def outcome(booster: Any, rounds: Any) -> dict[str, float]:
    """Where early stopping stopped, and what it found best."""
    best = booster.attr("best_iteration")
    if best is None:
        return {}
    return {
        "best_iteration": float(best),
        "best_score": float(booster.attr("best_score")),
        "stopped_iteration": float(rounds.last),
    }


def pieces(booster: Any) -> Mapping[str, Any]:
    """How often each feature splits a node; what is no tree has weights instead."""
    return {"feature_importance_weight.json": booster.get_score(importance_type="weight")}


def new_rounds() -> Any:
    """The callback for a fit; it comes first, as one that stops leaves out those after it."""
    silent = sys.modules[LIBRARY].callback.TrainingCallback
    return type("Rounds", (Rounds, silent), {"silent": silent})()


class Rounds:
    """Tells what each round measured, and knows which was the last."""

    last = -1
    silent: Any
    """XGBoost's own class of callbacks, which it is of when it comes out of a pickle."""

    def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:  # noqa: ARG002
        self.last = epoch
        tell_round(epoch, evals_log)
        return False

    def __reduce__(self) -> Any:
        return self.silent, ()


@harmless
def tell_round(epoch: int, evals_log: Mapping[str, Mapping[str, Any]]) -> None:
    for data, metrics in evals_log.items():
        for name, values in metrics.items():
            key = f"{data}-{name}".replace("@", "_at_")  # as MLflow spells ndcg@5
            publish(Measured(key, float(values[-1]), epoch, LIBRARY))

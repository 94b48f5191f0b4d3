"""What LightGBM tells: `lightgbm.train` and the `fit` of its scikit-learn classes.

Each gets one callback more, for the metrics of its rounds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from nbtrack.capture.calls import Given, Watching, failure_told, harmless, watch
from nbtrack.capture.glance import params_of, rows_of
from nbtrack.capture.samples import first_rows
from nbtrack.capture.training import Fitted, Fitting, Measured, publish, wanted

__all__ = ["ignore", "observe"]

LIBRARY = "lightgbm"

ORDER = 25
"""Callbacks run by their order: ours before early stopping (30), which stops by raising."""

watched: list[Callable[[], None]] = []


@harmless
def observe() -> None:
    """Tell of every fit from now on; LightGBM is loaded already."""
    library = sys.modules.get(LIBRARY)
    if library is None or watched:
        return
    watched.append(watch(library.train, trained))
    model = getattr(library, "LGBMModel", None)  # without scikit-learn there is none
    if model is not None:
        # the classes derived from it end their fit with this one
        watched.append(watch(vars(model)["fit"], fitted))


@harmless
def ignore() -> None:
    """Tell no more."""
    while watched:
        watched.pop()()


class Rounds:
    """The callback that tells what each round measured."""

    order = ORDER
    before_iteration = False

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, env: Any) -> None:
        self.count += 1
        tell_round(env.iteration, env.evaluation_result_list or ())


@harmless
def tell_round(iteration: int, results: Any) -> None:
    for data, name, value, *_ in results:
        key = f"{data}-{name}".replace("@", "_at_")  # as MLflow spells ndcg@5
        publish(Measured(key, float(value), iteration, LIBRARY))


def trained(given: Given) -> Watching:
    """Tell of a call of `train`."""
    asked = given.arguments
    settings = {"num_boost_round": asked["num_boost_round"]} | stopping_of(asked["callbacks"])
    publish(Fitting(LIBRARY, "Booster", params_of(settings | dict(asked["params"]))))
    rounds = Rounds()
    asked["callbacks"] = [*(asked["callbacks"] or ()), rounds]
    sample = sample_of(asked["train_set"])
    begun = time.perf_counter()
    with failure_told(LIBRARY, "Booster"):
        booster = yield
    seconds = time.perf_counter() - begun
    data = {
        "n_samples": asked["train_set"].num_data(),
        "n_features": booster.num_feature(),
        "feature_names": booster.feature_name(),
    }
    found = outcome(booster, rounds)
    files = pieces(booster)
    publish(Fitted(LIBRARY, "Booster", booster, found, data, seconds, files, sample=sample))


def sample_of(train_set: Any) -> Any:
    """The first rows of a dataset, which lets go of its data when it is trained on."""
    if not wanted.samples:
        return None
    return first_rows(getattr(train_set, "data", None))


def fitted(given: Given) -> Watching:
    """Tell of a `fit` of a model for scikit-learn."""
    asked = given.arguments
    model, name = asked["self"], type(asked["self"]).__name__
    params = params_of(model.get_params()) | stopping_of(asked["callbacks"])
    publish(Fitting(LIBRARY, name, params))
    rounds = Rounds()
    asked["callbacks"] = [*(asked["callbacks"] or ()), rounds]
    begun = time.perf_counter()
    with failure_told(LIBRARY, name):
        yield
    seconds = time.perf_counter() - begun
    booster = model.booster_
    data = {
        "n_samples": rows_of(asked["X"]),
        "n_features": booster.num_feature(),
        "feature_names": booster.feature_name(),
    }
    found, files = outcome(booster, rounds), pieces(booster)
    inputs = (asked["X"], asked["y"])
    publish(Fitted(LIBRARY, name, model, found, data, seconds, files, inputs=inputs))


def stopping_of(callbacks: Any) -> dict[str, Any]:
    """The patience, where it is given by a callback."""
    for callback in callbacks or ():
        rounds = getattr(callback, "stopping_rounds", None)
        if rounds is not None:
            return {"early_stopping_rounds": rounds}
    return {}


def outcome(booster: Any, rounds: Rounds) -> dict[str, float]:
    """Where early stopping stopped, and which round was best, both counted from 1."""
    if booster.best_iteration <= 0:
        return {}
    return {
        "best_iteration": float(booster.best_iteration),
        "stopped_iteration": float(rounds.count),
    }


def pieces(booster: Any) -> Mapping[str, Any]:
    """How often each feature splits a node, and how much it gains."""
    names = booster.feature_name()
    return {
        f"feature_importance_{kind}.json": dict(
            zip(names, booster.feature_importance(importance_type=kind).tolist(), strict=True)
        )
        for kind in ("split", "gain")
    }

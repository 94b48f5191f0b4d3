"""LightGBM itself trains on a handful of rows, and what it tells is compared whole."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from nbtrack.capture import training
from nbtrack.capture.guard import TrackingWarning
from nbtrack.capture.libraries import lightgbm as observer
from nbtrack.capture.training import Failed, Fitted, Fitting, Measured

lgb = pytest.importorskip("lightgbm")

X = np.arange(40, dtype=float).reshape(20, 2)
y = (X[:, 0] > 20).astype(int)

SMALL = {"min_data_in_leaf": 1, "min_data_in_bin": 1, "verbosity": -1, "num_threads": 1}


@pytest.fixture
def told():
    told = []
    leave = training.subscribe(told.append)
    observer.observe()
    observer.observe()
    yield told
    leave()
    observer.ignore()


def test_train_tells_params_rounds_and_importances(told):
    data = lgb.Dataset(X, y, feature_name=["left", "right"], params=SMALL)
    params = SMALL | {"objective": "binary", "metric": "auc"}
    booster = lgb.train(params, data, 2, valid_sets=[data], valid_names=["mine"])
    fitted = told.pop()
    assert told == [
        Fitting("lightgbm", "Booster", params | {"num_boost_round": 2}),
        Measured("mine-auc", 1.0, 0, "lightgbm"),
        Measured("mine-auc", 1.0, 1, "lightgbm"),
    ]
    assert fitted == Fitted(
        "lightgbm",
        "Booster",
        booster,
        data={"n_samples": 20, "n_features": 2, "feature_names": ["left", "right"]},
        seconds=fitted.seconds,
        pieces={
            f"feature_importance_{kind}.json": dict(
                zip(["left", "right"], booster.feature_importance(kind).tolist(), strict=True)
            )
            for kind in ("split", "gain")
        },
    )


@pytest.mark.parametrize("by_callback", [True, False])
def test_early_stopping_tells_the_best_round_and_the_last_one_measured(told, by_callback):
    data = lgb.Dataset(X, y, params=SMALL)
    noise = lgb.Dataset(X, 1 - y, reference=data, params=SMALL)
    params = SMALL | {"objective": "binary"}
    callbacks = [lgb.early_stopping(3, verbose=False)] if by_callback else None
    if not by_callback:
        params["early_stopping_round"] = 3
    lgb.train(params, data, 50, valid_sets=[noise], callbacks=callbacks)
    key = "early_stopping_rounds" if by_callback else "early_stopping_round"
    assert told[0].params[key] == 3
    assert told[-2].step == 3
    assert told[-1].metrics == {"best_iteration": 1.0, "stopped_iteration": 4.0}


def test_a_classifier_is_told_once(told):
    model = lgb.LGBMClassifier(n_estimators=3, min_child_samples=1, verbosity=-1, n_jobs=1)
    mine = [lgb.log_evaluation(0)]
    assert model.fit(X, y, eval_X=(X,), eval_y=(y,), callbacks=mine) is model
    fitted = told.pop()
    begun = told.pop(0)
    assert (begun.name, begun.params["n_estimators"]) == ("LGBMClassifier", 3)
    assert told == [
        Measured("valid_0-binary_logloss", value, step, "lightgbm")
        for step, value in enumerate(model.evals_result_["valid_0"]["binary_logloss"])
    ]
    assert (fitted.model, fitted.data["n_samples"]) == (model, 20)
    assert len(mine) == 1
    assert pickle.loads(pickle.dumps(model)).predict(X).tolist() == model.predict(X).tolist()


def test_a_failing_train_is_told_and_raised(told):
    with pytest.raises(TypeError, match="only accepts Dataset") as raised:
        lgb.train({}, X)
    assert told[1:] == [Failed("lightgbm", "Booster", raised.value)]


def test_a_raising_listener_does_not_stop_the_training(told):
    def raising(event):
        raise RuntimeError("no room for lightgbm")

    leave = training.subscribe(raising)
    with pytest.warns(TrackingWarning, match="no room for lightgbm"):
        booster = lgb.train(SMALL, lgb.Dataset(X, y, params=SMALL), 2)
    leave()
    assert booster.num_trees() == 2
    assert isinstance(told[-1], Fitted)


def test_functions_pickle_by_name_and_are_their_own_again(told):
    held = lgb.train
    assert pickle.loads(pickle.dumps(lgb.train)) is held
    observer.ignore()
    observer.ignore()
    lgb.train(SMALL, lgb.Dataset(X, y, params=SMALL), 1)
    assert told == []

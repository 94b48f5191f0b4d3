"""XGBoost itself trains on a handful of rows, and what it tells is compared whole."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from nbtrack.capture import training
from nbtrack.capture.guard import TrackingWarning
from nbtrack.capture.libraries import xgboost as observer
from nbtrack.capture.training import Failed, Fitted, Fitting, Measured

xgb = pytest.importorskip("xgboost")

X = np.arange(40, dtype=float).reshape(20, 2)
y = (X[:, 0] > 20).astype(int)


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
    data = xgb.DMatrix(X, y, feature_names=["left", "right"])
    params = {"max_depth": 2, "objective": "binary:logistic", "eval_metric": ["error", "ndcg@2"]}
    history = {}
    booster = xgb.train(
        params, data, 2, evals=[(data, "train")], evals_result=history, verbose_eval=False
    )
    fitted = told.pop()
    assert told == [
        Fitting("xgboost", "Booster", params | {"num_boost_round": 2, "verbose_eval": False}),
        *(
            Measured(key, history["train"][name][step], step, "xgboost")
            for step in range(2)
            for key, name in (("train-error", "error"), ("train-ndcg_at_2", "ndcg@2"))
        ),
    ]
    assert fitted == Fitted(
        "xgboost",
        "Booster",
        booster,
        data={"n_samples": 20, "n_features": 2, "feature_names": ["left", "right"]},
        seconds=fitted.seconds,
        pieces={"feature_importance_weight.json": {"left": 2.0}},
    )


def test_early_stopping_tells_the_best_round(told):
    data, noise = xgb.DMatrix(X, y), xgb.DMatrix(X, 1 - y)
    booster = xgb.train(
        {"objective": "binary:logistic"},
        data,
        50,
        evals=[(noise, "val")],
        callbacks=[xgb.callback.EarlyStopping(rounds=3)],
        verbose_eval=False,
    )
    assert told[0].params["early_stopping_rounds"] == 3
    assert told[-1].metrics == {
        "best_iteration": 0.0,
        "best_score": booster.best_score,
        "stopped_iteration": 3.0,
    }


def test_a_classifier_is_told_once_and_stays_as_it_was(told):
    model = xgb.XGBClassifier(n_estimators=3, max_depth=2, eval_metric="error")
    assert model.fit(X, y, eval_set=[(X, y)], verbose=False) is model
    fitted = told.pop()
    begun = told.pop(0)
    assert (begun.name, begun.params["n_estimators"]) == ("XGBClassifier", 3)
    assert told == [
        Measured("validation_0-error", value, step, "xgboost")
        for step, value in enumerate(model.evals_result()["validation_0"]["error"])
    ]
    assert fitted == Fitted(
        "xgboost",
        "XGBClassifier",
        model,
        data={"n_samples": 20, "n_features": 2},
        seconds=fitted.seconds,
        pieces={"feature_importance_weight.json": {"f0": 3.0}},
        inputs=(X, y),
    )
    assert model.callbacks is None
    assert pickle.loads(pickle.dumps(model)).predict(X).tolist() == y.tolist()


@pytest.mark.filterwarnings("ignore:.XGBRF.* is deprecated:FutureWarning")
@pytest.mark.parametrize("kind", ["XGBRegressor", "XGBRFRegressor", "XGBRFClassifier"])
def test_every_estimator_is_told_once(told, kind):
    model = getattr(xgb, kind)(n_estimators=2, eval_metric="error").fit(
        X, y, eval_set=[(X, y)], verbose=False
    )
    errors = model.evals_result()["validation_0"]["error"]
    assert [event.name for event in (told.pop(0), told.pop())] == [kind, kind]
    assert told == [
        Measured("validation_0-error", value, step, "xgboost") for step, value in enumerate(errors)
    ]


def test_a_failing_fit_is_told_and_raised(told):
    model = xgb.XGBClassifier(n_estimators=2, objective="nonsense")
    with pytest.raises(xgb.core.XGBoostError, match="nonsense") as raised:
        model.fit(X, y)
    assert told[1:] == [Failed("xgboost", "XGBClassifier", raised.value)]
    assert model.callbacks is None


def test_a_callback_of_the_users_may_pickle_the_model_meanwhile(told):
    class Saving(xgb.callback.TrainingCallback):
        def after_training(self, model):
            saved.append(pickle.dumps(estimator.callbacks[:1]))
            return model

    saved, estimator = [], xgb.XGBClassifier(n_estimators=1, callbacks=[Saving()])
    estimator.fit(X, y)
    assert [type(it) for it in pickle.loads(saved[0])] == [xgb.callback.TrainingCallback]


def test_a_raising_listener_does_not_stop_the_training(told):
    def raising(event):
        raise RuntimeError("no room for xgboost")

    leave = training.subscribe(raising)
    with pytest.warns(TrackingWarning, match="no room for xgboost"):
        booster = xgb.train({}, xgb.DMatrix(X, y), 2)
    leave()
    assert booster.num_boosted_rounds() == 2
    assert isinstance(told[-1], Fitted)


def test_functions_pickle_by_name_and_are_their_own_again(told):
    held = xgb.train
    assert pickle.loads(pickle.dumps(xgb.train)) is held
    observer.ignore()
    observer.ignore()
    xgb.train({}, xgb.DMatrix(X, y), 1)
    xgb.XGBRegressor(n_estimators=1).fit(X, y)
    assert told == []

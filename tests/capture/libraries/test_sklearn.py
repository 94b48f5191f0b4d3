"""What is told of scikit-learn, by either way to watch it, and that it stays what it is."""

from __future__ import annotations

import pickle
import sys
import threading
import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn.base
from joblib import parallel_config
from sklearn import metrics
from sklearn.cluster import KMeans
from sklearn.datasets import load_wine
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, SGDClassifier
from sklearn.model_selection import (
    GridSearchCV,
    cross_val_score,
    cross_validate,
    permutation_test_score,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.utils import all_estimators

from nbtrack.capture import training
from nbtrack.capture.libraries import sklearn as observer
from nbtrack.capture.scikit_learn import monitored, replaced
from nbtrack.capture.training import Failed, Fitted, Fitting, Measured

ONE = np.array([[0.0], [1.0], [2.0], [3.0]])
TWO = np.array([0, 0, 1, 1])
FRAME = load_wine(as_frame=True)
WINE, KINDS = FRAME.data, FRAME.target

WAYS = [
    pytest.param(
        "monitored",
        marks=pytest.mark.skipif(not hasattr(sys, "monitoring"), reason="Python 3.12 brings it"),
    ),
    "replaced",
]


@pytest.fixture(params=WAYS)
def told(request, monkeypatch):
    """What is told, while it is observed in one of the ways."""
    if request.param == "replaced":
        monkeypatch.setattr(monitored, "TOOLS", ())
    monkeypatch.setattr(training.wanted, "judgement", True)
    observer.observe()
    assert (monitored.is_on(), replaced.is_on()) == (
        request.param == "monitored",
        request.param == "replaced",
    )
    events = []
    leave = training.subscribe(events.append)
    yield events
    leave()
    observer.ignore()
    assert training.depth.fits == 0


def kinds(events):
    return [(type(event), getattr(event, "name", None)) for event in events]


def test_a_fit_is_told_with_its_params_data_and_metrics(told):
    model = LogisticRegression(C=0.5)
    model.fit(pd.DataFrame({"size": ONE[:, 0]}), TWO)
    begun, ended = told
    assert begun.library == "sklearn"
    assert begun.params == model.get_params()
    assert begun.tags == {
        "estimator_name": "LogisticRegression",
        "estimator_class": "sklearn.linear_model._logistic.LogisticRegression",
    }
    assert ended.model is model
    assert ended.data == {
        "n_samples": 4,
        "n_features": 1,
        "feature_names": ["size"],
        "classes": [0, 1],
    }
    assert ended.metrics == {
        "training_accuracy_score": 1.0,
        "training_precision_score": 1.0,
        "training_recall_score": 1.0,
        "training_f1_score": 1.0,
        "training_score": 1.0,
        "training_log_loss": pytest.approx(
            metrics.log_loss(TWO, model.predict_proba(ended.inputs[0]))
        ),
        "training_roc_auc": 1.0,
    }
    assert ended.pieces == {
        "training_confusion_matrix.json": {
            "labels": [0, 1],
            "rows": "true",
            "columns": "predicted",
            "matrix": [[2, 0], [0, 2]],
        },
        "feature_importance.json": {"size": float(model.coef_[0, 0])},
    }
    assert 0 < ended.seconds < 60


def test_a_regressor_is_told_by_how_far_it_is_off(told):
    target = np.array([0.0, 1.0, 2.0, 4.0])
    model = LinearRegression().fit(ONE, target)
    squared = metrics.mean_squared_error(target, model.predict(ONE))
    told.pop()
    found = told[1].metrics
    assert found == {
        "training_mean_squared_error": pytest.approx(squared),
        "training_root_mean_squared_error": pytest.approx(squared**0.5),
        "training_mean_absolute_error": pytest.approx(np.abs(target - model.predict(ONE)).mean()),
        "training_r2_score": pytest.approx(model.score(ONE, target)),
        "training_score": pytest.approx(model.score(ONE, target)),
    }


def test_a_pipeline_is_one_fit_with_the_params_of_its_steps(told):
    make_pipeline(StandardScaler(), LogisticRegression(C=2)).fit(WINE, KINDS)
    assert kinds(told) == [(Fitting, "Pipeline"), (Fitted, "Pipeline")]
    params = told[0].params
    assert params["logisticregression__C"] == 2
    assert params["logisticregression"] == "LogisticRegression"
    assert params["steps"] == (
        "[('standardscaler', StandardScaler), ('logisticregression', LogisticRegression)]"
    )
    assert set(told[1].pieces["feature_importance.json"]) == set(WINE.columns)


def test_what_only_prepares_data_is_not_told(told):
    StandardScaler().fit_transform(ONE)
    assert told == []
    PCA(1).fit_transform(WINE)
    assert kinds(told) == [(Fitting, "PCA"), (Fitted, "PCA")]
    assert told[1].metrics == {}


def test_a_clustering_is_told_by_its_own_score(told):
    model = KMeans(2, n_init=1, random_state=0).fit(ONE)
    assert told[1].metrics == {"training_score": model.score(ONE)}


@pytest.mark.parametrize("jobs", [None, 2])
def test_a_search_is_one_fit_with_its_best_settings(told, jobs):
    settings = {"C": [0.01, 1.0, 10.0]}
    model = GridSearchCV(LogisticRegression(), settings, cv=2, n_jobs=jobs).fit(ONE, TWO)
    begun, ended = told
    assert begun.params["param_grid"] == "{'C': [0.01, 1.0, 10.0]}"
    assert ended.params == {"best_C": model.best_params_["C"]}
    assert ended.metrics["best_cv_score"] == model.best_score_
    assert ended.metrics["training_accuracy_score"] == 1.0
    assert ended.trials[0].params["C"] == model.best_params_["C"]
    assert {trial.params["C"] for trial in ended.trials} == set(settings["C"])
    assert ended.trials[0].metrics["mean_test_score"] == model.best_score_
    table = ended.pieces["cv_results.csv"].splitlines()
    assert len(table) == 4
    assert table[0].split(",") == list(model.cv_results_)


@pytest.mark.parametrize("jobs", [None, 2])
def test_a_cross_validation_is_told_by_mean_and_spread(told, jobs):
    scores = cross_val_score(LogisticRegression(), ONE, TWO, cv=2, n_jobs=jobs)
    begun, ended = told
    assert (begun.name, begun.params["cv"], ended.model) == ("LogisticRegression", 2, None)
    assert ended.metrics == {
        "cross_val_score_mean": scores.mean(),
        "cross_val_score_std": scores.std(),
    }


def test_a_cross_validation_by_several_scores_tells_each(told):
    cross_validate(LogisticRegression(), ONE, TWO, cv=2, scoring=["accuracy", "f1"])
    assert set(told[1].metrics) == {
        f"cross_validate_test_{score}_{part}"
        for score in ("accuracy", "f1")
        for part in ("mean", "std")
    }


def test_fits_that_are_parts_of_other_work_are_not_told(told):
    permutation_test_score(LogisticRegression(), ONE, TWO, cv=2, n_permutations=2)
    assert told == []


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_fits_of_workers_are_parts_of_the_fit_they_work_for(told, backend):
    model = VotingClassifier(
        [("a", LogisticRegression()), ("b", RandomForestClassifier(5))], n_jobs=2
    )
    with parallel_config(backend=backend):
        model.fit(ONE, TWO)
    assert kinds(told) == [(Fitting, "VotingClassifier"), (Fitted, "VotingClassifier")]


def test_fits_in_threads_of_the_user_are_told(told):
    both = threading.Barrier(2)

    def fit(model):
        both.wait(10)
        model.fit(ONE, TWO)

    threads = [
        threading.Thread(target=fit, args=(model,))
        for model in (LogisticRegression(), LinearRegression())
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(event.name for event in told if isinstance(event, Fitted)) == [
        "LinearRegression",
        "LogisticRegression",
    ]


def test_a_fit_that_fails_is_told_and_raises(told):
    with pytest.raises(ValueError, match="inconsistent") as caught:
        SVC().fit(ONE, TWO[:-1])
    assert kinds(told) == [(Fitting, "SVC"), (Failed, "SVC")]
    assert told[1].error is caught.value
    told.clear()
    LinearRegression().fit(ONE, TWO)
    assert len(told) == 2


def test_of_batches_only_the_first_is_told(told):
    model = SGDClassifier()
    for _ in range(3):
        model.partial_fit(ONE, TWO, classes=[0, 1])
    assert kinds(told) == [(Fitting, "SGDClassifier"), (Fitted, "SGDClassifier")]
    assert told[1].metrics == {}


def test_a_metric_that_is_called_is_told_once(told):
    labels = np.array([0, 1, 1, 1])
    values = {
        "accuracy_score": metrics.accuracy_score(TWO, labels),
        "f1_score": metrics.f1_score(TWO, labels, average="macro"),
        "roc_auc_score": metrics.roc_auc_score(TWO, [0.1, 0.2, 0.3, 0.4]),
        "mean_squared_error": metrics.mean_squared_error(TWO, labels),
    }
    metrics.confusion_matrix(TWO, labels)
    metrics.classification_report(TWO, labels)
    assert told == [Measured(key, value, library="sklearn") for key, value in values.items()]


def test_a_score_is_told_by_the_name_of_the_model(told):
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(ONE, TWO)
    search = GridSearchCV(LogisticRegression(), {"C": [1]}, cv=2, scoring="neg_log_loss")
    search.fit(ONE, TWO)
    told.clear()
    value = model.score(ONE, TWO)
    loss = search.score(ONE, TWO)
    metrics.get_scorer("neg_mean_squared_error")(model, ONE, TWO)
    assert [(event.key, event.value) for event in told] == [
        ("Pipeline_score", value),
        ("GridSearchCV_score", loss),
        ("neg_mean_squared_error", 0.0),
    ]
    assert loss < 0


def test_a_metric_that_fails_raises_as_before(told):
    with pytest.raises(ValueError, match="inconsistent"):
        metrics.accuracy_score(TWO, TWO[:-1])
    metrics.accuracy_score(TWO, TWO)
    assert told == [Measured("accuracy_score", 1.0, library="sklearn")]


def test_a_listener_that_fails_stops_no_fit(told, recwarn):
    def broken(_):
        raise RuntimeError("no luck")

    leave = training.subscribe(broken)
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        assert LinearRegression().fit(ONE, TWO).coef_.shape == (1,)
    leave()
    assert len(told) == 2


def made(kind):
    """An estimator by its class alone, if it can be made so."""
    try:
        return kind()
    except TypeError:
        return None


@pytest.mark.filterwarnings("ignore::FutureWarning")  # some of the library's classes will go
def test_every_estimator_and_metric_stays_what_it_is(told):
    estimators = dict(all_estimators())
    functions = {
        name: getattr(metrics, name)
        for name in metrics.__all__
        if getattr(metrics, name).__class__.__name__ == "function"
    }
    LogisticRegression().fit(ONE, TWO)
    metrics.accuracy_score(TWO, TWO)
    objects = [it for it in map(made, estimators.values()) if it is not None]
    assert len(estimators) >= 200
    assert len(objects) >= 180
    assert len(functions) >= 60
    for kind in (*estimators.values(), *functions.values()):
        assert pickle.loads(pickle.dumps(kind)) is kind
    for model in objects:
        assert type(pickle.loads(pickle.dumps(model))) is type(model)
        assert type(sklearn.base.clone(model)) is type(model)
    for name, function in functions.items():
        assert getattr(metrics, name) is function
        scorer = metrics.make_scorer(function)
        assert pickle.loads(pickle.dumps(scorer))._score_func is function


def test_observing_twice_is_observing_once_and_can_be_ended(told):
    observer.observe()
    LinearRegression().fit(ONE, TWO)
    metrics.accuracy_score(TWO, TWO)
    assert len(told) == 3
    observer.ignore()
    observer.ignore()
    LinearRegression().fit(ONE, TWO)
    metrics.accuracy_score(TWO, TWO)
    assert len(told) == 3
    assert sklearn.base.config_context is sklearn.config_context
    assert metrics.accuracy_score.__wrapped__ in {
        cell.cell_contents
        for cell in metrics.accuracy_score.__closure__
        if callable(cell.cell_contents)
    }


def test_without_being_asked_a_fit_is_not_judged(told):
    training.wanted.judgement = False
    LogisticRegression().fit(ONE, TWO)
    fitted = told[-1]
    assert isinstance(fitted, Fitted)
    assert (fitted.metrics, fitted.pieces) == ({}, {})
    assert fitted.data["n_samples"] == 4

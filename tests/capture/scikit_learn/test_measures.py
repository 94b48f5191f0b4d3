"""Training metrics: they are those of the library, on as many rows as there is time for."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from sklearn import metrics
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import make_classification, make_regression
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

from nbtrack.capture.guard import TrackingWarning
from nbtrack.capture.scikit_learn import forests, measures, scores

SHAPE = {"n_features": 6, "n_informative": 4, "random_state": 0}

CRUDE = {
    LogisticRegression: {"C": 0.01},
    Ridge: {"alpha": 100.0},
    RandomForestClassifier: {"n_estimators": 5, "max_depth": 2, "random_state": 0},
    RandomForestRegressor: {"n_estimators": 5, "max_depth": 2, "random_state": 0},
}
"""Models that are wrong often enough."""


def test_the_area_under_the_curve_of_many_classes_is_that_of_the_library():
    x, y = make_classification(400, n_classes=4, **SHAPE)
    names = np.array(["d", "a", "c", "b"])[y]
    model = GaussianNB().fit(x, names)
    found = measures.taken(model, x, names, None, 1.0).metrics
    wanted = metrics.roc_auc_score(
        names, model.predict_proba(x), average="weighted", multi_class="ovo"
    )
    assert found["training_roc_auc"] == pytest.approx(wanted)


@pytest.mark.parametrize("weight", [None, np.arange(300.0)])
@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("kind", [LogisticRegression, RandomForestClassifier])
def test_scores_of_labels_are_those_of_the_library(kind, classes, weight):
    x, y = make_classification(300, n_classes=classes, **SHAPE)
    names = pd.Series(np.array(["b", "c", "a"])[y])
    model = kind(**CRUDE[kind]).fit(x, names)
    found = dict(measures.taken(model, x, names, weight, 1.0).metrics)
    area = found.pop("training_roc_auc", None)
    labels, chances = model.predict(x), model.predict_proba(x)
    given = {"sample_weight": weight}
    means = {"average": "weighted", "zero_division": 0} | given
    assert found == pytest.approx(
        {
            "training_accuracy_score": metrics.accuracy_score(names, labels, **given),
            "training_precision_score": metrics.precision_score(names, labels, **means),
            "training_recall_score": metrics.recall_score(names, labels, **means),
            "training_f1_score": metrics.f1_score(names, labels, **means),
            "training_score": model.score(x, names, weight),
            "training_log_loss": metrics.log_loss(names, chances, **given),
        }
    )
    if classes == 2:
        assert area == pytest.approx(metrics.roc_auc_score(names, chances[:, 1], **given))
    else:
        assert (area is None) is (weight is not None)


@pytest.mark.parametrize("weight", [None, np.arange(300.0)])
@pytest.mark.parametrize("outputs", [1, 2])
@pytest.mark.parametrize("kind", [Ridge, RandomForestRegressor])
def test_scores_of_values_are_those_of_the_library(kind, outputs, weight):
    x, y = make_regression(300, 5, n_targets=outputs, noise=9, random_state=0)
    model = kind(**CRUDE[kind]).fit(x, y)
    found = measures.taken(model, x, y, weight, 1.0).metrics
    given = {"y_true": y, "y_pred": model.predict(x), "sample_weight": weight}
    squared = metrics.mean_squared_error(**given)
    assert found == pytest.approx(
        {
            "training_mean_squared_error": squared,
            "training_root_mean_squared_error": squared**0.5,
            "training_mean_absolute_error": metrics.mean_absolute_error(**given),
            "training_r2_score": metrics.r2_score(**given),
            "training_score": model.score(x, y, weight),
        }
    )


def test_a_target_that_never_changes_has_the_share_the_library_gives_it():
    ones = np.ones(4)
    for predicted in (ones, np.array([1.0, 1.0, 1.0, 2.0])):
        found = scores.of_values(ones, predicted, None)
        assert found["training_r2_score"] == metrics.r2_score(ones, predicted)


def test_a_forest_says_itself_what_its_trees_say():
    x, y = make_classification(300, **SHAPE)
    model = RandomForestClassifier(20, n_jobs=2, random_state=0).fit(pd.DataFrame(x), y)
    assert forests.average(model, pd.DataFrame(x)) == pytest.approx(
        model.predict_proba(pd.DataFrame(x))
    )
    assert forests.importances(model) == pytest.approx(model.feature_importances_)
    assert 0 < forests.cost_of(model, pd.DataFrame(x)) < 60


@pytest.mark.parametrize("kind", [np.asarray, pd.DataFrame, scipy.sparse.csr_matrix, list])
def test_of_many_rows_some_are_measured_the_same_each_time(kind):
    x, y = make_classification(12_000, **SHAPE)
    model = LogisticRegression().fit(x, y)
    given = x.tolist() if kind is list else kind(x)
    model = LogisticRegression().fit(given, y)
    first, again = (measures.taken(model, given, y, None, 1000.0) for _ in range(2))
    assert first == again
    assert first.rows == 10_000


class Slow(ClassifierMixin, BaseEstimator):
    """A model that takes its time."""

    classes_ = np.array([0, 1])

    def __init__(self, seconds=0.2):
        self.seconds = seconds

    def predict(self, x):
        time.sleep(self.seconds)
        return np.zeros(len(x), int)


def test_a_model_that_predicts_slowly_is_not_measured():
    x, y = make_classification(100, **SHAPE)
    assert measures.taken(Slow(), x, y, None, 0.1) == measures.Taken()
    x, y = make_classification(600, **SHAPE)
    assert measures.taken(Slow(), x, y, None, 0.1) == measures.Taken()
    assert measures.taken(Slow(0.0), x, y, None, 0.1).rows == 600


def test_a_model_that_cannot_be_measured_is_told_and_raises_nothing():
    class Broken(Slow):
        def predict(self, x):
            raise ZeroDivisionError("no luck here")

    with pytest.warns(TrackingWarning, match="no luck here"):
        found = measures.taken(Broken(), np.ones((3, 2)), np.array([0, 1, 1]), None, 1.0)
    assert found == measures.Taken()


def test_several_labels_of_a_row_are_measured_without_chances():
    x, y = make_classification(100, **SHAPE)
    labels = np.column_stack([y, 1 - y])
    model = DecisionTreeClassifier().fit(x, labels)
    assert set(measures.taken(model, x, labels, None, 1.0).metrics) == {
        "training_accuracy_score",
        "training_precision_score",
        "training_recall_score",
        "training_f1_score",
        "training_score",
    }
    three = np.column_stack([y, y + 1])
    model = DecisionTreeClassifier().fit(x, three)
    assert measures.taken(model, x, three, None, 1.0).metrics == {}

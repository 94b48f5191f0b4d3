"""Training metrics: they are those of the library, on as many rows as there is time for."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from sklearn import metrics
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

from nbtrack.capture.guard import TrackingWarning
from nbtrack.capture.scikit_learn import measures

SHAPE = {"n_features": 6, "n_informative": 4, "random_state": 0}


def test_the_area_under_the_curve_of_many_classes_is_that_of_the_library():
    x, y = make_classification(400, n_classes=4, **SHAPE)
    names = np.array(["d", "a", "c", "b"])[y]
    model = GaussianNB().fit(x, names)
    found = measures.taken(model, x, names, None, 1.0).metrics
    wanted = metrics.roc_auc_score(
        names, model.predict_proba(x), average="weighted", multi_class="ovo"
    )
    assert found["training_roc_auc"] == pytest.approx(wanted)


def test_sample_weights_count():
    x, y = make_classification(100, **SHAPE)
    model = LogisticRegression(C=0.001).fit(x, y)
    weight = np.arange(100.0)
    found = measures.taken(model, x, y, weight, 1.0).metrics
    assert found["training_accuracy_score"] == pytest.approx(model.score(x, y, weight))


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

"""Neighbours, support vectors and boosted trees by what computes in them: the same bit by bit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("sklearn")

from sklearn import ensemble, neighbors, svm
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from nbtrack.registry.flavors.sklearn_arrays import Asked, are_same
from nbtrack.registry.flavors.sklearn_boosting import Boosted
from nbtrack.registry.flavors.sklearn_predictors import way_of

rng = np.random.default_rng(13)
ROWS = rng.normal(size=(200, 4))
GAPS = np.where(rng.random(ROWS.shape) < 0.1, np.nan, ROWS)
NUMBERS = np.exp(ROWS @ [0.1, -0.2, 0.5, 0.3])
KINDS = (np.arange(200) % 3).astype(int)
WORDS = np.array(["no", "yes", "perhaps"])[KINDS]
BOTH = np.column_stack([NUMBERS, -NUMBERS])

MODELS = [
    (neighbors.KNeighborsClassifier(4), WORDS),
    (neighbors.KNeighborsClassifier(1, algorithm="ball_tree", p=1), KINDS > 0),
    (neighbors.KNeighborsRegressor(), NUMBERS),
    (neighbors.KNeighborsRegressor(algorithm="ball_tree"), BOTH),
    (svm.SVC(), WORDS),
    (svm.SVC(kernel="poly", class_weight="balanced"), KINDS > 0),
    (svm.SVR(kernel="linear"), NUMBERS),
    (ensemble.HistGradientBoostingClassifier(max_iter=4), WORDS),
    (ensemble.HistGradientBoostingClassifier(max_iter=4, max_depth=1), KINDS > 0),
    (ensemble.HistGradientBoostingRegressor(max_iter=4, early_stopping=True), NUMBERS),
    (ensemble.HistGradientBoostingRegressor("poisson", max_iter=4), NUMBERS),
    (ensemble.HistGradientBoostingRegressor(max_iter=2), NUMBERS * 0),
]


@pytest.fixture(autouse=True)
def one_thread():
    """Boosted trees wait for their threads where others have the processors."""
    with threadpool_limits(1):
        yield


@pytest.mark.parametrize("case", MODELS, ids=lambda it: type(it[0]).__name__)
@pytest.mark.parametrize("rows", [ROWS, GAPS], ids=["whole", "gaps"])
def test_what_predicts_says_the_same_without_what_is_around_it(case, rows, assert_same):
    model, target = case
    is_boosted = type(model).__name__.startswith("Hist")
    model = clone(model).fit(rows if is_boosted else ROWS, target)
    asks = way_of(model, "predict")
    few = [rows[at : at + count] for count in (1, 2, 8) for at in range(0, 40, 3)]
    few += [it * 10.0 ** rng.integers(-9, 9) for it in few[::4]]
    odd = [rows[:1].copy(), np.full((2, 4), np.inf), np.full((1, 4), np.nan), -rows[:2] * np.inf]
    odd[0][0, 1] = -np.inf
    wrong = [rows[:0], rows[:, :3], rows[0], np.c_[rows, rows][:1], rows[:2].astype(object)]
    typed = [rows.astype("float32"), (ROWS * 9).astype(int), ROWS > 0, np.asfortranarray(rows)]
    for it in (rows, *few, *odd, *wrong, *typed, rows[:3], rows[::-1]):
        assert_same(asks, model, "predict", it)
    assert asks.is_proven or rows is GAPS


@pytest.mark.parametrize("case", MODELS, ids=lambda it: type(it[0]).__name__)
def test_frames_reach_what_predicts(case, assert_same):
    model, target = case
    frame = pd.DataFrame(ROWS, columns=list("abcd"))
    model = clone(model).fit(frame, target)
    asks = Asked(model, "predict")
    for it in (frame, frame[:1], frame[1:2], frame[::-1], frame[list("dcba")], frame[:0]):
        assert_same(asks, model, "predict", it)
    assert asks.quick.is_proven


def test_a_model_that_is_fitted_anew_is_asked_as_it_is_then():
    for model, target in MODELS:
        asked = clone(model).fit(ROWS, target)
        asks = way_of(asked, "predict")
        asks(ROWS[:3])
        asked.fit(ROWS[::-1] * 3, target)
        assert are_same(asks(ROWS[:3]), asked.predict(ROWS[:3]))
    more = ensemble.HistGradientBoostingRegressor(max_iter=2, warm_start=True).fit(ROWS, NUMBERS)
    asks = Boosted(more, "predict")
    asks(ROWS[:3])
    more.set_params(max_iter=5).fit(ROWS, NUMBERS)
    assert are_same(asks(ROWS[:3]), more.predict(ROWS[:3]))


LEFT_ALONE = [
    (neighbors.KNeighborsClassifier(weights="distance"), WORDS),
    (neighbors.KNeighborsClassifier(algorithm="brute"), WORDS),
    (neighbors.KNeighborsClassifier(), np.column_stack([KINDS, KINDS])),
    (neighbors.KNeighborsRegressor(n_jobs=2), NUMBERS),
    (svm.SVC(break_ties=True), WORDS),
    (svm.SVC(kernel=lambda one, other: one @ other.T), WORDS),
    (ensemble.HistGradientBoostingRegressor(max_iter=2, categorical_features=[0]), NUMBERS),
]


@pytest.mark.parametrize("case", LEFT_ALONE, ids=lambda it: type(it[0]).__name__)
def test_what_is_not_known_is_left_to_scikit_learn(case, assert_same):
    model, target = case
    rows = np.abs(ROWS).round()
    model = clone(model).fit(rows, target)
    asks = way_of(model, "predict")
    for it in (rows, rows[:1]):
        assert_same(asks, model, "predict", it)
    assert asks.is_proven is None


def test_vectors_that_were_altered_are_refused_by_scikit_learn(assert_same):
    model = svm.SVC().fit(ROWS, KINDS > 0)
    asks = way_of(model, "predict")
    asks(ROWS)
    model._n_support = model._n_support + 1
    assert_same(asks, model, "predict", ROWS)


def test_only_classes_of_scikit_learn_are_asked_so():
    class Own(svm.SVC):
        """One whose methods may do anything."""

    assert way_of(Own(), "predict") is None
    assert way_of(svm.SVC(), "decision_function") is None
    assert way_of(svm.NuSVC(), "predict") is None

"""Linear models asked by their product: the same answers bit by bit, and the odd left to them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("sklearn")

from sklearn import linear_model

from nbtrack.registry.flavors.sklearn_arrays import Asked, are_same
from nbtrack.registry.flavors.sklearn_linear import Product, product

rng = np.random.default_rng(5)
ROWS = rng.random((150, 4))
KINDS = (np.arange(150) % 3).astype(int)
WORDS = np.array(["no", "yes", "perhaps"])[KINDS]
NUMBERS = ROWS @ [1.0, -2.0, 0.5, 3.0]

MODELS = [
    (linear_model.LogisticRegression(), WORDS),
    (linear_model.LogisticRegression(), KINDS > 0),
    (linear_model.LogisticRegression(fit_intercept=False), KINDS),
    (linear_model.RidgeClassifier(), WORDS),
    (linear_model.SGDClassifier(random_state=0), KINDS > 0),
    (linear_model.Perceptron(random_state=0), KINDS),
    (linear_model.LinearRegression(), NUMBERS),
    (linear_model.LinearRegression(), np.column_stack([NUMBERS, -NUMBERS])),
    (linear_model.Ridge(), NUMBERS[:, None]),
    (linear_model.Lasso(0.01), NUMBERS),
    (linear_model.ElasticNet(0.01), NUMBERS),
    (linear_model.SGDRegressor(random_state=0), NUMBERS),
]


@pytest.mark.parametrize("case", MODELS, ids=lambda it: f"{type(it[0]).__name__}")
def test_a_linear_model_says_the_same_by_its_product(case):
    model, target = case
    model.fit(ROWS, target)
    asks = product(model, "predict")
    for rows in (ROWS, ROWS[:1], ROWS * 3 - 1, ROWS.astype("float32"), (ROWS * 9).astype(int)):
        assert are_same(asks(rows), model.predict(rows))
    assert asks.is_proven


def test_what_must_be_looked_at_more_closely_is_left_to_the_model():
    model = linear_model.LogisticRegression().fit(ROWS, WORDS)
    asks = Product(model, "predict")
    asks(ROWS)
    assert asks(ROWS[:2].tolist()).tolist() == model.predict(ROWS[:2]).tolist()
    for odd in (ROWS[:0], ROWS[:, :3], np.full((1, 4), np.nan), ROWS[0]):
        with pytest.raises(ValueError, match=r"Found|expecting|NaN|Expected"):
            asks(odd)


def test_a_model_that_is_fitted_anew_is_asked_as_it_is_then():
    model = linear_model.LinearRegression().fit(ROWS, NUMBERS)
    asks = Product(model, "predict")
    asks(ROWS)
    model.fit(ROWS[:, :3], -NUMBERS)
    assert are_same(asks(ROWS[:, :3]), model.predict(ROWS[:, :3]))
    with pytest.raises(ValueError, match="expecting 3 features"):
        asks(ROWS)


def test_coefficients_that_are_sparse_are_left_to_the_model():
    model = linear_model.SGDClassifier(random_state=0).fit(ROWS, KINDS).sparsify()
    asks = Product(model, "predict")
    assert are_same(asks(ROWS), model.predict(ROWS))
    assert asks.is_proven is None


def test_only_linear_models_are_asked_so():
    class Own(linear_model.LogisticRegression):
        """One whose methods may do anything."""

    assert product(Own(), "predict") is None
    assert product(linear_model.LogisticRegression(), "predict_proba") is None
    assert product(linear_model.PoissonRegressor(), "predict") is None


def test_frames_and_arrays_reach_the_product():
    frame = pd.DataFrame(ROWS, columns=list("abcd"))
    named = linear_model.LogisticRegression().fit(frame, WORDS)
    asked = Asked(named, "predict")
    assert are_same(asked(frame), asked(frame[:150]))
    assert isinstance(asked.quick, Product)
    assert asked.quick.is_proven

"""Pipelines asked step by step: the same answers bit by bit, and the odd left to scikit-learn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("sklearn")

from sklearn import ensemble, linear_model, model_selection, neighbors, svm
from sklearn.base import clone
from sklearn.compose import (
    TransformedTargetRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MinMaxScaler,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)
from threadpoolctl import threadpool_limits

from nbtrack.registry.flavors.sklearn_arrays import Asked
from nbtrack.registry.flavors.sklearn_pipelines import Chain, chain, sparse

rng = np.random.default_rng(11)
COUNT = 1_000
NUMBERS = list("abcd")
ROWS = rng.normal(size=(COUNT, 4)) * [1, 50, 0.01, 3]
FRAME = pd.DataFrame(ROWS, columns=NUMBERS)
TARGET = ROWS @ [1.0, -0.02, 50, 3.0]
KINDS = np.array(["no", "yes", "perhaps"])[np.digitize(TARGET, [-2, 2])]


def holed(rows, share=0.1, odd=np.nan):
    """Rows with holes."""
    cells = np.array(rows, dtype=float)
    cells[rng.random(cells.shape) < share] = odd
    return cells


GAPS = holed(ROWS)

PIPELINES = [
    (make_pipeline(StandardScaler(), linear_model.LogisticRegression()), KINDS),
    (make_pipeline(StandardScaler(with_mean=False), linear_model.LinearRegression()), TARGET),
    (make_pipeline(StandardScaler(with_std=False), linear_model.Ridge()), TARGET),
    (make_pipeline(MinMaxScaler((-1, 2)), linear_model.Ridge()), np.c_[TARGET, -TARGET]),
    (make_pipeline(RobustScaler(), linear_model.RidgeClassifier()), KINDS),
    (make_pipeline(RobustScaler(with_centering=False), svm.SVR()), TARGET),
    (make_pipeline(SimpleImputer(), StandardScaler(), linear_model.Lasso(0.1)), TARGET),
    (make_pipeline(SimpleImputer(strategy="median"), neighbors.KNeighborsClassifier()), KINDS),
    (make_pipeline(SimpleImputer(strategy="most_frequent"), svm.SVC()), KINDS),
    (make_pipeline(SimpleImputer(strategy="constant", fill_value=2), linear_model.Ridge()), TARGET),
    (make_pipeline(StandardScaler(), SimpleImputer(), MinMaxScaler(), "passthrough",
                   ensemble.RandomForestClassifier(5, random_state=0)), KINDS),
    (make_pipeline(StandardScaler(),
                   ensemble.HistGradientBoostingRegressor(max_iter=2, random_state=0)), TARGET),
    (model_selection.GridSearchCV(
        make_pipeline(StandardScaler(), linear_model.Ridge()),
        {"ridge__alpha": [0.1, 1.0]}, cv=2), TARGET),
    (TransformedTargetRegressor(
        make_pipeline(StandardScaler(), linear_model.Ridge()),
        func=np.log1p, inverse_func=np.expm1), abs(TARGET)),
    (TransformedTargetRegressor(linear_model.LinearRegression(), transformer=StandardScaler()),
     np.c_[TARGET, TARGET]),
]  # fmt: skip


@pytest.fixture(autouse=True)
def one_thread():
    """Boosted trees wait for their threads where others have the processors."""
    with threadpool_limits(1):
        yield


def named(case):
    model = case[0]
    inner = getattr(model, "estimator", getattr(model, "regressor", model))
    return "-".join([type(model).__name__, *getattr(inner, "named_steps", ())])


def odd_arrays():
    """Rows of all kinds that may come, and of kinds that may not."""
    yield from (ROWS, ROWS[:1], ROWS[5:7], ROWS[::-1], np.asfortranarray(ROWS), ROWS[::3] * 7)
    yield from (GAPS, GAPS[:1], GAPS[3:4], holed(ROWS[:50], odd=np.inf), holed(ROWS[:1], 1))
    yield from (ROWS * 1e305, ROWS[:1] * 1e300, np.zeros((3, 4)), -np.zeros((1, 4)))
    yield from (ROWS.astype("float32"), (ROWS * 9).astype(int), (ROWS * 9).astype("int8"))
    yield from (ROWS > 0, ROWS.astype(object), ROWS.astype(str)[:2], ROWS[:0])
    yield from (ROWS[:, :3], np.c_[ROWS, ROWS][:2], ROWS[0])


@pytest.mark.parametrize("case", PIPELINES, ids=named)
def test_a_pipeline_says_the_same_step_by_step(case, assert_same):
    model, target = case
    model = clone(model).fit(ROWS, target)
    asks = Asked(model, "predict")
    for rows in odd_arrays():
        assert_same(asks, model, "predict", rows)
    assert isinstance(asks.short, Chain)
    assert asks.short.is_proven
    for at in range(30):
        rows = rng.normal(size=(1 + at % 2, 4)) * 10.0 ** rng.integers(-8, 9, 4)
        assert_same(asks, model, "predict", rows)


@pytest.mark.parametrize("case", PIPELINES, ids=named)
def test_a_pipeline_of_named_columns_says_the_same(case, assert_same):
    model, target = case
    model = clone(model).fit(FRAME, target)
    asks = Asked(model, "predict")
    by_column = pd.DataFrame({name: ROWS[:, at] for at, name in enumerate(NUMBERS)})
    frames = [FRAME, FRAME[:1], by_column, by_column[2:3], by_column[4:9], FRAME[NUMBERS[::-1]]]
    frames += [pd.DataFrame(it, columns=NUMBERS) for it in (GAPS, GAPS[:1], holed(ROWS[:2], 1))]
    frames += [pd.DataFrame(holed(ROWS[:9], 0.3, np.inf), columns=NUMBERS), FRAME[:0]]
    frames += [FRAME[["a", "b"]], FRAME.assign(e=1), FRAME.astype("float32"), FRAME.astype(int)]
    for frame in frames:
        assert_same(asks, model, "predict", frame)
    assert isinstance(asks.quick, Chain)
    assert asks.quick.is_proven
    assert list(model.feature_names_in_) == NUMBERS


LEFT_ALONE = [
    make_pipeline(PolynomialFeatures(), linear_model.Ridge()),
    make_pipeline(make_pipeline(StandardScaler()), linear_model.Ridge()),
    make_pipeline(FunctionTransformer(np.abs), linear_model.Ridge()),
    make_pipeline(StandardScaler(), linear_model.HuberRegressor()),
]


@pytest.mark.parametrize("model", LEFT_ALONE, ids=lambda it: it.steps[0][0])
def test_what_is_not_known_is_left_to_scikit_learn(model):
    assert chain(model.fit(ROWS, TARGET), "predict") is None


HELD_BACK = [
    (make_pipeline(MinMaxScaler(clip=True), linear_model.Ridge()), ROWS),
    (make_pipeline(SimpleImputer(add_indicator=True), linear_model.Ridge()), GAPS),
    (make_pipeline(SimpleImputer(missing_values=0), linear_model.Ridge()), ROWS),
    (make_pipeline(SimpleImputer(), linear_model.Ridge()), np.c_[ROWS, np.full(COUNT, np.nan)]),
]


@pytest.mark.filterwarnings("ignore:Skipping features without any observed values")
@pytest.mark.parametrize("case", HELD_BACK, ids=named)
def test_params_that_are_not_known_change_nothing(case, assert_same):
    model, rows = case
    model = clone(model).fit(rows, TARGET)
    asks = Asked(model, "predict")
    for it in (rows, rows[:1], rows * 100):
        assert_same(asks, model, "predict", it)
    assert asks.short.is_proven is None


def test_a_pipeline_that_is_fitted_anew_is_asked_as_it_is_then(assert_same):
    model = make_pipeline(StandardScaler(), linear_model.Ridge()).fit(ROWS, TARGET)
    asks = Asked(model, "predict")
    asks(ROWS)
    model.fit(ROWS[:, :3], -TARGET)
    assert_same(asks, model, "predict", ROWS)
    assert_same(asks, model, "predict", ROWS[:, :3])


def test_rows_without_their_zeros_are_those_rows():
    for rows in (np.eye(3), np.zeros((2, 3)), np.array([[0, 1.5, -0.0, 2], [1, 0, 0, 4]])):
        made = sparse(rows)
        assert made.has_canonical_format
        assert np.array_equal(made.toarray(), rows)

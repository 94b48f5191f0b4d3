"""Columns of frames asked at once: the same bit by bit, and the odd left to scikit-learn."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("sklearn")

from sklearn import ensemble, linear_model, model_selection, neighbors, svm
from sklearn.base import clone
from sklearn.compose import (
    TransformedTargetRegressor,
    make_column_selector,
    make_column_transformer,
)
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
)
from threadpoolctl import threadpool_limits

from nbtrack.registry.flavors.sklearn_arrays import Asked, are_same
from nbtrack.registry.flavors.sklearn_pipelines import chain, frame_way

rng = np.random.default_rng(11)
COUNT = 1_000
NUMBERS = list("abcd")
ROWS = rng.normal(size=(COUNT, 4)) * [1, 50, 0.01, 3]
TARGET = ROWS @ [1.0, -0.02, 50, 3.0]
KINDS = np.array(["no", "yes", "perhaps"])[np.digitize(TARGET, [-2, 2])]
MIXED = pd.DataFrame(ROWS, columns=NUMBERS).assign(
    town=rng.choice(["Bath", "Ely", "Wells", "York"], COUNT),
    size=rng.integers(0, 5, COUNT),
    owner=rng.choice(["he", "she"], COUNT),
    age=rng.integers(1, 90, COUNT),
)[["town", "a", "size", "b", "owner", "c", "age", "d"]]
GAPS = np.where(rng.random(ROWS.shape) < 0.1, np.nan, ROWS)


@pytest.fixture(autouse=True)
def one_thread():
    """Boosted trees wait for their threads where others have the processors."""
    with threadpool_limits(1):
        yield


def mixed(*more, words=None, numbers=None, **options):
    """Columns as most pipelines begin with them."""
    numbers = numbers or make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    words = words or OneHotEncoder(handle_unknown="ignore")
    return make_column_transformer((numbers, NUMBERS), (words, ["town", "owner"]), *more, **options)


ORDINAL = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
FILLED = make_pipeline(
    SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore")
)
BOOSTED = ensemble.HistGradientBoostingClassifier(max_iter=2, random_state=0)

OF_COLUMNS = [
    (make_pipeline(mixed(), linear_model.LogisticRegression()), KINDS),
    (make_pipeline(mixed(sparse_threshold=1), linear_model.LogisticRegression()), KINDS),
    (make_pipeline(mixed(sparse_threshold=1), linear_model.Ridge()), TARGET),
    (make_pipeline(mixed(sparse_threshold=1),
                   ensemble.RandomForestClassifier(5, random_state=0)), KINDS),
    (make_pipeline(mixed(sparse_threshold=0), linear_model.Ridge()), TARGET),
    (make_pipeline(mixed(words=FILLED, sparse_threshold=0), MinMaxScaler(), svm.SVC()), KINDS),
    (make_pipeline(mixed(words=OneHotEncoder(drop="first", sparse_output=False)),
                   linear_model.LinearRegression()), TARGET),
    (make_pipeline(mixed(words=OneHotEncoder(drop="if_binary")), linear_model.Ridge()), TARGET),
    (make_pipeline(mixed(words=ORDINAL, numbers="passthrough"), BOOSTED), KINDS),
    (make_pipeline(mixed(words=make_pipeline(ORDINAL, StandardScaler())),
                   neighbors.KNeighborsRegressor()), TARGET),
    (make_pipeline(mixed(("passthrough", ["age"]), (OneHotEncoder(), ["size"])),
                   linear_model.Ridge()), TARGET),
    (make_pipeline(mixed(words="drop", remainder="passthrough"), linear_model.Ridge()), TARGET),
    (make_pipeline(mixed(words="drop"), linear_model.LinearRegression()), TARGET),
    (make_pipeline(make_column_transformer((RobustScaler(), ["d", "a"]), ("drop", ["town"]),
                                           (StandardScaler(), ["age", "c"])),
                   linear_model.LinearRegression()), TARGET),
    (make_pipeline(
        make_column_transformer(
            (StandardScaler(), make_column_selector(dtype_include=np.number)),
            (OneHotEncoder(handle_unknown="infrequent_if_exist"), [0, 4])),
        ensemble.RandomForestRegressor(5, random_state=0)), TARGET),
    (model_selection.GridSearchCV(make_pipeline(mixed(), linear_model.Ridge()),
                                  {"ridge__alpha": [0.1, 1.0]}, cv=2), TARGET),
    (TransformedTargetRegressor(make_pipeline(mixed(), linear_model.Ridge()),
                                func=np.log1p, inverse_func=np.expm1), abs(TARGET)),
]  # fmt: skip


FULLY = (0, 4, 5)
"""Which of them are asked about all frames, since scikit-learn takes its time for each."""
SOME = 24


def odd_frames():
    """Frames of all kinds that may come, and of kinds that may not; some twice, to be proven."""
    rebuilt = pd.DataFrame({name: MIXED[name].to_numpy() for name in MIXED})
    gaps = MIXED.assign(a=GAPS[:, 0], c=GAPS[:, 2])
    for frame in (MIXED, rebuilt, gaps):
        yield from (frame, frame[:1], frame[7:8], frame[9:13])
    yield from (MIXED[::-1], MIXED[300:], gaps[gaps.a.isna()][:1])
    strange = MIXED[:4].assign(town=["Bath", "Rome", "Ely", "ely"])
    absent = MIXED[:4].assign(town=["Bath", None, np.nan, "Ely"])
    for frame in (strange, absent, absent.astype({"town": object})):
        yield from (frame, *(frame[at : at + 1] for at in range(1, 4)))
    yield from (MIXED[:3].assign(a=[1.0, np.inf, -np.inf]), MIXED[:1].assign(b=np.inf))
    yield from (MIXED[:2].assign(size=[1, 77]), MIXED[:1].assign(size=77), MIXED[:0])
    yield from (MIXED.drop(columns="a")[:2], MIXED.drop(columns="age")[:1])
    yield from (MIXED[:2].assign(size=[1.0, np.nan]), MIXED[:2].assign(owner=[1, 2]))
    yield from (MIXED[sorted(MIXED)][:2], MIXED.assign(more=1)[:2], MIXED.to_numpy()[:2])
    types = {"a": "float32"}, {"a": "Float64"}, {"a": object}, {"a": int}, {"size": "Int64"}
    types = (*types, {"town": "category"}, {"town": object}, {"size": "int8"}, {"age": float})
    types = (*types, dict.fromkeys(NUMBERS, "float32"), {"size": str}, {"a": bool}, {"age": bool})
    for it in types:
        for some in (MIXED[:5], MIXED[8:10], MIXED[3:4], MIXED[4:5]):
            yield some.astype(it)
    yield pd.concat([MIXED, MIXED[["a"]]], axis=1)[:2]


@pytest.mark.parametrize("number", range(len(OF_COLUMNS)))
def test_columns_of_a_frame_say_the_same(number, assert_same):
    model, target = OF_COLUMNS[number]
    model = clone(model).fit(MIXED, target)
    asks = Asked(model, "predict")
    frames = odd_frames()
    for frame in frames if number in FULLY else islice(frames, SOME):
        assert_same(asks, model, "predict", frame)
    ways = asks.framed
    assert {ways.proven[len(it) == 1, *it.dtypes] for it in (MIXED, MIXED[:1])} == {True}


def test_steps_that_do_more_are_left_to_scikit_learn():
    """A class of the user's own, rare categories, a nested transformer, methods of another name."""

    class Own(StandardScaler):
        """One that may do anything."""

    unknown = [
        mixed(numbers=Own()),
        mixed(words=OneHotEncoder(min_frequency=3)),
        mixed(words=OneHotEncoder(dtype="float32")),
        mixed((mixed(), [*NUMBERS, "town", "owner"])),
        mixed((FunctionTransformer(np.abs), ["age"])),
    ]
    for it in unknown:
        assert (
            frame_way(make_pipeline(it, linear_model.Ridge()).fit(MIXED, TARGET), "predict") is None
        )
    fitted = make_pipeline(mixed(), linear_model.LogisticRegression()).fit(MIXED, KINDS)
    assert frame_way(fitted, "predict_proba") is None
    assert frame_way(clone(fitted), "predict") is None
    assert chain(fitted, "predict") is None


def test_frames_that_a_pipeline_makes_are_left_to_scikit_learn(assert_same):
    model = make_pipeline(mixed(sparse_threshold=0, words=ORDINAL), linear_model.Ridge())
    model.set_output(transform="pandas").fit(MIXED, TARGET)
    asks = Asked(model, "predict")
    for frame in (MIXED, MIXED[:1], MIXED[1:2]):
        assert_same(asks, model, "predict", frame)
    assert asks.framed.proven == {}


def test_columns_that_are_fitted_anew_are_asked_as_they_are_then(assert_same):
    model = make_pipeline(mixed(), linear_model.Ridge()).fit(MIXED, TARGET)
    asks = Asked(model, "predict")
    first = asks(MIXED)
    model.fit(MIXED[::2], -TARGET[::2])
    assert are_same(asks(MIXED), model.predict(MIXED))
    assert not np.array_equal(asks(MIXED), first)
    model.steps[1] = ("other", linear_model.Lasso(0.1).fit(model[:1].transform(MIXED), TARGET))
    model[0].transformers_[0][1].steps[1][1].mean_ = np.full(4, 3.0)
    for _ in range(2):
        assert_same(asks, model, "predict", MIXED)


def test_the_model_stays_as_it_is():
    model = make_pipeline(mixed(), linear_model.LogisticRegression()).fit(MIXED, KINDS)
    before = pickle.dumps(model)
    asks = Asked(model, "predict")
    for frame in (MIXED, MIXED[:1], MIXED[1:2], MIXED):
        asks(frame)
    assert asks.model is model
    assert pickle.dumps(model) == before


def test_threads_get_the_answers_of_their_own_rows():
    model = make_pipeline(mixed(), linear_model.Ridge()).fit(MIXED, TARGET)
    asks = Asked(model, "predict")
    known = [model.predict(MIXED[at : at + 1]) for at in range(40)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda at: asks(MIXED[at : at + 1]), range(40)))
    assert all(map(are_same, known, found))

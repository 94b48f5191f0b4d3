"""Estimators asked with arrays in place of frames: the same answers, or frames it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("sklearn")

from sklearn import (
    calibration,
    cluster,
    compose,
    decomposition,
    ensemble,
    linear_model,
    model_selection,
    neighbors,
    pipeline,
    preprocessing,
    svm,
    tree,
)
from sklearn.base import BaseEstimator, RegressorMixin, clone, is_classifier

from nbtrack.registry.flavors.sklearn_arrays import Asked, without_names

rng = np.random.default_rng(3)
FRAME = pd.DataFrame(rng.random((240, 4)), columns=list("abcd"))
KINDS = (np.arange(240) % 3).astype(int)
WORDS = np.array(["no", "yes", "perhaps"])[KINDS]
NUMBERS = FRAME.to_numpy() @ [1.0, -2.0, 0.5, 3.0]

QUICK = [
    (linear_model.LogisticRegression(), KINDS, "predict"),
    (linear_model.LogisticRegression(), WORDS, "predict"),
    (linear_model.LogisticRegression(), KINDS, "predict_proba"),
    (linear_model.Ridge(), NUMBERS, "predict"),
    (ensemble.RandomForestClassifier(7, random_state=0), KINDS, "predict"),
    (ensemble.GradientBoostingRegressor(n_estimators=7, random_state=0), NUMBERS, "predict"),
    (ensemble.HistGradientBoostingRegressor(max_iter=5, random_state=0), NUMBERS, "predict"),
    (neighbors.KNeighborsClassifier(), KINDS, "predict"),
    (svm.SVC(), KINDS, "predict"),
    (cluster.KMeans(3, random_state=0), None, "predict"),
    (decomposition.PCA(2), None, "transform"),
    (pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.Ridge()), NUMBERS,
     "predict"),
    (model_selection.GridSearchCV(
        pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.Ridge()),
        {"ridge__alpha": [0.1, 1.0]}, cv=2), NUMBERS, "predict"),
]  # fmt: skip


def named(case):
    return f"{type(case[0]).__name__}-{case[2]}" if isinstance(case, tuple) else str(case)


@pytest.mark.parametrize("case", QUICK, ids=named)
def test_what_takes_arrays_says_the_same_bit_by_bit(case):
    model, target, method = case
    model = clone(model).fit(FRAME, target)
    asked = Asked(model, method)
    first = asked(FRAME)
    assert asked.quick is not None
    for frame in (FRAME, FRAME.iloc[:1], FRAME.iloc[7:150], FRAME.iloc[::-1]):
        other = pd.DataFrame({name: frame[name].to_numpy() for name in frame})
        for it in (frame, other):
            assert asked(it).tobytes() == getattr(model, method)(it).tobytes()
    assert first.tobytes() == getattr(model, method)(FRAME).tobytes()


class Own(RegressorMixin, BaseEstimator):
    """An estimator of the user's, which may look at names."""

    def fit(self, X, y):  # noqa: N803 - scikit-learn's name
        self.feature_names_in_ = np.asarray(X.columns)
        return self

    def predict(self, X):  # noqa: N803 - scikit-learn's name
        return X["a"].to_numpy()


FRAMES_ONLY = [
    compose.make_column_transformer((preprocessing.StandardScaler(), ["a", "b"])),
    pipeline.make_pipeline(
        compose.make_column_transformer((preprocessing.StandardScaler(), ["a", "b"])),
        linear_model.Ridge(),
    ),
    pipeline.make_pipeline(
        preprocessing.FunctionTransformer(lambda it: it[["a"]]), linear_model.Ridge()
    ),
    pipeline.make_pipeline("passthrough", linear_model.Ridge()),
    ensemble.VotingRegressor([("one", linear_model.Ridge()), ("two", Own())]),
    ensemble.StackingRegressor([("one", linear_model.Ridge())], cv=2),
    Own(),
    calibration.CalibratedClassifierCV(linear_model.LogisticRegression(), cv=2),
]


@pytest.mark.parametrize("model", FRAMES_ONLY, ids=lambda it: type(it).__name__)
def test_what_may_look_at_names_is_asked_with_frames(model):
    model = clone(model).fit(FRAME, KINDS if is_classifier(model) else NUMBERS)
    method = "predict" if hasattr(model, "predict") else "transform"
    asked = Asked(model, method)
    assert without_names(model) is None
    for _ in range(2):
        assert np.array_equal(asked(FRAME), getattr(model, method)(FRAME))
    assert asked.quick is None


def fitted():
    model = linear_model.Ridge().fit(FRAME, NUMBERS)
    asked = Asked(model, "predict")
    asked(FRAME)
    assert asked.quick is not None
    return model, asked


def test_other_columns_get_the_words_of_scikit_learn():
    _, asked = fitted()
    with pytest.raises(ValueError, match="Feature names must be in the same order"):
        asked(FRAME[list("dcba")])
    with pytest.raises(ValueError, match="feature names should match"):
        asked(FRAME.rename(columns={"a": "e"}))
    with pytest.raises(ValueError, match="minimum of 1 is required"):
        asked(FRAME.iloc[:0])


def test_other_types_are_asked_with_frames():
    model, asked = fitted()
    mixed = FRAME.assign(a=FRAME["a"].astype("Float64"))
    whole = (FRAME * 10).astype(int)
    assert np.array_equal(asked(mixed), model.predict(mixed))
    assert np.array_equal(asked(whole), model.predict(whole))
    with pytest.warns(UserWarning, match="valid feature names"):
        assert np.array_equal(asked(FRAME.to_numpy()), asked(FRAME))


def test_a_model_that_was_changed_answers_as_it_is_now():
    model, asked = fitted()
    before = asked(FRAME)
    model.coef_ = model.coef_ * 2
    assert np.array_equal(asked(FRAME), model.predict(FRAME))
    assert not np.array_equal(asked(FRAME), before)
    model.coef_ *= 2
    assert np.array_equal(asked(FRAME), model.predict(FRAME))


def test_a_step_that_was_replaced_is_asked():
    model = pipeline.make_pipeline(preprocessing.StandardScaler(), tree.DecisionTreeRegressor())
    model.fit(FRAME, NUMBERS)
    asked = Asked(model, "predict")
    asked(FRAME)
    model.steps[1] = ("tree", linear_model.Ridge().fit(model[:1].transform(FRAME), NUMBERS))
    assert np.array_equal(asked(FRAME), model.predict(FRAME))


def test_names_stay_with_the_model():
    model, asked = fitted()
    assert list(model.feature_names_in_) == list("abcd")
    assert not hasattr(asked.quick.model, "feature_names_in_")


def test_a_model_of_arrays_says_once_that_names_are_new_to_it():
    model = linear_model.Ridge().fit(FRAME.to_numpy(), NUMBERS)
    asked = Asked(model, "predict")
    with pytest.warns(UserWarning, match="fitted without feature names"):
        first = asked(FRAME)
    assert np.array_equal(asked(FRAME), first)

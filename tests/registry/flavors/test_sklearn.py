"""Models of scikit-learn: safe where they can be, and pickled with consent where not."""

from __future__ import annotations

import re

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from nbtrack.capture.guard import TrackingWarning
from nbtrack.errors import InvalidValue, ModelError, UnsafeModel
from nbtrack.registry.flavors import sklearn as flavor_module
from nbtrack.registry.flavors.table import flavor_of
from nbtrack.registry.safety import Consent

rows = np.random.default_rng(0).random((60, 4))
labels = (rows.sum(axis=1) > 2).astype(int)


@pytest.fixture(scope="module")
def forest():
    return RandomForestClassifier(5, random_state=0).fit(rows, labels)


def doubled(data):
    return data * 2


class Scaler(StandardScaler):
    """A user's own step."""


def test_a_forest_is_kept_safely_and_says_the_same(keep, forest):
    kept = keep("sklearn", forest)
    assert kept.is_safe
    loaded = kept.native(consent=False)
    assert np.array_equal(loaded.predict_proba(rows), forest.predict_proba(rows))
    assert kept.conf == {
        "code": None,
        "pickled_model": "model.skops",
        "sklearn_version": kept.conf["sklearn_version"],
        "serialization_format": "skops",
        "skops_trusted_types": [
            "sklearn.ensemble._forest.RandomForestClassifier",
            "sklearn.tree._classes.DecisionTreeClassifier",
            "sklearn.tree._tree.Tree",
        ],
    }
    asked = kept.flavors["python_function"]
    assert [asked[it] for it in ("loader_module", "model_path", "predict_fn")] == [
        "mlflow.sklearn",
        "model.skops",
        "predict",
    ]


def test_texts_are_turned_into_the_same_numbers(keep):
    texts = ["a red fox", "a blue bird", "red and blue"]
    model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, [0, 1, 0])
    kept = keep("sklearn", model)
    assert kept.is_safe
    assert np.array_equal(kept.native().predict_proba(texts), model.predict_proba(texts))


def test_transformers_are_kept_without_something_to_predict_with(keep):
    for model in (StandardScaler().fit(rows), PCA(2, random_state=0).fit(rows)):
        kept = keep("sklearn", model)
        assert set(kept.flavors) == {"sklearn"}
        assert np.array_equal(kept.native().transform(rows), model.transform(rows))


def test_what_is_asked_can_be_another_method(keep, forest):
    kept = keep("sklearn", forest, pyfunc_predict_fn="predict_proba")
    assert np.array_equal(kept.predict(rows), forest.predict_proba(rows))
    scaler = StandardScaler().fit(rows)
    kept = keep("sklearn", scaler, pyfunc_predict_fn="transform")
    assert np.array_equal(kept.predict(rows), scaler.transform(rows))


def test_a_method_that_is_not_there_is_told(keep, forest):
    with pytest.warns(TrackingWarning, match="has no decision_function"):
        kept = keep("sklearn", forest, pyfunc_predict_fn="decision_function")
    assert set(kept.flavors) == {"sklearn"}
    with pytest.raises(ModelError, match="has no nothing, which it is to be asked by"):
        kept.flavor.predictor(forest, {"predict_fn": "nothing"})


@pytest.mark.parametrize(
    ("format_", "file"),
    [("pickle", "model.pkl"), ("cloudpickle", "model.pkl"), ("joblib", "model.joblib")],
)
def test_pickles_are_written_when_asked_for_and_need_consent(keep, forest, format_, file):
    kept = keep("sklearn", forest, serialization_format=format_)
    assert (kept.conf["pickled_model"], kept.conf["serialization_format"]) == (file, format_)
    assert np.array_equal(kept.native().predict(rows), forest.predict(rows))
    with pytest.raises(UnsafeModel, match=f"holds a pickle .{re.escape(file)}."):
        kept.native(consent=False)


def test_a_function_of_ones_own_makes_it_a_pickle_and_says_why(keep):
    model = make_pipeline(FunctionTransformer(doubled), StandardScaler()).fit(rows)
    with pytest.warns(TrackingWarning, match=r"Pipeline is kept as a pickle.*doubled"):
        kept = keep("sklearn", model)
    assert kept.conf["serialization_format"] == "cloudpickle"
    assert not kept.is_safe
    assert np.array_equal(kept.native().transform(rows), model.transform(rows))
    assert sorted(it.name for it in kept.folder.glob("model.*")) == ["model.pkl"]


def test_what_cannot_be_safe_is_refused_where_safety_was_asked_for(keep, tmp_path):
    for step, reason in [
        (FunctionTransformer(lambda x: x), "which is not found by its name"),
        (Scaler(), r"test_sklearn\.Scaler"),
    ]:
        with pytest.raises(InvalidValue, match=reason):
            keep("sklearn", step.fit(rows), serialization_format="skops")


def test_types_that_the_user_names_are_kept_safely_and_read_with_consent(keep, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, __name__, sys.modules[Scaler.__module__])
    name = f"{Scaler.__module__}.Scaler"
    model = Scaler().fit(rows)
    kept = keep("sklearn", model, skops_trusted_types=[name])
    assert kept.conf["serialization_format"] == "skops"
    assert kept.conf["skops_trusted_types"] == [name]
    with pytest.raises(UnsafeModel, match=f"the types are {re.escape(name)}"):
        kept.native(consent=False)
    vouched = Consent("theirs", trusted_types=[name])
    for loaded in (kept.native(), kept.flavor.load(kept.folder, kept.conf, vouched)):
        assert type(loaded) is Scaler
        assert np.array_equal(loaded.transform(rows), model.transform(rows))


def test_trusted_types_are_a_list(keep, forest):
    with pytest.raises(InvalidValue, match="is a list of full names"):
        keep("sklearn", forest, skops_trusted_types="mine.Scaler")


def test_unknown_formats_are_named(keep, forest):
    with pytest.raises(InvalidValue, match="serialization_format is 'dill'"):
        keep("sklearn", forest, serialization_format="dill")
    kept = keep("sklearn", forest)
    with pytest.raises(ModelError, match="is said to be written by 'dill'"):
        kept.native(serialization_format="dill")


def test_a_path_out_of_the_model_is_refused(keep, forest):
    kept = keep("sklearn", forest)
    for path in ("../model.skops", "/etc/passwd"):
        with pytest.raises(ModelError, match="lies outside of the model"):
            kept.native(pickled_model=path)
    with pytest.raises(ModelError, match=r"'gone\.skops', which is not there"):
        kept.native(pickled_model="gone.skops")


def test_only_models_are_taken(keep):
    with pytest.raises(InvalidValue, match=r"takes an estimator or a pipeline, not builtins\.dict"):
        keep("sklearn", {"a": 1})


def test_what_cannot_be_pickled_is_told(keep):
    model = FunctionTransformer(lambda x: x).fit(rows)
    for format_ in ("pickle", "joblib"):
        with pytest.raises(ModelError, match=f"cannot be pickled by {format_}"):
            keep("sklearn", model, serialization_format=format_)


def test_estimators_are_known_by_their_class(forest):
    assert flavor_of(forest, ["sklearn"]) is flavor_module.FLAVOR
    assert flavor_of({}, ["sklearn"]) is None


def test_requirements_name_what_reading_takes(keep, forest, tmp_path):
    written = flavor_module.FLAVOR.save(forest, tmp_path, {})
    assert list(written.packages) == ["scikit-learn", "skops"]
    assert "sklearn.tree._tree" in written.modules


def test_it_is_the_same_in_another_process(keep, forest):
    kept = keep("sklearn", forest)
    said = kept.elsewhere("np.random.default_rng(0).random((60, 4))")
    assert said == forest.predict(rows).tolist()

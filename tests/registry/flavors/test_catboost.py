"""Models of CatBoost, in its own formats."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from nbtrack.errors import InvalidValue, ModelError
from nbtrack.registry.flavors.table import flavor_of

catboost = pytest.importorskip("catboost")

rows = np.random.default_rng(0).random((60, 3))
labels = (rows.sum(axis=1) > 1.5).astype(int)
QUIET = {"iterations": 3, "verbose": 0, "allow_writing_files": False}


@pytest.fixture(scope="module")
def classifier():
    return catboost.CatBoostClassifier(**QUIET).fit(rows, labels)


def test_a_model_is_kept_in_its_own_format(keep, classifier):
    kept = keep("catboost", classifier)
    assert not kept.is_safe  # nothing checks the bytes that CatBoost takes as they come
    assert kept.conf == {
        "code": None,
        "catboost_version": catboost.__version__,
        "model_type": "CatBoostClassifier",
        "save_format": "cbm",
        "data": "model.cb",
    }
    loaded = kept.native()
    assert type(loaded) is catboost.CatBoostClassifier
    assert np.array_equal(loaded.predict_proba(rows), classifier.predict_proba(rows))
    assert np.array_equal(kept.predict(rows), classifier.predict(rows))


@pytest.mark.parametrize("name", ["CatBoost", "CatBoostRegressor"])
def test_each_kind_comes_back_as_what_it_was(keep, name):
    model = getattr(catboost, name)({**QUIET} if name == "CatBoost" else None)
    model = model.set_params(**QUIET).fit(rows, labels)
    loaded = keep("catboost", model, format="json").native()
    assert type(loaded).__name__ == name
    assert np.allclose(loaded.predict(rows), model.predict(rows), rtol=1e-6)


def test_what_is_no_fitted_model_of_catboosts_is_refused(keep, classifier):
    with pytest.raises(InvalidValue, match="takes a model of CatBoost"):
        keep("catboost", StandardScaler())
    with pytest.raises(InvalidValue, match="is not fitted"):
        keep("catboost", catboost.CatBoostClassifier(**QUIET))
    with pytest.raises(InvalidValue, match="format is 'onnx'"):
        keep("catboost", classifier, format="onnx")
    assert flavor_of(classifier, ["catboost"]).name == "catboost"


def test_only_classes_of_catboosts_are_made(keep, classifier):
    kept = keep("catboost", classifier)
    with pytest.raises(ModelError, match="names 'Pool'"):
        kept.native(model_type="Pool")
    with pytest.raises(ModelError, match="lies outside"):
        kept.native(data="../../model.cb")
    (kept.folder / "model.cb").write_bytes(b"nothing")
    with pytest.raises(ModelError, match=r"CatBoost cannot read model\.cb"):
        kept.native()

"""Models of LightGBM, and what is seen in those that were changed before LightGBM reads them."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nbtrack.errors import InvalidValue, ModelError, TamperedModel, UnsafeModel
from nbtrack.registry.flavors.lightgbm_bounds import check_text
from nbtrack.registry.flavors.table import flavor_of

lightgbm = pytest.importorskip("lightgbm")

cells = np.random.default_rng(0).random((60, 3))
rows = pd.DataFrame(cells, columns=["a", "b", "c"])
labels = (rows.sum(axis=1) > 1.5).astype(int)
QUIET = {"verbose": -1, "min_child_samples": 3}


@pytest.fixture(scope="module")
def booster():
    return lightgbm.train(QUIET, lightgbm.Dataset(rows, labels), 3)


@pytest.fixture(scope="module")
def classifier():
    return lightgbm.LGBMClassifier(n_estimators=3, **QUIET).fit(rows, labels)


def test_a_booster_is_kept_as_text(keep, booster):
    kept = keep("lightgbm", booster)
    assert kept.is_safe
    assert kept.conf == {
        "code": None,
        "lgb_version": lightgbm.__version__,
        "data": "model.lgb",
        "model_class": "lightgbm.basic.Booster",
    }
    assert np.array_equal(kept.predict(rows, consent=False), booster.predict(rows))


def test_an_estimator_is_kept_safely(keep, classifier):
    kept = keep("lightgbm", classifier)
    assert kept.is_safe
    loaded = kept.native(consent=False)
    assert type(loaded) is lightgbm.LGBMClassifier
    assert np.array_equal(loaded.predict_proba(rows), classifier.predict_proba(rows))
    assert np.array_equal(kept.predict(rows), classifier.predict(rows))
    assert {it: kept.conf[it] for it in ("data", "serialization_format", "model_class")} == {
        "data": "model.skops",
        "serialization_format": "skops",
        "model_class": "lightgbm.sklearn.LGBMClassifier",
    }


def test_an_estimator_is_pickled_when_asked_for(keep, classifier):
    kept = keep("lightgbm", classifier, serialization_format="cloudpickle")
    assert kept.conf["data"] == "model.pkl"
    assert np.array_equal(kept.predict(rows), classifier.predict(rows))
    with pytest.raises(UnsafeModel, match="holds a pickle"):
        kept.native(consent=False)


def test_it_is_safe_in_a_pipeline_too(keep, apart):
    model = make_pipeline(StandardScaler(), lightgbm.LGBMRegressor(n_estimators=3, **QUIET))
    model.fit(rows.to_numpy(), labels)
    kept = keep("sklearn", model)
    assert kept.is_safe
    assert np.array_equal(kept.native().predict(cells), model.predict(cells))
    file = apart(kept.folder / "model.skops")
    handle = file.attribute("_handle")
    handle["content"] = handle["content"].replace("left_child=", "left_child=7")
    file.write()
    with pytest.raises(TamperedModel, match="the LightGBM model: tree 0 points to a node"):
        kept.native(consent=False)


def test_what_is_no_model_of_lightgbms_is_refused(keep, booster):
    with pytest.raises(InvalidValue, match="takes a Booster or an LGBMModel"):
        keep("lightgbm", StandardScaler())
    assert flavor_of(booster, ["lightgbm"]).name == "lightgbm"


def test_what_its_maker_vouches_for_is_still_read_by_lightgbm_alone(keep, booster):
    kept = keep("lightgbm", booster)
    (kept.folder / "model.lgb").write_text("nothing")
    with pytest.raises(ModelError, match=r"LightGBM cannot read model\.lgb"):
        kept.native()
    with pytest.raises(TamperedModel, match="is no model as LightGBM writes it"):
        kept.native(consent=False)


def numbers(name, act):
    """Change the numbers of the first tree's line of that name; its size stays what is said."""

    def change(text):
        found = re.search(rf"\n{name}=(.*)\n", text)
        words = found[1].split()
        act(words)
        line = f"\n{name}={' '.join(words)}\n"
        grown = len(line) - len(found[0])
        text = text[: found.start()] + line + text[found.end() :]
        size = re.search(r"tree_sizes=(\d+)", text)
        return text.replace(size[0], f"tree_sizes={int(size[1]) + grown}", 1)

    return change


def put(place, value):
    return lambda words: words.__setitem__(place, value)


TAMPERED = [
    (numbers("left_child", put(0, "10000000")), "points to a node that is not there"),
    (numbers("left_child", put(0, "-10000000")), "points to a node that is not there"),
    (numbers("right_child", put(0, "0")), "points to a node that is not there"),
    (numbers("left_child", put(0, "-1")), "has a node with two parents"),
    (numbers("split_feature", put(0, "3")), "asks for a feature that is not there"),
    (numbers("split_feature", put(0, "-1")), "asks for a feature that is not there"),
    (numbers("decision_type", put(0, "1")), "splits by categories that it does not have"),
    (numbers("leaf_value", lambda words: words.pop()), "leaf_value where"),
    (numbers("threshold", lambda words: words.pop()), "threshold where"),
    (numbers("threshold", put(0, "x")), "is no model as LightGBM writes it"),
    (numbers("num_leaves", put(0, "100000000000")), "has 100000000000 leaves"),
    (numbers("num_leaves", put(0, "0")), "has 0 leaves"),
    (numbers("num_cat", put(0, "-1")), "has -1 sets of categories"),
    (lambda it: re.sub(r"tree_sizes=\d+", "tree_sizes=956000000", it), "is said to"),
    (lambda it: re.sub(r"tree_sizes=\d+ ", "tree_sizes=", it), "does not stand where"),
    (lambda it: re.sub(r"tree_sizes=.*", "", it), "does not say where its trees begin"),
    (lambda it: it.replace("max_feature_idx=2", "max_feature_idx=9"), "3 names of features"),
    (lambda it: it.replace("Tree=1", "Tree=0"), "does not stand where it is said to"),
    (lambda it: it.replace("num_cat=0", "num_cat=0\nnum_cat=0", 1), "a name stands twice"),
]


@pytest.mark.parametrize(("act", "reason"), TAMPERED, ids=range(len(TAMPERED)))
def test_a_model_that_points_elsewhere_is_refused(keep, booster, act, reason):
    kept = keep("lightgbm", booster)
    path = kept.folder / "model.lgb"
    changed = act(path.read_text())
    assert changed != path.read_text()
    path.write_text(changed)
    with pytest.raises(TamperedModel, match=reason):
        kept.native(consent=False)


def test_all_kinds_of_boosters_are_in_bounds():
    kinds = pd.DataFrame({"kind": pd.Categorical(list("abcde") * 12), "a": rows["a"]})
    by_kind = kinds["kind"].cat.codes % 2 + kinds["a"]
    many = {"n_estimators": 2, **QUIET}
    bagged = {"boosting_type": "rf", "subsample": 0.5, "subsample_freq": 1}
    for model in (
        lightgbm.LGBMClassifier(**many).fit(rows, np.arange(60) % 3),
        lightgbm.LGBMRegressor(boosting_type="dart", **many).fit(rows, labels),
        lightgbm.LGBMRegressor(**bagged, **many).fit(rows, labels),
        lightgbm.LGBMRegressor(linear_tree=True, **many).fit(rows, labels),
        lightgbm.LGBMRegressor(**many).fit(rows[:3], labels[:3]),
        lightgbm.LGBMRegressor(min_data_per_group=1, cat_smooth=0, **many).fit(kinds, by_kind),
        lightgbm.LGBMRanker(**many).fit(rows, labels, group=[30, 30]),
    ):
        check_text(model.booster_.model_to_string(), "the model")


def test_categories_and_linear_leaves_are_in_bounds():
    kinds = pd.DataFrame({"kind": pd.Categorical(list("abcde") * 12), "a": rows["a"]})
    by_kind = kinds["kind"].cat.codes % 2 + kinds["a"]
    own = {"min_data_per_group": 1, "cat_smooth": 0, "n_estimators": 1, **QUIET}
    text = lightgbm.LGBMRegressor(**own).fit(kinds, by_kind).booster_.model_to_string()
    for name, value in [("cat_boundaries", "7"), ("cat_threshold", "-1")]:
        with pytest.raises(TamperedModel, match="sets of categories that do not match"):
            check_text(numbers(name, put(0, value))(text), "the model")
    own = {"linear_tree": True, "n_estimators": 1, **QUIET}
    text = lightgbm.LGBMRegressor(**own).fit(rows, labels).booster_.model_to_string()
    with pytest.raises(TamperedModel, match="other features than coefficients"):
        check_text(numbers("num_features", put(0, "100"))(text), "the model")

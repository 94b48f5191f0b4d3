"""Models of XGBoost, and what is seen in those that were changed before XGBoost reads them."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nbtrack.errors import InvalidValue, ModelError, TamperedModel
from nbtrack.registry.flavors.table import flavor_of
from nbtrack.registry.flavors.xgboost_bounds import check_content, check_model

xgboost = pytest.importorskip("xgboost")

cells = np.random.default_rng(0).random((60, 3))
rows = pd.DataFrame(cells, columns=["a", "b", "c"])
labels = (rows.sum(axis=1) > 1.5).astype(int)


@pytest.fixture(scope="module")
def booster():
    return xgboost.train({"max_depth": 3, "seed": 0}, xgboost.DMatrix(rows, labels), 3)


@pytest.fixture(scope="module")
def classifier():
    return xgboost.XGBClassifier(n_estimators=3, max_depth=3).fit(rows, labels)


@pytest.mark.parametrize("format_", ["ubj", "json"])
def test_a_booster_is_kept_in_its_own_format(keep, booster, format_):
    kept = keep("xgboost", booster, model_format=format_)
    assert kept.is_safe
    assert kept.conf == {
        "code": None,
        "xgb_version": xgboost.__version__,
        "data": f"model.{format_}",
        "model_class": "xgboost.core.Booster",
        "model_format": format_,
    }
    answer = booster.predict(xgboost.DMatrix(rows))
    assert np.array_equal(kept.predict(rows, consent=False), answer)


def test_an_estimator_comes_back_as_what_it_was(keep, classifier):
    kept = keep("xgboost", classifier)
    loaded = kept.native(consent=False)
    assert type(loaded) is xgboost.XGBClassifier
    assert kept.conf["model_class"] == "xgboost.sklearn.XGBClassifier"
    assert np.array_equal(loaded.predict_proba(rows), classifier.predict_proba(rows))
    assert np.array_equal(kept.predict(rows), classifier.predict(rows))


def test_params_that_predict_does_not_know_are_left_out(keep, classifier):
    kept = keep("xgboost", classifier)
    margin = kept.predict(rows, {"output_margin": True, "unknown": 1})
    assert np.array_equal(margin, classifier.predict(rows, output_margin=True))


def test_a_class_derived_from_xgboosts_comes_back_as_xgboosts(keep):
    class Mine(xgboost.XGBRegressor):
        pass

    kept = keep("xgboost", Mine(n_estimators=2).fit(rows, labels))
    assert type(kept.native()) is xgboost.XGBRegressor


def test_it_is_safe_in_a_pipeline_too(keep, classifier, apart):
    model = make_pipeline(StandardScaler(), xgboost.XGBClassifier(n_estimators=3))
    model.fit(rows, labels)
    kept = keep("sklearn", model)
    assert kept.is_safe
    assert np.array_equal(kept.native().predict_proba(rows), model.predict_proba(rows))
    file = apart(kept.folder / "model.skops")
    (name,) = (it for it in file.parts if it.endswith(".bin"))
    file.parts[name] = file.parts[name][:-100]
    file.write()
    with pytest.raises(TamperedModel, match="the XGBoost model is no model as XGBoost writes it"):
        kept.native(consent=False)


def test_what_is_no_model_of_xgboosts_is_refused(keep, booster):
    with pytest.raises(InvalidValue, match="takes a Booster or an XGBModel"):
        keep("xgboost", StandardScaler())
    with pytest.raises(InvalidValue, match="model_format is 'pkl'"):
        keep("xgboost", booster, model_format="pkl")
    with pytest.raises(ModelError, match="is it fitted"):
        keep("xgboost", xgboost.XGBClassifier())
    assert flavor_of(booster, ["xgboost"]).name == "xgboost"


def test_only_classes_of_xgboosts_are_made(keep, booster):
    kept = keep("xgboost", booster)
    with pytest.raises(ModelError, match=r"names the class 'os\.system'"):
        kept.native(model_class="os.system")
    with pytest.raises(ModelError, match="lies outside"):
        kept.native(data="../../model.ubj")


def change(path, act):
    """Change a model in JSON."""
    model = json.loads(path.read_text())
    act(model["learner"]["gradient_booster"]["model"], model)
    path.write_text(json.dumps(model))


def tree(name, place, value):
    return lambda forest, _model: forest["trees"][0][name].__setitem__(place, value)


TAMPERED = [
    (tree("left_children", 0, 10_000_000), "points to a node that is not there"),
    (tree("right_children", 0, -1), "points to a node that is not there"),
    (tree("left_children", 1, 0), "points to a node that is not there"),
    (tree("left_children", 1, 2), "has a node with two parents"),
    (tree("split_indices", 0, 10_000_000), "asks for a feature that is not there"),
    (tree("split_indices", 0, -1), "asks for a feature that is not there"),
    (tree("parents", 1, 10_000_000), "points to a parent that is not there"),
    (tree("split_type", 0, 1), "splits by categories that it does not have"),
    (lambda forest, _: forest["trees"][0]["split_conditions"].pop(), "split_conditions for"),
    (lambda forest, _: forest["tree_info"].__setitem__(0, 7), "a class that is not there"),
    (lambda forest, _: forest["trees"].pop(), "trees, and says another number"),
    (
        lambda forest, _: forest["iteration_indptr"].__setitem__(1, 100),
        "rounds of trees that are not there",
    ),
    (
        lambda _, model: model["learner"]["learner_model_param"].update(num_feature="1"),
        "asks for a feature that is not there",
    ),
]


@pytest.mark.parametrize(("act", "reason"), TAMPERED, ids=range(len(TAMPERED)))
def test_a_model_that_points_elsewhere_is_refused(keep, booster, act, reason):
    kept = keep("xgboost", booster, model_format="json")
    change(kept.folder / "model.json", act)
    with pytest.raises(TamperedModel, match=reason):
        kept.native(consent=False)


def test_a_model_cut_off_is_refused(keep, booster):
    for format_ in ("ubj", "json"):
        kept = keep("xgboost", booster, model_format=format_)
        path = kept.folder / f"model.{format_}"
        content = path.read_bytes()
        for end in range(0, len(content), 331):
            path.write_bytes(content[:end])
            with pytest.raises(TamperedModel, match="is no model as XGBoost writes it"):
                kept.native(consent=False)


def test_what_its_maker_vouches_for_is_still_read_by_xgboost_alone(keep, booster):
    kept = keep("xgboost", booster, model_format="json")
    (kept.folder / "model.json").write_text("{}")
    with pytest.raises(ModelError, match=r"XGBoost cannot read model\.json"):
        kept.native()


@pytest.mark.filterwarnings("ignore:.*deprecated")
def test_all_kinds_of_boosters_are_in_bounds(tmp_path):
    path = tmp_path / "model.ubj"
    kinds = pd.DataFrame({"kind": pd.Categorical(list("abcde") * 12), "a": rows["a"]})
    by_kind = kinds["kind"].cat.codes % 2 + kinds["a"]
    several = np.column_stack([labels, labels])
    many = {"enable_categorical": True, "max_cat_to_onehot": 1}
    for model in (
        xgboost.XGBClassifier(n_estimators=2).fit(rows, np.arange(60) % 3),
        xgboost.XGBRegressor(n_estimators=2, booster="dart").fit(rows, labels),
        xgboost.XGBRegressor(n_estimators=2, booster="gblinear").fit(rows, labels),
        xgboost.XGBRegressor(n_estimators=2, gamma=1, tree_method="exact").fit(rows, labels),
        xgboost.XGBRegressor(n_estimators=2, grow_policy="lossguide").fit(rows, labels),
        xgboost.XGBRegressor(n_estimators=2).fit(rows, several),
        xgboost.XGBRegressor(n_estimators=2, multi_strategy="multi_output_tree").fit(rows, several),
        xgboost.XGBRegressor(n_estimators=2, **many).fit(kinds, by_kind),
        xgboost.XGBRFClassifier(n_estimators=2).fit(rows, labels),
        xgboost.XGBRanker(n_estimators=2).fit(rows, labels, qid=np.arange(60) // 10),
    ):
        model.save_model(path)
        check_model(path)
        state = model.get_booster().__getstate__()["handle"]
        check_content(bytes(state), "the model")


def test_sets_of_categories_are_in_bounds(tmp_path):
    path = tmp_path / "model.json"
    kinds = pd.DataFrame({"kind": pd.Categorical(list("abcde") * 12), "a": rows["a"]})
    by_kind = kinds["kind"].cat.codes % 2 + kinds["a"]
    many = {"enable_categorical": True, "max_cat_to_onehot": 1}
    xgboost.XGBRegressor(n_estimators=2, **many).fit(kinds, by_kind).save_model(path)
    good = path.read_text()
    for name, value in [
        ("categories_segments", 10_000_000),
        ("categories_sizes", 10_000_000),
        ("categories_nodes", 10_000_000),
        ("categories", -1),
    ]:
        path.write_text(good)
        change(path, tree(name, 0, value))
        with pytest.raises(TamperedModel, match="a set of categories that is not there"):
            check_model(path)

"""Models of XGBoost, LightGBM and CatBoost between nbtrack and a real MLflow, both ways."""

from __future__ import annotations

import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nbtrack.registry.flavors.table import flavor_named
from nbtrack.registry.format.mlmodel import Model
from nbtrack.registry.safety import Consent

catboost = pytest.importorskip("catboost")
lightgbm = pytest.importorskip("lightgbm")
xgboost = pytest.importorskip("xgboost")

NAMES = (
    *("xgboost-booster", "xgboost-json", "xgboost-classifier", "lightgbm-booster"),
    *("lightgbm-classifier", "catboost-classifier", "catboost-regressor"),
)
CAT = {"iterations": 5, "verbose": 0, "allow_writing_files": False}


def test_what_is_saved_here_is_read_and_asked_by_mlflow(shelf):
    rows, labels = shelf.rows, shelf.labels
    booster = xgboost.train({"seed": 0}, xgboost.DMatrix(rows, labels), 5)
    shelf.put("xgb-booster", "xgboost", booster)
    shelf.put("xgb-json", "xgboost", booster, model_format="json")
    tree = xgboost.XGBClassifier(n_estimators=5).fit(rows, labels)
    shelf.put("xgb-classifier", "xgboost", tree)
    shelf.put("xgb-step", "sklearn", make_pipeline(StandardScaler(), tree).fit(rows, labels))
    quiet = {"verbose": -1, "min_child_samples": 2}
    text = lightgbm.train(quiet, lightgbm.Dataset(rows, labels), 5)
    shelf.put("lgb-booster", "lightgbm", text)
    gentle = lightgbm.LGBMClassifier(n_estimators=5, **quiet).fit(rows, labels)
    shelf.put("lgb-classifier", "lightgbm", gentle)
    ranker = lightgbm.LGBMRanker(n_estimators=5, **quiet).fit(rows, labels, group=[20, 20])
    shelf.put("lgb-ranker", "lightgbm", ranker)
    shelf.put("cat-classifier", "catboost", catboost.CatBoostClassifier(**CAT).fit(rows, labels))
    assert shelf.answers() == shelf.told


@pytest.mark.parametrize("name", NAMES)
def test_what_mlflow_saved_is_read_and_asked_here(theirs, name):
    folder, flavor = theirs.folder / name, flavor_named(name.partition("-")[0])
    conf = Model.load(folder).flavors[flavor.name]
    # what CatBoost alone can read needs somebody who vouches for it
    model = flavor.load(folder, conf, Consent("their model", allowed=flavor.name == "catboost"))
    answer = flavor.predictor(model, conf)(theirs.rows, None)
    told = {"class": type(model).__name__, "native": answer.tolist()}
    assert told == theirs.told[name]

"""Run by an environment that has MLflow: reads models of nbtrack's, and writes some for it.

`python ask_mlflow_models.py FOLDER` reads each `FOLDER/*/` that has an MLmodel, natively and by
`pyfunc`, asks it with the rows of `rows.json`, and prints the answers. `… write FOLDER` fits
models, saves them by MLflow, and prints what they say of the same rows.
"""

from __future__ import annotations

import importlib
import json
import logging
import sys
import warnings
from pathlib import Path

import mlflow
import mlflow.pyfunc
import numpy as np
import pandas as pd
import yaml

ROWS = "rows.json"


def plain(answer):
    """An answer as JSON holds it."""
    if hasattr(answer, "toarray"):
        answer = answer.toarray()
    return np.asarray(answer).tolist()


def rows(folder):
    return pd.DataFrame(json.loads((folder / ROWS).read_text()))


def native(place, flavor, data):
    """What the library's own object says."""
    model = importlib.import_module(f"mlflow.{flavor}").load_model(str(place))
    if type(model).__module__ == "xgboost.core":
        import xgboost

        return type(model).__name__, plain(model.predict(xgboost.DMatrix(data)))
    ask = getattr(model, "predict", None) or model.transform
    return type(model).__name__, plain(ask(data))


def read(folder):
    answers = {}
    for description in sorted(folder.glob("*/MLmodel")):
        place = description.parent
        flavors = yaml.safe_load(description.read_text())["flavors"]
        (flavor,) = set(flavors) - {"python_function"}
        kind, answer = native(place, flavor, rows(folder))
        told = {"class": kind, "native": answer}
        if "python_function" in flavors:
            told["pyfunc"] = plain(mlflow.pyfunc.load_model(str(place)).predict(rows(folder)))
        answers[place.name] = told
    return answers


def write(folder):
    data = rows(folder)
    labels = (data.sum(axis=1) > data.sum(axis=1).median()).astype(int)
    return {name: save(folder / name) for name, save in writers(data, labels).items()}


def writers(data, labels):
    """How each model is fitted and saved; each gives its answer."""
    import catboost
    import lightgbm
    import xgboost
    from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    tree = ["sklearn.tree._tree.Tree"]
    histogram = ["sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"]

    def saver(flavor, model, **options):
        def save(place):
            importlib.import_module(f"mlflow.{flavor}").save_model(
                model, str(place), pip_requirements=[flavor], **options
            )
            asked = xgboost.DMatrix(data) if isinstance(model, xgboost.Booster) else data
            ask = getattr(model, "predict", None) or model.transform
            return {"class": type(model).__name__, "native": plain(ask(asked))}

        return save

    fitted = make_pipeline(StandardScaler(), LogisticRegression()).fit(data, labels)
    forest = RandomForestClassifier(10, random_state=0).fit(data, labels)
    boosting = HistGradientBoostingRegressor(max_iter=5).fit(data, labels)
    own = make_pipeline(FunctionTransformer(doubled), LogisticRegression()).fit(data, labels)
    booster = xgboost.train({"seed": 0}, xgboost.DMatrix(data, labels), 5)
    quiet = {"verbose": -1, "min_data_in_leaf": 2}
    text = lightgbm.train(quiet, lightgbm.Dataset(data, labels), 5)
    cat = {"iterations": 5, "verbose": 0, "allow_writing_files": False}
    return {
        "sklearn-pipeline": saver("sklearn", fitted),
        "sklearn-forest": saver("sklearn", forest, skops_trusted_types=tree),
        "sklearn-histogram": saver("sklearn", boosting, skops_trusted_types=histogram),
        "sklearn-pickle": saver("sklearn", fitted, serialization_format="pickle"),
        "sklearn-cloudpickle": saver("sklearn", own, serialization_format="cloudpickle"),
        "sklearn-scaler": saver("sklearn", StandardScaler().fit(data)),
        "xgboost-booster": saver("xgboost", booster),
        "xgboost-json": saver("xgboost", booster, model_format="json"),
        "xgboost-classifier": saver(
            "xgboost", xgboost.XGBClassifier(n_estimators=5).fit(data, labels)
        ),
        "lightgbm-booster": saver("lightgbm", text),
        "lightgbm-classifier": saver(
            "lightgbm", lightgbm.LGBMClassifier(n_estimators=5, verbose=-1).fit(data, labels)
        ),
        "catboost-classifier": saver(
            "catboost", catboost.CatBoostClassifier(**cat).fit(data, labels)
        ),
        "catboost-regressor": saver(
            "catboost", catboost.CatBoostRegressor(**cat).fit(data, labels)
        ),
    }


def doubled(data):
    return data * 2


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    act = write if sys.argv[1] == "write" else read
    print(json.dumps(act(Path(sys.argv[-1]))))

"""Models that autologging logs: each library's own, with what they were fitted on as signature."""

from __future__ import annotations

import logging
import os
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LinearRegression, LogisticRegression, SGDClassifier
from sklearn.model_selection import GridSearchCV, cross_val_score

import nbtrack
from nbtrack.api.models.fitted_models import Told
from nbtrack.capture.guard import TrackingWarning
from nbtrack.registry.signatures.signature import summary

FRAME = pd.DataFrame({"size": np.arange(12.0), "rooms": np.arange(12)})
CLASSES = np.repeat([0, 1], 6)


@pytest.fixture(autouse=True)
def nothing_stays_on():
    yield
    nbtrack.autolog(disable=True)
    Told.problems.clear()


def logged():
    """Names and signatures of the models of the store, the oldest first."""
    models = nbtrack.search_logged_models(output_format="list")[::-1]
    infos = [nbtrack.models.get_model_info(it.model_uri) for it in models]
    return [(it.name, summary(info.signature)) for it, info in zip(models, infos, strict=True)]


def test_a_fit_logs_its_model_which_loads_and_has_its_metrics():
    nbtrack.autolog()
    fitted = LogisticRegression().fit(FRAME, CLASSES)
    (run,) = nbtrack.search_runs(output_format="list")
    uri = f"runs:/{run.info.run_id}/model"
    assert logged() == [
        ("model", "2 inputs: size double, rooms long; 1 output: int64 (-1,)"),
    ]
    assert nbtrack.pyfunc.load_model(uri).predict(FRAME).tolist() == CLASSES.tolist()
    assert (nbtrack.sklearn.load_model(uri).coef_ == fitted.coef_).all()
    info = nbtrack.models.get_model_info(uri)
    assert info.saved_input_example_info is None
    assert {it.key for it in info.metrics} == set(run.data.metrics)
    assert info.tags["nbtrack.fit"] == "LogisticRegression"


def test_five_rows_are_kept_if_so_asked_and_a_version_is_made():
    nbtrack.sklearn.autolog(
        log_input_examples=True, registered_model_name="houses", serialization_format="pickle"
    )
    LinearRegression().fit(FRAME, CLASSES)
    info = nbtrack.models.get_model_info("models:/houses/1")
    assert info.flavors["sklearn"]["serialization_format"] == "pickle"
    model = nbtrack.pyfunc.load_model("models:/houses/1")
    assert model.input_example.equals(FRAME.head(5))


def test_models_and_signatures_are_left_out_if_so_asked():
    nbtrack.sklearn.autolog(log_models=False)
    LogisticRegression().fit(FRAME, CLASSES)
    assert logged() == []
    nbtrack.sklearn.autolog(log_model_signatures=False)
    LogisticRegression().fit(FRAME, CLASSES)
    assert logged() == [("model", "no signature")]


def test_of_a_search_the_best_one_is_logged_too_and_inner_fits_are_not():
    nbtrack.sklearn.autolog()
    with nbtrack.start_run() as run:
        GridSearchCV(LogisticRegression(), {"C": [0.5, 1.0]}, cv=2).fit(FRAME, CLASSES)
    assert [name for name, _ in logged()] == ["best_estimator", "model"]
    best = nbtrack.sklearn.load_model(f"runs:/{run.info.run_id}/best_estimator")
    assert isinstance(best, LogisticRegression)
    cross_val_score(LogisticRegression(), FRAME, CLASSES, cv=2)
    assert len(logged()) == 2


def test_of_two_fits_in_a_run_the_last_is_at_its_address():
    nbtrack.sklearn.autolog()
    with nbtrack.start_run() as run:
        LogisticRegression(C=0.5).fit(FRAME, CLASSES)
        LogisticRegression(C=2.0).fit(FRAME, CLASSES)
    tags = [it.tags["nbtrack.fit"] for it in nbtrack.search_logged_models(output_format="list")]
    assert sorted(tags) == ["LogisticRegression", "LogisticRegression-2"]
    assert nbtrack.sklearn.load_model(f"runs:/{run.info.run_id}/model").C == 2.0


def test_the_first_of_several_batches_is_no_model():
    nbtrack.sklearn.autolog()
    with nbtrack.start_run():
        SGDClassifier().partial_fit(FRAME, CLASSES, classes=[0, 1])
    assert logged() == []


class Stubborn(ClassifierMixin, BaseEstimator):
    """Nothing can write it."""

    def fit(self, X, y):  # noqa: N803 - the library's name
        self.classes_ = np.unique(y)
        self.rows_ = (it for it in X)
        return self

    def predict(self, X):  # noqa: N803 - the library's name
        return np.zeros(len(X), int)


@pytest.mark.filterwarnings("ignore:.* is kept as a pickle")
def test_a_model_that_cannot_be_saved_is_told_once_and_the_fit_goes_on():
    nbtrack.sklearn.autolog()
    model = GridSearchCV(Stubborn(), {}, cv=2, refit=True)
    with pytest.warns(TrackingWarning) as told:  # noqa: PT031 - once in all the fits
        model.fit(FRAME, CLASSES)
        model.fit(FRAME, CLASSES)
    assert len([it for it in told if "not logged as a model" in str(it.message)]) == 1
    found = nbtrack.search_runs(output_format="list")
    (run, _) = (it for it in found if "mlflow.parentRunId" not in it.data.tags)
    assert (run.info.status, run.data.metrics["best_cv_score"]) == ("FINISHED", 0.5)


def test_xgboost_logs_what_train_and_fit_made():
    xgb = pytest.importorskip("xgboost")
    nbtrack.xgboost.autolog(model_format="json")
    params = {"max_depth": 2, "objective": "binary:logistic"}
    xgb.train(params, xgb.DMatrix(FRAME, CLASSES), 2)
    xgb.XGBClassifier(n_estimators=2).fit(FRAME, CLASSES)
    assert logged() == [
        ("model", "2 inputs: size double, rooms double; 1 output: float32 (-1,)"),
        ("model", "2 inputs: size double, rooms long; 1 output: int64 (-1,)"),
    ]
    (last, _) = nbtrack.search_logged_models(output_format="list")
    assert nbtrack.pyfunc.load_model(last.model_uri).predict(FRAME).shape == (12,)


def test_lightgbm_logs_what_train_and_fit_made():
    lightgbm = pytest.importorskip("lightgbm")
    nbtrack.lightgbm.autolog(log_input_examples=True)
    params = {"objective": "binary", "min_data_in_leaf": 1, "verbose": -1}
    lightgbm.train(params, lightgbm.Dataset(FRAME, CLASSES), 2)
    lightgbm.LGBMClassifier(n_estimators=2, min_child_samples=1, verbose=-1).fit(FRAME, CLASSES)
    assert logged() == [
        ("model", "2 inputs: size double, rooms long; 1 output: float64 (-1,)"),
        ("model", "2 inputs: size double, rooms long; 1 output: int64 (-1,)"),
    ]
    (_, first) = nbtrack.search_logged_models(output_format="list")
    model = nbtrack.pyfunc.load_model(first.model_uri)
    assert model.input_example.equals(FRAME.head(5))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_keras_logs_what_it_fitted():
    pytest.importorskip("torch")
    os.environ.setdefault("KERAS_BACKEND", "torch")
    keras = pytest.importorskip("keras")
    nbtrack.keras.autolog()
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    data = FRAME.to_numpy("float32")
    model.fit(data, CLASSES, epochs=1, verbose=0)
    assert logged() == [("model", "1 input: float32 (-1, 2); 1 output: float32 (-1, 1)")]
    (kept,) = nbtrack.search_logged_models(output_format="list")
    answer = nbtrack.pyfunc.load_model(kept.model_uri).predict(data)
    assert np.allclose(answer, model.predict(data, verbose=0))


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::FutureWarning")
def test_lightning_logs_what_it_fitted(caplog, tmp_path):
    torch = pytest.importorskip("torch")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lightning = pytest.importorskip("lightning.pytorch")
    for name in ("lightning.pytorch", "lightning.fabric"):
        caplog.set_level(logging.ERROR, logger=name)

    class Line(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.layer = torch.nn.Linear(2, 1)

        def forward(self, rows):
            return self.layer(rows)

        def training_step(self, batch, index):
            return self.layer(batch[0]).square().mean()

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=0.1)

    nbtrack.pytorch.autolog()
    data = torch.utils.data.TensorDataset(torch.zeros(4, 2))
    quiet = dict.fromkeys(
        ("enable_progress_bar", "enable_model_summary", "enable_checkpointing", "logger"), False
    )
    trainer = lightning.Trainer(max_epochs=1, accelerator="cpu", default_root_dir=tmp_path, **quiet)
    model = Line()
    trainer.fit(model, torch.utils.data.DataLoader(data, batch_size=2))
    assert logged() == [("model", "no signature")]
    (kept,) = nbtrack.search_logged_models(output_format="list")
    loaded = nbtrack.pytorch.load_model(kept.model_uri)
    assert torch.equal(loaded(torch.ones(1, 2)), model(torch.ones(1, 2)))

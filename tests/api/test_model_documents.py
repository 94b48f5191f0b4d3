"""The calls of MLflow's documents that log and load models, as they are written there."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

import nbtrack as mlflow
from nbtrack import MlflowClient
from nbtrack.capture.guard import TrackingWarning
from nbtrack.entities import LoggedModelStatus
from nbtrack.models import ModelSignature, infer_signature
from nbtrack.types import ColSpec, Schema


@pytest.fixture(scope="module")
def iris():
    return load_iris(as_frame=True, return_X_y=True)


@pytest.fixture(scope="module")
def model(iris):
    return LogisticRegression(max_iter=500).fit(*iris)


def test_a_model_is_logged_registered_and_loaded_by_alias(iris, model):
    data, _ = iris
    client = MlflowClient()
    with mlflow.start_run() as run:
        mlflow.sklearn.log_model(
            sk_model=model,
            name="model",
            signature=infer_signature(data, model.predict(data)),
            input_example=data[:5],
        )
    registered_model = mlflow.register_model(
        model_uri=f"runs:/{run.info.run_id}/model", name="CustomerChurnModel"
    )
    client.set_registered_model_alias(
        name="CustomerChurnModel", alias="production", version=registered_model.version
    )
    loaded = mlflow.pyfunc.load_model("models:/CustomerChurnModel@production")
    assert (loaded.predict(data) == model.predict(data)).all()
    champion = mlflow.sklearn.load_model("models:/CustomerChurnModel@production")
    assert champion.score(*iris) == model.score(*iris)


def test_a_model_is_registered_while_it_is_logged(iris, model):
    with mlflow.start_run():
        mlflow.sklearn.log_model(
            model,
            "iris_model",
            registered_model_name="iris_classifier",
            input_example=iris[0][:5],
            signature=mlflow.models.infer_signature(*iris),
        )
        model_uri = mlflow.sklearn.log_model(model, "model").model_uri
    assert mlflow.pyfunc.load_model(model_uri=model_uri) is not None
    client = MlflowClient()
    client.transition_model_version_stage("iris_classifier", 1, "Production")
    assert mlflow.sklearn.load_model("models:/iris_classifier/Production").coef_.shape == (3, 4)


def test_transformers_are_logged_too(iris):
    data, _ = iris
    with mlflow.start_run() as run:
        mlflow.sklearn.log_model(StandardScaler().fit(data), "scaler")
        mlflow.sklearn.log_model(PCA(2).fit(data), "pca")
    pca = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/pca")
    assert pca.transform(data).shape == (150, 2)


def test_a_model_that_was_begun_is_filled_and_made_ready(iris, model):
    begun = mlflow.initialize_logged_model(
        name="neural_network_classifier",
        model_type="neural_network",
        tags={"architecture": "resnet", "dataset": "imagenet"},
    )
    mlflow.sklearn.log_model(sk_model=model, name="model", model_id=begun.model_id)
    mlflow.finalize_logged_model(begun.model_id, LoggedModelStatus.READY)
    found = mlflow.get_logged_model(begun.model_id)
    assert (str(found.status), found.model_type) == ("READY", "neural_network")
    assert mlflow.sklearn.load_model(f"models:/{begun.model_id}").coef_.shape == (3, 4)


def test_a_signature_is_written_by_hand():
    input_schema = Schema(
        [ColSpec("double", "age"), ColSpec("double", "income"), ColSpec("string", "segment")]
    )
    signature = ModelSignature(inputs=input_schema, outputs=Schema([ColSpec("double")]))

    class Model(mlflow.pyfunc.PythonModel):
        def predict(self, context, model_input):
            return model_input["age"] * 2

    with mlflow.start_run(), pytest.warns(TrackingWarning, match="not what the signature takes"):
        info = mlflow.pyfunc.log_model(
            artifact_path="custom_model",
            python_model=Model(),
            signature=signature,
            input_example=np.zeros((5, 2)),
        )
    loaded = mlflow.pyfunc.load_model(info.model_uri)
    frame = pd.DataFrame({"age": [30.0], "income": [1.0], "segment": ["a"]})
    assert loaded.predict(frame).tolist() == [60.0]
    with pytest.raises(mlflow.MlflowException, match="income"):
        loaded.predict(frame.drop(columns="income"))


def test_a_wrapper_takes_its_model_along(iris, model):
    class IrisWrapper(mlflow.pyfunc.PythonModel):
        def __init__(self, sklearn_model):
            self.sklearn_model = sklearn_model

        def predict(self, context, model_input):
            features = (
                model_input.to_numpy() if isinstance(model_input, pd.DataFrame) else model_input
            )
            with warnings.catch_warnings(action="ignore"):
                probabilities = self.sklearn_model.predict_proba(features)
            return pd.DataFrame({"confidence": probabilities.max(axis=1)})

    data, _ = iris
    with mlflow.start_run() as run:
        mlflow.pyfunc.log_model(
            artifact_path="custom_iris_model",
            python_model=IrisWrapper(model),
            input_example=data[:3],
        )
    loaded = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/custom_iris_model")
    assert loaded.predict(data).shape == (150, 1)
    assert loaded.metadata.get_output_schema().input_names() == ["confidence"]

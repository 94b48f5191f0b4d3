"""The calls of a complete tutorial about models: packaging, registry, stages, webhooks, audit."""

from __future__ import annotations

import http.server
import json
import threading
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd
from harness import comes_later, needs
from iris import (
    NAMES,
    STORE,
    X_test,
    X_train,
    forest,
    logged,
    model,
    poor_model,
    same,
    test_df,
    y_test,
    y_train,
)
from sklearn.metrics import accuracy_score
from sklearn.model_selection import cross_val_score

import nbtrack as mlflow
import nbtrack.pyfunc
import nbtrack.pytorch
import nbtrack.sklearn
import nbtrack.tensorflow
from nbtrack.errors import NotFound
from nbtrack.models import MetricThreshold
from nbtrack.tracking import MlflowClient
from nbtrack.utils.rest_utils import http_request

IRIS = "iris_classifier"


def stages(name=IRIS):
    """The stage of each version of a model."""
    found = MlflowClient().search_model_versions(f"name='{name}'")
    return {int(version.version): version.current_stage for version in found}


def saving_with_scikit_learn():
    mlflow.set_tracking_uri(STORE)
    signature = mlflow.models.infer_signature(X_train, model.predict(X_train))
    input_example = X_train[:5]
    mlflow.sklearn.log_model(
        sk_model=model,
        artifact_path="iris_model",
        signature=signature,
        input_example=input_example,
        registered_model_name=IRIS,
    )
    found = mlflow.models.get_model_info(f"models:/{IRIS}/1")
    assert found.artifact_path == "iris_model"
    assert found.signature == signature
    assert set(found.flavors) == {"sklearn", "python_function"}
    folder = mlflow.artifacts.download_artifacts(f"models:/{IRIS}/1", dst_path="downloaded")
    kept = {path.name for path in Path(folder).iterdir()}
    assert kept >= {
        *("MLmodel", "conda.yaml", "python_env.yaml", "requirements.txt"),
        "input_example.json",
    }


@needs("tensorflow")
def saving_with_tensorflow():
    import tensorflow as tf

    net = tf.keras.Sequential(
        [
            tf.keras.layers.Input((4,)),
            tf.keras.layers.Dense(8, activation="relu"),
            tf.keras.layers.Dropout(0.2),
            tf.keras.layers.Dense(3, activation="softmax"),
        ]
    )
    net.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    net.fit(X_train, y_train, epochs=1, validation_split=0.2, verbose=0)
    info = mlflow.tensorflow.log_model(
        model=net,
        artifact_path="keras_model",
        signature=mlflow.models.infer_signature(X_train, net.predict(X_train, verbose=0)),
    )
    loaded = mlflow.pyfunc.load_model(info.model_uri)
    assert np.allclose(loaded.predict(X_test), net.predict(X_test, verbose=0))


@needs("torch")
def saving_with_pytorch():
    import torch
    from torch import nn

    class IrisNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1 = nn.Linear(4, 8)
            self.fc3 = nn.Linear(8, 3)
            self.dropout = nn.Dropout(0.2)

        def forward(self, x):
            return self.fc3(self.dropout(torch.relu(self.fc1(x))))

    net = IrisNet()
    input_example = X_train[:5].astype("float32")
    signature = mlflow.models.infer_signature(
        input_example, net(torch.from_numpy(input_example)).detach().numpy()
    )
    info = mlflow.pytorch.log_model(
        pytorch_model=net,
        artifact_path="pytorch_model",
        signature=signature,
        input_example=input_example,
    )
    loaded = mlflow.pyfunc.load_model(info.model_uri)
    with torch.no_grad():
        wanted = net.eval()(torch.from_numpy(input_example)).numpy()
    assert np.allclose(loaded.predict(input_example), wanted)


class IrisWrapper(mlflow.pyfunc.PythonModel):
    def __init__(self, sklearn_model):
        self.sklearn_model = sklearn_model

    def predict(self, context, model_input):
        if isinstance(model_input, pd.DataFrame):
            features = model_input.to_numpy()
        else:
            features = model_input
        predictions = self.sklearn_model.predict(features)
        class_names = ["setosa", "versicolor", "virginica"]
        probabilities = self.sklearn_model.predict_proba(features)
        result = []
        for i, pred in enumerate(predictions):
            result.append(
                {
                    "prediction": class_names[pred],
                    "confidence": float(max(probabilities[i])),
                    "probabilities": {
                        class_names[j]: float(prob) for j, prob in enumerate(probabilities[i])
                    },
                }
            )
        return pd.DataFrame(result)


def saving_own_code():
    wrapped_model = IrisWrapper(model)
    signature = mlflow.models.infer_signature(X_train, wrapped_model.predict(None, X_train))
    info = mlflow.pyfunc.log_model(
        artifact_path="custom_iris_model",
        python_model=wrapped_model,
        signature=signature,
        input_example=X_train[:5],
    )
    loaded = mlflow.pyfunc.load_model(info.model_uri)
    wanted = wrapped_model.predict(None, X_test)
    pd.testing.assert_frame_equal(loaded.predict(X_test), wanted)
    assert loaded.unwrap_python_model().sklearn_model.n_estimators == 3


def registration_while_training():
    with mlflow.start_run() as run:
        val_accuracy = accuracy_score(y_test, model.predict(X_test))
        mlflow.log_metric("val_accuracy", val_accuracy)
        if val_accuracy > 0.85:
            mlflow.sklearn.log_model(
                model,
                "iris_model",
                registered_model_name=IRIS,
                signature=mlflow.models.infer_signature(X_train, model.predict(X_train)),
            )
    version = MlflowClient().get_model_version(IRIS, "2")
    assert version.run_id == run.info.run_id


def registration_after_training():
    client = MlflowClient()
    with mlflow.start_run() as run:
        mlflow.sklearn.log_model(model, "iris_model")
    run_id = run.info.run_id
    model_uri = f"runs:/{run_id}/iris_model"
    registered_model = client.create_registered_model(
        name="iris_classifier_v2", description="Improved iris classification model"
    )
    model_version = client.create_model_version(
        name="iris_classifier_v2",
        source=model_uri,
        description="Enhanced feature set",
        run_id=run_id,
    )
    assert registered_model.description.startswith("Improved")
    assert (int(model_version.version), model_version.run_id) == (1, run_id)
    assert same(mlflow.pyfunc.load_model("models:/iris_classifier_v2/1"))


def stage_transitions():
    logged(IRIS, times=2)
    client = MlflowClient()
    client.transition_model_version_stage(IRIS, 2, "Production")
    client.transition_model_version_stage(
        name=IRIS, version=3, stage="Staging", description="Promoting to staging"
    )
    assert stages() == {1: "None", 2: "Production", 3: "Staging", 4: "None"}
    client.transition_model_version_stage(
        name=IRIS, version=3, stage="Production", description="Validation successful"
    )
    client.transition_model_version_stage(
        name=IRIS, version=2, stage="Archived", description="Replaced by version 3"
    )
    assert stages() == {1: "None", 2: "Archived", 3: "Production", 4: "None"}
    assert client.get_model_version(IRIS, 2).description == "Replaced by version 3"
    client.transition_model_version_stage(IRIS, 4, "Staging")


def evaluation():
    model_uri = f"models:/{IRIS}/Staging"
    assert same(mlflow.pyfunc.load_model(model_uri))
    with comes_later("nbtrack.models.MetricThreshold"):
        MetricThreshold(threshold=0.8, min_absolute_change=0.05)
    with comes_later("nbtrack.evaluate"):
        mlflow.evaluate(
            model=model_uri,
            data=test_df,
            targets="target",
            model_type="classifier",
            evaluators=["default"],
            custom_metrics=[],
            validation_thresholds={},
        )


def ab_test():
    tested = [mlflow.pyfunc.load_model(f"models:/{IRIS}/{it}") for it in ("Production", "Staging")]
    assert all(same(found) for found in tested)


def compare_model_versions(model_name, version_1, version_2, test_data):
    client = MlflowClient()
    model_1 = mlflow.pyfunc.load_model(f"models:/{model_name}/{version_1}")
    model_2 = mlflow.pyfunc.load_model(f"models:/{model_name}/{version_2}")
    pred_1 = model_1.predict(test_data.drop("target", axis=1))
    pred_2 = model_2.predict(test_data.drop("target", axis=1))
    acc_1 = accuracy_score(test_data["target"], pred_1)
    acc_2 = accuracy_score(test_data["target"], pred_2)
    version_1_info = client.get_model_version(model_name, version_1)
    version_2_info = client.get_model_version(model_name, version_2)
    return {
        "stages": (version_1_info.current_stage, version_2_info.current_stage),
        "created": (version_1_info.creation_timestamp, version_2_info.creation_timestamp),
        "accuracy_improvement": acc_2 - acc_1,
    }


def version_comparison():
    name = "compared"
    rows = pd.DataFrame(X_train, columns=NAMES)
    for estimator in (poor_model, model):
        signature = mlflow.models.infer_signature(rows, estimator.predict(X_train))
        with mlflow.start_run():
            mlflow.sklearn.log_model(
                estimator, "model", signature=signature, registered_model_name=name
            )
    comparison = compare_model_versions(name, "1", "2", test_df)
    assert comparison["stages"] == ("None", "None")
    assert comparison["created"][0] < comparison["created"][1]
    scores = [accuracy_score(y_test, it.predict(X_test)) for it in (poor_model, model)]
    assert comparison["accuracy_improvement"] == scores[1] - scores[0] > 0
    told = mlflow.compare_versions(name, 1, 2, data=test_df, target="target")
    assert "accuracy" in str(told)


class Receiver(http.server.BaseHTTPRequestHandler):
    """A service that takes what webhooks send."""

    came: ClassVar[list] = []
    arrived = threading.Semaphore(0)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.came.append((self.headers["Authorization"], json.loads(body)))
        self.send_response(200)
        self.end_headers()
        self.arrived.release()

    def log_message(self, *_):
        """Say nothing."""


def setup_webhook(registry_webhook_url, model_name):
    webhook_config = {
        "model_name": model_name,
        "events": ["MODEL_VERSION_TRANSITIONED_STAGE"],
        "http_url_spec": {
            "url": registry_webhook_url,
            "authorization": "Bearer your-auth-token",
        },
    }
    return http_request(
        host_creds=None,
        endpoint="/api/2.0/mlflow/registry-webhooks/create",
        method="POST",
        json=webhook_config,
    )


def webhooks():
    handled = []

    def handle_model_transition(webhook_data):
        if webhook_data.get("to_stage") == "Production":
            handled.append((webhook_data.get("model_name"), webhook_data.get("version")))

    service = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=service.serve_forever, daemon=True).start()
    response = setup_webhook(f"http://127.0.0.1:{service.server_port}/hook", IRIS)
    assert response.status_code == 200
    client = MlflowClient()
    client.transition_model_version_stage(IRIS, 4, "Production")
    assert Receiver.arrived.acquire(timeout=60)
    authorization, body = Receiver.came[0]
    handle_model_transition(body)
    assert (authorization, body["event"]) == (
        "Bearer your-auth-token",
        "MODEL_VERSION_TRANSITIONED_STAGE",
    )
    assert handled == [(IRIS, "4")]
    for hook in client.list_webhooks():
        client.delete_webhook(hook.webhook_id)
    service.shutdown()
    service.server_close()


class ModelPromotionPipeline:
    def __init__(self, model_name, test_data):
        self.model_name = model_name
        self.test_data = test_data
        self.client = MlflowClient()

    def validate_model_version(self, version, min_accuracy=0.9):
        validated = mlflow.pyfunc.load_model(f"models:/{self.model_name}/{version}")
        predictions = validated.predict(self.test_data.drop("target", axis=1))
        accuracy = accuracy_score(self.test_data["target"], predictions)
        return {
            "accuracy": accuracy,
            "meets_threshold": accuracy >= min_accuracy,
            "prediction_distribution": np.bincount(predictions),
        }

    def promote_if_valid(self, version):
        found = self.validate_model_version(version)
        if not found["meets_threshold"]:
            return False, f"Model v{version} failed validation"
        current_prod = self.get_latest_production_version()
        self.client.transition_model_version_stage(
            name=self.model_name,
            version=version,
            stage="Production",
            description=f"Auto-promoted with accuracy {found['accuracy']:.4f}",
        )
        if current_prod:
            self.client.transition_model_version_stage(
                name=self.model_name,
                version=current_prod.version,
                stage="Archived",
                description=f"Replaced by version {version}",
            )
        return True, f"Model v{version} promoted to production"

    def get_latest_production_version(self):
        versions = self.client.get_latest_versions(self.model_name, stages=["Production"])
        return versions[0] if versions else None


def promotion_pipeline():
    pipeline = ModelPromotionPipeline("compared", test_df)
    pipeline.client.transition_model_version_stage("compared", 1, "Production")
    assert pipeline.promote_if_valid("1") == (False, "Model v1 failed validation")
    assert pipeline.promote_if_valid("2") == (True, "Model v2 promoted to production")
    assert stages("compared") == {1: "Archived", 2: "Production"}


def training_script():
    mlflow.set_experiment("iris_classification")
    with mlflow.start_run() as run:
        trained = forest(max_depth=5)
        mlflow.sklearn.log_model(
            trained,
            "iris_model",
            signature=mlflow.models.infer_signature(X_train, trained.predict(X_train)),
            input_example=X_train[:5],
        )
    listed = [file.path for file in MlflowClient().list_artifacts(run.info.run_id, "iris_model")]
    assert "iris_model/MLmodel" in listed
    loaded = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/iris_model")
    assert same(loaded, estimator=trained)


def tuning_script():
    mlflow.set_experiment("iris_hyperparameter_tuning")
    trials = [{"n_estimators": 2, "max_depth": 3}, {"n_estimators": 4, "max_depth": 4}]
    with mlflow.start_run() as parent_run:
        scores = []
        for params in trials:
            with mlflow.start_run(nested=True):
                mlflow.log_params(params)
                cv_scores = cross_val_score(
                    forest(**params), X_train, y_train, cv=3, scoring="accuracy"
                )
                mlflow.log_metric("cv_accuracy_mean", cv_scores.mean())
                scores.append(cv_scores.mean())
        final_model = forest(**trials[int(np.argmax(scores))])
        mlflow.sklearn.log_model(
            final_model,
            "best_model",
            signature=mlflow.models.infer_signature(X_train, final_model.predict(X_train)),
        )
    loaded = mlflow.pyfunc.load_model(f"runs:/{parent_run.info.run_id}/best_model")
    assert same(loaded, estimator=final_model)


def promotion_in_a_scheduled_job():
    run_id = logged()
    client = MlflowClient(STORE)
    client.create_registered_model("production_model")
    run = client.get_run(run_id)
    assert run.data.metrics.get("accuracy", 0) > 0.9
    model_version = client.create_model_version(
        name="production_model", source=f"runs:/{run_id}/model", run_id=run_id
    )
    client.transition_model_version_stage(
        name="production_model", version=model_version.version, stage="Staging"
    )
    assert stages("production_model") == {1: "Staging"}


class AuditedClient(MlflowClient):
    def __init__(self, tracking_uri=None, user_id=None):
        super().__init__(tracking_uri)
        self.user_id, self.entries = user_id, []

    def transition_model_version_stage(
        self,
        name,
        version,
        stage,
        archive_existing_versions=False,  # noqa: FBT002 - as the document
        description=None,
    ):
        from_stage = self.get_model_version(name, version).current_stage
        result = super().transition_model_version_stage(
            name, version, stage, archive_existing_versions, description
        )
        self.entries.append((self.user_id, name, version, from_stage, stage))
        return result


def audit():
    client = AuditedClient(user_id="alice")
    moved = client.transition_model_version_stage(
        IRIS, 1, "Production", archive_existing_versions=True
    )
    assert moved.current_stage == "Production"
    assert client.entries == [("alice", IRIS, 1, "None", "Production")]
    assert stages() == {1: "Production", 2: "Archived", 3: "Archived", 4: "Archived"}
    acts = mlflow.sql("select act from registry_log where model = 'iris_classifier'")
    assert len(acts) > 10


def model_loading_issues():
    client = MlflowClient()
    listed = {
        found.name: [version.current_stage for version in found.latest_versions]
        for found in client.list_registered_models()
    }
    assert listed["production_model"] == ["Staging"]
    logged("my_model")
    model_version = client.get_model_version("my_model", "1")
    assert model_version.status == "READY"
    assert model_version.source
    refusals = []
    for uri in ("models:/my_model/Production", "models:/my_modle/1", "models:/my_model/7"):
        try:
            mlflow.pyfunc.load_model(uri)
        except NotFound as error:
            refusals.append(str(error))
    assert "my_model" in refusals[0]
    assert "did you mean 'my_model'" in refusals[1]
    assert "there are 1" in refusals[2]
    client.transition_model_version_stage("my_model", "1", "Production")
    assert same(mlflow.pyfunc.load_model("models:/my_model/Production"))

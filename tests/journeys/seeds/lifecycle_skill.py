"""The calls of a short guide to MLOps: a tracked training, the registry, a model in service."""

from __future__ import annotations

from pathlib import Path

from harness import comes_later

import nbtrack as mlflow
from nbtrack.tracking import MlflowClient

STORE = "store"


def quick_start():
    mlflow.set_tracking_uri(STORE)
    mlflow.set_experiment("customer-churn-prediction")
    with mlflow.start_run(run_name="rf-baseline") as run:
        params = {"n_estimators": 100, "max_depth": 10, "random_state": 42}
        mlflow.log_params(params)
        mlflow.log_metrics({"accuracy": 0.91, "f1_score": 0.9})
        with comes_later("nbtrack.models.infer_signature"):
            mlflow.sklearn.log_model(
                object(),
                "model",
                registered_model_name="churn-classifier",
                signature=mlflow.models.infer_signature([[1.0]], [0]),
            )
        with comes_later("nbtrack.sklearn.log_model"):
            mlflow.sklearn.log_model(
                object(), "model", registered_model_name="churn-classifier", signature=None
            )
        assert mlflow.active_run().info.run_id == run.info.run_id
    found = MlflowClient().get_run(run.info.run_id)
    assert found.data.params == {"n_estimators": "100", "max_depth": "10", "random_state": "42"}
    assert found.data.metrics == {"accuracy": 0.91, "f1_score": 0.9}
    assert found.info.run_name == "rf-baseline"


def registry_and_versions():
    client = MlflowClient()
    for version, stage in ((3, "Production"), (2, "Archived")):
        with comes_later("MlflowClient.transition_model_version_stage"):
            client.transition_model_version_stage(
                name="churn-classifier", version=version, stage=stage
            )
    with comes_later("nbtrack.sklearn.load_model"):
        mlflow.sklearn.load_model("models:/churn-classifier/Production")
    with comes_later("MlflowClient.get_model_version"):
        client.get_run(client.get_model_version("churn-classifier", str(3)).run_id)


def service():
    with comes_later("nbtrack.sklearn.load_model"):
        mlflow.sklearn.load_model("models:/churn-classifier/Production")


def version_everything():
    Path("data").mkdir()
    Path("data/train.csv").write_text("a,b\n1,2\n")
    mlflow.log_artifact("data/train.csv")
    mlflow.log_params({"data_version": "v2.3"})
    run = mlflow.active_run()
    mlflow.end_run()
    assert [file.path for file in MlflowClient().list_artifacts(run.info.run_id)] == ["train.csv"]
    assert MlflowClient().get_run(run.info.run_id).data.params == {"data_version": "v2.3"}

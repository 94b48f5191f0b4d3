"""The calls of a complete tutorial: iris, tuning, plugins, audit, compression, migration."""

from __future__ import annotations

import gzip
import os
import pickle
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import psutil
from harness import comes_later
from iris import X_train, model, same

import nbtrack as mlflow
import nbtrack.pytorch
import nbtrack.sklearn
import nbtrack.tensorflow
import nbtrack.tracking._tracking_service.utils
import nbtrack.xgboost
from nbtrack.entities import Metric
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.server import get_app
from nbtrack.server.auth import AuthenticationProvider
from nbtrack.tracking import MlflowClient
from nbtrack.tracking.client import MlflowClient as ClientByPath

STORE = "store"
EXPERIMENTS = [
    {"n_estimators": 50, "max_depth": 3},
    {"n_estimators": 100, "max_depth": 5},
    {"n_estimators": 150, "max_depth": 7},
    {"n_estimators": 200, "max_depth": 10},
]
RNG = np.random.default_rng(0)


def stored(run):
    """A run as another client reads it."""
    return MlflowClient().get_run(run.info.run_id)


def train_iris_model(n_estimators, max_depth, random_state=42):
    with mlflow.start_run() as run:
        log_iris(n_estimators, max_depth, random_state)
        return None, run.info.run_id


def log_iris(n_estimators, max_depth, random_state=42):
    mlflow.log_param("n_estimators", n_estimators)
    mlflow.log_param("max_depth", max_depth)
    mlflow.log_param("random_state", random_state)
    mlflow.log_param("test_size", 0.2)
    mlflow.log_metric("accuracy", np.float64(0.9 + max_depth / 100))
    mlflow.log_metric("precision", 0.95)
    mlflow.log_metric("recall", 0.94)
    for i in range(10):
        train_loss = RNG.uniform(0.1, 1.0) * (0.9**i)
        val_loss = train_loss + RNG.uniform(0.01, 0.1)
        mlflow.log_metric("train_loss", train_loss, step=i)
        mlflow.log_metric("val_loss", val_loss, step=i)
    for name in ("feature_importance.png", "confusion_matrix.png"):
        plt.figure(figsize=(2, 2))
        plt.bar(["a", "b"], [1, 2])
        plt.savefig(name)
        mlflow.log_artifact(name)
        plt.close()
    predictions = pd.DataFrame({"actual": [0, 1], "predicted": [0, 0], "correct": [True, False]})
    predictions.to_csv("predictions.csv", index=False)
    mlflow.log_artifact("predictions.csv")
    mlflow.sklearn.log_model(
        model,
        "iris_model",
        registered_model_name="iris_classifier",
        input_example=X_train[:5],
        signature=mlflow.models.infer_signature(X_train, model.predict(X_train)),
    )
    mlflow.set_tag("model_type", "random_forest")
    mlflow.set_tag("dataset", "iris")
    mlflow.set_tag("framework", "sklearn")
    mlflow.set_tag("developer", "ml_engineer")


def basic_tracking():
    mlflow.set_tracking_uri(STORE)
    mlflow.set_experiment("iris_classification")
    for params in EXPERIMENTS:
        _, run_id = train_iris_model(**params)
    run = MlflowClient().get_run(run_id)
    assert run.data.params["max_depth"] == "10"
    assert run.data.tags["developer"] == "ml_engineer"
    files = [file.path for file in MlflowClient().list_artifacts(run_id)]
    assert files == [
        *("confusion_matrix.png", "feature_importance.png"),
        *("iris_model", "predictions.csv"),
    ]
    assert same(mlflow.sklearn.load_model("models:/iris_classifier/4"))
    assert MlflowClient().get_model_version("iris_classifier", 4).run_id == run_id
    best = mlflow.search_runs(order_by=["metrics.accuracy DESC"], max_results=1)
    assert best["run_id"].tolist() == [run_id]


def metrics_and_params():
    hyperparameters = {
        "learning_rate": 0.01,
        "optimizer": "adam",
        "layer_sizes": [128, 64, 32],
        "dropout_rate": 0.2,
        "batch_size": 32,
    }
    with mlflow.start_run() as run:
        for key, value in hyperparameters.items():
            if isinstance(value, list):
                mlflow.log_param(key, str(value))
            else:
                mlflow.log_param(key, value)
        for epoch in range(100):
            train_accuracy = 0.7 + 0.3 * (1 - np.exp(-epoch / 20))
            val_accuracy = train_accuracy - 0.1 + 0.05 * np.sin(epoch / 10)
            mlflow.log_metrics(
                {
                    "train_accuracy": train_accuracy,
                    "val_accuracy": val_accuracy,
                    "epoch": epoch,
                },
                step=epoch,
            )
        mlflow.log_metric("cpu_percent", psutil.cpu_percent())
        mlflow.log_metric("memory_percent", psutil.virtual_memory().percent)
    assert stored(run).data.params["layer_sizes"] == "[128, 64, 32]"
    assert stored(run).data.metrics["epoch"] == 99


def parent_and_children():
    with mlflow.start_run(run_name="hyperparameter_tuning") as parent_run:
        mlflow.log_param("tuning_strategy", "grid_search")
        mlflow.log_param("search_space_size", len(EXPERIMENTS))
        best_accuracy, best_run_id = 0, None
        for i, params in enumerate(EXPERIMENTS):
            with mlflow.start_run(run_name=f"experiment_{i + 1}", nested=True) as child_run:
                try:
                    train_iris_model(**params)
                except InvalidValue as error:
                    assert "already active" in str(error)  # noqa: PT017 - as MLflow does here
                log_iris(**params)
                client = mlflow.tracking.MlflowClient()
                run_data = client.get_run(child_run.info.run_id)
                accuracy = run_data.data.metrics.get("accuracy", 0)
                if accuracy > best_accuracy:
                    best_accuracy, best_run_id = accuracy, child_run.info.run_id
        mlflow.log_metric("best_accuracy", best_accuracy)
        mlflow.log_param("best_run_id", best_run_id)
        mlflow.set_tag("tuning_complete", "true")
    assert stored(parent_run).data.metrics == {"best_accuracy": 1.0}
    assert mlflow.get_parent_run(best_run_id).info.run_id == parent_run.info.run_id


def autologging():
    for flavor in ("sklearn", "tensorflow", "pytorch", "xgboost"):
        getattr(mlflow, flavor).autolog()
        getattr(mlflow, flavor).autolog(disable=True)


def training_script():
    mlflow.set_experiment("iris_classification")
    with mlflow.start_run() as run:
        mlflow.log_params(
            {"n_estimators": 100, "max_depth": 5, "test_size": 0.2, "random_state": 42}
        )
        mlflow.log_metrics({"accuracy": 0.96, "precision": 0.95})
        for plot_name in ("roc", "pr"):
            Path(f"{plot_name}.png").write_bytes(b"\x89PNG" + plot_name.encode())
            mlflow.log_artifact(f"{plot_name}.png")
    assert stored(run).data.metrics["accuracy"] == 0.96


def tuning_script():
    mlflow.set_experiment("iris_hyperparameter_tuning")
    trials = [{"n_estimators": 50 + 10 * i, "max_depth": 3 + i} for i in range(5)]
    with mlflow.start_run() as parent_run:
        scores = []
        for params in trials:
            with mlflow.start_run(nested=True):
                mlflow.log_params(params)
                cv_scores = np.array([0.8, 0.9]) + params["max_depth"] / 100
                mlflow.log_metric("cv_accuracy_mean", cv_scores.mean())
                mlflow.log_metric("cv_accuracy_std", cv_scores.std())
                scores.append(cv_scores.mean())
        mlflow.log_params(trials[int(np.argmax(scores))])
        mlflow.log_metric("best_cv_accuracy", max(scores))
        mlflow.log_metric("n_trials", len(trials))
    assert stored(parent_run).data.params == {"n_estimators": "90", "max_depth": "7"}


class CustomAuthProvider(AuthenticationProvider):
    def authenticate_request(self, request):
        return {"user_id": request}


def server():
    assert CustomAuthProvider().authenticate_request("a") == {"user_id": "a"}
    with comes_later("nbtrack.server.get_app"):
        get_app()
    with comes_later("nbtrack.run"):
        mlflow.run(
            uri="https://github.com/company/ml-project.git",
            parameters={"n_estimators": 200, "max_depth": 10},
            experiment_name="airflow_experiments",
        )


class CustomMetricsLogger:
    def __init__(self, tracking_uri=None):
        self.client = MlflowClient(tracking_uri)

    def log_system_metrics(self, run_id):
        timestamp = int(time.time() * 1000)
        metrics = [
            Metric("system_cpu_percent", psutil.cpu_percent(), timestamp, 0),
            Metric("system_memory_percent", psutil.virtual_memory().percent, timestamp, 0),
            Metric("system_disk_usage", psutil.disk_usage("/").percent, timestamp, 0),
        ]
        self.client.log_batch(run_id, metrics=metrics)

    def log_data_drift_metrics(self, run_id, columns):
        timestamp = int(time.time() * 1000)
        drift_metrics = []
        for column in columns:
            drift_metrics.extend(
                [
                    Metric(f"drift_{column}_ks_stat", np.float64(0.1), timestamp, 0),
                    Metric(f"drift_{column}_p_value", np.float64(0.9), timestamp, 0),
                ]
            )
        self.client.log_batch(run_id, metrics=drift_metrics)


def plugins():
    mlflow.custom_logger = CustomMetricsLogger()

    def custom_autolog(func):
        def wrapper(*args, **kwargs):
            with mlflow.start_run() as run:
                mlflow.custom_logger.log_system_metrics(run.info.run_id)
                result = func(*args, **kwargs)
                mlflow.custom_logger.log_system_metrics(run.info.run_id)
                return run, result

        return wrapper

    mlflow.custom_autolog = custom_autolog

    @mlflow.custom_autolog
    def train_model():
        return "trained"

    run, result = train_model()
    mlflow.custom_logger.log_data_drift_metrics(run.info.run_id, ["age", "income"])
    assert result == "trained"
    assert set(stored(run).data.metrics) == {
        *("system_cpu_percent", "system_memory_percent", "system_disk_usage"),
        *("drift_age_ks_stat", "drift_age_p_value"),
        *("drift_income_ks_stat", "drift_income_p_value"),
    }


class AuditedClient(MlflowClient):
    def __init__(self, tracking_uri=None, user_id=None):
        super().__init__(tracking_uri)
        self.user_id, self.entries = user_id, []

    def create_experiment(self, name, artifact_location=None, tags=None):
        experiment_id = super().create_experiment(name, artifact_location, tags)
        self.entries.append((self.user_id, name, experiment_id))
        return experiment_id


def audit():
    client = AuditedClient(user_id="alice")
    experiment_id = client.create_experiment("audited")
    assert client.entries == [("alice", "audited", experiment_id)]
    assert client.get_experiment_by_name("audited").experiment_id == experiment_id


class OptimizedArtifactLogger:
    def log_compressed_artifact(self, obj, artifact_path, compression_level=6):
        content = gzip.compress(pickle.dumps(obj), compresslevel=compression_level)
        temp_path = f"{artifact_path}.pkl.gz"
        Path(temp_path).write_bytes(content)
        mlflow.log_artifact(temp_path, artifact_path)
        os.remove(temp_path)  # noqa: PTH107 - as the document

    def log_artifacts_batch(self, artifacts_dict):
        with ThreadPoolExecutor(max_workers=4) as executor:
            list(
                executor.map(
                    lambda item: self.log_compressed_artifact(item[1], item[0]),
                    artifacts_dict.items(),
                )
            )

    def load_compressed_artifact(self, run_id, path):
        client = mlflow.tracking.MlflowClient()
        local_path = client.download_artifacts(run_id, path)
        return pickle.loads(gzip.decompress(Path(local_path).read_bytes()))


def compressed_artifacts():
    optimizer = OptimizedArtifactLogger()
    artifacts = {
        "large_model": {"weights": list(range(1000))},
        "feature_importance": np.arange(10).tolist(),
        "predictions": [0, 1],
        "metadata": {"a": 1},
    }
    with mlflow.start_run() as run:
        optimizer.log_artifacts_batch(artifacts)
    run_id = run.info.run_id
    listed = [file.path for file in MlflowClient().list_artifacts(run_id)]
    assert listed == sorted(artifacts)
    for name, value in artifacts.items():
        try:
            optimizer.load_compressed_artifact(run_id, f"{name}.pkl.gz")
        except NotFound as error:
            path = f"{name}/{name}.pkl.gz"
            assert f"did you mean '{path}'" in str(error)  # noqa: PT017 - as MLflow, clearer
        assert optimizer.load_compressed_artifact(run_id, path) == value


def health():
    client = MlflowClient(STORE)
    assert len(client.list_experiments(max_results=1)) == 1
    with mlflow.start_run() as run:
        mlflow.log_param("health_check", "test")
    assert "health_check" in client.get_run(run.info.run_id).data.params
    experiments = client.list_experiments(max_results=10)
    runs = client.search_runs(experiment_ids=[experiments[0].experiment_id], max_results=10)
    assert len(runs) <= 10


def migration():
    source_client, dest_client = MlflowClient(STORE), MlflowClient("sqlite:///moved.db")
    mlflow.set_tracking_uri("sqlite:///moved.db")
    moved = 0
    for exp in source_client.list_experiments():
        dest_exp_id = dest_client.create_experiment(exp.name) if exp.name != "Default" else "0"
        for run in source_client.search_runs([exp.experiment_id]):
            with mlflow.start_run(experiment_id=dest_exp_id):
                for key, value in run.data.params.items():
                    mlflow.log_param(key, value)
                for key, value in run.data.metrics.items():
                    mlflow.log_metric(key, value)
                for key, value in run.data.tags.items():
                    mlflow.set_tag(key, value)
                for artifact in source_client.list_artifacts(run.info.run_id):
                    local_path = source_client.download_artifacts(run.info.run_id, artifact.path)
                    mlflow.log_artifact(local_path)
            moved += 1
    iris = dest_client.get_experiment_by_name("iris_classification")
    assert len(dest_client.search_runs([iris.experiment_id])) >= len(EXPERIMENTS)
    assert len(mlflow.search_runs(search_all_experiments=True)) == moved
    mlflow.set_tracking_uri(STORE)


class TenantAwareClient:
    def __init__(self, tracking_uri, tenant_id):
        self.client = MlflowClient(tracking_uri)
        self.tenant_prefix = f"tenant_{tenant_id}_"

    def create_experiment(self, name, **kwargs):
        return self.client.create_experiment(f"{self.tenant_prefix}{name}", **kwargs)

    def list_experiments(self):
        return [
            exp for exp in self.client.list_experiments() if exp.name.startswith(self.tenant_prefix)
        ]

    def get_experiment_by_name(self, name):
        return self.client.get_experiment_by_name(f"{self.tenant_prefix}{name}")


def tenants():
    client = TenantAwareClient(mlflow.get_tracking_uri(), "company_a")
    experiment_id = client.create_experiment("ml_project", tags={"tier": "gold"})
    assert [exp.experiment_id for exp in client.list_experiments()] == [experiment_id]
    assert client.get_experiment_by_name("ml_project").tags == {"tier": "gold"}
    with comes_later("nbtrack.tracking._get_store"):
        mlflow.tracking._get_store()
    mlflow.set_experiment("ml_project")
    with mlflow.start_run():
        mlflow.log_param("algorithm", "random_forest")
        mlflow.log_metric("accuracy", 0.95)


def authenticated():
    assert ClientByPath is MlflowClient
    with comes_later("nbtrack.tracking._tracking_service.utils._get_request_header"):
        mlflow.tracking._tracking_service.utils._get_request_header()
    mlflow.set_tracking_uri(STORE)
    mlflow.set_experiment("authenticated_experiment")
    with mlflow.start_run() as run:
        mlflow.log_param("authenticated", True)
        mlflow.log_metric("test_metric", 1.0)
    assert stored(run).data.params == {"authenticated": "True"}

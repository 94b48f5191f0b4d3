"""The calls of a document of best practices: order, privacy, data, monitoring, speed, tests."""

from __future__ import annotations

import hashlib
import os
import pickle
import random
import time
from datetime import UTC, datetime
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import yaml
from iris import X_test, forest, logged, model, same, y_test
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, precision_score, recall_score

import nbtrack as mlflow
import nbtrack.pyfunc
import nbtrack.sklearn
from nbtrack.tracking import MlflowClient

STORE = "store"
FRAME = pd.DataFrame({"a": np.arange(200.0), "b": ["x", "y"] * 100})


def stored(run):
    """A run as another client reads it."""
    return MlflowClient().get_run(run.info.run_id)


def organisation():
    mlflow.set_tracking_uri(STORE)
    mlflow.create_experiment("project-name/data-preparation")
    mlflow.create_experiment("project-name/model-training")
    mlflow.create_experiment("project-name/model-evaluation")
    mlflow.create_experiment("project-name/hyperparameter-tuning")
    mlflow.set_experiment("project-name/model-training")
    found = mlflow.search_experiments(filter_string="name LIKE 'project-name/%'")
    assert len(found) == 4


def approve_model(model_name: str, version: int, approver: str):
    client = MlflowClient()
    client.set_model_version_tag(
        name=model_name, version=version, key="approved_by", value=approver
    )
    client.set_model_version_tag(
        name=model_name, version=version, key="approval_date", value=str(datetime.now(UTC))
    )
    client.transition_model_version_stage(name=model_name, version=version, stage="Production")


def approval():
    logged("churn", times=3)
    approve_model("churn", 3, "alice")
    version = MlflowClient().get_model_version("churn", 3)
    assert (version.current_stage, version.tags["approved_by"]) == ("Production", "alice")
    gates = ["approved by alice within 1 day"]
    assert mlflow.promote("churn", 3, to="champion", gates=gates).passed


class PrivacyAware:
    def __init__(self, tracking_uri):
        self.client = MlflowClient(tracking_uri)

    def log_sensitive_data(self, data):
        mlflow.log_dict(self.sanitized(data), "data.json")

    def sanitized(self, data):
        hidden = {"ssn", "credit_card", "email", "phone"}
        return {key: "[REDACTED]" if key in hidden else value for key, value in data.items()}


def privacy():
    with mlflow.start_run() as run:
        PrivacyAware(STORE).log_sensitive_data({"ssn": "123-45-6789", "age": 40})
    kept = mlflow.artifacts.load_dict(f"runs:/{run.info.run_id}/data.json")
    assert kept == {"ssn": "[REDACTED]", "age": 40}


def data_version():
    data, data_name = FRAME, "training"
    with mlflow.start_run() as run:
        data_hash = hashlib.sha256(data.to_string().encode()).hexdigest()
        mlflow.log_param(f"{data_name}_hash", data_hash)
        mlflow.log_param(f"{data_name}_shape", data.shape)
        mlflow.log_param(f"{data_name}_columns", list(data.columns))
        mlflow.log_table(data.head(100), f"{data_name}_sample.json")
    params = stored(run).data.params
    assert params["training_shape"] == "(200, 2)"
    assert params["training_columns"] == "['a', 'b']"
    pd.testing.assert_frame_equal(
        mlflow.load_table("training_sample.json", [run.info.run_id]),
        data.head(100),
        check_dtype=False,
    )


def fail(message):
    raise ValueError(message)


def data_quality():
    try:
        with mlflow.start_run() as run:
            mlflow.log_metric("data_quality_score", 0.8)
            mlflow.log_dict({"success": False, "results": []}, "data_validation.json")
            mlflow.log_param("data_quality_issues", "true")
            fail("Data quality validation failed")
    except ValueError:
        assert stored(run).info.status == "FAILED"


def data_lineage():
    inputs, outputs = {"raw": "s3://bucket/raw.csv"}, {"clean": "data/clean.parquet"}
    transformations = ["dropna", "scale"]
    with mlflow.start_run() as run:
        for name, path in inputs.items():
            mlflow.log_param(f"input_data_{name}", path)
        mlflow.log_param("transformations", ",".join(transformations))
        for name, path in outputs.items():
            mlflow.log_param(f"output_data_{name}", path)
        lineage = {"inputs": inputs, "transformations": transformations, "outputs": outputs}
        mlflow.log_dict(lineage, "data_lineage.json")
    assert mlflow.artifacts.load_dict(f"runs:/{run.info.run_id}/data_lineage.json") == lineage


def deployment():
    client = MlflowClient()
    client.transition_model_version_stage(name="churn", version=2, stage="Production")
    stages = [client.get_model_version("churn", it).current_stage for it in (1, 2, 3)]
    assert stages == ["None", "Production", "Production"]


def performance():
    model_uri = "models:/churn/Production"
    loaded = mlflow.pyfunc.load_model(model_uri)
    predictions = loaded.predict(X_test)
    with mlflow.start_run() as run:
        mlflow.log_metric("accuracy", accuracy_score(y_test, predictions))
        mlflow.log_metric("precision", precision_score(y_test, predictions, average="weighted"))
        mlflow.log_metric("recall", recall_score(y_test, predictions, average="weighted"))
        mlflow.log_metric("timestamp", time.time())
        mlflow.log_param("model_uri", model_uri)
        mlflow.log_param("monitoring_date", datetime.now(UTC).isoformat())
    assert stored(run).data.metrics["accuracy"] == model.score(X_test, y_test)
    assert stored(run).data.metrics["timestamp"] > 1_700_000_000


def drift():
    new = FRAME.assign(a=FRAME["a"] + 1)
    with mlflow.start_run() as run:
        mlflow.log_metric("drift_score", 0.2)
        mlflow.log_param("drift_threshold", 0.1)
        mlflow.log_param("drift_detected", str(True))
        mlflow.log_dict(
            {
                "reference_data_shape": FRAME.shape,
                "new_data_shape": new.shape,
                "reference_data_stats": FRAME.describe().to_dict(),
                "new_data_stats": new.describe().to_dict(),
            },
            "data_statistics.json",
        )
    kept = mlflow.artifacts.load_dict(f"runs:/{run.info.run_id}/data_statistics.json")
    assert kept["reference_data_shape"] == [200, 2]
    assert kept["new_data_stats"]["a"]["mean"] == 100.5


def serving():
    with mlflow.start_run() as run:
        mlflow.log_metric("response_time", 0.12)
        mlflow.log_metric("status_code", 200)
        mlflow.log_param("endpoint", "http://localhost:5001/invocations")
        mlflow.log_param("monitoring_time", datetime.now(UTC).isoformat())
        mlflow.log_param("endpoint_status", "healthy")
    assert stored(run).data.metrics["status_code"] == 200
    with mlflow.start_run() as run:
        mlflow.log_param("endpoint_status", "error")
        mlflow.log_param("error_message", str(ConnectionError("refused")))
    assert stored(run).data.params["error_message"] == "refused"


def efficient_metrics():
    with mlflow.start_run() as run:
        mlflow.log_metrics({f"metric_{number}": float(number) for number in range(500)})
        large_array = np.random.default_rng(0).random((10_000, 100))
        np.save("large_array.npy", large_array)
        mlflow.log_artifact("large_array.npy")
        structured_data = {
            "config": {"param1": "value1", "param2": "value2"},
            "results": {"metric1": 0.95, "metric2": 0.87},
        }
        mlflow.log_dict(structured_data, "results.json")
    assert len(stored(run).data.metrics) == 500
    local = MlflowClient().download_artifacts(run.info.run_id, "large_array.npy")
    assert np.array_equal(np.load(local), large_array)


def optimized_model():
    reduced = forest()
    reduced.n_estimators = min(reduced.n_estimators, 100)
    with mlflow.start_run() as run:
        model_path = "optimized_model.pkl"
        joblib.dump(reduced, model_path, compress=3)
        mlflow.log_artifact(model_path, "optimized_model")
    listed = MlflowClient().list_artifacts(run.info.run_id, "optimized_model")
    assert [file.path for file in listed] == ["optimized_model/optimized_model.pkl"]
    local = mlflow.artifacts.download_artifacts(
        run_id=run.info.run_id, artifact_path="optimized_model/optimized_model.pkl"
    )
    assert same(joblib.load(local))


def cache():
    cached = {}
    model_uri, input_data = "models:/churn/Production", X_test[:3]
    cache_key = f"model:{model_uri}:{hash(str(input_data))}"
    assert cached.get(cache_key) is None
    loaded = mlflow.pyfunc.load_model(model_uri)
    cached[cache_key] = pickle.dumps(loaded.predict(input_data))
    assert np.array_equal(pickle.loads(cached[cache_key]), model.predict(input_data))


def seeds():
    seed = 42
    random.seed(seed)
    with mlflow.start_run() as run:
        mlflow.log_param("random_seed", seed)
    assert stored(run).data.params == {"random_seed": "42"}


def configuration():
    Path("config.yaml").write_text("lr: 0.1\nname: base\ndebug: true\nlayers: [64, 32]\n")
    config = yaml.safe_load(Path("config.yaml").read_text())
    with mlflow.start_run() as run:
        for key, value in config.items():
            if isinstance(value, int | float | str | bool):
                mlflow.log_param(key, value)
            else:
                mlflow.log_dict({key: value}, f"{key}.json")
    assert stored(run).data.params == {"lr": "0.1", "name": "base", "debug": "True"}
    assert mlflow.artifacts.load_dict(f"runs:/{run.info.run_id}/layers.json") == {
        "layers": [64, 32]
    }


def unit_test():
    mlflow.set_tracking_uri("sqlite:///test.db")
    experiment_id = mlflow.create_experiment("test-experiment")
    with mlflow.start_run(experiment_id=experiment_id) as run:
        mlflow.log_param("test_param", "test_value")
        mlflow.log_metric("test_metric", 0.95)
        client = MlflowClient()
        run_data = client.get_run(run.info.run_id)
        assert run_data.data.params["test_param"] == "test_value"
        assert run_data.data.metrics["test_metric"] == 0.95
    assert not Path("test.db").exists()


def integration_test():
    rows, target = make_classification(n_samples=100, n_features=4, random_state=42)
    trained = RandomForestClassifier(n_estimators=10, random_state=42)
    trained.fit(rows, target)
    with mlflow.start_run():
        model_uri = mlflow.sklearn.log_model(trained, "model").model_uri
    assert same(mlflow.sklearn.load_model(model_uri), rows, trained)


def documented_experiment():
    tags = {"team": "growth", "stage": "draft"}
    experiment_id = mlflow.create_experiment(name="documented", tags=tags)
    with mlflow.start_run(experiment_id=experiment_id) as run:
        mlflow.log_param("experiment_description", "Tries a shorter window")
        mlflow.log_param("experiment_author", "data-scientist")
        mlflow.log_param("experiment_date", datetime.now(UTC).isoformat())
        for key, value in tags.items():
            mlflow.log_param(f"tag_{key}", value)
    assert mlflow.get_experiment(experiment_id).tags == tags
    assert stored(run).data.params["tag_team"] == "growth"


def documented_model():
    logged("documented-model")
    client = MlflowClient()
    told = {
        "description": "Tells who leaves",
        "metric_accuracy": str(0.9),
        "documentation_date": datetime.now(UTC).isoformat(),
    }
    for key, value in told.items():
        client.set_model_version_tag(name="documented-model", version=1, key=key, value=value)
    assert client.get_model_version("documented-model", "1").tags == told


def secrets():
    mlflow.log_param("api_key", "secret-key")
    mlflow.log_param("password", "secret-password")
    careless = mlflow.active_run()
    mlflow.end_run()
    assert "secret" not in str(stored(careless).data.params)
    mlflow.log_param("api_key", "[REDACTED]")
    mlflow.log_param("password", "[REDACTED]")
    careful = mlflow.active_run()
    mlflow.end_run()
    assert set(stored(careful).data.params.values()) == {"[REDACTED]"}


def unversioned_model():
    mlflow.sklearn.log_model(model, "model")
    mlflow.sklearn.log_model(model, "model", registered_model_name="production-model")
    (version,) = MlflowClient().search_model_versions("name='production-model'")
    assert mlflow.get_logged_model(version.model_id).name == "model"
    assert mlflow.active_run() is None
    assert same(mlflow.pyfunc.load_model("models:/production-model/1"))


def uri_from_outside():
    mlflow.set_tracking_uri(STORE)
    mlflow.set_tracking_uri(os.getenv("MLFLOW_TRACKING_URI", STORE))
    assert mlflow.get_tracking_uri() == STORE

"""The calls of a document on MLOps workflows: tracking, registry, deployment, monitoring, tests."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from iris import X_test, X_train, y_test, y_train
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import mean_squared_error, r2_score

import nbtrack as mlflow
import nbtrack.sklearn
from nbtrack import MlflowClient

STORE = "store"
X = np.arange(12.0).reshape(4, 3)
RNG = np.random.default_rng(0)


def stored(run):
    """A run as another client reads it."""
    return MlflowClient().get_run(run.info.run_id)


def components():
    mlflow.set_tracking_uri(STORE)
    mlflow.set_experiment("production-models")
    Path("model_plot.png").write_bytes(b"\x89PNG")
    with mlflow.start_run(run_name="baseline-model") as run:
        mlflow.log_param("learning_rate", 0.01)
        mlflow.log_param("batch_size", 32)
        mlflow.log_metric("accuracy", 0.95)
        mlflow.log_metric("loss", 0.05)
        mlflow.log_artifact("model_plot.png")
    assert stored(run).data.params == {"learning_rate": "0.01", "batch_size": "32"}


def basic_tracking():
    mlflow.set_tracking_uri(STORE)
    mlflow.set_experiment("house-price-prediction")
    with mlflow.start_run(run_name="rf-baseline") as run:
        params = {"n_estimators": 5, "max_depth": 10, "min_samples_split": 5, "random_state": 42}
        model = RandomForestRegressor(**params)
        model.fit(X_train, y_train)
        predictions = model.predict(X_test)
        mse = mean_squared_error(y_test, predictions)
        r2 = r2_score(y_test, predictions)
        mlflow.log_params(params)
        mlflow.log_metrics({"mse": mse, "r2": r2, "rmse": mse**0.5})
        mlflow.sklearn.log_model(
            sk_model=model, name="model", registered_model_name="HousePricePredictor"
        )
    assert stored(run).data.metrics == {"mse": mse, "r2": r2, "rmse": mse**0.5}
    version = MlflowClient().get_model_version("HousePricePredictor", "1")
    assert version.run_id == run.info.run_id
    loaded = mlflow.sklearn.load_model("models:/HousePricePredictor/1")
    assert np.array_equal(loaded.predict(X_test), predictions)


def nested_runs():
    mlflow.sklearn.autolog()
    mlflow.set_experiment("hyperparameter-tuning")
    with mlflow.start_run(run_name="grid-search-parent") as parent:
        mlflow.log_param("tuning_method", "grid_search")
        mlflow.log_param("cv_folds", 5)
        best_score, best_params = 0, None
        for lr in [0.01, 0.1, 0.3]:
            for n_est in [50, 100, 200]:
                for depth in [3, 5, 7]:
                    with mlflow.start_run(nested=True, run_name=f"lr{lr}_n{n_est}_d{depth}"):
                        params = {"learning_rate": lr, "n_estimators": n_est, "max_depth": depth}
                        score = 0.5 + lr + n_est / 1000 + depth / 100
                        mlflow.log_params(params)
                        mlflow.log_metric("accuracy", score)
                        if score > best_score:
                            best_score, best_params = score, params
        mlflow.log_params({f"best_{k}": v for k, v in best_params.items()})
        mlflow.log_metric("best_accuracy", best_score)
    assert stored(parent).data.params["best_n_estimators"] == "200"
    children = MlflowClient().search_runs(
        [parent.info.experiment_id], f"tags.mlflow.parentRunId = '{parent.info.run_id}'"
    )
    assert len(children) == 27
    assert max(run.data.metrics["accuracy"] for run in children) == best_score
    mlflow.sklearn.autolog(disable=True)


def metrics_over_time():
    with mlflow.start_run() as run:
        for epoch in range(100):
            train_loss = RNG.random() * (1 - epoch / 100)
            val_loss = RNG.random() * (1 - epoch / 100) + 0.1
            mlflow.log_metric("train_loss", train_loss, step=epoch)
            mlflow.log_metric("val_loss", val_loss, step=epoch)
            mlflow.log_metric("learning_rate", 0.01 * (0.95**epoch), step=epoch)
    history = MlflowClient().get_metric_history(run.info.run_id, "learning_rate")
    assert [point.step for point in history] == list(range(100))
    assert history[-1].value == stored(run).data.metrics["learning_rate"]


def artifacts():
    with mlflow.start_run() as run:
        plt.figure(figsize=(10, 6))
        plt.plot([3, 2, 1], label="Training Loss")
        plt.plot([4, 3, 2], label="Validation Loss")
        plt.legend()
        plt.savefig("loss_curve.png")
        plt.close("all")
        mlflow.log_artifact("loss_curve.png")
        importance = pd.DataFrame({"feature": ["a", "b"], "importance": [0.7, 0.3]})
        importance.to_csv("feature_importance.csv", index=False)
        mlflow.log_artifact("feature_importance.csv")
        Path("output_dir/inner").mkdir(parents=True)
        Path("output_dir/a.txt").write_text("a")
        Path("output_dir/inner/b.txt").write_text("b")
        mlflow.log_artifacts("output_dir/", artifact_path="outputs")
    local = Path(mlflow.artifacts.download_artifacts(run_id=run.info.run_id))
    kept = sorted(path.relative_to(local).as_posix() for path in local.rglob("*.*"))
    assert kept == [
        "feature_importance.csv",
        "loss_curve.png",
        "outputs/a.txt",
        "outputs/inner/b.txt",
    ]
    assert pd.read_csv(local / "feature_importance.csv").equals(importance)


class ModelMonitor:
    def __init__(self, model_name, tracking_uri):
        mlflow.set_tracking_uri(tracking_uri)
        mlflow.set_experiment(f"{model_name}-monitoring")

    def log_prediction_metrics(self, metrics, count, timestamp=None):
        timestamp = timestamp or datetime.now(UTC)
        with mlflow.start_run(run_name=f"monitoring-{timestamp}") as run:
            mlflow.log_metrics(metrics)
            mlflow.log_param("timestamp", timestamp.isoformat())
            mlflow.log_param("num_predictions", count)
            if metrics["accuracy"] < 0.85:
                mlflow.set_tag("alert", "performance_degradation")
        return run

    def log_data_drift(self, reference_data, current_data):
        with mlflow.start_run(run_name="data-drift-check") as run:
            for col in reference_data.columns:
                ref_mean, curr_mean = reference_data[col].mean(), current_data[col].mean()
                drift_percent = abs((curr_mean - ref_mean) / ref_mean) * 100
                mlflow.log_metric(f"{col}_drift_percent", drift_percent)
                if drift_percent > 20:
                    mlflow.set_tag(f"{col}_drift_alert", "high")
        return run


def monitoring():
    monitor = ModelMonitor("CustomerChurnModel", STORE)
    run = monitor.log_prediction_metrics({"accuracy": 0.8, "precision": 0.7, "recall": 0.6}, 10)
    assert stored(run).data.tags["alert"] == "performance_degradation"
    frame = pd.DataFrame({"age": [1.0, 2.0], "income": [3.0, 4.0]})
    run = monitor.log_data_drift(frame, frame * [1, 2])
    assert stored(run).data.metrics == {"age_drift_percent": 0.0, "income_drift_percent": 100.0}
    assert stored(run).data.tags["income_drift_alert"] == "high"


def prediction_log():
    model_name, predictions = "churn", np.array([0.1, 0.9])
    mlflow.set_experiment(f"{model_name}-predictions")
    with mlflow.start_run(run_name=f"prediction-{datetime.now(UTC).isoformat()}") as run:
        mlflow.log_param("num_predictions", len(predictions))
        mlflow.log_param("model_name", model_name)
        mlflow.log_params({"region": "eu", "batch": 7})
        sample = {"inputs": X[:5].tolist(), "predictions": predictions[:5].tolist()}
        Path("prediction_sample.json").write_text(json.dumps(sample))
        mlflow.log_artifact("prediction_sample.json")
    uri = f"{run.info.artifact_uri}/prediction_sample.json"
    assert mlflow.artifacts.load_dict(uri) == sample


def explanations():
    with mlflow.start_run() as run:
        Path("shap_summary.png").write_bytes(b"\x89PNG")
        mlflow.log_artifact("shap_summary.png")
        importances = dict(zip(["age", "income"], np.array([0.4, 0.6]), strict=True))
        mlflow.log_params({f"importance_{k}": v for k, v in importances.items()})
    assert stored(run).data.params == {"importance_age": "0.4", "importance_income": "0.6"}


class FeatureStore:
    def __init__(self, storage_path):
        self.storage_path = storage_path
        mlflow.set_experiment("feature-store")

    def create_feature_set(self, name, df, description=None):
        with mlflow.start_run(run_name=f"feature-set-{name}") as run:
            feature_path = f"{self.storage_path}/{name}_{datetime.now(UTC).isoformat()}.csv"
            df.to_csv(feature_path, index=False)
            mlflow.log_param("feature_set_name", name)
            mlflow.log_param("num_features", len(df.columns))
            mlflow.log_param("num_samples", len(df))
            mlflow.log_param("description", description or "")
            stats = df.describe().to_dict()
            mlflow.log_dict(stats, "feature_stats.json")
            mlflow.log_artifact(feature_path)
        return run

    def get_features(self, run_id):
        run = mlflow.MlflowClient().get_run(run_id)
        local_path = mlflow.artifacts.download_artifacts(run.info.artifact_uri)
        (file,) = Path(local_path).glob("*.csv")
        return pd.read_csv(file)


def feature_store():
    Path("features").mkdir()
    store = FeatureStore("features")
    features = pd.DataFrame({"customer_id": range(1000), "avg_purchase": RNG.random(1000) * 100})
    run = store.create_feature_set(
        name="customer_features", df=features, description="Customer behavioral features"
    )
    pd.testing.assert_frame_equal(store.get_features(run.info.run_id), features)
    stats = mlflow.artifacts.load_dict(f"runs:/{run.info.run_id}/feature_stats.json")
    assert stats["customer_id"]["max"] == 999


def error_handler(func):
    @wraps(func)
    def wrapper(*args, **kwargs):
        with mlflow.start_run(run_name=f"{func.__name__}"):
            try:
                result = func(*args, **kwargs)
                mlflow.set_tag("status", "success")
            except Exception as e:
                mlflow.set_tag("status", "failed")
                mlflow.set_tag("error_type", type(e).__name__)
                mlflow.set_tag("error_message", str(e))
                Path("error_traceback.txt").write_text(traceback.format_exc())
                mlflow.log_artifact("error_traceback.txt")
                logging.getLogger("training").debug("Error in %s: %s", func.__name__, e)
                raise
            return result

    return wrapper


@error_handler
def train_model_with_error_handling(divisor):
    return 1 / divisor


def error_handling():
    assert train_model_with_error_handling(1) == 1
    try:
        train_model_with_error_handling(0)
    except ZeroDivisionError:
        failed = True
    run = mlflow.last_active_run()
    assert failed
    assert (run.info.status, run.data.tags["status"]) == ("FAILED", "failed")
    assert run.data.tags["error_type"] == "ZeroDivisionError"
    text = mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/error_traceback.txt")
    assert "division by zero" in text

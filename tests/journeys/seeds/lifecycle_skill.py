"""The calls of a short guide to MLOps: a tracked training, the registry, a model in service."""

from __future__ import annotations

from pathlib import Path

from iris import X_test, X_train, forest, same, y_test, y_train
from sklearn.metrics import accuracy_score, f1_score

import nbtrack as mlflow
from nbtrack.tracking import MlflowClient

STORE = "store"


def quick_start():
    mlflow.set_tracking_uri(STORE)
    mlflow.set_experiment("customer-churn-prediction")
    with mlflow.start_run(run_name="rf-baseline") as run:
        params = {"n_estimators": 10, "max_depth": 10, "random_state": 42}
        mlflow.log_params(params)
        model = forest(**params)
        y_pred = model.predict(X_test)
        metrics = {
            "accuracy": accuracy_score(y_test, y_pred),
            "f1_score": f1_score(y_test, y_pred, average="weighted"),
        }
        mlflow.log_metrics(metrics)
        mlflow.sklearn.log_model(
            model,
            "model",
            registered_model_name="churn-classifier",
            signature=mlflow.models.infer_signature(X_train, y_pred),
        )
        assert mlflow.active_run().info.run_id == run.info.run_id
    found = MlflowClient().get_run(run.info.run_id)
    assert found.data.params == {"n_estimators": "10", "max_depth": "10", "random_state": "42"}
    assert found.data.metrics == metrics
    assert found.info.run_name == "rf-baseline"


def compare_model_versions(model_name: str, versions: list[int]) -> dict:
    client, results = MlflowClient(), {}
    for version in versions:
        run_id = client.get_model_version(model_name, str(version)).run_id
        run = client.get_run(run_id)
        results[version] = run.data.metrics
    return results


def registry_and_versions():
    for size in (1, 3):
        with mlflow.start_run():
            model = forest(n_estimators=size)
            mlflow.log_metric("accuracy", model.score(X_test, y_test))
            mlflow.sklearn.log_model(model, "model", registered_model_name="churn-classifier")
    client = MlflowClient()
    client.transition_model_version_stage(name="churn-classifier", version=3, stage="Production")
    client.transition_model_version_stage(name="churn-classifier", version=2, stage="Archived")
    loaded = mlflow.sklearn.load_model("models:/churn-classifier/Production")
    assert same(loaded, estimator=model)
    results = compare_model_versions("churn-classifier", [1, 2, 3])
    assert set(results[1]) == {"accuracy", "f1_score"}
    assert results[3] == {"accuracy": model.score(X_test, y_test)}


def service():
    model = mlflow.sklearn.load_model("models:/churn-classifier/Production")
    assert model.predict(X_test[:1].reshape(1, -1))[0] in set(y_train)
    assert 0 < model.predict_proba(X_test[:1])[0].max() <= 1


def gate_before_deployment():
    model = mlflow.sklearn.load_model("models:/churn-classifier/Production")
    score, threshold = model.score(X_test, y_test), 0.85
    assert score >= threshold, f"Model score {score} below threshold"


def rollback():
    client = MlflowClient()
    assert mlflow.promote("churn-classifier", 3, to="champion", gates=["accuracy >= 0.85"]).passed
    assert mlflow.promote("churn-classifier", 1, to="champion").passed
    mlflow.rollback("churn-classifier", alias="champion")
    assert int(client.get_model_version_by_alias("churn-classifier", "champion").version) == 3


def version_everything():
    Path("data").mkdir()
    Path("data/train.csv").write_text("a,b\n1,2\n")
    mlflow.log_artifact("data/train.csv")
    mlflow.log_params({"data_version": "v2.3"})
    run = mlflow.active_run()
    mlflow.end_run()
    assert [file.path for file in MlflowClient().list_artifacts(run.info.run_id)] == ["train.csv"]
    assert MlflowClient().get_run(run.info.run_id).data.params == {"data_version": "v2.3"}

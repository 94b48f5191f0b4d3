"""The calls of a learning path: hello, experiments, tuning, comparison, a team's server."""

from __future__ import annotations

import os
from itertools import product
from types import SimpleNamespace

import numpy as np
import pandas as pd
from harness import comes_later, needs
from iris import X_test, X_train, forest, model, same, y_train
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, f1_score, precision_score
from sklearn.model_selection import train_test_split

import nbtrack as mlflow
import nbtrack.langchain
import nbtrack.openai
import nbtrack.pyfunc
import nbtrack.pytorch
import nbtrack.sklearn
import nbtrack.tensorflow
from nbtrack.tracking import MlflowClient

FLAVORS = (
    *("sklearn", "pytorch", "tensorflow", "keras", "xgboost", "lightgbm", "catboost", "spark"),
    *("h2o", "onnx", "langchain", "openai", "transformers", "pyfunc"),
)


def version():
    assert isinstance(mlflow.__version__, str)


def hello():
    with mlflow.start_run():
        mlflow.log_param("learning_rate", 0.01)
        accuracy = 0.95
        mlflow.log_metric("accuracy", accuracy)
    (run,) = MlflowClient().search_runs(["0"])
    assert run.data.params == {"learning_rate": "0.01"}
    assert run.data.metrics == {"accuracy": 0.95}
    assert run.info.status == "FINISHED"


def three_learning_rates():
    for lr in [0.001, 0.01, 0.1]:
        with mlflow.start_run():
            mlflow.log_param("learning_rate", lr)
            accuracy = 0.95 - (lr * 2)
            mlflow.log_metric("accuracy", accuracy)
    best = MlflowClient().search_runs(["0"], order_by=["metrics.accuracy ASC"], max_results=1)
    assert best[0].data.params == {"learning_rate": "0.1"}


def a_run():
    with mlflow.start_run():
        n_estimators, max_depth = 100, 5
        mlflow.log_param("n_estimators", n_estimators)
        mlflow.log_param("max_depth", max_depth)
        mlflow.log_metric("accuracy", 1.0)


def experiments():
    mlflow.set_experiment("iris_classification_v2")
    for max_depth in [3, 5, 10, 20]:
        with mlflow.start_run():
            mlflow.log_param("max_depth", max_depth)
    assert len(mlflow.search_runs()) == 4
    mlflow.set_experiment("iris_random_forest")
    with mlflow.start_run(run_name="rf_baseline"):
        mlflow.log_param("model_type", "random_forest")
    mlflow.set_experiment("iris_xgboost")
    with mlflow.start_run(run_name="xgb_baseline"):
        mlflow.log_param("model_type", "xgboost")
    assert len(mlflow.search_runs(experiment_names=["iris_random_forest"])) == 1


def registering():
    with mlflow.start_run():
        mlflow.sklearn.log_model(
            sk_model=model,
            artifact_path="model",
            registered_model_name="iris_classifier",
        )
        mlflow.log_param("n_estimators", 100)
    client = MlflowClient()
    assert [found.name for found in client.search_registered_models()] == ["iris_classifier"]
    latest_version = client.get_latest_versions("iris_classifier", stages=["None"])[0]
    assert int(latest_version.version) == 1
    client.transition_model_version_stage(
        name="iris_classifier", version=latest_version.version, stage="Production"
    )
    assert same(mlflow.pyfunc.load_model("models:/iris_classifier/Production"))
    assert client.get_latest_versions("iris_classifier", stages=["None"]) == []


def autologging():
    for _ in range(2):
        mlflow.autolog()
    mlflow.sklearn.autolog()
    mlflow.pytorch.autolog()
    mlflow.tensorflow.autolog()
    features, target = load_wine(return_X_y=True)
    RandomForestClassifier(n_estimators=10, max_depth=5).fit(features, target)
    run = mlflow.last_active_run()
    assert run.data.params["max_depth"] == "5"
    assert run.data.metrics["training_accuracy_score"] > 0.9
    mlflow.autolog(disable=True)


def flavors():
    with mlflow.start_run() as run:
        mlflow.sklearn.log_model(sk_model=model, artifact_path="sklearn_model")
    assert same(mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/sklearn_model"))
    for flavor in FLAVORS:
        face = getattr(mlflow, flavor)
        assert all(callable(getattr(face, verb)) for verb in ("log_model", "load_model"))


@needs("torch")
def flavor_of_pytorch():
    from torch import nn

    with mlflow.start_run() as run:
        pytorch_model = nn.Sequential(nn.Linear(4, 5), nn.ReLU())
        mlflow.pytorch.log_model(pytorch_model=pytorch_model, artifact_path="pytorch_model")
    loaded = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/pytorch_model")
    assert loaded.predict(X_test.astype("float32")).shape == (len(X_test), 5)


@needs("xgboost")
def autologging_of_xgboost():
    import xgboost

    mlflow.autolog()
    dtrain = xgboost.DMatrix(X_train, label=y_train)
    xgboost.train({"max_depth": 5, "eta": 0.1}, dtrain, num_boost_round=3)
    mlflow.autolog(disable=True)
    assert mlflow.last_active_run().data.params["max_depth"] == "5"


class CustomModel(mlflow.pyfunc.PythonModel):
    """Doubles what comes in."""

    def load_context(self, context):
        pass

    def predict(self, context, model_input):
        return model_input * 2


def own_model():
    with mlflow.start_run() as run:
        mlflow.pyfunc.log_model(artifact_path="custom_model", python_model=CustomModel())
    loaded = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/custom_model")
    assert np.array_equal(loaded.predict(X_test), X_test * 2)


def wine():
    mlflow.set_experiment("wine_classification")
    parts = train_test_split(*load_wine(return_X_y=True), test_size=0.2, random_state=42)
    features, test_features, target, test_target = parts
    mlflow.sklearn.autolog()
    with mlflow.start_run(run_name="random_forest_baseline") as run:
        trained = RandomForestClassifier(n_estimators=10, max_depth=10, random_state=42)
        trained.fit(features, target)
        predictions = trained.predict(test_features)
        accuracy = accuracy_score(test_target, predictions)
        f1 = f1_score(test_target, predictions, average="weighted")
        precision = precision_score(test_target, predictions, average="weighted")
        mlflow.log_metric("test_accuracy", accuracy)
        mlflow.log_metric("test_f1", f1)
        mlflow.log_metric("test_precision", precision)
        mlflow.sklearn.log_model(
            sk_model=trained, artifact_path="model", registered_model_name="wine_classifier"
        )
    mlflow.sklearn.autolog(disable=True)
    assert same(mlflow.sklearn.load_model("models:/wine_classifier/1"), test_features, trained)
    assert MlflowClient().get_model_version("wine_classifier", 1).run_id == run.info.run_id
    logged = run.data.metrics
    assert logged["accuracy_score"] == logged["test_accuracy"] == accuracy
    assert logged["training_f1_score"] > 0.9


def tuning():
    mlflow.set_experiment("wine_hyperparameter_tuning")
    with mlflow.start_run(run_name="hyperparameter_tuning_session") as parent_run:
        best_accuracy, best_params = 0, {}
        for n_est, max_d, min_split in product([50, 100, 200], [5, 10, 20], [2, 5, 10]):
            with mlflow.start_run(run_name=f"n{n_est}_d{max_d}_s{min_split}", nested=True):
                accuracy = 0.9 + n_est / 10_000 + max_d / 1000 - min_split / 1000
                mlflow.log_param("n_estimators", n_est)
                mlflow.log_param("max_depth", max_d)
                mlflow.log_param("min_samples_split", min_split)
                mlflow.log_metric("accuracy", accuracy)
                if accuracy > best_accuracy:
                    best_accuracy = accuracy
                    best_params = {
                        "n_estimators": n_est,
                        "max_depth": max_d,
                        "min_samples_split": min_split,
                    }
                    mlflow.sklearn.log_model(forest(max_depth=max_d), "model")
        mlflow.log_params(best_params)
        mlflow.log_metric("best_accuracy", best_accuracy)
    children = mlflow.search_runs(
        filter_string=f"tags.mlflow.parentRunId = '{parent_run.info.run_id}'"
    )
    assert len(children) == 27
    assert parent_run.data.params == {name: str(value) for name, value in best_params.items()}


def study():
    mlflow.set_experiment("optuna_tuning")
    trials = [SimpleNamespace(params={"n_estimators": 50, "max_depth": 8})]
    with mlflow.start_run() as run:
        for trial in trials:
            mlflow.log_params(trial.params)
            mlflow.log_metric("accuracy", 0.9)
    assert run.data.params["max_depth"] == "8"


def production():
    mlflow.set_experiment("production_deployment")
    model_name = "production_wine_classifier"
    client = MlflowClient()
    for _ in range(2):
        with mlflow.start_run():
            mlflow.sklearn.log_model(
                sk_model=model, artifact_path="model", registered_model_name=model_name
            )
        latest_version = client.get_latest_versions(model_name, stages=["None"])[0]
        client.transition_model_version_stage(
            name=model_name,
            version=latest_version.version,
            stage="Production",
            archive_existing_versions=True,
        )
    assert client.get_model_version(model_name, "1").current_stage == "Archived"
    assert client.get_model_version(model_name, "2").current_stage == "Production"
    loaded = mlflow.pyfunc.load_model(f"models:/{model_name}/Production")
    assert same(loaded, pd.DataFrame(X_test), model)


def conversation():
    with comes_later("nbtrack.openai.autolog"):
        mlflow.openai.autolog()
    mlflow.set_experiment("customer_support_chatbot")
    with mlflow.start_run(run_name="support_conversation_001"):
        usage = SimpleNamespace(completion_tokens=120, total_tokens=180)
        mlflow.log_param("user_query", "How do I reset my password?")
        mlflow.log_metric("response_tokens", usage.completion_tokens)
        mlflow.log_metric("total_tokens", usage.total_tokens)
    (run,) = mlflow.search_runs(output_format="list")
    assert run.data.params == {"user_query": "How do I reset my password?"}
    with comes_later("nbtrack.langchain.autolog"):
        mlflow.langchain.autolog()
    mlflow.set_experiment("rag_pipeline")
    with mlflow.start_run(run_name="rag_query"):
        pass


def comparison():
    mlflow.set_experiment("model_comparison")
    scores = {"random_forest": 0.96, "gradient_boosting": 0.94, "logistic_regression": 0.97}
    for model_name, score in scores.items():
        with mlflow.start_run(run_name=model_name):
            metrics = dict.fromkeys(("accuracy", "f1_score", "precision", "recall"), score)
            for metric_name, metric_value in metrics.items():
                mlflow.log_metric(metric_name, metric_value)
            mlflow.log_param("model_type", model_name)
    client = MlflowClient()
    experiment = client.get_experiment_by_name("model_comparison")
    runs = client.search_runs(
        experiment_ids=[experiment.experiment_id],
        order_by=["metrics.accuracy DESC"],
        max_results=1,
    )
    best_run = runs[0]
    assert best_run.data.params["model_type"] == "logistic_regression"
    assert best_run.data.metrics["accuracy"] == 0.97


def evaluation():
    frame = pd.DataFrame({"features": [[1.0]], "labels": [0]})
    with comes_later("nbtrack.evaluate"):
        mlflow.evaluate(
            model="runs:/<run_id>/model",
            data=frame,
            targets="labels",
            model_type="classifier",
            evaluators=["default"],
        )
    with mlflow.start_run(), comes_later("nbtrack.evaluate"):
        mlflow.evaluate(data=frame, model_type="question-answering", evaluators=["default"])


def team():
    os.environ["MLFLOW_TRACKING_URI"] = "team_store"
    mlflow.set_tracking_uri("team_store")
    mlflow.set_experiment("team_shared_experiment")
    with mlflow.start_run() as run:
        mlflow.log_param("team_member", "alice")
    assert MlflowClient("team_store").get_run(run.info.run_id).data.params == {
        "team_member": "alice"
    }


def artifacts_of_a_run():
    with mlflow.start_run() as run:
        mlflow.log_text("x", "notes/a.txt")
    artifacts = MlflowClient().list_artifacts(run.info.run_id)
    assert [artifact.path for artifact in artifacts] == ["notes"]

"""The registry as MLflow's users write it: gates, promotion, approval, webhooks."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

import nbtrack as mlflow
from nbtrack import MlflowClient
from nbtrack.errors import NotFound
from nbtrack.gates import ClassificationReport, check_data
from nbtrack.utils.rest_utils import http_request

pytest.importorskip("sklearn")
pytest.importorskip("skops")

import numpy as np
import pandas as pd
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, classification_report
from sklearn.model_selection import cross_val_score


@pytest.fixture(scope="module")
def iris():
    """Data with its target, and two forests, a worse and a better one."""
    rows, y = load_iris(return_X_y=True, as_frame=True)
    worse = RandomForestClassifier(n_estimators=1, max_depth=1, random_state=0).fit(rows, y)
    better = RandomForestClassifier(n_estimators=4, random_state=0).fit(rows, y)
    return rows, y, (worse, better)


@pytest.fixture
def register(iris):
    """Register the forests as versions of a model, with the accuracy of each in its run."""
    rows, y, forests = iris

    def register(name):
        for forest in forests:
            with mlflow.start_run():
                mlflow.log_metric("accuracy", accuracy_score(y, forest.predict(rows)))
                mlflow.sklearn.log_model(
                    forest, "model", input_example=rows[:3], registered_model_name=name
                )
        return MlflowClient()

    return register


def test_a_training_pipeline_registers_only_above_its_threshold(iris):
    rows, y, _ = iris

    def training_pipeline(model_params, validation_threshold=0.85):
        mlflow.set_experiment("production-training-pipeline")
        with mlflow.start_run(run_name="pipeline-run"):
            mlflow.log_param("data_version", "training_data_v2.csv")
            mlflow.log_param("data_samples", len(rows))
            model = RandomForestClassifier(**model_params)
            model.fit(rows, y)
            cv_scores = cross_val_score(model, rows, y, cv=3)
            mean_cv_score = cv_scores.mean()
            mlflow.log_params(model_params)
            mlflow.log_metric("cv_score_mean", mean_cv_score)
            mlflow.log_metric("cv_score_std", cv_scores.std())
            if mean_cv_score >= validation_threshold:
                mlflow.sklearn.log_model(
                    sk_model=model, name="model", registered_model_name="ProductionModel"
                )
                mlflow.set_tag("status", "passed")
                return True
            mlflow.set_tag("status", "failed")
            mlflow.set_tag("failure_reason", "below_threshold")
            return False

    assert not training_pipeline({"n_estimators": 1, "max_depth": 1, "random_state": 0}, 0.99)
    with pytest.raises(NotFound, match="ProductionModel"):
        MlflowClient().get_registered_model("ProductionModel")
    assert training_pipeline({"n_estimators": 5, "max_depth": 4, "random_state": 0})
    (version,) = mlflow.search_model_versions(filter_string="name = 'ProductionModel'")
    run = mlflow.get_run(version.run_id)
    assert run.data.tags["status"] == "passed"


VALIDATED = {"accuracy": 0.92, "precision": 0.89, "recall": 0.91}


def test_a_model_is_promoted_with_its_validation_as_tags():
    def promote_model_to_production(model_name, version, validation_results):
        client = MlflowClient()
        for metric in ["accuracy", "precision", "recall"]:
            if metric not in validation_results:
                raise ValueError(f"Missing required metric: {metric}")
            if validation_results[metric] < 0.8:
                raise ValueError(f"{metric} below threshold: {validation_results[metric]}")
        for metric, value in validation_results.items():
            client.set_model_version_tag(
                name=model_name, version=version, key=f"validation_{metric}", value=str(value)
            )
        client.set_registered_model_alias(name=model_name, alias="production", version=version)
        client.set_model_version_tag(
            name=model_name, version=version, key="promoted_at", value=datetime.now(UTC).isoformat()
        )
        return True

    client = MlflowClient()
    client.create_registered_model("FraudDetectionModel")
    for _ in range(5):
        client.create_model_version("FraudDetectionModel", "somewhere")
    assert promote_model_to_production("FraudDetectionModel", "5", VALIDATED)
    by_hand = client.get_model_version_by_alias("FraudDetectionModel", "production")
    with mlflow.start_run() as run:
        mlflow.log_metrics(VALIDATED)
    client.create_model_version("FraudDetectionModel", "somewhere", run.info.run_id)
    gates = [f"{metric} >= 0.8" for metric in VALIDATED]
    mlflow.promote("FraudDetectionModel", 6, to="production", gates=gates)
    in_one_call = client.get_model_version_by_alias("FraudDetectionModel", "production")
    assert (by_hand.version, in_one_call.version) == ("5", "6")
    assert in_one_call.tags.keys() - by_hand.tags.keys() == {"validation_passed"}
    for metric, value in VALIDATED.items():
        assert in_one_call.tags[f"validation_{metric}"] == str(value)


def test_a_validator_tags_the_metrics_that_failed(iris):
    rows, y, (worse, _) = iris
    thresholds = {"precision": 0.85, "recall": 0.80, "f1-score": 0.82}
    results, passed = {}, True
    with mlflow.start_run(run_name="model-validation") as run:
        report = classification_report(y, worse.predict(rows), output_dict=True, zero_division=0)
        for metric, threshold in thresholds.items():
            value = report["weighted avg"][metric]
            results[metric] = value
            mlflow.log_metric(metric, value)
            if value < threshold:
                passed = False
                mlflow.set_tag(f"{metric}_failed", "true")
        mlflow.log_dict(report, "validation_report.json")
        mlflow.set_tag("validation_passed", str(passed))
    tags = mlflow.get_run(run.info.run_id).data.tags
    with mlflow.start_run():
        mlflow.sklearn.log_model(worse, "model", registered_model_name="worse")
    refused = mlflow.promote(
        "worse", 1, gates=ClassificationReport(thresholds, rows, y), raise_on_failure=False
    )
    assert refused.measured == pytest.approx(results)
    version = MlflowClient().get_model_version("worse", 1)
    for tag in ("validation_passed", *(f"{it}_failed" for it in thresholds)):
        assert version.tags.get(tag) == tags.get(tag)


def test_versions_are_compared_on_the_same_data(iris, register):
    rows, y, _ = iris
    client = register("iris_classifier")
    test_data = rows.assign(target=y)

    def compare_model_versions(model_name, version_1, version_2):
        accuracies = []
        for version in (version_1, version_2):
            model = mlflow.pyfunc.load_model(f"models:/{model_name}/{version}")
            predictions = model.predict(test_data.drop("target", axis=1))
            accuracies.append(accuracy_score(test_data["target"], predictions))
        infos = [client.get_model_version(model_name, it) for it in (version_1, version_2)]
        return {
            "version_1": {
                "accuracy": accuracies[0],
                "stage": infos[0].current_stage,
                "created": infos[0].creation_timestamp,
            },
            "accuracy_improvement": accuracies[1] - accuracies[0],
        }

    comparison = compare_model_versions("iris_classifier", "1", "2")
    ours = mlflow.compare_versions("iris_classifier", 1, 2, test_data, "target")
    before, after = ours.scores["accuracy"]
    assert after - before == pytest.approx(comparison["accuracy_improvement"])
    assert comparison["version_1"]["stage"] == "None"


def test_run_metrics_are_reachable_from_versions(register):
    client = register("churn-classifier")
    client.transition_model_version_stage("churn-classifier", "2", "Production")
    model = mlflow.sklearn.load_model("models:/churn-classifier/Production")
    assert len(model.estimators_) == 4

    def compare_model_versions(model_name: str, versions: list[int]) -> dict:
        results = {}
        for version in versions:
            run_id = client.get_model_version(model_name, str(version)).run_id
            run = client.get_run(run_id)
            results[version] = run.data.metrics
        return results

    found = compare_model_versions("churn-classifier", [1, 2])
    assert found[1]["accuracy"] < found[2]["accuracy"]


def test_a_pipeline_validates_promotes_and_archives_the_former_version(iris, register):
    rows, y, _ = iris
    register("iris_classifier")

    class ModelPromotionPipeline:
        def __init__(self, model_name, test_data):
            self.model_name = model_name
            self.test_data = test_data
            self.client = MlflowClient()

        def validate_model_version(self, version, min_accuracy=0.9):
            model_uri = f"models:/{self.model_name}/{version}"
            model = mlflow.pyfunc.load_model(model_uri)
            predictions = model.predict(self.test_data.drop("target", axis=1))
            accuracy = accuracy_score(self.test_data["target"], predictions)
            return {
                "accuracy": accuracy,
                "meets_threshold": accuracy >= min_accuracy,
                "prediction_distribution": np.bincount(predictions),
            }

        def promote_if_valid(self, version):
            validation = self.validate_model_version(version)
            if validation["meets_threshold"]:
                current_prod = self.get_latest_production_version()
                self.client.transition_model_version_stage(
                    name=self.model_name,
                    version=version,
                    stage="Production",
                    description=f"Auto-promoted with accuracy {validation['accuracy']:.4f}",
                )
                if current_prod:
                    self.client.transition_model_version_stage(
                        name=self.model_name,
                        version=current_prod.version,
                        stage="Archived",
                        description=f"Replaced by version {version}",
                    )
                return True, f"Model v{version} promoted to production"
            return False, f"Model v{version} failed validation"

        def get_latest_production_version(self):
            versions = self.client.get_latest_versions(self.model_name, stages=["Production"])
            return versions[0] if versions else None

    pipeline = ModelPromotionPipeline("iris_classifier", rows.assign(target=y))
    client = pipeline.client
    client.transition_model_version_stage("iris_classifier", 1, "Production")
    assert pipeline.promote_if_valid("1") == (False, "Model v1 failed validation")
    assert pipeline.promote_if_valid("2") == (True, "Model v2 promoted to production")
    by_hand = [client.get_model_version("iris_classifier", it) for it in "12"]
    assert [it.current_stage for it in by_hand] == ["Archived", "Production"]
    assert by_hand[0].description == "Replaced by version 2"
    assert by_hand[1].description.startswith("Auto-promoted with accuracy ")


def test_a_webhook_on_transitions_feeds_the_documents_handler(register, receiver):
    register("iris_classifier")
    done = []

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

    def handle_model_transition(webhook_data):
        event = webhook_data.get("event")
        model_name = webhook_data.get("model_name")
        version = webhook_data.get("version")
        to_stage = webhook_data.get("to_stage")
        done.append((event.partition("_T")[0], model_name, version, to_stage))

    assert setup_webhook(receiver.url, "iris_classifier").status_code == 200
    mlflow.on_model_event("MODEL_VERSION_TRANSITIONED_STAGE")(handle_model_transition)
    MlflowClient().transition_model_version_stage("iris_classifier", "1", "Production")
    receiver.wait()
    handle_model_transition(receiver.bodies[0])
    assert receiver.came[0][1]["Authorization"] == "Bearer your-auth-token"
    assert [it[1:] for it in done] == [("iris_classifier", "1", "Production")] * 2
    assert json.loads(receiver.came[0][2])["from_stage"] == "None"


def test_an_approver_is_tagged_and_the_version_goes_to_production():
    client = MlflowClient()
    client.create_registered_model("churn")
    client.create_model_version("churn", "somewhere")

    def approve_model(model_name: str, version: int, approver: str):
        client.set_model_version_tag(
            name=model_name, version=version, key="approved_by", value=approver
        )
        client.set_model_version_tag(
            name=model_name, version=version, key="approval_date", value=str(datetime.now(UTC))
        )
        client.transition_model_version_stage(name=model_name, version=version, stage="Production")

    approve_model("churn", 1, "ana")
    version = client.get_model_version("churn", 1)
    assert (version.current_stage, version.tags["approved_by"]) == ("Production", "ana")
    gates = ["approved by ana within 1 day"]
    assert mlflow.promote("churn", 1, to="champion", gates=gates).passed


def test_data_that_breaks_its_rules_stops_the_run():
    data = pd.DataFrame({"age": [30, -1], "plan": ["a", None]})
    rules = {"age": {"min": 0}, "plan": {"missing_at_most": 0.1}, "rows_at_least": 1}
    with mlflow.start_run() as run:
        validation_result = check_data(data, rules)
        mlflow.log_metric("data_quality_score", validation_result.success_rate)
        mlflow.log_dict(validation_result.to_json_dict(), "data_validation.json")
        if not validation_result.success:
            mlflow.log_param("data_quality_issues", "true")
    stored = mlflow.get_run(run.info.run_id).data
    assert stored.metrics["data_quality_score"] == pytest.approx(1 / 3)
    assert stored.params == {"data_quality_issues": "true"}

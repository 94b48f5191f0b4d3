"""The calls of a document on MLOps workflows about models: registry, deployment, tests, gates."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from harness import comes_later, needs
from iris import STORE, X_test, X_train, forest, logged, model, poor_model, same, y_test, y_train
from scipy import stats
from sklearn.decomposition import PCA
from sklearn.dummy import DummyClassifier
from sklearn.metrics import classification_report
from sklearn.model_selection import cross_val_score
from sklearn.preprocessing import StandardScaler

import nbtrack as mlflow
import nbtrack.azureml
import nbtrack.pyfunc
import nbtrack.pytorch
import nbtrack.sagemaker
import nbtrack.sklearn
from nbtrack import MlflowClient
from nbtrack.entities import LoggedModelStatus
from nbtrack.errors import AlreadyExists, NotFound
from nbtrack.models import ModelSignature, infer_signature
from nbtrack.types import ColSpec, Schema

CHURN, FRAUD = "CustomerChurnModel", "FraudDetectionModel"
RNG = np.random.default_rng(0)


def stored(run):
    """A run as another client reads it."""
    return MlflowClient().get_run(run.info.run_id)


def numbers(versions):
    """The numbers of versions."""
    return sorted(int(version.version) for version in versions)


def components():
    mlflow.set_tracking_uri(STORE)
    signature = infer_signature(X_train, model.predict(X_train))
    info = mlflow.sklearn.log_model(
        sk_model=model,
        name="random-forest-model",
        signature=signature,
        input_example=X_train[:5],
        registered_model_name="ProductionClassifier",
    )
    assert info.signature == signature
    assert int(info.registered_model_version) == 1
    example = mlflow.pyfunc.load_model(info.model_uri).input_example
    assert np.array_equal(example, X_train[:5])
    mlflow.end_run()

    client = MlflowClient()
    run_id = logged()
    model_uri = f"runs:/{run_id}/model"
    registered_model = mlflow.register_model(model_uri=model_uri, name=CHURN)
    client.set_registered_model_alias(
        name=CHURN, alias="production", version=registered_model.version
    )
    version = client.get_model_version_by_alias(CHURN, "production")
    assert (int(version.version), version.run_id) == (1, run_id)


def registering():
    with mlflow.start_run():
        mlflow.sklearn.log_model(
            sk_model=model, name="model", registered_model_name="CustomerSegmentationModel"
        )
    model_uri = f"runs:/{logged()}/model"
    registered_model = mlflow.register_model(model_uri=model_uri, name="CustomerSegmentationModel")
    assert int(registered_model.version) == 2
    try:
        mlflow.register_model(model_uri="runs:/abc123/model", name="CustomerSegmentationModel")
    except NotFound as error:
        refused = str(error)
    assert "abc123" in refused
    found = MlflowClient().search_model_versions("name='CustomerSegmentationModel'")
    assert numbers(found) == [1, 2]


def versions_and_aliases():
    client = MlflowClient()
    client.create_registered_model(
        name=FRAUD, description="ML model for detecting fraudulent transactions"
    )
    for estimator in (model, poor_model):
        run_id = logged(estimator=estimator)
        mv1 = client.create_model_version(name=FRAUD, source=f"runs:/{run_id}/model", run_id=run_id)
    assert (int(mv1.version), mv1.run_id, mv1.status) == (2, run_id, "READY")
    client.set_registered_model_alias(name=FRAUD, alias="champion", version="1")
    client.set_registered_model_alias(name=FRAUD, alias="challenger", version="2")
    champion_model = mlflow.sklearn.load_model(f"models:/{FRAUD}@champion")
    challenger_model = mlflow.sklearn.load_model(f"models:/{FRAUD}@challenger")
    assert champion_model.score(X_test, y_test) > challenger_model.score(X_test, y_test)
    assert same(champion_model)
    try:
        client.create_registered_model(name=FRAUD)
    except AlreadyExists as error:
        refused = str(error)
    assert FRAUD in refused


def lifecycle_of_a_failure():
    client = MlflowClient()
    failing = mlflow.initialize_logged_model(
        name="neural_network_classifier", model_type="neural_network"
    )
    assert failing.status == LoggedModelStatus.PENDING
    mlflow.finalize_logged_model(failing.model_id, LoggedModelStatus.FAILED)
    assert client.get_logged_model(failing.model_id).status == LoggedModelStatus.FAILED


@needs("torch")
def lifecycle():
    import torch

    model_instance = torch.nn.Linear(4, 3)
    initialized = mlflow.initialize_logged_model(
        name="neural_network_classifier",
        model_type="neural_network",
        tags={"architecture": "resnet", "dataset": "imagenet"},
    )
    mlflow.pytorch.log_model(
        pytorch_model=model_instance, name="model", model_id=initialized.model_id
    )
    mlflow.finalize_logged_model(initialized.model_id, LoggedModelStatus.READY)
    found = mlflow.get_logged_model(initialized.model_id)
    assert found.status == LoggedModelStatus.READY
    assert found.tags["architecture"] == "resnet"
    loaded = mlflow.pytorch.load_model(f"models:/{initialized.model_id}")
    rows = torch.tensor(X_test, dtype=torch.float32)
    assert torch.equal(loaded(rows), model_instance(rows))


def metadata_and_tags():
    name = "RecommendationModel"
    logged(name, times=3)
    client = MlflowClient()
    client.set_registered_model_tag(name=name, key="task", value="collaborative_filtering")
    client.set_registered_model_tag(name=name, key="business_unit", value="ecommerce")
    client.set_model_version_tag(name=name, version="3", key="validation_status", value="approved")
    client.set_model_version_tag(name=name, version="3", key="approval_date", value="2024-01-15")
    client.update_registered_model(name=name, description="Collaborative filtering model")
    found = client.get_registered_model(name)
    assert found.tags == {"task": "collaborative_filtering", "business_unit": "ecommerce"}
    assert found.description == "Collaborative filtering model"
    tags = client.get_model_version(name, 3).tags
    assert tags == {"validation_status": "approved", "approval_date": "2024-01-15"}


def searching():
    client = MlflowClient()
    logged(CHURN, times=4)
    client.set_registered_model_alias(CHURN, "champion", 2)
    client.set_registered_model_alias(CHURN, "challenger", 3)
    client.set_registered_model_alias(CHURN, "production", "5")
    client.set_model_version_tag(CHURN, 4, "validation_status", "approved")
    models = client.search_registered_models(
        filter_string="name LIKE 'Production%'", max_results=10
    )
    assert [found.name for found in models] == ["ProductionClassifier"]
    versions = client.search_model_versions(
        filter_string=f"name='{CHURN}' AND tags.validation_status='approved'"
    )
    assert numbers(versions) == [4]
    model_version = client.get_model_version(name=CHURN, version="5")
    assert model_version.current_stage == "None"
    assert model_version.aliases == ["production"]
    champion = client.get_model_version_by_alias(name=CHURN, alias="champion")
    assert int(champion.version) == 2


def deployment():
    loaded = mlflow.pyfunc.load_model(f"models:/{CHURN}@production")
    assert same(loaded)
    with comes_later("nbtrack.sagemaker.deploy"):
        mlflow.sagemaker.deploy(
            app_name="customer-churn-predictor",
            model_uri=f"models:/{CHURN}@production",
            region_name="us-east-1",
            mode="create",
            execution_role_arn="arn:aws:iam::123456789:role/SageMakerRole",
            instance_type="ml.m5.xlarge",
            instance_count=2,
        )
    with comes_later("nbtrack.azureml.deploy"):
        mlflow.azureml.deploy(
            model_uri=f"models:/{CHURN}@production",
            workspace=None,
            deployment_config=None,
            service_name="churn-predictor-service",
        )
    registered = mlflow.register_model(model_uri=f"runs:/{logged()}/model", name=CHURN)
    assert int(registered.version) == 6


def batch_inference():
    loaded = mlflow.pyfunc.load_model(f"models:/{CHURN}@production")
    pd.DataFrame(X_test).to_csv("customer_batch.csv", index=False)
    batch_data = pd.read_csv("customer_batch.csv")
    predictions, chunk_size = [], 20
    for i in range(0, len(batch_data), chunk_size):
        chunk = batch_data[i : i + chunk_size]
        chunk_predictions = loaded.predict(chunk.to_numpy())
        predictions.extend(chunk_predictions)
    assert predictions == list(model.predict(X_test))


class ABTestFramework:
    def __init__(self, model_a_uri, model_b_uri, traffic_split=0.5):
        self.model_a = mlflow.pyfunc.load_model(model_a_uri)
        self.model_b = mlflow.pyfunc.load_model(model_b_uri)
        self.traffic_split = traffic_split
        mlflow.set_experiment("ab-testing")

    def predict(self, data, user_id=None):
        if user_id is None or hash(user_id) % 100 < self.traffic_split * 100:
            model_name, prediction = "model_a", self.model_a.predict(data)
        else:
            model_name, prediction = "model_b", self.model_b.predict(data)
        with mlflow.start_run(run_name=f"ab-test-{datetime.now(UTC).isoformat()}"):
            mlflow.log_param("model_variant", model_name)
            mlflow.log_param("user_id", user_id)
            mlflow.log_metric("prediction", float(prediction[0]))
        return prediction

    def evaluate_test(self, results_a, results_b):
        with mlflow.start_run(run_name="ab-test-evaluation") as run:
            metrics_a = {"mean_a": np.mean(results_a), "std_a": np.std(results_a)}
            metrics_b = {"mean_b": np.mean(results_b), "std_b": np.std(results_b)}
            t_stat, p_value = stats.ttest_ind(results_a, results_b)
            mlflow.log_metrics({**metrics_a, **metrics_b})
            mlflow.log_metric("t_statistic", t_stat)
            mlflow.log_metric("p_value", p_value)
            mlflow.set_tag("significant", "yes" if p_value < 0.05 else "no")
        return run


def ab_test():
    testing = ABTestFramework(
        model_a_uri=f"models:/{CHURN}@champion",
        model_b_uri=f"models:/{CHURN}@challenger",
        traffic_split=0.5,
    )
    prediction = testing.predict(X_test[:1], user_id="user123")
    assert prediction == model.predict(X_test[:1])
    run = testing.evaluate_test([1.0, 2.0, 1.5], [8.0, 9.0, 8.5])
    assert stored(run).data.metrics["mean_b"] == 8.5
    assert stored(run).data.tags["significant"] == "yes"


class MultiArmedBandit:
    def __init__(self, model_uris):
        self.models = [mlflow.pyfunc.load_model(uri) for uri in model_uris]
        self.successes = [1] * len(model_uris)
        self.failures = [1] * len(model_uris)
        mlflow.set_experiment("mab-testing")

    def select_model(self):
        samples = [RNG.beta(s, f) for s, f in zip(self.successes, self.failures, strict=True)]
        return np.argmax(samples)

    def predict_and_update(self, data, actual_outcome=None):
        model_idx = self.select_model()
        prediction = self.models[model_idx].predict(data)
        with mlflow.start_run(run_name="mab-prediction"):
            mlflow.log_param("selected_model", model_idx)
            mlflow.log_metric("prediction", float(prediction[0]))
            if actual_outcome is not None:
                good = actual_outcome == prediction[0]
                (self.successes if good else self.failures)[model_idx] += 1
                pulls = self.successes[model_idx] + self.failures[model_idx]
                mlflow.log_metric("success_rate", self.successes[model_idx] / pulls)
        return prediction


def bandit():
    testing = MultiArmedBandit([f"models:/{CHURN}@champion", f"models:/{CHURN}@challenger"])
    testing.predict_and_update(X_test[:1], model.predict(X_test[:1])[0])
    (run,) = mlflow.search_runs(output_format="list")
    assert run.data.metrics["success_rate"] == 2 / 3


def feature_pipeline():
    data = pd.DataFrame(X_train)
    with mlflow.start_run(run_name="feature-engineering") as run:
        mlflow.log_param("original_features", len(data.columns))
        scaler = StandardScaler()
        scaled_data = scaler.fit_transform(data)
        mlflow.sklearn.log_model(scaler, "scaler")
        pca = PCA(n_components=0.95)
        transformed_data = pca.fit_transform(scaled_data)
        mlflow.sklearn.log_model(pca, "pca")
        mlflow.log_param("final_features", transformed_data.shape[1])
        mlflow.log_metric("variance_explained", pca.explained_variance_ratio_.sum())
    loaded = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/scaler")
    assert np.array_equal(loaded.transform(data), scaled_data)
    loaded = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/pca")
    assert np.array_equal(loaded.transform(scaled_data), transformed_data)


def pipeline_run(data_path, model_params, validation_threshold=0.85):
    mlflow.set_experiment("production-training-pipeline")
    with mlflow.start_run(run_name="pipeline-run"):
        data = pd.read_csv(data_path)
        rows, target = data.drop("target", axis=1), data["target"]
        mlflow.log_param("data_version", data_path.split("/")[-1])
        mlflow.log_param("data_samples", len(data))
        trained = forest(**model_params).fit(rows, target)
        cv_scores = cross_val_score(trained, rows, target, cv=5)
        mlflow.log_params(model_params)
        mlflow.log_metric("cv_score_mean", cv_scores.mean())
        mlflow.log_metric("cv_score_std", cv_scores.std())
        if cv_scores.mean() >= validation_threshold:
            mlflow.sklearn.log_model(
                sk_model=trained, name="model", registered_model_name="ProductionModel"
            )
            mlflow.set_tag("status", "passed")
            return True
        mlflow.set_tag("status", "failed")
        mlflow.set_tag("failure_reason", "below_threshold")
        return False


def training_pipeline():
    Path("data").mkdir()
    data = pd.DataFrame(X_train).assign(target=y_train)
    data.to_csv("data/training_data_v2.csv", index=False)
    told = {"data_path": "data/training_data_v2.csv", "model_params": {"max_depth": 10}}
    assert pipeline_run(**told, validation_threshold=0.85)
    assert not pipeline_run(**told, validation_threshold=1.1)
    client = MlflowClient()
    (version,) = client.search_model_versions("name='ProductionModel'")
    run = client.get_run(version.run_id)
    assert run.data.tags["status"] == "passed"
    assert run.data.metrics["cv_score_mean"] >= 0.85


def promote_model_to_production(model_name, version, validation_results):
    client = MlflowClient()
    for metric in ["accuracy", "precision", "recall"]:
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


def promotion():
    logged(FRAUD, times=3)
    validation_results = {"accuracy": 0.92, "precision": 0.89, "recall": 0.91}
    promote_model_to_production(
        model_name=FRAUD, version="5", validation_results=validation_results
    )
    version = MlflowClient().get_model_version_by_alias(FRAUD, "production")
    assert int(version.version) == 5
    assert version.tags["validation_accuracy"] == "0.92"
    assert set(version.tags) == {
        *("validation_accuracy", "validation_precision", "validation_recall", "promoted_at")
    }
    gated = mlflow.promote(FRAUD, 4, to="production", gates=["accuracy >= 0.8"])
    assert gated.passed
    assert int(MlflowClient().get_model_version_by_alias(FRAUD, "production").version) == 4
    mlflow.rollback(FRAUD, alias="production")
    assert int(MlflowClient().get_model_version_by_alias(FRAUD, "production").version) == 5


def retrain(new_model):
    mlflow.set_experiment(f"{CHURN}-retraining")
    with mlflow.start_run(run_name=f"retrain-{datetime.now(UTC).isoformat()}") as run:
        client = MlflowClient()
        current_model = client.get_model_version_by_alias(CHURN, "production")
        current_model_obj = mlflow.sklearn.load_model(f"models:/{CHURN}@production")
        current_score = current_model_obj.score(X_test, y_test)
        mlflow.log_metric("current_production_score", current_score)
        new_score = new_model.score(X_test, y_test)
        mlflow.log_metric("new_model_score", new_score)
        if new_score > current_score:
            mlflow.sklearn.log_model(sk_model=new_model, name="model", registered_model_name=CHURN)
            mlflow.set_tag("status", "promoted")
        else:
            mlflow.set_tag("status", "not_promoted")
    return current_model, stored(run)


def retraining():
    client = MlflowClient()
    current, run = retrain(poor_model)
    assert (int(current.version), run.data.tags["status"]) == (5, "not_promoted")
    poor = mlflow.register_model(f"runs:/{logged(estimator=poor_model)}/model", CHURN)
    client.set_registered_model_alias(CHURN, "production", poor.version)
    current, run = retrain(model)
    assert (current.version, run.data.tags["status"]) == (poor.version, "promoted")
    newest = client.get_latest_versions(CHURN, stages=["None"])[0]
    assert newest.run_id == run.info.run_id


def signatures():
    signature = infer_signature(X_train, model.predict(X_train))
    input_schema = Schema(
        [
            ColSpec("double", "age"),
            ColSpec("double", "income"),
            ColSpec("string", "customer_segment"),
        ]
    )
    output_schema = Schema([ColSpec("double")])
    explicit = ModelSignature(inputs=input_schema, outputs=output_schema)
    assert explicit.inputs.input_names() == ["age", "income", "customer_segment"]
    with mlflow.start_run():
        info = mlflow.sklearn.log_model(
            sk_model=model, name="model", signature=signature, input_example=X_train[:5]
        )
        other = mlflow.sklearn.log_model(sk_model=model, name="other", signature=explicit)
    assert mlflow.models.get_model_info(info.model_uri).signature == signature
    assert mlflow.models.get_model_info(other.model_uri).signature == explicit


class ModelValidator:
    def __init__(self, thresholds):
        self.thresholds = thresholds

    def validate(self, validated, rows, target):
        results = {}
        with mlflow.start_run(run_name="model-validation"):
            predictions = validated.predict(rows)
            report = classification_report(target, predictions, output_dict=True, zero_division=0)
            passed = True
            for metric, threshold in self.thresholds.items():
                value = report["weighted avg"][metric]
                results[metric] = value
                mlflow.log_metric(metric, value)
                if value < threshold:
                    passed = False
                    mlflow.set_tag(f"{metric}_failed", "true")
            Path("validation_report.json").write_text(json.dumps(report, indent=2))
            mlflow.log_artifact("validation_report.json")
            mlflow.set_tag("validation_passed", str(passed))
            return passed, results


def validation():
    validator = ModelValidator(thresholds={"precision": 0.85, "recall": 0.80, "f1-score": 0.82})
    passed, results = validator.validate(model, X_test, y_test)
    assert passed
    assert results["precision"] >= 0.85
    passed, _ = validator.validate(poor_model, X_test, y_test)
    run = mlflow.last_active_run()
    tags = run.data.tags
    assert not passed
    assert (tags["f1-score_failed"], tags["validation_passed"]) == ("true", "False")
    report = mlflow.artifacts.load_dict(f"runs:/{run.info.run_id}/validation_report.json")
    assert set(report) >= {"0", "1", "2", "weighted avg"}


def baselines():
    mlflow.set_experiment("baseline-models")
    for strategy in ["most_frequent", "stratified", "uniform"]:
        with mlflow.start_run(run_name=f"baseline-{strategy}"):
            baseline = DummyClassifier(strategy=strategy, random_state=0)
            baseline.fit(X_train, y_train)
            mlflow.log_param("strategy", strategy)
            mlflow.log_metric("accuracy", baseline.score(X_test, y_test))
            mlflow.sklearn.log_model(
                sk_model=baseline,
                name="baseline_model",
                registered_model_name=f"Baseline-{strategy}",
            )
    found = mlflow.search_runs(filter_string="params.strategy = 'uniform'")
    assert found["tags.mlflow.runName"].tolist() == ["baseline-uniform"]
    models = mlflow.search_registered_models(filter_string="name LIKE 'Baseline-%'")
    names = [registered.name for registered in models]
    assert names == ["Baseline-most_frequent", "Baseline-stratified", "Baseline-uniform"]
    loaded = mlflow.sklearn.load_model("models:/Baseline-stratified/1")
    assert loaded.strategy == "stratified"

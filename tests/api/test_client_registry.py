"""The registry's calls as documents on MLflow write them, under `import nbtrack as mlflow`."""

from __future__ import annotations

import inspect

import pytest

import nbtrack as mlflow
from nbtrack import MlflowClient
from nbtrack.api.client.later import LaterCall
from nbtrack.api.client.registry import RegistryClient
from nbtrack.entities.model_registry import ModelVersion, RegisteredModel
from nbtrack.entities.model_registry.model_version_status import ModelVersionStatus


@pytest.fixture
def client():
    return MlflowClient()


def test_no_method_of_the_registry_comes_later():
    methods = [name for name, _ in inspect.getmembers(RegistryClient, inspect.isfunction)]
    assert len(methods) > 25
    assert not [it for it in methods if isinstance(getattr(MlflowClient, it), LaterCall)]


def test_versions_and_aliases_are_managed(client):
    client.create_registered_model(
        name="FraudDetectionModel", description="ML model for detecting fraudulent transactions"
    )
    for run_id in ("run1", "run2"):
        client.create_model_version(
            name="FraudDetectionModel", source=f"runs:/{run_id}/model", run_id=run_id
        )
    client.set_registered_model_alias(name="FraudDetectionModel", alias="champion", version="1")
    client.set_registered_model_alias(name="FraudDetectionModel", alias="challenger", version="2")
    client.set_registered_model_tag(name="FraudDetectionModel", key="task", value="fraud")
    client.set_model_version_tag(
        name="FraudDetectionModel", version="2", key="validation_status", value="approved"
    )
    client.update_registered_model(name="FraudDetectionModel", description="new")
    models = client.search_registered_models(filter_string="name LIKE 'Fraud%'", max_results=10)
    assert [(it.name, it.description, it.tags, it.aliases) for it in models] == [
        ("FraudDetectionModel", "new", {"task": "fraud"}, {"champion": "1", "challenger": "2"})
    ]
    versions = client.search_model_versions(
        filter_string="name='FraudDetectionModel' AND tags.validation_status='approved'"
    )
    assert [(it.version, it.aliases) for it in versions] == [("2", ["challenger"])]
    champion = client.get_model_version_by_alias(name="FraudDetectionModel", alias="champion")
    assert (champion.version, champion.run_id) == ("1", "run1")


def test_versions_are_compared_by_their_runs(client):
    client.create_registered_model("churn-classifier")
    for number in (1, 2):
        with mlflow.start_run() as run:
            mlflow.log_metric("accuracy", number / 10)
        uri = f"runs:/{run.info.run_id}/model"
        client.create_model_version("churn-classifier", uri, run.info.run_id)
    results = {}
    for version in (1, 2):
        run_id = client.get_model_version("churn-classifier", str(version)).run_id
        results[version] = client.get_run(run_id).data.metrics
    assert results == {1: {"accuracy": 0.1}, 2: {"accuracy": 0.2}}


def test_models_are_listed_with_the_stages_of_their_versions(client):
    client.create_registered_model("iris_classifier")
    for _ in range(2):
        client.create_model_version("iris_classifier", "file:///models/iris")
    latest = client.get_latest_versions("iris_classifier", stages=["None"])[0]
    client.transition_model_version_stage(
        name="iris_classifier", version=latest.version, stage="Production"
    )
    shown = [
        (model.name, version.version, version.current_stage)
        for model in client.list_registered_models()
        for version in model.latest_versions
    ]
    assert shown == [("iris_classifier", "1", "None"), ("iris_classifier", "2", "Production")]
    with pytest.raises(mlflow.MlflowException, match="my_model not found"):
        client.get_model_version("my_model", "1")


def test_a_client_may_be_subclassed(client):
    class AuditedClient(MlflowClient):
        def __init__(self, tracking_uri=None, user_id=None):
            super().__init__(tracking_uri)
            self.audit = []

        def transition_model_version_stage(
            self,
            name,
            version,
            stage,
            archive_existing_versions=False,  # noqa: FBT002 - MLflow's signature
            description=None,
        ):
            before = self.get_model_version(name, version).current_stage
            result = super().transition_model_version_stage(
                name, version, stage, archive_existing_versions, description
            )
            self.audit.append((name, version, before, result.current_stage))
            return result

    client.create_registered_model("m")
    client.create_model_version("m", "x")
    audited = AuditedClient(user_id="ada")
    audited.transition_model_version_stage("m", 1, "Staging")
    assert audited.audit == [("m", 1, "None", "Staging")]


def test_methods_take_mlflows_parameters_in_mlflows_order():
    wanted = {
        "create_registered_model": ["name", "tags", "description", "deployment_job_id"],
        "search_registered_models": ["filter_string", "max_results", "order_by", "page_token"],
        "search_model_versions": ["filter_string", "max_results", "order_by", "page_token"],
        "create_model_version": [
            *("name", "source", "run_id", "tags", "run_link", "description"),
            *("await_creation_for", "model_id"),
        ],
        "transition_model_version_stage": ["name", "version", "stage", "archive_existing_versions"],
        "set_model_version_tag": ["name", "version", "key", "value", "stage"],
        "delete_model_version_tag": ["name", "version", "key", "stage"],
        "set_registered_model_alias": ["name", "alias", "version"],
        "copy_model_version": ["src_model_uri", "dst_name"],
        "get_latest_versions": ["name", "stages"],
    }
    for name, parameters in wanted.items():
        known = [*inspect.signature(getattr(MlflowClient, name)).parameters][1:]
        assert known[: len(parameters)] == parameters, name


def test_entities_have_mlflows_names(client):
    client.create_registered_model("m")
    version = client.create_model_version("m", "x")
    assert isinstance(version, ModelVersion)
    assert isinstance(client.get_registered_model("m"), RegisteredModel)
    assert ModelVersionStatus.from_string(version.status) == ModelVersionStatus.READY

from __future__ import annotations

import pandas as pd
import pytest
import yaml

import nbtrack
from nbtrack.api.shipping.manifests import generate_manifests, label, processors, size
from nbtrack.errors import AlreadyExists, InvalidValue


@pytest.fixture
def model(tmp_path):
    frame = pd.DataFrame({"x": [1.0]})
    nbtrack.set_tracking_uri(tmp_path / "store")
    nbtrack.pyfunc.log_model(
        name="same",
        python_model=lambda it: it["x"],
        input_example=frame,
        registered_model_name="Churn_Model",
    )
    return "models:/Churn_Model/1"


def test_kubernetes_gets_three_watched_containers_a_service_and_an_autoscaler(model, tmp_path):
    path = generate_manifests(model, tmp_path, replicas=3, cpu="500m", memory="512Mi")
    deployment, service, scaler = yaml.safe_load_all(path.read_text())
    assert not [it for it in yaml.scan(path.read_text()) if isinstance(it, yaml.AnchorToken)]
    assert [it["kind"] for it in (deployment, service, scaler)] == [
        *("Deployment", "Service", "HorizontalPodAutoscaler")
    ]
    assert {it["metadata"]["name"] for it in (deployment, service, scaler)} == {"churn-model"}
    spec = deployment["spec"]
    container = spec["template"]["spec"]["containers"][0]
    assert (spec["replicas"], container["image"]) == (3, "churn-model:1")
    assert container["ports"] == [{"name": "http", "containerPort": 8080}]
    assert container["resources"]["limits"] == {"cpu": "500m", "memory": "512Mi"}
    assert container["livenessProbe"]["httpGet"]["path"] == "/health"
    assert service["spec"]["ports"][0] | {"port": 80} == service["spec"]["ports"][0]
    assert spec["template"]["metadata"]["labels"] == service["spec"]["selector"]
    assert (scaler["spec"]["minReplicas"], scaler["spec"]["maxReplicas"]) == (3, 9)


def test_compose_gets_a_service_with_a_healthcheck(model, tmp_path):
    path = generate_manifests(model, tmp_path, "compose", image="mine:2", cpu="500m")
    service = yaml.safe_load(path.read_text())["services"]["churn-model"]
    assert (service["image"], service["ports"]) == ("mine:2", ["8080:8080"])
    assert service["healthcheck"]["test"][:3] == ["CMD", "python", "-c"]
    assert service["deploy"]["resources"]["limits"] == {"cpus": "0.5", "memory": "1g"}


def test_what_cannot_be_written_is_told(model, tmp_path):
    with pytest.raises(InvalidValue, match="did you mean 'kubernetes'"):
        generate_manifests(model, tmp_path, "kubernete")
    with pytest.raises(InvalidValue, match="at least one"):
        generate_manifests(model, tmp_path, replicas=0)
    (tmp_path / "compose.yaml").write_text("services: {}\n")
    with pytest.raises(AlreadyExists, match="was not written here"):
        generate_manifests(model, tmp_path, "compose")


def test_names_and_sizes_are_as_each_tool_has_them():
    assert (label("Churn_Model v2"), label("7up"), label("…")) == (
        "churn-model-v2",
        "model-7up",
        "model",
    )
    assert (processors("500m"), processors("2"), size("512Mi"), size("2G")) == (
        "0.5",
        "2",
        "512m",
        "2g",
    )

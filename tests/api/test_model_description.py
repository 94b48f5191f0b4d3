"""`nbtrack.models.Model`, and logging by a module of one's own."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import nbtrack
from nbtrack.errors import InvalidValue
from nbtrack.models import Model, Resource


def total(numbers):
    return sum(numbers)


def save_model(path, mlflow_model, text):
    """As a flavor's module of another package writes its models."""
    nbtrack.pyfunc.save_model(
        path, python_model=lambda data: text + data, mlflow_model=mlflow_model
    )


def test_a_description_is_read_at_any_address():
    info = nbtrack.pyfunc.log_model(name="total", python_model=total)
    for uri in (info.model_uri, f"{info.model_uri}/MLmodel"):
        assert Model.load(uri).model_id == info.model_id


def test_a_module_of_ones_own_logs_models():
    flavor = SimpleNamespace(save_model=save_model)
    with nbtrack.start_run() as run:
        info = Model.log("mine", flavor, text="a", metadata={"k": 1}, registered_model_name="own")
    assert (info.name, info.run_id, info.metadata) == ("mine", run.info.run_id, {"k": 1})
    assert nbtrack.pyfunc.load_model("models:/own/1").predict("b") == "ab"


@pytest.mark.parametrize("flavor", [SimpleNamespace(), SimpleNamespace(save_model=lambda path: 1)])
def test_what_is_no_flavor_is_refused(flavor):
    with pytest.raises(InvalidValue, match="is no flavor: it needs save_model"):
        Model.log("mine", flavor)


def test_resources_stand_in_the_file(tmp_path):
    resources = [Resource("table", "sales"), Resource("table", "people")]
    nbtrack.pyfunc.save_model(tmp_path / "m", python_model=total, resources=resources)
    assert Model.load(tmp_path / "m").resources == {
        "api_version": "1",
        "databricks": {"table": [{"name": "sales"}, {"name": "people"}]},
    }

"""The module names that users import, and that they hold what MLflow's hold."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys

import pytest

import nbtrack
from nbtrack import entities, exceptions
from nbtrack.errors import InvalidValue, NbtrackError, NotFound, NotYet

FACES = {
    "artifacts": {"download_artifacts", "list_artifacts", "load_dict", "load_image", "load_text"},
    "client": {"MlflowClient"},
    "config": {"get_tracking_uri", "set_tracking_uri", "enable_system_metrics_logging"},
    "data": {"from_pandas", "from_numpy", "get_source"},
    "entities": {"Metric", "Param", "RunTag", "RunStatus", "ViewType", "LoggedModelStatus"},
    "exceptions": {"MlflowException", "RestException"},
    "pyfunc": {"PyFuncModel", "PythonModel", "PythonModelContext", "load_model", "log_model"},
    "pyfunc.model": {"PythonModel", "PythonModelContext"},
    "system_metrics": {"enable_system_metrics_logging"},
    "tracking": {"MlflowClient", "get_tracking_uri", "set_tracking_uri"},
    "tracking.client": {"MlflowClient"},
    "types": {"ColSpec", "DataType", "ParamSchema", "ParamSpec", "Schema", "TensorSpec"},
    "types.schema": {"AnyType", "Array", "Map", "Object", "Property"},
    "tracking.fluent": {"start_run", "log_metric", "search_runs", "flush_artifact_async_logging"},
}


@pytest.mark.parametrize("name", FACES)
def test_a_face_exports_what_mlflow_has_there(name):
    face = importlib.import_module(f"nbtrack.{name}")
    assert FACES[name] <= set(face.__all__)
    assert all(hasattr(face, exported) for exported in face.__all__)


def test_a_face_hands_on_the_same_objects():
    fluent = importlib.import_module("nbtrack.tracking.fluent")
    shared = set(fluent.__all__) & set(nbtrack.__all__)
    assert len(shared) > 30
    assert all(getattr(fluent, name) is getattr(nbtrack, name) for name in shared)
    assert nbtrack.tracking.MlflowClient is nbtrack.MlflowClient


def test_modules_of_later_names_stand_beside_those_that_are_there():
    assert importlib.import_module("nbtrack.pyfunc.model").PythonModel is nbtrack.pyfunc.PythonModel
    for module, name in (
        ("pyfunc.model", "ChatModel"),
        ("types.llm", "ChatMessage"),
        ("models.evaluation", "MetricThreshold"),
    ):
        with pytest.raises(NotYet, match=f"nbtrack.*{name} is not in this version"):
            getattr(importlib.import_module(f"nbtrack.{module}"), name)()


def test_errors_are_mlflow_exceptions():
    assert exceptions.MlflowException is NbtrackError is nbtrack.MlflowException
    codes = {
        InvalidValue: "INVALID_PARAMETER_VALUE",
        NotFound: "RESOURCE_DOES_NOT_EXIST",
        NotYet: "NOT_IMPLEMENTED",
    }
    for error, code in codes.items():
        assert issubclass(error, exceptions.MlflowException)
        assert error.error_code == code


def test_an_exception_is_raised_with_a_code_as_mlflow_does():
    with pytest.raises(exceptions.MlflowException, match="no luck") as caught:
        raise exceptions.MlflowException("no luck", error_code="RESOURCE_CONFLICT")
    assert (caught.value.error_code, caught.value.message) == ("RESOURCE_CONFLICT", "no luck")
    assert exceptions.MlflowException("x").error_code == "INTERNAL_ERROR"


def test_entities_are_made_as_mlflow_makes_them():
    metric = entities.Metric("loss", 0.5, 1_700_000_000_000, 3)
    assert (metric.key, metric.value, metric.timestamp, metric.step) == (
        "loss",
        0.5,
        1_700_000_000_000,
        3,
    )
    assert entities.Param("a", "1") == entities.Param(key="a", value="1")
    assert entities.RunTag("a", "1").value == "1"
    assert entities.LoggedModelStatus("READY") is entities.LoggedModelStatus.READY
    assert str(entities.LoggedModelStatus.READY) == "READY"
    assert entities.LoggedModelStatus.is_finalized(entities.LoggedModelStatus.FAILED)
    assert not entities.LoggedModelStatus.is_finalized(entities.LoggedModelStatus.PENDING)


def test_attributes_can_be_set_on_the_module():
    nbtrack.custom_logger = object()
    try:
        assert nbtrack.custom_logger is not None
    finally:
        del nbtrack.custom_logger


MLFLOW_SIGNATURES = {
    "create_experiment": ["name", "artifact_location", "tags"],
    "get_artifact_uri": ["artifact_path"],
    "load_table": ["artifact_file", "run_ids", "extra_columns"],
    "log_artifact": ["local_path", "artifact_path", "run_id"],
    "log_artifacts": ["local_dir", "artifact_path", "run_id"],
    "log_dict": ["dictionary", "artifact_file", "run_id"],
    "log_figure": ["figure", "artifact_file", "save_kwargs"],
    "log_image": ["image", "artifact_file", "key", "step", "timestamp", "synchronous"],
    "log_input": ["dataset", "context", "tags", "model"],
    "log_inputs": ["datasets", "contexts", "tags_list", "models"],
    "log_stream": ["stream", "artifact_file", "run_id"],
    "log_table": ["data", "artifact_file", "run_id"],
    "log_text": ["text", "artifact_file", "run_id"],
    "search_experiments": ["view_type", "max_results", "filter_string", "order_by"],
    "search_runs": [
        *("experiment_ids", "filter_string", "run_view_type", "max_results", "order_by"),
        *("output_format", "search_all_experiments", "experiment_names"),
    ],
}


@pytest.mark.parametrize("name", MLFLOW_SIGNATURES)
def test_a_function_takes_mlflows_parameters_in_mlflows_order(name):
    wanted = MLFLOW_SIGNATURES[name]
    assert list(inspect.signature(getattr(nbtrack, name)).parameters)[: len(wanted)] == wanted


def test_faces_load_neither_duckdb_nor_pandas():
    names = ", ".join(f"nbtrack.{name}" for name in FACES)
    script = (
        f"import sys, {names}\n"
        "assert not {'duckdb', 'pandas', 'numpy', 'plotly'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)

from __future__ import annotations

import numpy as np

import nbtrack
from nbtrack.models import infer_signature
from nbtrack.registry.signatures.schema import ColSpec, Schema
from nbtrack.registry.signatures.signature import ModelSignature


def total(model_input):
    """A model."""
    return model_input


def register(signature=None):
    nbtrack.pyfunc.log_model(
        name="total", python_model=total, signature=signature, registered_model_name="churn"
    )


def told(ask, version):
    return ask("GET", "models", "churn", "versions", version, "signature")


def test_a_version_tells_its_columns_and_params(ask, here):
    takes = Schema([ColSpec("double", "age"), ColSpec("string", "town", required=False)])
    params = infer_signature(params={"cut": 0.5, "tags": ["a"]}).params
    register(ModelSignature(takes, Schema([ColSpec("long")]), params))
    assert told(ask, "1").told == {
        "flavor": "python_function",
        "inputs": [
            {"name": "age", "type": "double", "is_required": True, "default": None},
            {"name": "town", "type": "string", "is_required": False, "default": None},
        ],
        "outputs": [{"name": "", "type": "long", "is_required": True, "default": None}],
        "params": [
            {"name": "cut", "type": "double", "is_required": False, "default": "0.5"},
            {"name": "tags", "type": "array of string", "is_required": False, "default": "['a']"},
        ],
    }


def test_tensors_are_told_with_their_shapes(ask, here):
    register(infer_signature(np.zeros((2, 28, 28), "float32")))
    assert [it["type"] for it in told(ask, "1").told["inputs"]] == ["float32 (-1, 28, 28)"]


def test_a_version_without_signature_has_none(ask, here):
    register()
    assert told(ask, "1").told | {"flavor": ""} == {
        "flavor": "",
        "inputs": [],
        "outputs": [],
        "params": [],
    }


def test_a_version_that_is_not_there_is_an_error(ask, here):
    register()
    found = told(ask, "7")
    assert (found.status, found.told["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")

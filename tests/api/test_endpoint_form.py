from __future__ import annotations

import numpy as np
import pytest

import nbtrack
from nbtrack.api.endpoints.form import example_body, fields_of
from nbtrack.models import infer_signature
from nbtrack.types.schema import ColSpec, Schema, TensorSpec


def rows(model_input):
    """As many ones as rows."""
    return [1] * len(model_input)


@pytest.fixture
def saved(tmp_path):
    """Saves a model, and gives its folder."""

    def save(**more):
        nbtrack.pyfunc.save_model(tmp_path / "model", python_model=rows, **more)
        return tmp_path / "model"

    return save


def signature(*specs):
    return nbtrack.models.ModelSignature(inputs=Schema(list(specs)))


def test_without_an_example_each_type_has_a_value_to_begin_with(saved):
    folder = saved(signature=signature(ColSpec("double", "age"), ColSpec("string", "town", False)))
    fields = fields_of(folder)
    assert [(it.name, it.is_required, it.example) for it in fields] == [
        ("age", True, 0.5),
        ("town", False, "text"),
    ]
    split = {"columns": ["age", "town"], "data": [[0.5, "text"]]}
    assert example_body(folder) == {"dataframe_split": split}


def test_columns_without_names_are_asked_as_a_matrix(saved):
    folder = saved(signature=signature(ColSpec("long"), ColSpec("long")))
    assert [it.name for it in fields_of(folder)] == ["0", "1"]
    assert example_body(folder) == {"inputs": [[1, 1]]}


def test_a_tensor_is_one_field_with_its_shape(saved):
    data = np.ones((1, 2))
    folder = saved(signature=infer_signature(data), input_example=data)
    (field,) = fields_of(folder)
    assert (field.name, field.type, field.kind) == ("inputs", "float64[-1, 2]", "tensor")
    assert example_body(folder) == {"inputs": [[1.0, 1.0]]}


def test_named_tensors_are_a_field_each(saved):
    specs = [TensorSpec(np.dtype("float32"), (-1, 3), name) for name in ("left", "right")]
    fields = fields_of(saved(signature=signature(*specs)))
    assert [(it.name, it.type) for it in fields] == [
        ("left", "float32[-1, 3]"),
        ("right", "float32[-1, 3]"),
    ]


def test_a_model_without_a_signature_takes_any_data(saved):
    folder = saved()
    assert [(it.name, it.kind) for it in fields_of(folder)] == [("inputs", "data")]
    assert example_body(folder) == {"inputs": [[0.5]]}


def test_of_a_long_example_the_first_row_is_sent(saved):
    import pandas as pd

    folder = saved(input_example=pd.DataFrame({"x": [1.0, 2.0, 3.0]}))
    assert example_body(folder)["dataframe_split"]["data"] == [[1.0]]

"""Columns, tensors, and schemas made of either."""

from __future__ import annotations

import json

import numpy as np
import pytest

from nbtrack.errors import InvalidValue, NotYet
from nbtrack.registry.signatures.schema import ColSpec, Schema, TensorInfo, TensorSpec
from nbtrack.registry.signatures.types import Array, DataType

SEED = Schema(
    [
        ColSpec("double", "age"),
        ColSpec("double", "income"),
        ColSpec("string", "customer_segment"),
    ]
)
FLOATS = np.dtype("float32")


def test_the_schema_of_a_seed_is_written_as_mlflow_writes_it():
    assert SEED.to_json() == (
        '[{"type": "double", "name": "age", "required": true}, '
        '{"type": "double", "name": "income", "required": true}, '
        '{"type": "string", "name": "customer_segment", "required": true}]'
    )
    assert Schema.from_json(SEED.to_json()) == SEED
    assert SEED.to_dict() == json.loads(SEED.to_json())


def test_a_schema_answers_what_users_ask_of_it():
    schema = Schema([ColSpec("long", "a"), ColSpec("string", "b", required=False)])
    assert (len(schema), [it.name for it in schema]) == (2, ["a", "b"])
    assert schema.input_names() == ["a", "b"]
    assert schema.required_input_names() == ["a"]
    assert schema.optional_input_names() == ["b"]
    assert schema.has_input_names()
    assert not schema.is_tensor_spec()
    assert schema.input_types() == schema.column_types == [DataType.long, DataType.string]
    assert schema.columns is schema.inputs
    assert schema.input_types_dict() == {"a": DataType.long, "b": DataType.string}
    assert schema.input_dict()["b"] == ColSpec("string", "b", required=False)
    assert schema.numpy_types() == [np.dtype("int64"), np.dtype("str")]
    assert schema.pandas_types() == [np.dtype("int64"), np.dtype("object")]
    assert repr(schema) == "['a': long (required), 'b': string (optional)]"
    with pytest.raises(NotYet):
        schema.as_spark_schema()


def test_columns_without_names_are_known_by_position():
    schema = Schema([ColSpec("long"), ColSpec("double")])
    assert schema.input_names() == schema.required_input_names() == [0, 1]
    assert not schema.has_input_names()
    with pytest.raises(InvalidValue, match="has no names"):
        schema.input_dict()


def test_a_schema_of_tensors():
    schema = Schema([TensorSpec(FLOATS, (-1, 2), "a"), TensorSpec(np.dtype("str"), [-1], "b")])
    assert schema.is_tensor_spec()
    assert schema.numpy_types() == [FLOATS, np.dtype("str")]
    assert schema.required_input_names() == ["a", "b"]
    assert Schema.from_json(schema.to_json()) == schema
    assert repr(schema) == "['a': Tensor('float32', (-1, 2)), 'b': Tensor('str', (-1,))]"
    with pytest.raises(InvalidValue, match="numpy_types"):
        schema.pandas_types()


def test_only_scalars_have_dtypes():
    with pytest.raises(InvalidValue, match="'x' is array of long"):
        Schema([ColSpec(Array("long"), "x")]).numpy_types()


@pytest.mark.parametrize(
    ("inputs", "problem"),
    [
        ([], "at least one"),
        ("ab", "made of a list, not of a str"),
        ([ColSpec("long", "a"), ColSpec("long")], "1 of 2 have none"),
        ([ColSpec("long", "a"), TensorSpec(FLOATS, (-1,), "b")], "only ColSpec or only TensorSpec"),
        ([TensorSpec(FLOATS, (-1,)), TensorSpec(FLOATS, (-1,))], "need names"),
        ([ColSpec("long", required=False)], "an optional column needs a name"),
        (["a"], "not str"),
    ],
)
def test_a_schema_that_cannot_be_is_refused(inputs, problem):
    with pytest.raises(InvalidValue, match=problem):
        Schema(inputs)


@pytest.mark.parametrize(
    ("dtype", "shape", "problem"),
    [
        ("float32", (-1,), "not a str"),
        (np.dtype("<U5"), (-1,), r"np.dtype\('str'\) instead of '<U5'"),
        (np.dtype("S5"), (-1,), r"np.dtype\('bytes'\)"),
        (FLOATS, 3, "a shape is a tuple or list"),
    ],
)
def test_a_tensor_that_cannot_be_is_refused(dtype, shape, problem):
    with pytest.raises(InvalidValue, match=problem):
        TensorSpec(dtype, shape)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[", "a schema is JSON"),
        ('[{"type": "tensor"}]', "no tensor with its spec"),
        ('[{"type": "tensor", "tensor-spec": {"dtype": "int8"}}]', r"lacks \['shape'\]"),
        ('[{"type": "tensor", "tensor-spec": {"dtype": "int7", "shape": [1]}}]', "no dtype 'int7'"),
        ('[{"name": "a"}]', "'type' is missing"),
        ('[{"name": "a", "type": "number"}]', "no type is called 'number'"),
    ],
)
def test_a_damaged_schema_says_what_is_wrong(text, problem):
    with pytest.raises(InvalidValue, match=problem):
        Schema.from_json(text)


def test_what_older_mlflow_left_out_is_required():
    assert Schema.from_json('[{"name": "a", "type": "long"}]') == Schema([ColSpec("long", "a")])
    written = '[{"name": "a", "type": "array", "items": {"type": "long"}}]'
    assert Schema.from_json(written) == Schema([ColSpec(Array("long"), "a")])


def test_tensors_are_equal_by_dtype_shape_and_name():
    assert TensorSpec(FLOATS, [-1, 2]) == TensorSpec(FLOATS, (-1, 2))
    assert TensorSpec(FLOATS, (-1,)) != TensorSpec(FLOATS, (-1,), "a")
    assert TensorInfo(FLOATS, (-1,)) != TensorInfo(FLOATS, (1,))
    assert Schema([ColSpec("double", "age")]) != SEED

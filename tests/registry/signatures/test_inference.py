"""Signatures from data, beyond what MLflow takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from nbtrack.errors import InvalidValue
from nbtrack.registry.signatures.enforcement import Enforcer
from nbtrack.registry.signatures.inference import infer_schema, infer_signature, spark_type
from nbtrack.registry.signatures.params import ParamSchema, ParamSpec
from nbtrack.registry.signatures.schema import ColSpec, Schema, TensorSpec
from nbtrack.registry.signatures.types import (
    AnyType,
    Array,
    DataType,
    Object,
    Property,
    SparkMLVector,
)


@dataclass
class Question:
    text: str
    limit: int | None = None


def tensor(dtype, *shape):
    return Schema([TensorSpec(np.dtype(dtype), shape)])


def test_a_signature_has_inputs_outputs_and_params():
    signature = infer_signature(pd.DataFrame({"x": [1.5]}), np.array([1]), {"k": 3})
    assert signature.inputs == Schema([ColSpec("double", "x")])
    assert signature.outputs == tensor("int64", -1)
    assert signature.params == ParamSchema([ParamSpec("k", "long", 3)])


def test_whole_numbers_are_inferred_without_a_warning():
    """MLflow warns of missing values that may come; what comes is told when it comes."""
    assert infer_schema(pd.DataFrame({"n": [1]})) == Schema([ColSpec("long", "n")])


def test_text_in_categories_is_text():
    frame = pd.DataFrame({"c": pd.Categorical(["a", "b"]), "n": pd.Categorical([1, 2])})
    assert infer_schema(frame).input_types() == [DataType.string, DataType.long]


def test_times_with_a_zone_are_taken_as_they_come():
    """MLflow calls them datetime, and then refuses them: that model could not be asked."""
    frame = pd.DataFrame({"t": pd.to_datetime(["2026-01-31"]).tz_localize("UTC")})
    schema = infer_schema(frame)
    assert schema == Schema([ColSpec(AnyType(), "t")])
    assert Enforcer(schema)(frame)["t"].tolist() == frame["t"].tolist()
    assert infer_schema([{"t": frame["t"][0]}]) == schema
    polars = pytest.importorskip("polars")
    pytest.importorskip("zoneinfo")
    series = polars.Series("t", ["2026-01-31T00:00:00"]).str.to_datetime(time_zone="UTC")
    assert infer_schema(series) == schema


def test_whole_numbers_with_gaps_fit_the_schema_they_have():
    pytest.importorskip("pyarrow")
    for dtype in ("Int64", "int64[pyarrow]"):
        frame = pd.DataFrame({"a": pd.array([1, None], dtype), "b": pd.array([1, 2], dtype)})
        assert Enforcer(infer_schema(frame))(frame)["a"].isna().tolist() == [False, True]


def test_sparse_columns_are_numbers():
    frame = pd.DataFrame({"s": pd.arrays.SparseArray([0.0, 1.5])})
    assert infer_schema(frame) == Schema([ColSpec("double", "s")])


def test_a_column_of_mixed_types_is_any_and_spoils_no_other():
    frame = pd.DataFrame({"m": ["a", 1], "x": [1.5, 2.5]})
    assert infer_schema(frame) == Schema([ColSpec(AnyType(), "m"), ColSpec("double", "x")])
    records = [{"m": "a", "x": 1}, {"m": 1, "x": 2.5}]
    assert infer_schema(records) == Schema([ColSpec(AnyType(), "m"), ColSpec("double", "x")])


def test_columns_of_arrow_in_pandas():
    pytest.importorskip("pyarrow")
    frame = pd.DataFrame(
        {
            "n": pd.array([1, None], "int32[pyarrow]"),
            "s": pd.array(["a", "b"], "string[pyarrow]"),
        }
    )
    wanted = Schema([ColSpec("integer", "n", required=False), ColSpec("string", "s")])
    assert infer_schema(frame) == wanted


def test_polars_and_arrow_are_read_by_their_types():
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(
        {
            "i": polars.Series([1, None], dtype=polars.Int32),
            "u": polars.Series([1, 2], dtype=polars.UInt8),
            "f": polars.Series([1.5, 2], dtype=polars.Float32),
            "b": [True, None],
            "s": ["a", "b"],
            "l": [[1], [2, 3]],
            "d": [{"a": 1}, {"a": 2}],
        }
    )
    wanted = Schema(
        [
            ColSpec("integer", "i", required=False),
            ColSpec("integer", "u"),
            ColSpec("float", "f"),
            ColSpec("boolean", "b", required=False),
            ColSpec("string", "s"),
            ColSpec(Array("long"), "l"),
            ColSpec(Object([Property("a", "long")]), "d"),
        ]
    )
    assert infer_schema(frame) == wanted
    assert infer_schema(frame["i"]) == Schema([ColSpec("integer", "i", required=False)])
    arrow = pytest.importorskip("pyarrow")
    table = arrow.table({"s": ["a"], "t": arrow.array([0], arrow.timestamp("us")), "f": [1.5]})
    assert infer_schema(table).input_types() == [
        DataType.string,
        DataType.datetime,
        DataType.double,
    ]


def test_tensors_are_read_without_their_library():
    torch = pytest.importorskip("torch")
    assert infer_schema(torch.zeros((2, 3))) == tensor("float32", -1, 3)
    both = {"a": torch.zeros((2, 3)), "b": np.zeros(2)}
    assert infer_schema(both).input_names() == ["a", "b"]
    with pytest.raises(InvalidValue, match=r"NumPy has no dtype for torch.bfloat16"):
        infer_schema(torch.zeros(2, dtype=torch.bfloat16))


def test_sparse_arrays_are_tensors():
    sparse = pytest.importorskip("scipy.sparse")
    assert infer_schema(sparse.csr_array(np.eye(3, dtype="f4"))) == tensor("float32", -1, 3)


def test_a_dataclass_says_its_own_schema():
    wanted = Schema([ColSpec("string", "text"), ColSpec("long", "limit", required=False)])
    assert infer_schema(Question) == infer_schema(Question("a")) == wanted


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "named once; twice: a"),
        (object(), "a object is no value"),
        ({1: [2]}, "keys of a dict are text"),
        (np.array(1.5), "an array of no dimension"),
        (["a", 1], "no type in common"),
        (pd.DataFrame({"t": pd.to_timedelta([1])}), "no type of a signature holds timedelta64"),
    ],
)
def test_what_has_no_schema_is_refused_with_the_reason(data, problem):
    with pytest.raises(InvalidValue, match=problem):
        infer_schema(data)


def test_a_signature_takes_what_has_no_schema_as_it_comes_and_says_so():
    with pytest.warns(UserWarning, match="outputs are not checked.*a object is no value"):
        signature = infer_signature([1.5], object())
    assert signature.outputs == Schema([ColSpec(AnyType())])


class SparkType:
    """A type of Spark, as far as it is asked here."""

    def __init__(self, name, **inner):
        self.name = name
        vars(self).update(inner)

    def typeName(self):  # noqa: N802 - Spark's name
        return self.name


class Field:
    def __init__(self, name, kind, nullable):
        self.name, self.dataType, self.nullable = name, kind, nullable


def test_types_of_spark_are_known_by_their_names():
    struct = SparkType("struct", fields=[Field("a", SparkType("long"), nullable=True)])
    array = SparkType("array", elementType=SparkType("timestamp"))
    assert spark_type(struct) == Object([Property("a", "long", required=False)])
    assert spark_type(array) == Array("datetime")
    assert spark_type(SparkType("short")) == DataType.integer
    assert spark_type(SparkType("vectorudt")) == SparkMLVector()
    with pytest.raises(InvalidValue, match="holds Spark's interval"):
        spark_type(SparkType("interval"))

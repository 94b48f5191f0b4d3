"""Types, their names, their JSON, and what two of them have in common."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from nbtrack.errors import InvalidValue, NotYet
from nbtrack.registry.signatures.types import (
    AnyType,
    Array,
    DataType,
    Map,
    Object,
    Property,
    SparkMLVector,
    read_type,
    to_type,
    type_name,
    written_type,
)

MESSAGE = Object(
    [
        Property("role", "string"),
        Property("tags", Array("string"), required=False),
        Property("scores", Map(Array("double"))),
    ]
)

ALL = [
    *DataType,
    AnyType(),
    Array("long"),
    Map(AnyType()),
    MESSAGE,
    Array(MESSAGE),
    SparkMLVector(),
]


@pytest.mark.parametrize("kind", ALL, ids=repr)
def test_a_type_is_read_back_as_it_was_written(kind):
    assert read_type(written_type(kind)) == kind


@pytest.mark.parametrize(
    "kind", [it for it in ALL if not isinstance(it, DataType | AnyType)], ids=repr
)
def test_a_class_reads_what_its_own_instances_write(kind):
    assert type(kind).from_json_dict(**kind.to_dict()) == kind


def test_scalar_types_know_their_numpy_pandas_and_python():
    assert [
        (it.name, str(it.to_numpy()), str(it.to_pandas()), it.to_python()) for it in DataType
    ] == [
        ("boolean", "bool", "bool", bool),
        ("integer", "int32", "int32", int),
        ("long", "int64", "int64", int),
        ("float", "float32", "float32", float),
        ("double", "float64", "float64", float),
        ("string", "<U0", "object", str),
        ("binary", "|S0", "object", bytes),
        ("datetime", "datetime64[ns]", "datetime64[ns]", dt.date),
    ]
    assert [DataType.from_numpy_type(it.to_numpy()) for it in DataType] == DataType.all_types()
    assert DataType.from_numpy_type(np.dtype("complex128")) is None
    assert DataType(3) is DataType["long"]


@pytest.mark.parametrize(
    ("kind", "value", "is_of_it"),
    [
        (DataType.long, 3, True),
        (DataType.long, np.int64(3), True),
        (DataType.long, np.int32(3), False),
        (DataType.long, True, False),
        (DataType.float, np.float32(1), True),
        (DataType.binary, bytearray(b"a"), True),
        (DataType.datetime, dt.date(2026, 1, 31), True),
        (DataType.datetime, np.datetime64("2026-01-31"), True),
        (DataType.datetime, "2026-01-31", False),
    ],
)
def test_a_value_is_of_a_type_or_not(kind, value, is_of_it):
    assert DataType.check_type(kind, value) is is_of_it


def test_an_object_is_the_same_in_any_order_and_a_name_stands_once():
    one, other = Property("a", "long"), Property("b", "string", required=False)
    assert Object([one, other]) == Object([other, one])
    assert [it.name for it in sorted([other, one])] == ["a", "b"]
    with pytest.raises(InvalidValue, match=r"named once; twice: \['a'\]"):
        Object([one, one])
    with pytest.raises(InvalidValue, match="at least one property"):
        Object([])
    with pytest.raises(InvalidValue, match="name is text, not a int"):
        Property(1, "long")
    with pytest.raises(InvalidValue, match="below one name, not 2"):
        Property.from_json_dict(a={"type": "long"}, b={"type": "long"})


def test_an_unknown_type_names_the_nearest():
    with pytest.raises(InvalidValue, match=r"no type is called 'strng'.*did you mean 'string'"):
        Array("strng")
    with pytest.raises(InvalidValue, match=r"a type is a DataType, its name, .* not a type"):
        to_type(int, "x")


@pytest.mark.parametrize(
    "damaged",
    [{}, {"type": "array"}, {"type": "map"}, {"type": "object"}, {"type": "array", "items": 3}],
)
def test_a_damaged_type_says_what_is_missing(damaged):
    with pytest.raises(InvalidValue, match=r"damaged: '(type|items|values|properties)' is missing"):
        read_type(damaged)


def test_a_class_refuses_what_another_wrote():
    with pytest.raises(InvalidValue, match="no Array"):
        Array.from_json_dict(type="long")


def test_types_are_told_in_a_few_letters():
    assert [type_name(it) for it in ALL[8:]] == [
        "any",
        "array of long",
        "map to any",
        "object of role, scores, tags?",
        "array of object of role, scores, tags?",
        "vector",
    ]
    assert type_name(np.dtype("float32")) == "float32"


def test_spark_comes_later():
    with pytest.raises(NotYet):
        DataType.long.to_spark()


def test_equal_vectors_and_anys_are_equal():
    assert SparkMLVector() == SparkMLVector() != Array("double")
    assert hash(AnyType()) == hash(AnyType())
    assert (
        repr([SparkMLVector(), AnyType(), Map("long")]) == "[SparkML vector, Any, Map(str -> long)]"
    )

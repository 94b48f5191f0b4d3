"""The type of plain values."""

from __future__ import annotations

import datetime as dt
import decimal
import enum

import numpy as np
import pandas as pd
import pytest

from nbtrack.errors import InvalidValue
from nbtrack.registry.signatures.types import AnyType, Array, DataType, Object, Property
from nbtrack.registry.signatures.values import common_type, is_missing, type_of, type_of_dtype


class Colour(enum.StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (True, DataType.boolean),
        (3, DataType.long),
        (1.5, DataType.double),
        (decimal.Decimal("1.5"), DataType.double),
        ("a", DataType.string),
        (Colour.RED, DataType.string),
        (b"a", DataType.binary),
        (dt.datetime.fromisoformat("2026-01-31"), DataType.datetime),
        (pd.Timestamp("2026-01-31"), DataType.datetime),
        (np.int32(1), DataType.integer),
        (np.float32(1), DataType.float),
        (np.str_("a"), DataType.string),
        (np.datetime64("2026-01-31"), DataType.datetime),
        (np.zeros((2, 2), "float32"), Array(Array("float"))),
        (np.array(["a", None], dtype=object), Array("string")),
        (None, AnyType()),
        (float("nan"), AnyType()),
        (pd.NA, AnyType()),
        ({}, AnyType()),
        ([], AnyType()),
        ([None], Array(AnyType())),
        ((1, 2.5), Array("double")),
        (
            {"a": None, "b": 1},
            Object([Property("a", AnyType(), required=False), Property("b", "long")]),
        ),
    ],
)
def test_a_value_has_a_type(value, kind):
    assert type_of(value) == kind


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (object(), "a object is no value"),
        (2**64, "more than 64 bits"),
        ({1: 2}, "keys of a dict are text, and one is a int"),
        (np.complex128(1), "holds complex128"),
        (["a", 1], "string and long have no type in common"),
    ],
)
def test_other_values_have_none(value, problem):
    with pytest.raises(InvalidValue, match=problem):
        type_of(value)


def test_a_column_has_the_type_that_holds_all():
    assert common_type([1, None, 2.5]) == DataType.double
    assert common_type([]) == AnyType()
    assert common_type([np.int32(1), np.int64(1)]) == DataType.long
    assert common_type([{"a": 1}, None, {"a": 2, "b": "x"}]) == Object(
        [
            Property("a", "long", required=False),
            Property("b", "string", required=False),
        ]
    )


@pytest.mark.parametrize("dtype", ["uint64", "complex64", "timedelta64[ns]", "float128"])
def test_a_dtype_that_no_type_holds_is_refused(dtype):
    if not hasattr(np, dtype.partition("[")[0]):
        pytest.skip("this machine has no such dtype")
    with pytest.raises(InvalidValue, match="no type of a signature holds"):
        type_of_dtype(np.dtype(dtype))


def test_text_of_any_length_has_a_type():
    assert type_of_dtype(np.dtypes.StringDType()) == DataType.string


@pytest.mark.parametrize("value", [None, float("nan"), np.float32("nan"), pd.NA, pd.NaT])
def test_a_value_is_missing(value):
    assert is_missing(value)


@pytest.mark.parametrize("value", [0, "", [], float("inf"), np.array([np.nan])])
def test_a_value_is_there(value):
    assert not is_missing(value)

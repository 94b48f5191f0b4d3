"""Lists, objects and maps in one cell."""

from __future__ import annotations

import datetime as dt
import decimal

import numpy as np
import pytest

from nbtrack.errors import SchemaMismatch
from nbtrack.registry.signatures.nested import held, scalar
from nbtrack.registry.signatures.types import AnyType, Array, DataType, Map, Object, Property

MESSAGE = Object(
    [
        Property("role", "string"),
        Property("weight", "double", required=False),
        Property("parts", Array(Object([Property("text", "string")])), required=False),
    ]
)


@pytest.mark.parametrize(
    ("value", "kind", "taken"),
    [
        ([1, 2.5], Array("double"), [1.0, 2.5]),
        (np.array([1, 2]), Array("long"), [1, 2]),
        (("a", None), Array("string"), ["a", None]),
        ([[1], []], Array(Array("long")), [[1], []]),
        ([[1], None], Array(Array("long")), [[1], None]),
        ({"role": "user", "weight": 1}, MESSAGE, {"role": "user", "weight": 1.0}),
        ({"role": "user", "weight": None}, MESSAGE, {"role": "user", "weight": None}),
        (
            {"role": "user", "parts": [{"text": "hi"}]},
            MESSAGE,
            {"role": "user", "parts": [{"text": "hi"}]},
        ),
        ({"a": [1]}, Map(Array("long")), {"a": [1]}),
        (object, AnyType(), object),
        ([True, False], Array("boolean"), [True, False]),
    ],
)
def test_a_value_that_fits_is_taken(value, kind, taken):
    assert held(value, kind) == taken


def test_a_missing_number_in_a_list_is_what_it_is_in_a_column():
    assert np.isnan(held([1.5, None], Array("double"))).tolist() == [False, True]


def test_a_missing_object_in_a_list_is_refused():
    with pytest.raises(SchemaMismatch, match=r"at \[1\]: .* and nothing came"):
        held([{"role": "user"}, None], Array(MESSAGE))


@pytest.mark.parametrize(
    ("value", "kind", "problem"),
    [
        ("a", Array("string"), "array of string is wanted, and a str came"),
        ([1, "a"], Array("long"), r"at \[1\]: long is wanted, and a str came"),
        ([1, None], Array("long"), r"at \[1\]: long is wanted, and nothing came"),
        ([[1], [1.5]], Array(Array("long")), r"at \[1\]\[0\]: .* a float came that is not whole"),
        ({"weight": 1}, MESSAGE, "'role' is required and missing"),
        ({"role": "a", "weigth": 1}, MESSAGE, "'weigth' is no property.*did you mean 'weight'"),
        ({"role": "a", "parts": [{"text": 1}]}, MESSAGE, r"at parts\[0\].text: string is wanted"),
        ("a", MESSAGE, "object of parts\\?, role, weight\\? is wanted, and a str came"),
        ({1: 2}, Map("long"), "names of a map are text, and one is a int"),
        ({"a": "b"}, Map("long"), "at a: long is wanted"),
        ([1], Map("long"), "map to long is wanted, and a list came"),
        (None, Array("long"), "array of long is wanted, and nothing came"),
    ],
)
def test_a_value_that_does_not_fit_says_where(value, kind, problem):
    with pytest.raises(SchemaMismatch, match=problem):
        held(value, kind)


def test_what_is_not_required_may_be_missing_or_empty():
    assert held(None, Array("long"), required=False) is None
    assert held([], MESSAGE, required=False) == []
    assert held({}, MESSAGE, required=False) == {}
    assert held(None, Array(AnyType()), required=False) is None


NOW = dt.datetime.fromisoformat("2026-01-31T08:00:00")


@pytest.mark.parametrize(
    ("kind", "value", "taken"),
    [
        (DataType.boolean, 1, True),
        (DataType.boolean, np.bool_(False), False),
        (DataType.integer, 2**31 - 1, 2**31 - 1),
        (DataType.long, 3.0, 3),
        (DataType.long, np.int8(3), 3),
        (DataType.double, 3, 3.0),
        (DataType.double, decimal.Decimal("0.1"), 0.1),
        (DataType.float, 0.1, 0.1),
        (DataType.float, float("inf"), float("inf")),
        (DataType.string, "a", "a"),
        (DataType.binary, bytearray(b"a"), b"a"),
        (DataType.datetime, "2026-01-31T08:00:00", NOW),
        (DataType.datetime, NOW, NOW),
    ],
)
def test_a_scalar_is_taken_only_unchanged(kind, value, taken):
    assert scalar(value, kind) == taken


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (DataType.boolean, 2),
        (DataType.boolean, "true"),
        (DataType.integer, 2**31),
        (DataType.long, 2**63),
        (DataType.long, 3.5),
        (DataType.double, 2**53 + 1),
        (DataType.double, 10**400),
        (DataType.double, "1.5"),
        (DataType.float, 1e39),
        (DataType.string, 1),
        (DataType.binary, "a"),
        (DataType.datetime, "tomorrow"),
        (DataType.datetime, 3),
        (DataType.datetime, "2026-01-31T08:00:00+02:00"),
        (DataType.datetime, dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
    ],
)
def test_a_scalar_that_would_change_is_refused(kind, value):
    with pytest.raises(
        SchemaMismatch, match=f"{kind.name} is wanted, and a {type(value).__name__}"
    ):
        scalar(value, kind)

"""The type that two have in common."""

from __future__ import annotations

import pytest

from nbtrack.errors import InvalidValue
from nbtrack.registry.signatures.merging import merged
from nbtrack.registry.signatures.types import (
    AnyType,
    Array,
    DataType,
    Map,
    Object,
    Property,
    SparkMLVector,
)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (DataType.integer, DataType.long, DataType.long),
        (DataType.long, DataType.float, DataType.double),
        (DataType.integer, DataType.float, DataType.double),
        (DataType.float, DataType.double, DataType.double),
        (AnyType(), DataType.string, DataType.string),
        (AnyType(), AnyType(), AnyType()),
        (Array("long"), Array("double"), Array("double")),
        (Map("long"), Map(AnyType()), Map("long")),
        (
            AnyType(),
            Object([Property("a", "long")]),
            Object([Property("a", "long", required=False)]),
        ),
        (
            Object([Property("a", "long"), Property("b", "string")]),
            Object([Property("a", "double"), Property("c", "string")]),
            Object(
                [
                    Property("a", "double"),
                    Property("b", "string", required=False),
                    Property("c", "string", required=False),
                ]
            ),
        ),
    ],
)
def test_two_types_have_one_in_common(one, other, both):
    assert merged(one, other) == both
    assert merged(other, one) == both


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (DataType.string, DataType.long),
        (DataType.boolean, DataType.long),
        (Array("long"), DataType.long),
        (SparkMLVector(), Array("double")),
        (Map("string"), Object([Property("a", "string")])),
    ],
)
def test_others_have_none(one, other):
    with pytest.raises(InvalidValue, match="no type in common"):
        merged(one, other)

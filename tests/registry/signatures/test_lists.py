"""Plain values of a column made an array."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nbtrack.errors import SchemaMismatch
from nbtrack.registry.signatures.lists import cast_list
from nbtrack.registry.signatures.types import AnyType, Array, DataType

D = DataType


def objects(*values):
    return np.fromiter(values, dtype=object, count=len(values))


def same(one, other):
    """Whether two columns are equal in values and dtype."""
    pd.testing.assert_series_equal(pd.Series(one), pd.Series(other))
    return True


@pytest.mark.parametrize(
    ("values", "kind", "taken"),
    [
        ([1, 2.5, None], D.double, np.array([1, 2.5, np.nan])),
        ([0.1], D.float, np.array([0.1], "float32")),
        ([1, True], D.long, np.array([1, 1])),
        ([3.0], D.long, np.array([3])),
        ([2**31 - 1], D.integer, np.array([2**31 - 1], "int32")),
        ([True, False], D.boolean, np.array([True, False])),
        ([1, 0], D.boolean, np.array([True, False])),
        (["2026-01-01"], D.datetime, np.array(["2026-01-01"], "M8[ns]")),
        ([np.float64(1), np.int8(2)], D.double, np.array([1.0, 2.0])),
        ([float("inf")], D.float, np.array([np.inf], "float32")),
        ([b"a", None], D.binary, objects(b"a", None)),
        (["a", None], D.string, objects("a", None)),
        ([[1], []], Array("long"), objects([1], [])),
        ([[1, 2], [3, 4]], AnyType(), objects([1, 2], [3, 4])),
        ([], D.double, np.array([], "float64")),
        ([2**53], D.double, np.array([2.0**53])),
    ],
)
def test_plain_values_have_no_width(values, kind, taken):
    assert same(cast_list(values, kind), taken)


@pytest.mark.parametrize(
    ("values", "kind", "problem"),
    [
        ([1.0, 3.5], D.long, "row 1: long is wanted, and a float came that is not whole"),
        ([1, 2**31], D.integer, "row 1: integer is wanted, and a int came that is too big"),
        ([2**64], D.long, "row 0: long is wanted, and a int came that is too big"),
        ([2**53 + 1], D.double, "row 0: double is wanted, and a int came that is too big"),
        ([10**400], D.double, "too big"),
        ([1e39], D.float, "row 0: float is wanted"),
        ([1.0, "2"], D.double, "row 1: double is wanted, and a str came"),
        ([1, None], D.long, "row 1 has no value, and long holds"),
        ([None], D.boolean, "row 0 has no value"),
        (["a", 1], D.string, "row 1: string is wanted, and a int came"),
        (["a"], D.binary, "row 0: binary is wanted, and a str came"),
        ([[1], ["a"]], Array("long"), r"row 1: at \[0\]: long is wanted, and a str came"),
        ([None], Array("long"), "row 0: array of long is wanted, and nothing came"),
    ],
)
def test_plain_values_that_would_change_are_refused_with_their_row(values, kind, problem):
    with pytest.raises(SchemaMismatch, match=problem):
        cast_list(values, kind)


def test_gaps_of_optional_whole_numbers_are_none():
    assert same(cast_list([1, None], D.long, required=False), objects(1, None))
    assert same(cast_list([None, [1]], Array("long"), required=False), objects(None, [1]))


def test_bytes_come_as_base64_over_the_wire():
    assert same(
        cast_list(["YWJj", "YWJj\n", b"x"], D.binary, wire=True), objects(b"abc", b"abc", b"x")
    )
    with pytest.raises(SchemaMismatch, match="row 1: binary is wanted as base64 text"):
        cast_list(["YWJj", "not that"], D.binary, wire=True)


@pytest.mark.parametrize(
    ("values", "kind", "taken"),
    [
        ([1, "2.5", None], D.double, np.array([1.0, 2.5, np.nan])),
        ([2**53 + 1], D.double, np.array([2.0**53])),
        (["7", 8], D.integer, np.array([7, 8], "int32")),
        (["a", 7, 0.5, None], D.string, objects("a", "7", "0.5", None)),
    ],
)
def test_numbers_may_come_as_text_over_the_wire_and_the_reverse(values, kind, taken):
    assert same(cast_list(values, kind, wire=True), taken)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["much"], D.double),
        (["3.5"], D.long),
        (["9" * 30], D.long),
        (["9" * 5_000], D.long),
        ([10**400], D.double),
        (["1e39"], D.float),
        ([True], D.string),
        (["true"], D.boolean),
        ([[1]], D.string),
    ],
)
def test_what_would_lose_something_is_refused_over_the_wire_too(values, kind):
    with pytest.raises(SchemaMismatch, match="row 0: "):
        cast_list(values, kind, wire=True)

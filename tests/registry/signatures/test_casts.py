"""Columns held against their types: widened, or refused; never changed."""

from __future__ import annotations

import datetime as dt
import decimal

import numpy as np
import pandas as pd
import pytest

from nbtrack.errors import SchemaMismatch
from nbtrack.registry.signatures.casts import cast_array, cast_matrix, cast_tensor
from nbtrack.registry.signatures.types import DataType

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
        (np.array([1], "int32"), D.long, np.array([1], "int64")),
        (np.array([1], "uint8"), D.integer, np.array([1], "int32")),
        (np.array([True]), D.long, np.array([1], "int64")),
        (np.array([1.5], "float32"), D.double, np.array([1.5])),
        (np.array([2**53, -(2**53)]), D.double, np.array([2.0**53, -(2.0**53)])),
        (np.array([2**24]), D.float, np.array([2**24], "float32")),
        (np.array([3], "uint64"), D.double, np.array([3.0])),
        (np.array([], "int64"), D.float, np.array([], "float32")),
        (np.array(["2026-01-01"], "M8[D]"), D.datetime, np.array(["2026-01-01"], "M8[ns]")),
        (np.array(["2026-01-01"]), D.datetime, np.array(["2026-01-01"], "M8[ns]")),
        (np.array(["a"]), D.string, objects("a")),
        (np.array([b"a"]), D.binary, objects(b"a")),
        (objects(1, 2.5, None), D.double, np.array([1, 2.5, np.nan])),
        (objects(1, 2), D.long, np.array([1, 2])),
        (objects(decimal.Decimal("1.5"), None), D.double, np.array([1.5, np.nan])),
        (objects(True, False), D.boolean, np.array([True, False])),
        (objects(dt.date(2026, 1, 1), None), D.datetime, np.array(["2026-01-01", "NaT"], "M8[ns]")),
        (
            objects("2026-01-01T08:00", None),
            D.datetime,
            np.array(["2026-01-01T08", "NaT"], "M8[ns]"),
        ),
        (pd.array(["2026-01-01"], "str"), D.datetime, np.array(["2026-01-01"], "M8[ns]")),
        (pd.array([1, 2], "Int64"), D.long, np.array([1, 2])),
        (pd.array([1, 2], "Int32"), D.long, np.array([1, 2])),
        (pd.array([1, None], "Int64"), D.double, np.array([1, np.nan])),
        (pd.array([1.5, None], "Float64"), D.double, np.array([1.5, np.nan])),
        (pd.array([True], "boolean"), D.boolean, np.array([True])),
    ],
)
def test_a_column_is_widened(values, kind, taken):
    assert same(cast_array(values, kind), taken)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (np.array([1.5, np.nan]), D.double),
        (objects("a", None), D.string),
        (objects("a", 1), D.string),
        (objects(b"a"), D.binary),
        (objects(True, None), D.boolean),
        (objects(None, None), D.string),
        (pd.array(["a", None], "str"), D.string),
        (pd.array(["a", None], "string"), D.string),
        (pd.Categorical(["a", "b", None]), D.string),
        (pd.Categorical([1, 2]), D.long),
        (pd.arrays.SparseArray([0.0, 1.5]), D.double),
    ],
)
def test_what_fits_is_handed_on_itself(values, kind):
    assert cast_array(values, kind) is values


@pytest.mark.parametrize(
    ("values", "kind", "problem"),
    [
        (
            np.array([1]),
            D.integer,
            r"int64 came, which is wider: .astype\('int32'\)",
        ),
        (np.array([1.5]), D.float, "float64 came, which is wider"),
        (np.array([1.5]), D.long, r"may hold fractions: round it first with .astype\('int64'\)"),
        (np.array([1, np.nan, 2]), D.long, r"values are missing \(1, the first in row 1\)"),
        (np.array([2**53 + 1]), D.double, "a number beyond 9,007,199,254,740,992"),
        (np.array([-(2**24) - 1]), D.float, "a number beyond 16,777,216"),
        (np.array([1], "uint64"), D.long, "long is wanted, and uint64 came"),
        (np.array([1]), D.boolean, "boolean is wanted, and int64 came"),
        (np.array([1 + 2j]), D.double, "double is wanted, and complex128 came"),
        (np.array([1]), D.string, "string is wanted, and int64 came"),
        (np.array([1]), D.binary, "binary is wanted, and int64 came"),
        (np.array([1]), D.datetime, "datetime is wanted, and int64 came"),
        (objects(1, 2), D.string, r"integer values came: .astype\(str\) first"),
        (objects("1", "2"), D.double, "double is wanted, and text came"),
        (objects(1.5, "x"), D.double, "row 1: double is wanted, and a str came"),
        (objects(1, None), D.long, "long is wanted, and float64 came|row 1 has no value"),
        (objects("2026-01-01", "soon"), D.datetime, "row 1: datetime is wanted, and a str came"),
        (pd.array(["1"], "str"), D.long, "long is wanted, and text came"),
        (
            pd.array([1, None], "Int64"),
            D.long,
            "row 1 has no value, and long holds",
        ),
        (pd.array([True, None], "boolean"), D.boolean, "row 1 has no value"),
        (pd.array([1.5], "Float64"), D.long, "may hold fractions"),
        (pd.array(["2026-01-01"], "datetime64[ns, UTC]"), D.datetime, "with a time zone came"),
        (pd.Categorical([1.5]), D.string, "string is wanted, and float64 came"),
        (pd.arrays.SparseArray([0.0, 1.5]), D.long, "may hold fractions|float64 came"),
        (pd.array([pd.Timedelta(1)]), D.double, "double is wanted, and timedelta64"),
    ],
)
def test_a_column_that_would_change_is_refused(values, kind, problem):
    with pytest.raises(SchemaMismatch, match=problem):
        cast_array(values, kind)


def test_whole_numbers_with_gaps_stay_where_the_column_is_optional():
    values = pd.array([1, None], "Int64")
    assert cast_array(values, D.long, required=False) is values


def test_columns_of_arrow_are_columns():
    pytest.importorskip("pyarrow")
    numbers = pd.array([1, 2], "int64[pyarrow]")
    assert same(cast_array(numbers, D.double), np.array([1.0, 2.0]))
    text = pd.array(["a", None], "string[pyarrow]")
    assert cast_array(text, D.string) is text
    with pytest.raises(SchemaMismatch, match="text came"):
        cast_array(text, D.double)


def test_whole_floats_of_one_array_are_whole_numbers():
    assert cast_matrix(np.array([[1.0, 2.0]]), D.long).dtype == np.int64
    assert cast_matrix(np.array([[1, 2]]), D.integer).dtype == np.int32
    assert cast_matrix(np.array([[1.5]]), D.double).dtype == np.float64
    for wrong in ([[1.5]], [[np.nan]], [[np.inf]]):
        with pytest.raises(SchemaMismatch):
            cast_matrix(np.array(wrong), D.long)
    with pytest.raises(SchemaMismatch, match="wider"):
        cast_matrix(np.array([[2**40]]), D.integer)


def test_tensors_are_widened_too():
    assert cast_tensor(np.zeros(2, "float32"), np.dtype("float64")).dtype == np.float64
    assert cast_tensor(np.array(["abc"]), np.dtype("str")).dtype == "<U3"
    assert cast_tensor(np.array([1, 2]), np.dtype("object")).dtype == object
    with pytest.raises(SchemaMismatch, match="float32 is wanted, and float64 came"):
        cast_tensor(np.zeros(2), np.dtype("float32"))
    with pytest.raises(SchemaMismatch):
        cast_tensor(np.array(["a"]), np.dtype("float32"))


def test_messages_never_hold_the_values():
    secret = "4111-1111"
    for values, kind in [(objects(secret, 1.5), D.double), (objects(secret), D.datetime)]:
        with pytest.raises(SchemaMismatch) as caught:
            cast_array(values, kind)
        assert secret not in str(caught.value)

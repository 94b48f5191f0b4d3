"""Arrays of a shape and a dtype, from whatever holds one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nbtrack.errors import SchemaMismatch
from nbtrack.registry.signatures.enforcement import Enforcer, enforce
from nbtrack.registry.signatures.schema import Schema, TensorSpec


def one(dtype="float32", shape=(-1, 2)):
    return Schema([TensorSpec(np.dtype(dtype), shape)])


NAMED = Schema(
    [
        TensorSpec(np.dtype("float32"), (-1, 2), "image"),
        TensorSpec(np.dtype("int64"), (-1,), "label"),
    ]
)


def test_an_array_that_fits_is_handed_on_itself():
    data = np.zeros((3, 2), "float32")
    assert enforce(data, one()) is data


@pytest.mark.parametrize(
    "data",
    [
        np.array([[1.5, 2.5]], "float16"),
        [[1.5, 2.5]],
        ((1.5, 2.5),),
        pd.DataFrame({"a": [1.5], "b": [2.5]}, dtype="float32"),
        pd.DataFrame({"x": [[1.5, 2.5]]}),
        pd.DataFrame({"x": [np.array([1.5, 2.5], "float32")]}),
        {"whatever": np.array([[1.5, 2.5]], "float32")},
    ],
    ids=lambda it: type(it).__name__,
)
def test_an_array_is_the_same_in_whatever_it_comes(data):
    taken = enforce(data, one())
    assert (taken.tolist(), taken.dtype, taken.shape) == ([[1.5, 2.5]], np.float32, (1, 2))


@pytest.mark.parametrize(
    ("schema", "data", "problem"),
    [
        (
            one(),
            np.zeros((3, 3), "float32"),
            r"\(-1, 2\) is wanted, .* and \(3, 3\) came",
        ),
        (one(), np.zeros(2, "float32"), r"\(2,\) came: one row is array\[None\]"),
        (one(shape=(-1, 1)), np.zeros(2, "float32"), r"one column is array.reshape\(-1, 1\)"),
        (one(), np.zeros((3, 2)), "float32 is wanted, and float64 came, which is wider"),
        (one("int64"), [[1.5, 2]], "int64 is wanted, and numbers came that it cannot hold"),
        (one(), [[1e39, 2]], "float32 is wanted, and numbers came that it cannot hold"),
        (one("int64"), [[2**70, 2]], "int64 is wanted, and other values came"),
        (one("int64"), [{"a": 1}], "int64 is wanted, and dicts came: .* has no names"),
        (one("float64", (-1, -1)), [[1], ["a", 2]], "rows of float64 are wanted"),
        (one(), pd.Series([], dtype=object), "the data has no rows"),
        (one("datetime64[ns]", (-1,)), ["soon"], "text came that is no ISO time"),
        (one("int8"), [[300, 2]], "numbers came that it cannot hold"),
        (one(), [["a", "b"]], "float32 is wanted, and <U1 came"),
        (one(), [[1.5, None]], "float32 is wanted|nan"),
        (one(), [[1.5, 2], [3]], "lists of one length are wanted"),
        (one(), object(), "an array is wanted, and a object came"),
        (one(), pd.DataFrame({"a": [1.5], "b": [1.5], "c": [1.5]}), "a frame of 3 columns came"),
        (one(), pd.DataFrame({"a": [1.5], "b": ["x"]}), r"columns are no numbers: \['b'\]"),
        (one(), pd.DataFrame({"a": [], "b": []}), "the data has no rows"),
        (one(), pd.DataFrame({"x": [[1.5, 2, 3]]}), "do not make the shape"),
        (one(), {"a": 1, "b": 2}, "the model takes one array, and a dict of 2 came"),
        (NAMED, np.zeros((1, 2), "float32"), "a dict of 'image', 'label', not a ndarray"),
    ],
)
def test_an_array_that_does_not_fit_says_why(schema, data, problem):
    if "nan" in problem:
        assert np.isnan(enforce(data, schema)[0, 1])  # nothing in a list of numbers is NaN
        return
    with pytest.raises(SchemaMismatch, match=problem):
        enforce(data, schema)


def test_named_arrays_are_checked_each():
    good = {"label": np.array([1]), "image": np.zeros((1, 2), "float32"), "more": 1}
    assert list(enforce(good, NAMED)) == ["image", "label"]
    with pytest.raises(SchemaMismatch) as caught:
        enforce({"lable": np.array([1]), "image": np.zeros((1, 3), "float32")}, NAMED)
    assert str(caught.value).splitlines() == [
        "the data does not fit the model's signature in 2 places:",
        "  column 'image': the shape (-1, 2) is wanted, -1 being any length, and (1, 3) came",
        "  array 'label' (int64) is missing; did you mean 'lable'?",
    ]


def test_one_named_array_needs_no_name():
    schema = Schema([TensorSpec(np.dtype("float32"), (-1, 2), "x")])
    assert list(enforce(np.zeros((1, 2), "float32"), schema)) == ["x"]


def test_a_frame_has_named_arrays_as_columns():
    data = pd.DataFrame({"image": [[1.5, 2.5]], "label": [1]})
    taken = enforce(data, NAMED)
    assert {name: it.tolist() for name, it in taken.items()} == {
        "image": [[1.5, 2.5]],
        "label": [1],
    }
    assert taken["image"].dtype == np.float32


def test_ragged_rows_are_taken_where_a_length_is_open():
    rows = np.fromiter([np.zeros(1), np.zeros(2)], dtype=object, count=2)
    assert enforce(rows, one("float64", (-1, -1))) is rows
    made = enforce([[1.5], [1.5, 2.5]], one("float64", (-1, -1)))
    assert [it.tolist() for it in made] == [[1.5], [1.5, 2.5]]
    anything = np.array(["a", 1], dtype=object)
    assert enforce(anything, one("object", (-1,))) is anything


def test_sparse_matrices_are_tensors():
    sparse = pytest.importorskip("scipy.sparse")
    for kind in (sparse.csr_matrix, sparse.csc_matrix, sparse.coo_matrix, sparse.csr_array):
        taken = enforce(kind(np.eye(3)), one("float64", (-1, 3)))
        assert taken.toarray().tolist() == np.eye(3).tolist()
    assert enforce(sparse.csr_matrix(np.eye(3, dtype="f4")), one("float64", (-1, 3))).dtype == "f8"
    with pytest.raises(SchemaMismatch, match=r"\(3, 3\) came"):
        enforce(sparse.csr_matrix(np.eye(3)), one("float64", (-1, 4)))


def test_instances_are_rows_of_named_arrays():
    enforcer = Enforcer(NAMED)
    taken = enforcer.from_instances([{"image": [1, 2], "label": 0}, {"image": [3, 4], "label": 1}])
    assert {name: it.tolist() for name, it in taken.items()} == {
        "image": [[1.0, 2.0], [3.0, 4.0]],
        "label": [0, 1],
    }
    with pytest.raises(SchemaMismatch, match="each instance has all of 'image', 'label'"):
        enforcer.from_instances([{"image": [1, 2], "label": 0}, {"image": [3, 4]}])
    assert Enforcer(one()).from_instances([[1, 2]]).tolist() == [[1.0, 2.0]]


def test_text_and_scalars_are_arrays():
    assert enforce(["a", "bc"], one("str", (-1,))).tolist() == ["a", "bc"]
    assert enforce(pd.DataFrame({"x": [1.5, 2.5]}), one("float64", (-1, 1))).shape == (2, 1)
    assert enforce(pd.DataFrame({"x": [1.5, 2.5]}), one("float64", (-1,))).shape == (2,)

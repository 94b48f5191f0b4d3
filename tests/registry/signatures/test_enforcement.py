"""Data of any kind, as a model's signature wants it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from nbtrack.errors import SchemaMismatch
from nbtrack.registry.signatures.enforcement import Enforcer, enforce, validate_schema
from nbtrack.registry.signatures.inference import infer_schema
from nbtrack.registry.signatures.params import ParamSchema, ParamSpec
from nbtrack.registry.signatures.schema import ColSpec, Schema, TensorSpec
from nbtrack.registry.signatures.types import AnyType, Array, Map, Object, Property

PEOPLE = Schema([ColSpec("long", "age"), ColSpec("double", "income"), ColSpec("string", "name")])
NUMBERS = Schema([ColSpec("double", "a"), ColSpec("double", "b")])
ADA = {"age": 36, "income": 1.5, "name": "Ada"}
FRAME = pd.DataFrame([ADA])


def test_what_fits_is_handed_on_without_a_copy():
    enforcer = Enforcer(PEOPLE)
    assert enforcer.enforce(FRAME) is FRAME
    assert enforcer.enforce(FRAME) is FRAME
    other = FRAME.copy()
    assert enforcer(other) is other
    assert enforcer.columns.fitting


def test_a_column_of_objects_is_looked_at_each_time():
    enforcer = Enforcer(Schema([ColSpec("string", "x")]))
    good = pd.DataFrame({"x": pd.Series(["a"], dtype=object)})
    assert enforcer(good) is good
    with pytest.raises(SchemaMismatch, match="integer values came"):
        enforcer(pd.DataFrame({"x": pd.Series([1], dtype=object)}))


def test_the_given_frame_is_never_changed():
    given = pd.DataFrame({"b": [1, 2], "a": [3, 4], "z": ["x", "y"]})
    kept = given.copy(deep=True)
    taken = enforce(given, NUMBERS)
    pd.testing.assert_frame_equal(given, kept)
    pd.testing.assert_frame_equal(taken, pd.DataFrame({"a": [3.0, 4.0], "b": [1.0, 2.0]}))


@pytest.mark.parametrize(
    "data",
    [
        ADA,
        [ADA],
        [[36, 1.5, "Ada"]],
        [(36, 1.5, "Ada")],
        {"age": [36], "income": [1.5], "name": ["Ada"]},
        {"age": np.array([36]), "income": 1.5, "name": "Ada"},
        {"age": pd.Series([36]), "income": [1.5], "name": pd.Series(["Ada"])},
        {"age": 36.0, "income": 1.5, "name": "Ada"},
        FRAME.assign(more=1)[["more", "name", "income", "age"]],
        FRAME.astype({"age": "int32", "income": "float32"}),
        FRAME.astype({"name": "object"}),
        FRAME.iloc[0],
        np.array([[36, 1.5, "Ada"]], dtype=object),
        np.array([(36, 1.5, "Ada")], dtype=[("age", "i8"), ("income", "f8"), ("name", "U3")]),
    ],
    ids=lambda it: type(it).__name__,
)
def test_a_row_is_the_same_in_whatever_it_comes(data):
    taken = enforce(data, PEOPLE)
    pd.testing.assert_frame_equal(
        taken.astype({"name": "object"}), FRAME.astype({"name": "object"}), check_column_type=False
    )


def test_polars_is_taken_as_pandas_is():
    polars = pytest.importorskip("polars")
    taken = enforce(polars.DataFrame([ADA]), PEOPLE)
    assert taken.to_dict("records") == [ADA]
    frame = polars.DataFrame(
        {
            "t": [dt.date(2026, 1, 31)],
            "l": [["a", "b"]],
            "c": polars.Series(["x"], dtype=polars.Categorical),
            "g": [None],
        }
    ).with_columns(polars.col("g").cast(polars.Float64))
    schema = infer_schema(frame)
    assert [str(it.type) for it in schema] == [
        "DataType.datetime",
        "Array(string)",
        "DataType.string",
        "DataType.double",
    ]
    taken = enforce(frame, schema)
    assert taken["t"].tolist() == [pd.Timestamp("2026-01-31")]
    assert taken[["l", "c"]].to_dict("records") == [{"l": ["a", "b"], "c": "x"}]


def test_arrow_is_taken_as_pandas_is():
    arrow = pytest.importorskip("pyarrow")
    table = arrow.table({"age": [36], "income": [1.5], "name": ["Ada"]})
    assert infer_schema(table) == PEOPLE
    assert enforce(table, PEOPLE).to_dict("records") == [ADA]


def test_an_array_is_taken_by_position():
    enforcer = Enforcer(NUMBERS)
    wanted = pd.DataFrame({"a": [1.5, 3.5], "b": [2.5, 4.5]})
    for data in (wanted.to_numpy(), wanted.to_numpy().tolist(), wanted.to_numpy().astype("f4")):
        pd.testing.assert_frame_equal(enforcer(data), wanted)
    mixed = Schema([ColSpec("long", "n"), ColSpec("double", "x")])
    assert enforce(np.array([[1.0, 2.5]]), mixed).dtypes.tolist() == [np.int64, np.float64]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (
            np.zeros((2, 3)),
            r"shape \(2, 3\) came, .* 2 columns: \(rows, 2\) is wanted",
        ),
        (np.zeros(2), r"one row is .reshape\(1, -1\)"),
        ([[1.0]], "row 0 has 1 value, and the model takes 2: a, b"),
        ([1.0, 2.0], "a list of dicts, or of rows with 2 values each, is wanted"),
        ({"a": [1.0], "b": [1.0, 2.0]}, "different numbers of rows: 'a' 1, 'b' 2"),
        (1.5, "row 0 has 1 value, and the model takes 2"),
        ({"a": 1.5}, r"column 'b' \(double\) is missing"),
        ({"a": "x", "b": 1.5}, "column 'a': row 0: double is wanted, and a str came"),
        (pd.DataFrame({"a": [1.0]}), r"column 'b' \(double\) is missing"),
        (pd.DataFrame([[1.0, 2.0, 3.0]], columns=["a", "b", "a"]), "column 'a' is there twice"),
        (np.array([[1.5, "x"]], dtype=object), "column 'b': row 0: double is wanted"),
        (np.array([["1", "2"]]), "column 'a': double is wanted, and <U1 came"),
        ([{"a": 1.5, "b": 1.5}, {"a": 1.5, "b": "x"}], "column 'b': row 1: double is wanted"),
        (pd.Series([1.0], name="b"), r"column 'a' \(double\) is missing"),
    ],
)
def test_what_does_not_fit_says_why(data, problem):
    with pytest.raises(SchemaMismatch, match=problem):
        enforce(data, NUMBERS)


def test_all_that_is_wrong_is_told_at_once_with_the_nearest_names():
    data = pd.DataFrame({"Age": [1], "income": ["much"], "nmae": ["Ada"], "city": ["x"]})
    with pytest.raises(SchemaMismatch) as caught:
        enforce(data, PEOPLE)
    assert str(caught.value) == (
        "the data does not fit the model's signature in 3 places:\n"
        "  column 'age' (long) is missing; did you mean 'Age'?\n"
        "  column 'name' (string) is missing; did you mean 'nmae'?\n"
        "  column 'income': double is wanted, and text came"
    )


def test_a_column_that_is_nothing_like_those_there_lists_them():
    with pytest.raises(SchemaMismatch, match=r"is missing; besides those .* there are xyz"):
        enforce(pd.DataFrame({"a": [1.0], "xyz": [1]}), NUMBERS)


def test_all_numbers_that_do_not_fit_are_named():
    schema = Schema([ColSpec("long", "a"), ColSpec("long", "b"), ColSpec("long", "c")])
    with pytest.raises(SchemaMismatch, match=r"in 3 places:\n  column 'a'.*\n  column 'b'.*\n"):
        enforce(pd.DataFrame(np.full((2, 3), 1.5), columns=["a", "b", "c"]), schema)


def test_an_optional_column_may_be_missing():
    schema = Schema([ColSpec("double", "a"), ColSpec("string", "note", required=False)])
    assert list(enforce({"a": 1.5}, schema).columns) == ["a"]
    assert list(enforce(pd.DataFrame({"a": [1.5], "z": [1]}), schema).columns) == ["a"]
    with pytest.warns(UserWarning, match="the optional column 'note' is missing; is it 'Note'"):
        enforce(pd.DataFrame({"a": [1.5], "Note": ["x"]}), schema)


def test_columns_without_names_are_taken_by_position():
    schema = Schema([ColSpec("double"), ColSpec("string")])
    data = pd.DataFrame({"x": [1], "y": ["a"], "z": [0]})
    pd.testing.assert_frame_equal(enforce(data, schema), pd.DataFrame({"x": [1.0], "y": ["a"]}))
    assert enforce([[1, "a"]], schema).to_numpy().tolist() == [[1.0, "a"]]
    with pytest.raises(SchemaMismatch, match="takes 2 columns by position, and the data has 1"):
        enforce(data[["x"]], schema)


def test_numbered_columns_are_named_by_numbers():
    data = pd.DataFrame([[1.5, 2.5]])
    assert enforce(data, infer_schema(data)) is data
    keyed = pd.DataFrame([[1.5, 2.5]], columns=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)]))
    assert enforce(keyed, infer_schema(keyed)).shape == (1, 2)


@pytest.mark.parametrize(
    ("kind", "data", "cells"),
    [
        ("string", "a", ["a"]),
        ("string", ["a", "b"], ["a", "b"]),
        ("double", [[1.5], [2]], [1.5, 2.0]),
        ("double", np.array([1.5, 2.5]), [1.5, 2.5]),
        ("double", 3, [3.0]),
        (Array("long"), [[1, 2], [3]], [[1, 2], [3]]),
        (Map("long"), {"a": 1}, [{"a": 1}]),
        (Map("long"), [{"a": 1}, {}], [{"a": 1}, {}]),
        (Object([Property("a", "long")]), [{"a": 1}], [{"a": 1}]),
        (AnyType(), [{"a": 1}, "x"], [{"a": 1}, "x"]),
    ],
)
def test_one_column_without_a_name(kind, data, cells):
    assert enforce(data, Schema([ColSpec(kind)]))[0].tolist() == cells


def test_lists_in_cells_make_one_row_of_a_dict():
    schema = Schema([ColSpec("string", "q"), ColSpec(Array("string"), "tags")])
    taken = enforce({"q": "x", "tags": ["a", "b"]}, schema)
    assert taken.to_dict("records") == [{"q": "x", "tags": ["a", "b"]}]
    rows = enforce({"q": ["x", "y"], "tags": [["a"], []]}, schema)
    assert rows.to_dict("records") == [{"q": "x", "tags": ["a"]}, {"q": "y", "tags": []}]


def test_a_series_is_a_column():
    one = Schema([ColSpec("double", "x")])
    assert enforce(pd.Series([1.5], name="x"), one).columns.tolist() == ["x"]
    assert enforce(pd.Series([1.5]), one).columns.tolist() == ["x"]


def test_arrays_and_indexes_of_pandas_are_columns():
    one = Schema([ColSpec("double", "x")])
    for data in (pd.Index([1, 2]), pd.array([1, 2], "Int64"), pd.arrays.SparseArray([1.0, 2.0])):
        assert enforce(data, one).to_numpy().tolist() == [[1.0], [2.0]]
    nested = Schema([ColSpec(Array("long"))])
    assert enforce(np.array([[1], [2, 3]], dtype=object), nested)[0].tolist() == [[1], [2, 3]]


def test_params_are_checked_beside_the_data():
    enforcer = Enforcer(NUMBERS, ParamSchema([ParamSpec("k", "long", 3)]))
    assert enforcer.params({"k": 5}) == {"k": 5}
    assert enforcer.params(None) == {"k": 3}
    assert Enforcer(NUMBERS).params(None) == {}


def test_without_a_schema_all_is_taken():
    marker = object()
    assert enforce(marker, None) is marker
    assert Enforcer(None).from_inputs([1]) == [1]
    validate_schema({"a": 1.5, "b": 2.5}, NUMBERS)


SPLIT = Enforcer(PEOPLE)


def test_rows_of_json_are_read_in_the_order_of_the_signature():
    table = SPLIT.from_split(
        ["name", "more", "age", "income"], [["Ada", 0, 36, 1], ["Bob", 0, 40.0, 2.5]]
    )
    assert table.names == ["age", "income", "name"]
    assert [it.dtype.kind for it in table.arrays()] == ["i", "f", "O"]
    assert table.to_numpy().tolist() == [[36, 1.0, "Ada"], [40, 2.5, "Bob"]]
    assert len(table) == 2
    rows = SPLIT.from_split(None, [[36, 1.5, "Ada"]], wire=False)
    assert rows.to_frame().to_dict("records") == [ADA]


def test_columns_without_names_are_read_in_the_order_that_came():
    enforcer = Enforcer(Schema([ColSpec("double"), ColSpec("string")]))
    for table in (
        enforcer.from_split(None, [[1, "a", "left out"]]),
        enforcer.from_split(["x", "y"], [[1, "a"]]),
        enforcer.from_records([{"x": 1, "y": "a"}]),
        enforcer.from_inputs([[1, "a"]]),
    ):
        assert table.to_frame().to_dict("records") == [{0: 1.0, 1: "a"}]


def test_values_without_names_are_not_guessed_over_the_wire():
    tensors = Enforcer(Schema([TensorSpec(np.dtype("float32"), (-1, 2))]))
    for ask in (SPLIT.from_inputs, SPLIT.from_instances):
        with pytest.raises(SchemaMismatch, match="a dict for each row, with 'age', 'income'"):
            ask([[36, 1.5, "Ada"]])
    with pytest.raises(SchemaMismatch, match="one array without a name, not a dict"):
        tensors.from_inputs({"a": [[1, 2]]})
    assert SPLIT.from_inputs([[36, 1.5, "Ada"]], wire=False).to_frame().to_dict("records") == [ADA]


def test_records_of_json_are_read_whatever_their_order():
    table = SPLIT.from_records([ADA, {"name": "Bob", "income": None, "age": 1, "more": 2}])
    assert table.to_dict()["income"].tolist()[0] == 1.5
    assert np.isnan(table.to_dict()["income"][1])
    missing = Enforcer(NUMBERS).from_records([{"a": 1, "b": 2}, {"a": 3}])
    assert np.isnan(missing.to_numpy()[1, 1])


def test_numbers_of_json_are_one_array():
    table = Enforcer(NUMBERS).from_split(["b", "a"], [[1, 2.5], [3, 4]])
    assert table.columns is None
    assert table.to_numpy().tolist() == [[2.5, 1.0], [4.0, 3.0]]
    assert table.to_frame().columns.tolist() == ["a", "b"]
    empty = Enforcer(NUMBERS).from_split(["a", "b"], [])
    assert (len(empty), empty.to_frame().shape) == (0, (0, 2))


@pytest.mark.parametrize(
    ("columns", "rows", "problem"),
    [
        (["a", "b"], [[1, 2], [3]], "for each of 2 columns, and row 1 has 1"),
        (["a", "b", "a"], [[1, 2, 3]], "columns are named once; twice: a"),
        ("ab", [[1, 2]], "columns are a list of names"),
        ([{}, "b"], [[1, 2]], "columns are a list of names"),
        (["a", "b"], ["12"], "rows are a list of lists of values"),
        (["a", "b"], 7, "rows are a list of lists of values"),
        (None, [[1, 2]], "takes its columns by name: send 'columns' beside 'data', with 'a', 'b'"),
        (["b", "a"], [[1, 2], [3]], "for each of 2 columns, and row 1 has 1"),
        (["a", "B"], [[1, 2]], r"column 'b' \(double\) is missing; did you mean 'B'"),
        (["a", "b"], [[1, 2], [3, 10**400]], "column 'b': row 1: .* too big"),
        (["a", "b"], [[1, 2], [3, "x"]], "column 'b': row 1: double is wanted, and a str came"),
    ],
)
def test_rows_that_do_not_fit_say_where(columns, rows, problem):
    with pytest.raises(SchemaMismatch, match=problem):
        Enforcer(NUMBERS).from_split(columns, rows)


def test_rows_that_are_none_are_refused():
    with pytest.raises(SchemaMismatch, match="row 1 is a dict of column to value, not list"):
        SPLIT.from_records([ADA, []])
    tensors = Enforcer(Schema([TensorSpec(np.dtype("float32"), (-1, 2))]))
    with pytest.raises(SchemaMismatch, match="takes arrays, not a table"):
        tensors.from_split(["a"], [[1]])


def test_inputs_of_json_are_columns_where_the_model_takes_columns():
    assert SPLIT.from_inputs(ADA).to_frame().to_dict("records") == [ADA]
    assert Enforcer(Schema([ColSpec("string")])).from_inputs(["a"]).to_numpy().tolist() == [["a"]]
    wire = Enforcer(Schema([ColSpec("binary", "x")]))
    assert wire.from_inputs({"x": "YWJj"}).to_dict()["x"].tolist() == [b"abc"]
    assert wire.from_instances([{"x": "YWJj"}]).to_dict()["x"].tolist() == [b"abc"]


def test_a_torch_tensor_is_an_array():
    torch = pytest.importorskip("torch")
    schema = Schema([TensorSpec(np.dtype("float32"), (-1, 2))])
    taken = enforce(torch.zeros((3, 2), requires_grad=True), schema)
    assert (type(taken), taken.shape) == (np.ndarray, (3, 2))
    assert infer_schema(torch.zeros((3, 2))) == schema
    assert enforce(torch.ones((1, 2), dtype=torch.float64), NUMBERS).to_numpy().tolist() == [[1, 1]]


def test_a_million_rows_are_not_walked_in_python():
    """Each call on the way would be counted: columns that fit need none for a row."""
    data = pd.DataFrame({"age": np.arange(10**6), "income": 1.5, "name": "x"})
    enforcer = Enforcer(PEOPLE)
    calls = []
    import sys

    sys.setprofile(lambda frame, event, arg: calls.append(event) if event == "call" else None)
    try:
        enforcer(data)
    finally:
        sys.setprofile(None)
    assert len(calls) < 3000

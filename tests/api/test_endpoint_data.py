from __future__ import annotations

import json

import numpy as np
import pandas as pd
import polars as pl
import pytest

from nbtrack.api.endpoints.given_data import body_of
from nbtrack.errors import InvalidValue
from nbtrack.types import ColSpec, Schema, TensorSpec

NAMED = Schema([ColSpec("double", "age"), ColSpec("double", "income")])
UNNAMED = Schema([ColSpec("double"), ColSpec("double")])
ARRAY = Schema([TensorSpec(np.dtype("float64"), (-1, 2))])
ONE = Schema([ColSpec("double", "age")])
ROWS = [[1.5, 2.5], [3.5, 4.5]]
FRAME = pd.DataFrame(ROWS, columns=["age", "income"])
SPLIT = {"columns": ["age", "income"], "data": ROWS}


def sent(data, schema=NAMED, params=None):
    return json.loads(body_of(data, params, lambda: schema))


@pytest.mark.parametrize(
    "data",
    [
        ROWS,
        tuple(map(tuple, ROWS)),
        np.array(ROWS),
        [np.array(it) for it in ROWS],
        FRAME,
        FRAME.set_axis(range(2), axis=1),
        pl.from_pandas(FRAME),
        pl.from_pandas(FRAME).lazy(),
        [FRAME.iloc[0], FRAME.iloc[1]],
        FRAME.to_records(index=False),
        SPLIT,
    ],
    ids=lambda it: type(it).__name__,
)
def test_rows_of_any_kind_are_sent_with_the_names_of_columns(data):
    assert sent(data) == {"dataframe_split": SPLIT}


@pytest.mark.parametrize(
    "data",
    [ROWS[0], np.array(ROWS[0]), FRAME.iloc[0], pd.Series(ROWS[0]), pl.Series(ROWS[0])],
    ids=lambda it: f"{type(it).__module__}.{type(it).__name__}",
)
def test_one_row_needs_no_list_around_it(data):
    assert sent(data) == {"dataframe_split": {**SPLIT, "data": ROWS[:1]}}


def test_a_model_without_names_is_asked_with_rows_alone():
    assert sent(ROWS[0], ARRAY) == sent(ROWS[0], UNNAMED) == {"inputs": ROWS[:1]}
    assert sent(ROWS, ARRAY) == sent(np.array(ROWS), UNNAMED) == {"inputs": ROWS}
    assert sent([1.5, 2.5, 3.5], None) == {"inputs": [1.5, 2.5, 3.5]}


def test_values_of_one_column_are_rows():
    column = {"dataframe_split": {"columns": ["age"], "data": [[1.5], [3.5]]}}
    assert sent(FRAME["age"], ONE) == column
    labelled = FRAME["age"].set_axis(["Ann", "Bob"])
    assert sent(labelled, ONE) == column
    assert sent([1.5, 3.5], ONE) == {"inputs": [1.5, 3.5]}


def test_what_has_names_and_whole_bodies_go_as_they_are():
    records = FRAME.to_dict("records")
    assert sent(records) == {"inputs": records}
    assert sent({"age": 1, "income": np.float64(2)}) == {"inputs": {"age": 1, "income": 2.0}}
    body = {"inputs": np.array(ROWS)}
    assert sent(body, params={"k": 1}) == {"inputs": ROWS, "params": {"k": 1}}
    assert body_of(b"{}") == b"{}"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ([[1, 2], [3]], "row 1 has 1 value, and the model takes 2: age, income"),
        ([1, 2, 3], "the row has 3 values, and the model takes 2: age, income"),
        (np.ones((1, 3)), "the row has 3 values"),
        (None, r"a list of rows or of dicts, .* or a body such as .*; a NoneType came$"),
        (iter(ROWS), r"a list_iterator came; list\(…\) makes a list of it"),
        ([{"age": object()}], "written as JSON, and a object is in it"),
    ],
)
def test_what_is_no_data_for_the_model_is_refused_before_it_is_sent(data, problem):
    with pytest.raises(InvalidValue, match=problem):
        sent(data)


def test_params_have_names():
    with pytest.raises(InvalidValue, match="params are a dict by their names, not a list"):
        sent(ROWS, params=["k"])

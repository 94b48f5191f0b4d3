"""The bodies of MLflow's scoring protocol as data and params."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from nbtrack.errors import SchemaMismatch
from nbtrack.registry.signatures import examples
from nbtrack.registry.signatures.inference import infer_signature
from nbtrack.registry.signatures.request import read_request

FRAME = pd.DataFrame({"n": [1, 2], "x": [1.5, 2.5], "s": ["a", "b"]})
TABLE = infer_signature(FRAME, params={"k": 3})
ARRAY = infer_signature(np.zeros((2, 2), "float32"))


@pytest.mark.parametrize(
    "body",
    [
        {"dataframe_split": {"columns": ["s", "x", "n"], "data": [["a", 1.5, 1], ["b", 2.5, 2]]}},
        {"dataframe_records": FRAME.to_dict("records")},
        {"inputs": FRAME.to_dict("list")},
        {"inputs": FRAME.to_dict("records")},
        {"instances": FRAME.to_dict("records")},
    ],
)
def test_a_table_is_the_same_in_each_form(body):
    data, params = read_request(json.dumps({**body, "params": {"k": 5}}), TABLE)
    pd.testing.assert_frame_equal(data, FRAME)
    assert params == {"k": 5}


@pytest.mark.parametrize("key", ["inputs", "instances"])
def test_an_array_is_read_in_its_dtype(key):
    data, params = read_request({key: [[1, 2.5]]}, ARRAY)
    assert (data.tolist(), data.dtype, params) == ([[1.0, 2.5]], np.float32, {})


def test_a_table_for_a_model_that_takes_arrays_is_an_array():
    data, _ = read_request(
        {"dataframe_split": {"data": [[1, 2], [3, 4]]}}, infer_signature(np.eye(2))
    )
    assert data.tolist() == [[1.0, 2.0], [3.0, 4.0]]


@pytest.mark.parametrize(
    "value",
    [7, "ab", {"columns": 7, "data": []}, {"columns": ["a"], "data": [[1, 2]]}, {"data": 7}],
)
def test_a_broken_table_is_refused_whatever_the_model_takes(value):
    for signature in (None, ARRAY, TABLE):
        for key in ("dataframe_split", "dataframe_records"):
            with pytest.raises(SchemaMismatch):
                read_request({key: value}, signature)


def test_without_a_signature_a_request_is_read_as_it_comes():
    data, params = read_request({"dataframe_records": [{"a": 1}]}, None)
    assert (data.to_dict("records"), params) == ([{"a": 1}], {})
    assert read_request({"inputs": {"a": 1}}, None) == ({"a": 1}, {})


def test_what_an_example_says_of_serving_is_such_a_request():
    example = examples.of((FRAME, {"k": 4}))
    data, params = read_request(example.serving_text, TABLE)
    pd.testing.assert_frame_equal(data, FRAME)
    assert params == {"k": 4}


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("[" * 100_000, "this cannot be read"),
        ("{", "a request is JSON, and this cannot be read"),
        ("[1]", "this has none of them"),
        ({"data": [1]}, "one of dataframe_split, dataframe_records, inputs, instances"),
        ({"inputs": [1], "instances": [1]}, "this has inputs, instances"),
        ({"dataframe_split": [1]}, "an object with 'columns' and 'data'"),
        ({"dataframe_records": {"a": 1}}, "records are a list of rows, not a dict"),
        ({"dataframe_records": [{"n": 1, "x": 1.5}]}, "column 's' .string. is missing"),
        ({"inputs": {"n": 1.5, "x": 1, "s": "a"}}, "column 'n': .* not whole"),
    ],
)
def test_another_body_is_refused(body, problem):
    with pytest.raises(SchemaMismatch, match=problem):
        read_request(body, TABLE)

"""Input examples: written as MLflow writes them, read back, and asked for a signature."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from nbtrack.errors import InvalidValue, ModelError, SchemaMismatch
from nbtrack.registry.signatures import examples
from nbtrack.registry.signatures.inference import infer_schema, infer_signature
from nbtrack.registry.signatures.params import infer_params
from nbtrack.registry.signatures.schema import ColSpec, Schema, TensorSpec
from nbtrack.registry.signatures.signature import ModelSignature

FRAME = pd.DataFrame(
    {
        "n": [1, 2],
        "x": [1.5, np.nan],
        "s": ["a", None],
        "b": [b"abc", b""],
        "t": pd.to_datetime(["2026-01-31T08:00:00", None]).astype("M8[ns]"),
        "l": [["a"], []],
    }
)


@dataclass
class Question:
    text: str


def saved(tmp_path, given):
    example = examples.save(tmp_path, given)
    schema = infer_schema(example.data)
    return example, examples.read(tmp_path, example.info, schema)


def test_a_frame_is_written_split_and_read_back_with_its_types(tmp_path):
    example, back = saved(tmp_path, FRAME)
    assert example.info == {
        "artifact_path": "input_example.json",
        "type": "dataframe",
        "pandas_orient": "split",
        "serving_input_path": "serving_input_example.json",
    }
    assert json.loads((tmp_path / "input_example.json").read_text()) == {
        "columns": ["n", "x", "s", "b", "t", "l"],
        "data": [
            [1, 1.5, "a", "YWJj\n", "2026-01-31T08:00:00", ["a"]],
            [2, None, None, "", None, []],
        ],
    }
    pd.testing.assert_frame_equal(back, FRAME)
    serving = json.loads((tmp_path / "serving_input_example.json").read_text())
    assert serving == {"dataframe_split": json.loads(example.text)}


def test_a_frame_without_names_has_no_columns(tmp_path):
    frame = pd.DataFrame([[1.5, 2.5]])
    example, back = saved(tmp_path, frame)
    assert (example.info["pandas_orient"], json.loads(example.text)) == (
        "values",
        {"data": [[1.5, 2.5]]},
    )
    pd.testing.assert_frame_equal(back, frame)


@pytest.mark.parametrize(
    "given",
    [
        np.array([[1.5, np.nan]], "float32"),
        np.array([1, 2]),
        np.array(["a", "b"]),
        {"a": np.array([[1.5]], "float32"), "b": np.array([1])},
        {"a": 1, "b": ["x", "y"], "c": {"d": None}},
        ["a", "b"],
        [{"a": 1}, {"a": 2}],
        "a sentence",
        3,
    ],
)
def test_other_examples_are_read_back_as_they_were(tmp_path, given):
    _, back = saved(tmp_path, given)
    np.testing.assert_equal(back, given)
    assert getattr(back, "dtype", None) == getattr(given, "dtype", None)


def test_a_sparse_matrix_is_written_by_its_parts(tmp_path):
    sparse = pytest.importorskip("scipy.sparse")
    for kind in (sparse.csr_matrix, sparse.csc_matrix):
        example, back = saved(tmp_path, kind(np.eye(3)))
        assert example.info["type"] == f"sparse_matrix_{back.format}"
        assert (back != kind(np.eye(3))).nnz == 0
    assert json.loads(example.serving_text) == {"inputs": np.eye(3).tolist()}


def test_params_stand_beside_the_data(tmp_path):
    example = examples.save(tmp_path, (["a"], {"k": 3}))
    assert (example.data, example.params, example.info["params"]) == (["a"], {"k": 3}, "true")
    assert json.loads(example.text) == {"inputs": ["a"], "params": {"k": 3}}
    assert json.loads(example.serving_text) == {"inputs": ["a"], "params": {"k": 3}}
    assert examples.read(tmp_path, example.info) == ["a"]
    assert examples.read_params(tmp_path, example.info) == {"k": 3}
    plain = examples.save(tmp_path, (1, 2))
    assert (plain.data, plain.params) == ([1, 2], None)
    assert examples.read_params(tmp_path, plain.info) is None


def test_a_request_to_a_language_model_is_sent_as_it_is():
    messages = {"messages": [{"role": "user", "content": "hi"}]}
    assert json.loads(examples.of(messages).serving_text) == messages
    asked = examples.of((messages, {"temperature": 0.5}))
    assert json.loads(asked.serving_text) == {**messages, "temperature": 0.5}


def test_other_libraries_are_taken_along(tmp_path):
    polars = pytest.importorskip("polars")
    _example, back = saved(tmp_path, polars.DataFrame({"x": [1.5], "s": ["a"]}))
    assert back.to_dict("records") == [{"x": 1.5, "s": "a"}]
    assert examples.of(pd.Series([1.5], name="x")).info["type"] == "dataframe"
    assert examples.of(Question("a")).data == {"text": "a"}
    assert examples.of(dt.date(2026, 1, 31)).text == '"2026-01-31"'
    torch = pytest.importorskip("torch")
    assert saved(tmp_path, torch.ones((1, 2)))[1].tolist() == [[1.0, 1.0]]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (object(), "an input example is a frame, .* a object came"),
        ([object()], "written as JSON, and a object is in it"),
        ({"a": np.zeros(2), "b": 1}, r"a dict holds only arrays or none; arrays are \['a'\]"),
        (([1], {"k": object()}), "a object is no value"),
    ],
)
def test_what_json_cannot_hold_is_refused(given, problem):
    with pytest.raises(InvalidValue, match=problem):
        examples.of(given)


def test_without_a_schema_an_example_is_read_as_json_has_it(tmp_path):
    examples.save(tmp_path, FRAME)
    info = {"artifact_path": "input_example.json", "type": "dataframe", "pandas_orient": "split"}
    assert examples.read(tmp_path, info).columns.tolist() == FRAME.columns.tolist()
    other = Schema([ColSpec("double", "other")])
    assert examples.read(tmp_path, info, other).columns.tolist() == FRAME.columns.tolist()


def test_what_an_array_cannot_be_read_back_as_is_read_as_json_has_it(tmp_path):
    ragged = np.fromiter([[1], [2, 3]], dtype=object, count=2)
    assert saved(tmp_path, ragged)[1].tolist() == [[1], [2, 3]]
    assert saved(tmp_path, np.array([b"abc"]))[1].tolist() == ["YWJj\n"]
    times = np.array(["2026-01-31"], "M8[s]")
    assert saved(tmp_path, times)[1].tolist() == times.tolist()


def test_arrays_of_older_mlflow_are_read(tmp_path):
    (tmp_path / "input_example.json").write_text('{"inputs": [[1, 2]]}')
    info = {"artifact_path": "input_example.json", "type": "ndarray", "format": "tf-serving"}
    schema = Schema([TensorSpec(np.dtype("float32"), (-1, 2))])
    assert examples.read(tmp_path, info).tolist() == [[1, 2]]
    assert examples.read(tmp_path, info, schema).dtype == np.float32


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("../secret.json", "lies outside of the model's folder"),
        ("gone.json", "is not in its folder"),
        ("bad.json", "is no JSON"),
    ],
)
def test_a_damaged_model_is_refused(tmp_path, name, problem):
    folder = tmp_path / "model"
    folder.mkdir()
    (tmp_path / "secret.json").write_text("1")
    (folder / "bad.json").write_text("{")
    with pytest.raises(ModelError, match=problem):
        examples.read(folder, {"artifact_path": name, "type": "json_object"})


def test_an_example_is_checked_against_a_signature():
    signature = infer_signature(pd.DataFrame({"x": [1.5]}), params={"k": 3})
    examples.check(examples.of(({"x": 2.5}, {"k": 5})), signature)
    with pytest.raises(SchemaMismatch, match=r"'x' .double. is missing"):
        examples.check(examples.of({"y": 2.5}), signature)
    with pytest.raises(SchemaMismatch, match="param 'k'"):
        examples.check(examples.of(({"x": 2.5}, {"k": "a"})), signature)


def test_a_signature_is_inferred_by_asking_the_model():
    asked = []

    def predict(data, params):
        asked.append((type(data).__name__, params))
        return np.zeros(len(data))

    of_dict = examples.inferred_from(examples.of(({"x": 1.5}, {"k": 3})), predict)
    assert of_dict == ModelSignature(
        Schema([ColSpec("double", "x")]), Schema([ColSpec("double")]), infer_params({"k": 3})
    )
    of_array = examples.inferred_from(examples.of(np.zeros((2, 3))), predict)
    assert of_array == infer_signature(np.zeros((2, 3)), np.zeros(2))
    assert asked == [("DataFrame", {"k": 3}), ("ndarray", None)]


def test_the_body_of_a_request_is_made_of_an_example():
    convert = examples.convert_input_example_to_serving_input
    assert convert(None) is None
    assert json.loads(convert({"x": 1})) == {"inputs": {"x": 1}}

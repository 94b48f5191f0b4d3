"""Datasets: made, described, logged as inputs of runs, and found again."""

from __future__ import annotations

import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pandas as pd
import pytest

import nbtrack
from nbtrack.data import Dataset, DatasetSource, from_numpy, from_pandas, get_source
from nbtrack.errors import InvalidValue, NotFound


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "n": [1, 2],
            "x": [1.0, np.nan],
            "small": np.array([1, 2], dtype="int8"),
            "half": np.array([1, 2], dtype="float32"),
            "t": ["a", "b"],
            "when": pd.to_datetime(["2020-01-01"] * 2),
            "flag": [True, False],
            "kind": pd.Categorical(["p", "q"]),
            "any": [{}, []],
        }
    )


def test_a_frame_tells_its_columns(frame):
    schema = from_pandas(frame).schema["mlflow_colspec"]
    kinds = {column["name"]: column["type"] for column in schema}
    assert kinds == {
        "n": "long",
        "x": "double",
        "small": "integer",
        "half": "float",
        "t": "string",
        "when": "datetime",
        "flag": "boolean",
        "kind": "string",
        "any": "any",
    }
    assert [column["name"] for column in schema if not column["required"]] == ["x"]
    assert schema[0]["dtype"] == "int64"


def test_a_frame_tells_its_size(frame):
    profile = from_pandas(frame).profile
    assert profile["num_rows"] == 2
    assert profile["num_columns"] == 9
    assert profile["num_elements"] == 18
    assert "digest_of_sample" not in profile


def test_a_sampled_digest_is_marked(frame, monkeypatch):
    monkeypatch.setattr("nbtrack.api.datasets.fingerprint.BUDGET_BYTES", 100)
    big = pd.DataFrame({"a": np.arange(1000)})
    assert from_pandas(big).profile["digest_of_sample"] is True
    assert "digest_of_sample" not in from_pandas(big, digest="v1").profile


def test_the_digest_is_that_of_the_content_unless_given(frame):
    assert from_pandas(frame).digest == from_pandas(frame.copy(), name="other").digest
    assert from_pandas(frame, digest="v2").digest == "v2"


def test_targets_and_predictions_must_be_columns(frame):
    dataset = from_pandas(frame, targets="flag", predictions="n")
    assert (dataset.targets, dataset.predictions, dataset.df is frame) == ("flag", "n", True)
    inputs, outputs = dataset.to_pyfunc()
    assert "flag" not in inputs.columns
    assert outputs.tolist() == [True, False]
    assert from_pandas(frame).to_pyfunc().outputs is None
    for role in ("targets", "predictions"):
        with pytest.raises(InvalidValue, match="names no column; there are"):
            from_pandas(frame, **{role: "absent"})


def test_arrays_tell_their_shapes():
    dataset = from_numpy(np.ones((2, 3)), targets=np.zeros(2), name="toy")
    spec = {role: json.loads(text) for role, text in dataset.schema["mlflow_tensorspec"].items()}
    assert spec["features"] == [
        {"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 3]}}
    ]
    assert dataset.profile == {
        "features_shape": [2, 3],
        "features_size": 6,
        "features_nbytes": 48,
        "targets_shape": [2],
        "targets_size": 2,
        "targets_nbytes": 16,
    }
    assert dataset.to_pyfunc().outputs is dataset.targets
    assert dataset.digest != from_numpy(np.ones((2, 3))).digest


def test_named_arrays_are_known_by_name():
    dataset = from_numpy({"x": np.ones((2, 3)), "y": np.arange(2)})
    assert dataset.profile["features_shape"] == {"x": [2, 3], "y": [2]}
    assert dataset.schema["mlflow_tensorspec"]["targets"] is None
    swapped = from_numpy({"y": np.arange(2), "x": np.ones((2, 3))})
    assert swapped.digest == dataset.digest


@pytest.mark.parametrize("make", [from_pandas, lambda it: from_pandas(it, name="x" * 501)])
def test_what_is_no_dataset_is_refused(make):
    with pytest.raises(InvalidValue):
        make([1, 2] if make is from_pandas else pd.DataFrame())


def test_the_source_is_a_path_an_address_or_the_code(frame, tmp_path):
    kinds = {
        "/data/x.csv": ("local", "/data/x.csv"),
        "file:///data/x.csv": ("local", "file:///data/x.csv"),
        "https://host/x.csv": ("http", "https://host/x.csv"),
        "s3://bucket/x.csv": ("s3", "s3://bucket/x.csv"),
    }
    for given, (kind, uri) in kinds.items():
        source = from_pandas(frame, source=given).source
        assert (source.source_type, source.uri, source.url) == (kind, uri, uri)
    made = from_pandas(frame).source
    assert (made.source_type, made.uri) == ("code", None)
    assert "mlflow.source.name" in made.to_dict()["tags"]
    again = from_pandas(frame, source=made)
    assert again.source == made
    assert hash(again.source) == hash(made)
    assert "code" in repr(made)
    with pytest.raises(InvalidValue, match="not a int"):
        from_pandas(frame, source=3)
    with pytest.raises(InvalidValue, match="made by code"):
        made.load()


def test_a_local_source_is_loaded_where_it_lies(frame, tmp_path):
    path = tmp_path / "x y.csv"
    frame.to_csv(path)
    assert from_pandas(frame, source=path).source.load() == str(path)
    assert from_pandas(frame, source=path.as_uri()).source.load() == str(path)
    path.unlink()
    with pytest.raises(NotFound, match="not there any more"):
        from_pandas(frame, source=path).source.load()


def test_a_source_on_the_web_is_downloaded(frame, tmp_path):
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "x.csv").write_text("a\n1\n")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            """Tests say nothing."""

    handler = partial(Quiet, directory=tmp_path / "served")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/x.csv"
        path = from_pandas(frame, source=url).source.load(str(tmp_path / "to"))
        server.shutdown()
    assert path == str(tmp_path / "to" / "x.csv")
    assert pd.read_csv(path)["a"].tolist() == [1]


def test_a_source_that_fsspec_knows_is_downloaded(frame, tmp_path):
    import fsspec

    with fsspec.open("memory://data/x.csv", "w") as file:
        file.write("a\n1\n")
    path = from_pandas(frame, source="memory://data/x.csv").source.load(str(tmp_path))
    assert pd.read_csv(path)["a"].tolist() == [1]


def test_inputs_are_kept_with_the_run(frame):
    with nbtrack.start_run() as run:
        train = from_pandas(frame, source="/data/train.csv", name="train")
        nbtrack.log_input(train, context="training", tags={"rows": 2, "api_key": "secret"})
        nbtrack.log_inputs(
            [from_numpy(np.ones(3), name="a"), from_numpy(np.ones(4), name="b")],
            ["test", None],
            [None, {"k": "v"}],
        )
    inputs = nbtrack.get_run(run.info.run_id).inputs.dataset_inputs
    found = {one.dataset.name: {tag.key: tag.value for tag in one.tags} for one in inputs}
    assert found["a"] == {"mlflow.data.context": "test"}
    assert found["b"] == {"k": "v"}
    assert found["train"]["rows"] == "2"
    assert found["train"]["mlflow.data.context"] == "training"
    assert "secret" not in found["train"]["api_key"]
    kept = next(one for one in inputs if one.dataset.name == "train")
    assert kept.dataset.digest == train.digest
    assert json.loads(kept.dataset.profile)["num_rows"] == 2
    assert get_source(kept).uri == get_source(train).uri == "/data/train.csv"
    assert get_source(kept.dataset) == train.source
    with pytest.raises(InvalidValue, match="get_source"):
        get_source(3)


def test_runs_are_found_by_their_datasets(frame):
    for name in ("spring", "autumn"):
        with nbtrack.start_run():
            nbtrack.log_input(from_pandas(frame, name=name))
            nbtrack.log_param("season", name)
    found = nbtrack.search_runs(filter_string="datasets.name = 'autumn'")
    assert found["params.season"].tolist() == ["autumn"]


def test_what_is_no_input_is_refused(frame):
    with pytest.raises(InvalidValue, match="from_pandas"):
        nbtrack.log_input(frame)
    with pytest.raises(InvalidValue, match="got neither"):
        nbtrack.log_input()
    with pytest.raises(InvalidValue, match="1 contexts"):
        nbtrack.log_inputs([from_pandas(frame)] * 2, ["one"])
    with pytest.raises(InvalidValue, match="LoggedModelInput"):
        nbtrack.log_input(from_pandas(frame), model=object())
    assert nbtrack.active_run() is None


def test_a_dataset_without_content_is_known_by_its_source():
    source = DatasetSource("s3", {"uri": "s3://bucket/x"})
    dataset = Dataset(source, name="remote")
    assert dataset.digest == Dataset(source).digest
    assert dataset.to_dict() | {"digest": ""} == {
        "name": "remote",
        "digest": "",
        "source": '{"uri": "s3://bucket/x"}',
        "source_type": "s3",
        "schema": None,
        "profile": None,
    }
    assert json.loads(dataset.to_json())["name"] == "remote"

"""The MLmodel file: written as MLflow reads it, and read from either."""

from __future__ import annotations

import pytest
import yaml

from nbtrack.errors import InvalidValue, ModelError, NotFound
from nbtrack.registry.format.mlmodel import FORMAT_VERSION, MLMODEL, Model
from nbtrack.registry.signatures.inference import infer_signature
from nbtrack.version import __version__

WRITTEN_BY_MLFLOW = """
artifact_path: iris_model
flavors:
  python_function:
    env:
      conda: conda.yaml
      virtualenv: python_env.yaml
    loader_module: mlflow.sklearn
    model_path: model.pkl
    predict_fn: predict
    python_version: 3.11.7
  sklearn:
    code: null
    pickled_model: model.pkl
    serialization_format: cloudpickle
    sklearn_version: 1.9.1
is_signature_from_type_hint: false
mlflow_version: 3.17.2
model_id: null
model_size_bytes: 843
model_uuid: 34ef51c7f1224bf3bc21851deea9d606
prompts: null
signature:
  inputs: '[{"type": "double", "name": "x", "required": true}]'
  outputs: '[{"type": "long", "required": true}]'
  params: null
type_hint_from_example: false
utc_time_created: '2026-11-26 18:33:14.659064'
"""


def test_what_is_written_is_read_again(tmp_path):
    model = Model("churn", run_id="r1", signature=infer_signature({"x": 1.5}, [1]))
    model.add_flavor("sklearn", pickled_model="model.pkl")
    model.metadata = {"team": "risk"}
    model.save(tmp_path / MLMODEL)
    assert Model.load(tmp_path) == model
    assert Model.load(tmp_path / MLMODEL) == model


def test_a_file_of_mlflow_is_read():
    model = Model.from_dict(yaml.safe_load(WRITTEN_BY_MLFLOW))
    assert model.artifact_path == "iris_model"
    assert model.conf_of("sklearn")["sklearn_version"] == "1.9.1"
    assert model.get_input_schema().input_names() == ["x"]
    assert model.get_output_schema() is not None
    assert model.get_params_schema() is None
    assert (model.nbtrack_version, model.model_id) == (None, None)


def test_what_is_not_known_is_left_out():
    told = Model("m", utc_time_created="2026-01-01 00:00:00", model_uuid="u").to_dict()
    assert told == {
        "artifact_path": "m",
        "utc_time_created": "2026-01-01 00:00:00",
        "model_uuid": "u",
        "mlflow_version": FORMAT_VERSION,
        "nbtrack_version": __version__,
        "flavors": {},
    }


def test_entries_of_others_are_kept(tmp_path):
    (tmp_path / MLMODEL).write_text("flavors: {}\ndatabricks_runtime: '15'\n")
    assert Model.load(tmp_path).to_dict()["databricks_runtime"] == "15"


def test_a_model_without_a_signature_has_no_schemas():
    model = Model("m", signature=False)
    assert (
        model.get_input_schema() is model.get_output_schema() is model.get_params_schema() is None
    )


def test_a_missing_flavor_is_told_with_those_there_are():
    with pytest.raises(ModelError, match=r"no flavor 'sklern'; there are sklearn; did you mean"):
        Model().add_flavor("sklearn").conf_of("sklern")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a\n- b\n", "holds list"),
        ("a: [", "cannot be read"),
        ("flavors: text\n", "flavors of an MLmodel file are names"),
        ("!!python/object/apply:os.system [ls]\n", "cannot be read"),
    ],
)
def test_a_file_of_another_content_is_refused(tmp_path, text, said):
    (tmp_path / MLMODEL).write_text(text)
    with pytest.raises(ModelError, match=said):
        Model.load(tmp_path)


def test_a_number_as_a_name_is_refused():
    with pytest.raises(InvalidValue, match="no content of an MLmodel file"):
        Model.from_dict({1: 2})


def test_a_folder_without_the_file_is_no_model(tmp_path):
    with pytest.raises(NotFound, match="no file MLmodel"):
        Model.load(tmp_path)


def test_metadata_must_be_plain(tmp_path):
    model = Model()
    model.metadata = {"x": object()}
    with pytest.raises(ModelError, match="kept as YAML"):
        model.save(tmp_path / MLMODEL)


def test_it_reads_well_as_text():
    model = Model("churn", model_uuid="u").add_flavor("sklearn")
    assert str(model) == model.to_yaml()
    assert repr(model) == "<Model 'churn', sklearn>"
    assert model.get_tags_dict().keys() == {
        *("utc_time_created", "artifact_path", "model_uuid", "flavors")
    }
    assert '"artifact_path": "churn"' in model.to_json()


def test_its_facts_are_those_log_model_gives():
    model = Model("churn", run_id="r", model_id="m-1", model_uuid="u")
    info = model.get_model_info()
    assert (info.name, info.model_id, info.model_uri) == ("churn", "m-1", "models:/m-1")
    assert (info.params, info.metrics, info.tags, info.creation_timestamp) == (None,) * 4
    assert Model("churn", run_id="r").get_model_info().model_uri == "runs:/r/churn"
    assert Model("churn").get_model_info(uri="file:///x").model_uri == "file:///x"

"""A loaded model, asked."""

from __future__ import annotations

import pandas as pd
import pytest

from nbtrack.errors import InvalidValue, ModelError, SchemaMismatch
from nbtrack.registry.flavors.python_function import FLAVOR
from nbtrack.registry.flavors.python_model import PythonModel
from nbtrack.registry.flavors.table import flavor_named
from nbtrack.registry.folder import Given, write_model
from nbtrack.registry.format.mlmodel import Model
from nbtrack.registry.loading import load_to_ask
from nbtrack.registry.safety import Consent
from nbtrack.registry.signatures.inference import infer_signature

FRAME = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})


class Told(PythonModel):
    """Answers with what it was asked."""

    def predict(self, context, model_input, params=None):
        return model_input, params

    def predict_stream(self, model_input):
        yield from model_input


class Plain(PythonModel):
    def predict(self, model_input):
        return model_input


def loaded(folder, model, flavor=FLAVOR, **given):
    description = write_model(folder, flavor, model, Model("m", run_id="r"), Given(**given))
    return load_to_ask(folder, description, Consent("here", own=True))


def test_columns_are_put_in_order_and_others_dropped(tmp_path):
    model = loaded(tmp_path, Plain(), signature=infer_signature(FRAME))
    asked = pd.DataFrame({"c": [0], "b": [2.0], "a": [1.0]})
    assert model.predict(asked).to_dict("list") == {"a": [1.0], "b": [2.0]}
    assert model.predict({"a": 1.0, "b": 2.0}).to_dict("list") == {"a": [1.0], "b": [2.0]}


def test_data_that_does_not_fit_is_refused_by_name(tmp_path):
    model = loaded(tmp_path, Plain(), signature=infer_signature(FRAME))
    with pytest.raises(SchemaMismatch, match="'b'"):
        model.predict(FRAME[["a"]])


def test_data_fits_itself_where_there_is_no_signature(tmp_path):
    thing = object()
    assert loaded(tmp_path, Plain()).predict(thing) is thing


def test_params_are_checked_and_have_defaults(tmp_path):
    model = loaded(tmp_path, Told(), signature=infer_signature(["a"], ["b"], {"k": 3}))
    assert model.predict(["x"])[1] == {"k": 3}
    assert model.predict(["x"], {"k": 5})[1] == {"k": 5}
    with pytest.raises((SchemaMismatch, InvalidValue)):
        model.predict(["x"], {"k": "many"})


def test_a_signature_that_was_set_afterwards_is_used(tmp_path):
    model = loaded(tmp_path, Plain())
    model.metadata.signature = infer_signature(FRAME)
    with pytest.raises(SchemaMismatch):
        model.predict(FRAME[["a"]])
    model.metadata.signature = None
    assert model.predict(FRAME[["a"]]).columns.tolist() == ["a"]


def test_a_model_may_answer_piece_by_piece(tmp_path):
    model = loaded(tmp_path, Told())
    assert list(model.predict_stream(["a", "b"])) == ["a", "b"]


def test_the_users_own_object_is_behind_it(tmp_path):
    model = loaded(tmp_path, Plain())
    assert type(model.unwrap_python_model()).__name__ == "Plain"
    assert model.get_raw_model() is model.unwrap_python_model()


def test_a_model_of_a_library_is_no_python_model(tmp_path):
    from sklearn.dummy import DummyClassifier

    made = DummyClassifier().fit([[0]], [1])
    model = loaded(tmp_path, made, flavor_named("sklearn"))
    assert type(model.get_raw_model()) is DummyClassifier
    with pytest.raises(ModelError, match=r"flavor 'sklearn', and no PythonModel; get_raw_model"):
        model.unwrap_python_model()
    with pytest.raises(ModelError, match="cannot be asked piece by piece"):
        model.predict_stream([1])


def test_the_example_is_read_when_it_is_asked_for(tmp_path):
    model = loaded(tmp_path, Plain(), input_example=FRAME)
    assert model.input_example.equals(FRAME)
    assert model.input_example is model.input_example
    assert model.input_schema == infer_signature(FRAME).inputs


def test_it_reads_well(tmp_path):
    model = loaded(tmp_path, Plain())
    assert repr(model) == (
        "nbtrack.pyfunc.loaded_model:\n  artifact_path: m\n  flavor: python_function\n  run_id: r\n"
    )
    assert model == load_to_ask(tmp_path, Model.load(tmp_path), Consent("here", own=True))
    assert (model.model_id, model.input_example, model.input_schema) == (None, None, None)

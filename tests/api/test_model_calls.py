"""MLflow's calls about logged models, as functions."""

from __future__ import annotations

import pytest

import nbtrack as mlflow
from nbtrack.entities import LoggedModelInput, LoggedModelOutput, LoggedModelStatus
from nbtrack.errors import InvalidValue, NotFound


def test_a_model_is_initialized_for_the_active_run_and_finalized():
    with mlflow.start_run() as run:
        model = mlflow.initialize_logged_model("clf", tags={"t": "x"}, params={"a": 1})
    assert (model.status, model.source_run_id) == (LoggedModelStatus.PENDING, run.info.run_id)
    assert run.outputs.model_outputs == []
    ready = mlflow.finalize_logged_model(model.model_id, LoggedModelStatus.READY)
    assert (ready.status, ready.params, ready.tags["t"]) == ("READY", {"a": "1"}, "x")
    assert mlflow.finalize_logged_model(model.model_id, "FAILED").status == "FAILED"


def test_a_model_may_be_of_a_run_that_is_over():
    with mlflow.start_run() as run:
        pass
    model = mlflow.initialize_logged_model(source_run_id=run.info.run_id)
    assert model.source_run_id == run.info.run_id
    with pytest.raises(NotFound, match="Run with id=nope not found"):
        mlflow.initialize_logged_model(source_run_id="nope")


def test_an_external_model_is_ready_and_can_be_registered():
    model = mlflow.create_external_model("agent", model_type="agent", tags={"t": "x"})
    assert (model.status, model.model_type) == ("READY", "agent")
    assert model.tags["mlflow.model.isExternal"] == "true"
    text = mlflow.artifacts.load_text(f"{model.model_uri}/MLmodel")
    assert f"model_id: {model.model_id}" in text
    assert mlflow.register_model(model.model_uri, "agent").version == "1"


def test_the_model_that_was_begun_last_is_known():
    assert mlflow.last_logged_model() is None
    mlflow.create_external_model("one")
    model = mlflow.create_external_model("two")
    assert mlflow.last_logged_model() == model == mlflow.get_logged_model(model.model_id)


def test_models_are_found_in_the_active_experiment_as_a_frame_or_a_list():
    mlflow.create_external_model("a", params={"depth": 3})
    mlflow.create_external_model("b", params={"depth": 5})
    other = mlflow.create_experiment("other")
    mlflow.create_external_model("c", experiment_id=other)
    found = mlflow.search_logged_models()
    assert found["name"].tolist() == ["b", "a"]
    assert found["status"].tolist() == ["READY", "READY"]
    assert list(found) == [
        "artifact_location",
        "creation_timestamp",
        "experiment_id",
        "last_updated_timestamp",
        "metrics",
        "model_id",
        "model_type",
        "name",
        "params",
        "source_run_id",
        "status",
        "status_message",
        "tags",
    ]
    by_depth = {"field_name": "params.depth", "ascending": False}
    listed = mlflow.search_logged_models(
        ["0", other], "status = 'READY'", order_by=[by_depth], output_format="list"
    )
    assert [it.name for it in listed] == ["b", "a", "c"]
    only = mlflow.search_logged_models(max_results=1, output_format="list")
    assert [it.name for it in only] == ["b"]
    assert mlflow.search_logged_models(experiment_ids=[]).empty
    with pytest.raises(InvalidValue, match="output_format is 'pandas' or 'list', not 'dict'"):
        mlflow.search_logged_models(output_format="dict")


def test_tags_are_set_and_taken_away():
    model = mlflow.create_external_model("a")
    mlflow.set_logged_model_tags(model.model_id, {"t": 1, "u": "y"})
    mlflow.delete_logged_model_tag(model.model_id, "t")
    tags = mlflow.get_logged_model(model.model_id).tags
    assert ("t" in tags, tags["u"]) == (False, "y")
    with pytest.raises(NotFound, match=r"No tag with key 't' found .* there are .*u"):
        mlflow.delete_logged_model_tag(model.model_id, "t")
    with pytest.raises(NotFound, match="Logged model with ID 'm-0' not found"):
        mlflow.set_logged_model_tags("m-0", {"t": 1})


def test_params_go_to_a_model_or_to_the_active_one():
    model = mlflow.create_external_model("a")
    mlflow.log_model_params({"x": 1}, model.model_id)
    with pytest.raises(InvalidValue, match="log_model_params needs model_id"):
        mlflow.log_model_params({"y": 2})
    with mlflow.set_active_model(model_id=model.model_id):
        mlflow.log_model_params({"y": 2})
    assert mlflow.get_logged_model(model.model_id).params == {"x": "1", "y": "2"}


def test_a_run_notes_models_it_made_and_read():
    with mlflow.start_run() as run:
        mlflow.log_outputs([LoggedModelOutput("m-1", 2)])
        mlflow.log_outputs()
        mlflow.log_input(model=LoggedModelInput("m-2"))
    assert run.outputs.model_outputs == [LoggedModelOutput("m-1", 2)]
    assert run.inputs.model_inputs == [LoggedModelInput("m-2")]
    assert run.inputs.dataset_inputs == []


def test_metrics_speak_of_the_model_that_the_run_made_at_their_step():
    one, two = (mlflow.create_external_model(name) for name in ("one", "two"))
    with mlflow.start_run() as run:
        outputs = [LoggedModelOutput(one.model_id, 0), LoggedModelOutput(two.model_id, 5)]
        mlflow.log_outputs(outputs)
        mlflow.log_metric("acc", 0.5)
        mlflow.log_metric("acc", 0.7, step=5)
        mlflow.log_metric("acc", 0.9, step=7)
        mlflow.log_metric("named", 1, model_id=two.model_id)
    with mlflow.start_run(run_id=run.info.run_id):
        mlflow.log_metrics({"later": 2.0, "curve": [1.0, 2.0]}, step=5)
    assert metrics_of(one) == {"acc": 0.5}
    assert metrics_of(two) == {"acc": 0.7, "later": 2.0, "named": 1.0}


def metrics_of(model):
    return {it.key: it.value for it in mlflow.get_logged_model(model.model_id).metrics}


# The active model


def test_metrics_speak_of_the_active_model():
    model, other = (mlflow.create_external_model(name) for name in ("a", "b"))
    mlflow.set_active_model(name="a")
    with mlflow.start_run():
        mlflow.log_metric("x", 1)
        mlflow.log_metrics({"y": 2, "curve": [1, 2, 3]})
        with mlflow.set_active_model(model_id=other.model_id) as active:
            assert isinstance(active, mlflow.ActiveModel)
            assert mlflow.get_active_model_id() == active.model_id == other.model_id
            mlflow.log_metric("z", 3)
        mlflow.log_metric("named", 4, model_id=other.model_id)
    assert metrics_of(model) == {"x": 1.0, "y": 2.0, "curve": 3.0}
    assert metrics_of(other) == {"z": 3.0, "named": 4.0}
    mlflow.clear_active_model()
    assert mlflow.get_active_model_id() is None


def test_a_model_of_a_new_name_is_made_and_of_several_the_newest_is_meant():
    made = mlflow.set_active_model(name="new")
    assert (made.name, made.status) == ("new", "READY")
    newest = mlflow.create_external_model("new")
    with pytest.warns(UserWarning, match=f"several logged models .* {newest.model_id}"):
        assert mlflow.set_active_model(name="new").model_id == newest.model_id


def test_an_active_model_must_be_named_and_rightly():
    model = mlflow.create_external_model("a")
    with pytest.raises(InvalidValue, match="takes name=… or model_id=…, and got neither"):
        mlflow.set_active_model()
    with pytest.raises(InvalidValue, match="is called 'a', not 'b'"):
        mlflow.set_active_model(name="b", model_id=model.model_id)
    assert mlflow.set_active_model(name="a", model_id=model.model_id).model_id == model.model_id
    with pytest.raises(NotFound, match="'m-nope' not found"):
        mlflow.set_active_model(model_id="m-nope")


def test_the_environment_may_name_the_active_model(monkeypatch):
    monkeypatch.setenv("MLFLOW_ACTIVE_MODEL_ID", "m-env")
    assert mlflow.get_active_model_id() == "m-env"
    mlflow.clear_active_model()
    assert mlflow.get_active_model_id() is None

"""Logged models are begun, given files, finished, and changed by their ids."""

from __future__ import annotations

import os

import pytest

import nbtrack
from nbtrack.api.models import logged_models as acts
from nbtrack.api.models.logged_models import begin_model, keep_folder, model_to_write
from nbtrack.api.session import session
from nbtrack.capture.open_model import ModelFile
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.questions import logged_models
from nbtrack.records.logged_model import LoggedModelOutput, LoggedModelStatus


@pytest.fixture
def folder(tmp_path):
    """A folder as a flavor writes it."""
    (tmp_path / "model" / "data").mkdir(parents=True)
    (tmp_path / "model" / "MLmodel").write_text("flavors: {}")
    (tmp_path / "model" / "data" / "model.bin").write_bytes(b"0" * 1000)
    return tmp_path / "model"


def stored(model_id):
    return logged_models.get(session().store, model_id)


def test_a_model_is_pending_until_it_is_finished_with_its_files(folder):
    here = session()
    with nbtrack.start_run() as run:
        told = {"model_type": "tree", "params": {"depth": 3}, "tags": {"t": 1}}
        model = begin_model(here, "clf", run=run.open_run, step=4, **told)
        kept = keep_folder(here, model, folder)
        pending = stored(model.model_id)
        assert (pending.status, pending.name) == (LoggedModelStatus.PENDING, "clf")
        assert logged_models.files(here.store, model.model_id) == []
        model.finish()
    assert sorted(kept) == ["MLmodel", "data/model.bin"]
    assert logged_models.files(here.store, model.model_id) == [*kept.values()]
    found = stored(model.model_id)
    assert (found.status, found.source_run_id) == (LoggedModelStatus.READY, run.info.run_id)
    assert (found.model_type, found.params, found.tags["t"]) == ("tree", {"depth": "3"}, "1")
    assert found.tags["mlflow.user"]
    assert run.outputs.model_outputs == [LoggedModelOutput(model.model_id, 4)]


def test_files_that_this_user_logs_are_sealed_unless_nobody_vouches_for_them(folder):
    model = begin_model(session())
    own = keep_folder(session(), model, folder)["MLmodel"]
    foreign = keep_folder(session(), model, folder, vouched=False)["MLmodel"]
    assert own == foreign.sealed()
    assert foreign == ModelFile("MLmodel", own.digest, 11)


def test_a_model_without_a_run_belongs_to_the_active_experiment():
    experiment = nbtrack.set_experiment("iris")
    model = begin_model(session())
    assert stored(model.model_id).experiment_id == experiment.experiment_id
    assert model.model_id.startswith("m-")
    assert model.name.count("-") == 2


def test_a_model_belongs_to_the_experiment_of_its_run():
    with nbtrack.start_run() as run:
        with pytest.raises(InvalidValue, match="belongs to experiment 0, and so does a model"):
            begin_model(session(), run=run.open_run, experiment_id="7")
        assert begin_model(session(), run=run.open_run, experiment_id="0").experiment_id == "0"


@pytest.mark.parametrize("name", ["", "a/b", "a:b", "a.b", "50%", "it's", 'a"b', 7])
def test_a_name_that_uris_and_filters_could_not_take_is_refused(name):
    with pytest.raises(InvalidValue, match="Invalid model name"):
        begin_model(session(), name)


def test_a_model_goes_where_its_experiment_keeps_files(folder, tmp_path):
    place = tmp_path / "elsewhere"
    nbtrack.set_experiment(experiment_id=nbtrack.create_experiment("a", artifact_location=place))
    model = begin_model(session(), "clf")
    kept = keep_folder(session(), model, folder)
    model.finish()
    digest = kept["MLmodel"].digest
    assert (place / digest[:2] / digest[2:]).read_text() == "flavors: {}"
    assert stored(model.model_id).artifact_location == (
        f"{place}/models/{model.model_id}/artifacts"
    )


def test_a_folder_with_a_name_that_could_not_be_read_back_is_refused(folder):
    (folder / "a\\b").touch()
    with pytest.raises(InvalidValue, match="has a backslash"):
        keep_folder(session(), begin_model(session()), folder)


def test_a_model_is_written_to_by_its_id():
    model = begin_model(session(), "clf", params={"a": 1})
    again = model_to_write(session(), model.model_id)
    assert (again.name, again.params, again.status) == ("clf", {"a": "1"}, "PENDING")
    with pytest.raises(NotFound, match="'m-nope' not found"):
        model_to_write(session(), "m-nope")
    with pytest.raises(InvalidValue, match="a logged model's id is a text"):
        model_to_write(session(), None)


def test_a_model_begun_in_a_child_that_ends_has_failed():
    here = session()
    here.writer.write_all([])
    child = os.fork()
    if not child:
        begin_model(here, "clf")
        os._exit(0)
    os.waitpid(child, 0)
    (found,) = logged_models.search(here.store)
    assert found.status == LoggedModelStatus.FAILED
    assert found.status_message == "the process that logged it ended before it was complete"


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda here, it: acts.change_tags(here, it, ["t"]), "tags are a dictionary, not a list"),
        (lambda here, it: acts.add_params(here, it, "a"), "params are a dictionary, not a str"),
        (lambda here, it: acts.finalize(here, it, "PENDING"), "ends as READY or FAILED"),
        (lambda here, it: acts.add_params(here, it, {"a": 2}), "param 'a' of model"),
    ],
)
def test_what_cannot_be_taken_says_why(act, says):
    model = begin_model(session(), params={"a": 1})
    with pytest.raises(InvalidValue, match=says):
        act(session(), model.model_id)


def test_outputs_of_another_kind_are_refused():
    with nbtrack.start_run() as run:
        with pytest.raises(InvalidValue, match="LoggedModelOutput, not of str"):
            acts.link_outputs(run.open_run, ["m-1"])
        with pytest.raises(InvalidValue, match="LoggedModelInput, not of str"):
            acts.ids_of_inputs(["m-1"])

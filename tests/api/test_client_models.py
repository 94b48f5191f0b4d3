"""Logged models by `MlflowClient`, and their files as artifacts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import nbtrack
from nbtrack import MlflowClient
from nbtrack.entities import DatasetInput, FileInfo, LoggedModelInput, LoggedModelOutput
from nbtrack.errors import InvalidValue, NotFound, TamperedModel
from nbtrack.questions import logged_models


@pytest.fixture
def client(tmp_path):
    return MlflowClient(tmp_path / "store")


@pytest.fixture
def model(client, tmp_path):
    """A READY model of a run, with files."""
    folder = tmp_path / "files"
    (folder / "data").mkdir(parents=True)
    (folder / "MLmodel").write_text("flavors: {}")
    (folder / "data" / "weights").write_text("0.5")
    run = client.create_run("0")
    model = client.create_logged_model("0", "clf", source_run_id=run.info.run_id)
    client.log_model_artifacts(model.model_id, folder)
    return client.finalize_logged_model(model.model_id, "READY")


def test_a_model_is_made_changed_and_found(client):
    model = client.create_logged_model("0", "clf", tags={"t": 1}, params={"a": 1}, model_type="x")
    client.set_logged_model_tags(model.model_id, {"u": 2})
    client.delete_logged_model_tag(model.model_id, "t")
    client.log_model_params(model.model_id, {"b": 2})
    client.finalize_logged_model(model.model_id, "FAILED")
    found = client.get_logged_model(model.model_id)
    assert (found.status, found.params, found.model_type) == ("FAILED", {"a": "1", "b": "2"}, "x")
    assert ("t" in found.tags, found.tags["u"]) == (False, "2")
    page = client.search_logged_models(["0"], "status = 'FAILED'", max_results=1)
    assert (list(page), page.token) == ([found], None)


def test_a_model_stays_pending_past_the_process_that_made_it(client):
    program = (
        "import sys, nbtrack\n"
        "print(nbtrack.MlflowClient(sys.argv[1]).create_logged_model('0', 'clf').model_id)\n"
    )
    command = [sys.executable, "-c", program, client.tracking_uri]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert client.get_logged_model(told.strip()).status == "PENDING"


def test_a_model_is_deleted_and_restored(client, model):
    client.delete_logged_model(model.model_id)
    with pytest.raises(NotFound, match="it was deleted"):
        client.get_logged_model(model.model_id)
    assert list(client.search_logged_models(["0"])) == []
    assert client.list_artifacts(model.source_run_id) == []
    client.restore_logged_model(model.model_id)
    assert client.get_logged_model(model.model_id).name == "clf"


def test_files_are_listed_by_model_and_by_run(client, model):
    assert client.list_logged_model_artifacts(model.model_id) == [
        FileInfo("MLmodel", False, 11),
        FileInfo("data", True, None),
    ]
    assert client.list_logged_model_artifacts(model.model_id, "data") == [
        FileInfo("data/weights", False, 3)
    ]
    assert client.list_artifacts(model.source_run_id) == [FileInfo("clf", True, None)]
    assert client.list_artifacts(model.source_run_id, "clf/data") == [
        FileInfo("clf/data/weights", False, 3)
    ]


def test_one_file_is_added_to_a_folder_of_a_model(client, model, tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    client.log_model_artifact(model.model_id, path, "docs")
    assert client.list_logged_model_artifacts(model.model_id, "docs") == [
        FileInfo("docs/notes.txt", False, 5)
    ]
    with pytest.raises(InvalidValue, match="leads out"):
        client.log_model_artifact(model.model_id, path, "../docs")


def test_a_runs_model_is_downloaded_with_what_was_logged_beside_it(client, model, tmp_path):
    client.log_text(model.source_run_id, "beside", "clf/notes.txt")
    client.log_text(model.source_run_id, "hidden", "clf/MLmodel")
    place = Path(client.download_artifacts(model.source_run_id, "clf", tmp_path / "copy"))
    assert {it.name: it.read_text() for it in place.rglob("*") if it.is_file()} == {
        "MLmodel": "flavors: {}",
        "notes.txt": "beside",
        "weights": "0.5",
    }
    client.delete_artifacts(model.source_run_id, "clf")
    with pytest.raises(InvalidValue, match="belongs to a logged model of run"):
        client.delete_artifacts(model.source_run_id, "clf/MLmodel")
    assert logged_models.files(client.here.store, model.model_id, "MLmodel")


@pytest.mark.parametrize("form", ["models:/{0.model_id}", "{0.artifact_location}"])
def test_a_model_is_downloaded_by_its_address(client, model, tmp_path, form):
    def at(path=""):
        return {"artifact_uri": form.format(model) + path, "tracking_uri": client.tracking_uri}

    whole = Path(nbtrack.artifacts.download_artifacts(**at(), dst_path=tmp_path / "copy"))
    assert whole == tmp_path / "copy"
    assert (whole / "data/weights").read_text() == "0.5"
    part = Path(nbtrack.artifacts.download_artifacts(**at("/data")))
    assert (part.name, (part / "weights").read_text()) == ("data", "0.5")
    file = Path(nbtrack.artifacts.download_artifacts(**at("/data/weights")))
    assert file.read_text() == "0.5"
    assert nbtrack.artifacts.list_artifacts(**at()) == client.list_logged_model_artifacts(
        model.model_id
    )
    assert nbtrack.artifacts.list_artifacts(**at("/data")) == [FileInfo("data/weights", False, 3)]
    with pytest.raises(NotFound, match="has nothing at 'nope'"):
        nbtrack.artifacts.download_artifacts(**at("/nope"))


def test_the_text_of_a_models_file_is_read_checked(client, model):
    nbtrack.set_tracking_uri(client.tracking_uri)
    assert nbtrack.artifacts.load_text(f"{model.model_uri}/data/weights") == "0.5"
    digest = logged_models.files(client.here.store, model.model_id, "data/weights")[0].digest
    (client.here.folder.artifacts / digest[:2] / digest[2:]).write_text("0.6")
    with pytest.raises(TamperedModel, match="'data/weights'"):
        nbtrack.artifacts.load_text(f"{model.model_uri}/data/weights")


def test_a_run_notes_models_by_the_client(client, model):
    run_id = model.source_run_id
    client.log_outputs(run_id, [LoggedModelOutput(model.model_id, 3)])
    client.log_inputs(run_id, models=[LoggedModelInput("m-2")])
    run = client.get_run(run_id)
    assert run.outputs.model_outputs == [LoggedModelOutput(model.model_id, 3)]
    assert run.inputs.model_inputs == [LoggedModelInput("m-2")]
    with pytest.raises(InvalidValue, match="LoggedModelInput, not of DatasetInput"):
        client.log_inputs(run_id, models=[DatasetInput(None)])


def test_two_stores_have_models_of_their_own(client, model, tmp_path):
    other = MlflowClient(tmp_path / "other")
    with pytest.raises(NotFound, match="there are none yet"):
        other.get_logged_model(model.model_id)
    assert [it.name for it in client.search_logged_models(["0"])] == ["clf"]

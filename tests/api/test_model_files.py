"""A model's files come to the local disk as they were logged, or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import nbtrack
from nbtrack.api.files.model_files import fetched, local_folder, read_file
from nbtrack.api.models.logged_models import begin_model, keep_folder
from nbtrack.api.session import session
from nbtrack.capture.open_model import ModelFile
from nbtrack.errors import InvalidValue, ModelError, NotFound, TamperedModel
from nbtrack.journal.folder import StoreFolder
from nbtrack.registry.places import ModelPlace, place_of
from nbtrack.store.backup import backup, restore

CONTENT = {"MLmodel": b"flavors: {}", "data/model.bin": b"0" * 1000, "data/empty": b""}


@pytest.fixture
def place(tmp_path):
    """A model that was logged, and of which this process has no copy."""
    fetched.remove()
    for path, content in CONTENT.items():
        target = tmp_path / "model" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    here = session()
    model = begin_model(here, "clf")
    keep_folder(here, model, tmp_path / "model")
    model.finish()
    return place_of(here.store, f"models:/{model.model_id}")


@pytest.fixture
def blob(place):
    """Where the store keeps the content of a file of the model."""

    def blob(path):
        digest = place.manifest[path].digest
        return session().folder.artifacts / digest[:2] / digest[2:]

    return blob


def content_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_model_is_copied_to_a_folder_of_this_user_alone(place):
    local = local_folder(session(), place)
    assert content_of(local.folder) == CONTENT
    assert local.folder.stat().st_mode & 0o777 == 0o700
    assert (local.is_own, local.manifest) == (True, place.manifest)


def test_a_copy_is_used_again_while_it_is_what_was_logged(place):
    first = local_folder(session(), place).folder
    assert local_folder(session(), place).folder == first


def edit(folder):
    (folder / "data/model.bin").write_bytes(b"1" * 1000)


def grow(folder):
    (folder / "MLmodel").write_bytes(b"longer than it was")


def add(folder):
    (folder / "data/more.py").touch()


def lose(folder):
    (folder / "MLmodel").unlink()


def link(folder):
    path = folder / "data/model.bin"
    path.rename(folder.parent / f"{folder.name}.bin")
    path.symlink_to(folder.parent / f"{folder.name}.bin")


@pytest.mark.parametrize("poison", [edit, grow, add, lose, link])
def test_a_copy_that_was_changed_is_not_used_again(place, poison):
    first = local_folder(session(), place).folder
    poison(first)
    local = local_folder(session(), place)
    assert local.folder != first
    assert content_of(local.folder) == CONTENT


def test_a_swapped_file_in_the_store_is_refused_and_not_left_behind(place, blob, tmp_path):
    blob("data/model.bin").write_bytes(b"1" * 1000)
    target = tmp_path / "copy"
    with pytest.raises(TamperedModel) as caught:
        local_folder(session(), place, target)
    expected = place.manifest["data/model.bin"].digest[:16]
    message = str(caught.value)
    assert message.startswith(f"the file 'data/model.bin' of {place.uri} is not the one that was")
    assert f"{expected}… was recorded" in message
    assert "restore a backup" in message
    assert not (target / "data/model.bin").exists()
    with pytest.raises(TamperedModel, match="is not the one that was logged"):
        local_folder(session(), place)
    with pytest.raises(TamperedModel, match="is not the one that was logged"):
        read_file(session(), place._replace(path="data/model.bin"))


def test_a_file_that_is_missing_in_the_store_is_named(place, blob):
    blob("MLmodel").unlink()
    with pytest.raises(NotFound, match=r"the file 'MLmodel' of models:/m-\w+ is missing in"):
        local_folder(session(), place)


@pytest.mark.parametrize("path", ["../out", "/tmp/out", "a/../../out", "a\\..\\out", "a\0b", ""])
def test_a_path_that_leads_out_of_the_folder_is_refused(place, tmp_path, path):
    file = place.manifest["MLmodel"]._replace(path=path)
    bad = place._replace(manifest={path: file})
    with pytest.raises(TamperedModel, match="has a file whose path"):
        local_folder(session(), bad, tmp_path / "copy")
    assert not (tmp_path / "out").exists()


def test_a_link_in_the_target_folder_is_not_followed(place, tmp_path):
    target = tmp_path / "copy"
    target.mkdir()
    (target / "data").symlink_to(tmp_path)
    with pytest.raises(TamperedModel, match="leads out of the folder through a link"):
        local_folder(session(), place, target)
    (target / "data").unlink()
    (target / "MLmodel").symlink_to(tmp_path / "victim")
    local_folder(session(), place, target)
    assert not (tmp_path / "victim").exists()
    assert content_of(target) == CONTENT


def test_a_digest_that_is_none_is_refused(place):
    bad = place._replace(manifest={"a": ModelFile("a", "../../etc", 1)})
    with pytest.raises(TamperedModel, match="is no digest"):
        local_folder(session(), bad)


def test_a_folder_or_a_file_within_a_model_can_be_meant(place):
    local = local_folder(session(), place._replace(path="data"))
    assert content_of(local.folder) == {"model.bin": b"0" * 1000, "empty": b""}
    local = local_folder(session(), place._replace(path="data/model.bin"))
    assert content_of(local.folder) == {"model.bin": b"0" * 1000}
    with pytest.raises(NotFound, match="has nothing at 'dat'"):
        local_folder(session(), place._replace(path="dat"))


def test_a_model_without_files_is_refused():
    model = begin_model(session())
    model.finish()
    place = place_of(session().store, f"models:/{model.model_id}")
    with pytest.raises(ModelError, match="has no files"):
        local_folder(session(), place)


def test_one_file_is_read_checked(place):
    assert read_file(session(), place._replace(path="MLmodel")) == b"flavors: {}"
    with pytest.raises(NotFound, match="names no file of a model"):
        read_file(session(), place._replace(path="data"))


def test_a_model_is_own_only_if_every_file_has_this_users_seal(place):
    manifest = dict(place.manifest)
    manifest["data/empty"] = manifest["data/empty"]._replace(seal="")
    assert not local_folder(session(), place._replace(manifest=manifest)).is_own


def test_a_model_in_a_store_that_came_from_another_user_is_not_own(place, monkeypatch):
    monkeypatch.setattr("nbtrack.capture.seal.hash_key", lambda: b"key of another user")
    assert not local_folder(session(), place).is_own


def test_a_model_comes_back_from_a_backup_as_it_was(place, tmp_path):
    backup(session().store, tmp_path / "copy.zip")
    restore(tmp_path / "copy.zip", StoreFolder(tmp_path / "restored"))
    nbtrack.set_tracking_uri(tmp_path / "restored")
    again = place_of(session().store, place.uri)
    assert again == place
    local = local_folder(session(), again, tmp_path / "files")
    assert (content_of(local.folder), local.is_own) == (CONTENT, True)


# Elsewhere


def test_a_local_folder_is_used_as_it_is_or_copied(tmp_path):
    folder = tmp_path / "foreign"
    folder.mkdir()
    (folder / "MLmodel").touch()
    here, place = session(), ModelPlace("foreign", local=folder)
    assert local_folder(here, place) == (folder, False, None)
    copy = local_folder(here, place, tmp_path / "copy")
    assert copy == (tmp_path / "copy", False, None)
    assert content_of(copy.folder) == {"MLmodel": b""}
    with pytest.raises(InvalidValue, match="is a file; a model is a folder"):
        local_folder(here, ModelPlace("x", local=folder / "MLmodel"), tmp_path / "other")


def test_a_foreign_address_is_fetched_and_is_nobodys_own():
    fsspec = pytest.importorskip("fsspec")
    files = fsspec.filesystem("memory")
    files.pipe("/bucket/model/MLmodel", b"flavors: {}")
    uri = "memory://bucket/model"
    local = local_folder(session(), place_of(session().store, uri))
    assert (content_of(local.folder), local.is_own) == ({"MLmodel": b"flavors: {}"}, False)


# The end of a process


def test_a_forked_child_leaves_its_parents_copies_alone(place):
    first = local_folder(session(), place).folder
    child = os.fork()
    if not child:
        fetched.remove()
        os._exit(0)
    os.waitpid(child, 0)
    assert content_of(first) == CONTENT


def test_copies_go_with_their_process(place):
    program = (
        "import sys, nbtrack\n"
        "from nbtrack.api.files.model_files import local_folder\n"
        "from nbtrack.api.session import session\n"
        "from nbtrack.registry.places import place_of\n"
        "nbtrack.set_tracking_uri(sys.argv[1])\n"
        "print(local_folder(session(), place_of(session().store, sys.argv[2])).folder)\n"
    )
    command = [sys.executable, "-c", program, nbtrack.get_tracking_uri(), place.uri]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert told.startswith("/")
    assert not Path(told.strip()).exists()

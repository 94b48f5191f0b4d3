"""Who vouches for a file that can run code."""

from __future__ import annotations

import pytest

from nbtrack.capture.redaction import hash_key
from nbtrack.errors import UnsafeModel
from nbtrack.registry.safety import Consent, seals_of


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "mine.py").write_text("x = 1\n")
    (tmp_path / "model.pkl").write_bytes(b"model")
    return tmp_path


def sealed(folder):
    return Consent("there", folder=folder, seals=seals_of(folder))


def allows(consent, path):
    try:
        consent.allow_code(path, "a pickle")
    except UnsafeModel:
        return False
    return True


def test_the_user_and_the_caller_vouch(folder):
    assert allows(Consent("here", own=True), folder / "model.pkl")
    assert allows(Consent("here", allowed=True), folder / "model.pkl")
    assert not allows(Consent("here"), folder / "model.pkl")


def test_the_error_says_what_to_do(folder):
    with pytest.raises(UnsafeModel, match=r"models:/m/1 holds a pickle .*allow_pickle=True"):
        Consent("models:/m/1").allow_code(folder / "model.pkl", "a pickle")


def test_what_this_user_saved_is_known_by_its_seals(folder, monkeypatch):
    consent = sealed(folder)
    assert allows(consent, folder / "model.pkl")
    assert allows(consent, folder / "code")
    (folder / "MLmodel").write_text("flavors: {}\n")
    assert allows(consent, folder)
    monkeypatch.chdir(folder.parent)
    assert allows(consent, (folder / "model.pkl").relative_to(folder.parent))


def test_a_swapped_file_has_no_seal(folder):
    consent = sealed(folder)
    (folder / "model.pkl").write_bytes(b"another")
    assert not allows(consent, folder / "model.pkl")
    assert allows(consent, folder / "code")


def test_a_file_that_was_added_has_no_seal(folder):
    consent = sealed(folder)
    (folder / "code" / "mine.pyc").write_bytes(b"bad")
    assert not allows(consent, folder / "code")


def test_seals_of_another_user_are_worth_nothing(folder, monkeypatch, tmp_path_factory):
    consent = sealed(folder)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("other")))
    hash_key.cache_clear()
    assert not allows(consent, folder / "model.pkl")
    hash_key.cache_clear()


def test_a_file_outside_of_the_folder_has_no_seal(folder, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "model.pkl"
    elsewhere.write_bytes(b"model")
    assert not allows(sealed(folder), elsewhere)
    (folder / "link.pkl").symlink_to(elsewhere)
    assert not allows(sealed(folder / "code"), folder / "link.pkl")
    assert not allows(Consent("x", folder=folder, seals=["no mapping"]), folder / "model.pkl")


def test_types_are_trusted_by_name():
    consent = Consent("here", trusted_types=["my.Type"])
    assert consent.trusts_type("my.Type")
    assert not consent.trusts_type("your.Type")
    assert Consent("here", allowed=True).trusts_type("your.Type")

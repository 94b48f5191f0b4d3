from __future__ import annotations

from pathlib import Path

import pytest

from nbtrack.errors import StoreError, StoreReadOnly
from nbtrack.journal.folder import StoreFolder, state_folder


def test_everything_stands_below_one_folder(tmp_path):
    folder = StoreFolder(tmp_path)
    assert {
        path.name: path.parent
        for path in (
            folder.database,
            folder.gate_lock,
            folder.store_lock,
            folder.journal,
            folder.operations,
            folder.quarantine,
            folder.artifacts,
        )
    } == dict.fromkeys(
        (
            "store.duckdb",
            "gate.lock",
            "store.lock",
            "journal",
            "ops.jsonl",
            "quarantine",
            "artifacts",
        ),
        tmp_path,
    )


def test_preparing_makes_what_is_missing_and_keeps_what_is_there(folder):
    folder.prepare()
    (folder.path / ".gitignore").write_text("mine")
    folder.artifacts.rmdir()
    folder.prepare()
    assert sorted(path.name for path in folder.path.iterdir()) == [
        ".gitignore",
        "artifacts",
        "journal",
        "quarantine",
    ]
    assert (folder.path / ".gitignore").read_text() == "mine"


def test_git_is_told_to_leave_it_alone(folder):
    folder.prepare()
    assert (folder.path / ".gitignore").read_text() == "*\n"


def test_a_file_in_the_way_is_an_error_of_the_store(folder):
    folder.path.write_text("in the way")
    with pytest.raises(StoreError, match="cannot be made or completed") as caught:
        folder.prepare()
    assert not isinstance(caught.value, StoreReadOnly)


def test_a_refusal_is_told_from_other_errors(folder, monkeypatch):
    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StoreReadOnly):
        folder.prepare()


def test_the_state_folder_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert state_folder() == tmp_path / "nbtrack"
    monkeypatch.setenv("XDG_STATE_HOME", "relative/is/ignored")
    assert state_folder() == Path.home() / ".local/state/nbtrack"
    monkeypatch.delenv("XDG_STATE_HOME")
    assert state_folder() == Path.home() / ".local/state/nbtrack"

from __future__ import annotations

import pytest

from nbtrack.api import session


@pytest.mark.parametrize("name", ["copy", "copy.zip", "copy.tar.gz"])
def test_a_backup_is_brought_back_with_its_files(logged, command, tmp_path, name):
    done = command("backup", tmp_path / name)
    assert done.out.endswith(f"bring it back with: nbtrack restore {tmp_path / name}\n")
    other = tmp_path / "other"
    back = command("restore", tmp_path / name, "--store", other, "--json").json
    assert back == {"path": str(other), "former": None}
    runs = command("runs", "list", "--store", other, "--json").json
    assert {it["run_name"]: it["run_id"] for it in runs} == logged
    command("artifacts", "download", "first", "--store", other, "--to", tmp_path / "files")
    assert (tmp_path / "files" / "notes" / "readme.txt").read_text() == "hello"


def test_a_backup_says_what_it_wrote(logged, command, tmp_path):
    done = command("backup", tmp_path / "copy", "--json").json
    assert list(done) == ["path", "files", "size_bytes"]
    assert done["path"] == str(tmp_path / "copy")


def test_nothing_is_overwritten(logged, command, tmp_path):
    command("backup", tmp_path / "copy")
    for arguments in (("backup", tmp_path / "copy"), ("restore", tmp_path / "copy")):
        done = command(*arguments)
        assert (done.code, done.out) == (1, "")


def test_a_store_that_is_there_is_kept_beside_when_forced(logged, store, process, tmp_path):
    process("backup", tmp_path / "copy")
    session.reset()
    at = ("--store", store)
    process("runs", "delete", "first", "--yes", *at)
    done = process("restore", tmp_path / "copy", "--force", *at)
    assert done.code == 0
    assert "the store that was there is now " in done.out
    assert len(process("runs", "list", "--json", *at).json) == 3


def test_what_is_no_backup_is_refused(command, tmp_path):
    (tmp_path / "text").write_text("x")
    for name in ("none", "text"):
        done = command("restore", tmp_path / name, "--store", tmp_path / "store")
        assert (done.code, done.out) == (1, "")

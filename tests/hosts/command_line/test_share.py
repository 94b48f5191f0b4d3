from __future__ import annotations

import zipfile


def test_runs_are_shared_as_a_folder(logged, command, tmp_path):
    done = command("share", "first", "third", "--to", tmp_path / "for you")
    assert done.code == 0
    first, *left_out = done.out.splitlines()
    assert first.startswith("2 runs with ")
    assert first.endswith(f", in {tmp_path / 'for you'}")
    assert left_out == [
        f"left out: the code of {name}: no cell was recorded of it" for name in ("first", "third")
    ]
    at = ("--store", tmp_path / "for you" / ".nbtrack")
    runs = command("runs", "list", "--json", *at).json
    assert {it["run_name"]: it["run_id"] for it in runs} == {
        name: logged[name] for name in ("first", "third")
    }
    command("artifacts", "download", "first", "--to", tmp_path / "files", *at)
    assert (tmp_path / "files" / "notes" / "readme.txt").read_text() == "hello"


def test_a_program_is_told_what_was_shared(logged, command, tmp_path):
    done = command("share", logged["second"], "--to", tmp_path / "a.zip", "--json").json
    assert list(done) == [
        "path",
        "runs",
        "notebooks",
        "models",
        "files",
        "size_bytes",
        "left_out",
    ]
    assert (done["path"], done["runs"]) == (str(tmp_path / "a.zip"), ["second"])
    assert zipfile.is_zipfile(tmp_path / "a.zip")


def test_what_is_there_is_replaced_only_when_forced(logged, command, tmp_path):
    command("share", "first", "--to", tmp_path / "there")
    done = command("share", "second", "--to", tmp_path / "there")
    assert (done.code, done.out) == (1, "")
    assert "--force" in done.err
    assert command("share", "second", "--to", tmp_path / "there", "--force").code == 0


def test_a_run_that_is_not_there_is_an_error(logged, command):
    done = command("share", "furst")
    assert (done.code, done.out) == (1, "")
    assert "no run is called 'furst'" in done.err
    assert "did you mean 'first'" in done.err
    assert command("share").code == 2

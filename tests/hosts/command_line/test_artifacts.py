from __future__ import annotations

import os
from pathlib import Path

from nbtrack.hosts.command_line.artifacts import folder_name


def test_files_of_a_run_are_a_tree(logged, command):
    done = command("artifacts", "list", "first")
    head, config, *notes = (line.split() for line in done.out.splitlines())
    assert (head, config[:2]) == (["first"], ["├──", "config.json"])
    assert notes == [["└──", "notes/"], ["└──", "readme.txt", "5", "B"]]
    assert done.err.startswith("2 files, ")


def test_files_below_a_folder_are_listed_in_json(logged, command):
    done = command("artifacts", "list", "--run-id", "first", "-a", "notes", "--json")
    (file,) = done.json
    assert list(file) == ["path", "size_bytes", "digest"]
    assert (file["path"], file["size_bytes"]) == ("notes/readme.txt", 5)


def test_a_run_without_files_says_so(logged, command):
    assert command("artifacts", "list", "second").out == "second has no artifacts there\n"


def test_all_files_are_downloaded_into_a_folder_of_the_runs_name(logged, command):
    done = command("artifacts", "download", "first")
    assert done.out.startswith("2 files, ")
    assert Path("first/notes/readme.txt").read_text() == "hello"
    assert sorted(os.listdir("first")) == ["config.json", "notes"]  # noqa: PTH208


def test_one_file_is_downloaded_where_it_is_wanted(logged, command, tmp_path):
    done = command("artifacts", "download", "first", "notes/readme.txt", "--to", tmp_path, "--json")
    target = tmp_path / "notes" / "readme.txt"
    assert done.json == {"path": str(target), "files": 1, "size_bytes": 5}
    assert target.read_text() == "hello"


def test_a_file_that_is_not_there_is_an_error(logged, command):
    done = command("artifacts", "download", "first", "readme.txt")
    assert (done.code, done.out) == (1, "")
    assert "notes/readme.txt" in done.err


def test_a_runs_name_becomes_a_harmless_folder():
    assert folder_name("../a/b:c") == "_a_b_c"
    assert folder_name("..") == "run"
    assert folder_name("my run 1") == "my run 1"

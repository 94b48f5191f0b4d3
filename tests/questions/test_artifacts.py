from __future__ import annotations

import pytest

from nbtrack.errors import NotFound
from nbtrack.questions import artifacts
from nbtrack.records.artifact import Artifact
from nbtrack.records.entities import FileInfo

PATHS = {"model/weights.bin": 9, "model/code/main.py": 5, "model.txt": 1, "a b/é🙂": 2}


@pytest.fixture
def run(store, log_runs):
    log_runs(a={}, empty={})
    store.append([Artifact("a", path, "d" * 64, size, 1) for path, size in PATHS.items()])
    return "a"


def test_folders_are_what_paths_have_in_common(store, run):
    assert artifacts.listing(store, run) == [
        FileInfo("a b", is_dir=True, file_size=None),
        FileInfo("model", is_dir=True, file_size=None),
        FileInfo("model.txt", is_dir=False, file_size=1),
    ]


@pytest.mark.parametrize("path", ["model", "model/", "/model", "./model"])
def test_a_listing_is_of_one_folder_with_paths_from_the_root(store, run, path):
    assert artifacts.listing(store, run, path) == [
        FileInfo("model/code", is_dir=True, file_size=None),
        FileInfo("model/weights.bin", is_dir=False, file_size=9),
    ]


def test_nothing_is_listed_for_a_file_or_for_what_is_not_there(store, run):
    assert artifacts.listing(store, run, "model.txt") == []
    assert artifacts.listing(store, run, "mod") == []
    assert artifacts.listing(store, "empty") == []


def test_files_are_one_or_all_below_a_path(store, run):
    assert [file.path for file in artifacts.files(store, run)] == sorted(PATHS)
    assert [file.path for file in artifacts.files(store, run, "model/code")] == [
        "model/code/main.py"
    ]
    assert artifacts.files(store, run, "model.txt") == [Artifact("a", "model.txt", "d" * 64, 1)]


def test_a_run_that_is_not_there_has_no_files_to_ask_for(store):
    with pytest.raises(NotFound, match="Run with id=a not found"):
        artifacts.listing(store, "a")

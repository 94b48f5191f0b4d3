"""Tests of the run of a cell without a notebook: begun, filled, ended."""

from __future__ import annotations

import importlib
import sys

import numpy as np
import pytest

import nbtrack
from nbtrack.api.cells import contents
from nbtrack.api.cells.environment import environment_now
from nbtrack.api.cells.run import Asked, Seen
from nbtrack.api.cells.runs import begin_cell_run, finish_cell_run
from nbtrack.errors import InvalidValue, NotFound


def done(source, asked=None, error=None, **namespace):
    """A cell's run, ended."""
    cell = begin_cell_run(asked or Asked(), source)
    writes = dict.fromkeys(namespace, "")
    finish_cell_run(cell, Seen(source, namespace, writes=writes, error=error))
    return cell


def stored(cell):
    return nbtrack.get_run(cell.run.run_id)


def test_what_was_logged_by_name_stays():
    cell = begin_cell_run(Asked(), "rate = 0.1")
    nbtrack.log_param("rate", 0.5)
    finish_cell_run(cell, Seen("rate = 0.1", {"rate": 0.1}))
    assert stored(cell).data.params == {"rate": "0.5"}
    assert cell.warnings == []


def test_a_key_that_cannot_be_taken_is_told_and_the_others_are_kept():
    cell = done(f"cfg = {{'a': 1, '{'b' * 300}': 2}}", cfg={})
    assert stored(cell).data.params == {"cfg.a": "1"}
    assert len(cell.warnings) == 1


def test_a_secret_is_no_param_as_it_stands():
    cell = done("api_key = 'hunter22hunter22hunter22'", api_key="")
    assert "hunter22" not in str(stored(cell).data.params)
    assert "hunter22" not in str(cell.params)


def test_own_params_come_first():
    cell = begin_cell_run(Asked(), "")
    nbtrack.log_params({"z": 1, "a": 1})
    finish_cell_run(cell, Seen("m = 1", {"m": 1}, writes={"m": ""}))
    assert list(cell.params) == ["m", "z", "a"]


def test_a_failed_run_has_its_traceback_among_its_files():
    cell = done("1 / 0", error=ZeroDivisionError("division by zero"))
    assert cell.status == "FAILED"
    assert [path for path, _ in cell.artifacts] == ["traceback.txt"]


def test_leaving_without_complaint_is_no_failure():
    assert done("exit()", error=SystemExit(0)).status == "FINISHED"


def test_files_that_the_cell_logs_are_known_and_deleted_ones_not():
    cell = begin_cell_run(Asked(), "")
    nbtrack.log_text("a", "notes/a.txt")
    nbtrack.log_dict({}, "b.json")
    finish_cell_run(cell, Seen("", {}))
    assert sorted(cell.artifacts) == [("b.json", 2), ("notes/a.txt", 1)]


def test_the_run_of_an_unknown_name_is_none():
    with pytest.raises(NotFound):
        begin_cell_run(Asked(run_id="nobody"), "")
    with pytest.raises(InvalidValue):
        begin_cell_run(Asked(tags={"": "x"}), "")
    assert nbtrack.active_run() is None


def test_an_experiment_is_made_where_there_is_none():
    cell = done("x = 1", Asked(experiment="trees"), x=1)
    (found,) = nbtrack.search_runs(experiment_names=["trees"], output_format="list")
    assert found.info.run_id == cell.run.run_id


def test_the_environment_is_the_same_bytes_until_something_is_loaded(tmp_path, monkeypatch):
    first = environment_now()
    assert environment_now() is first
    (tmp_path / "own_module_of_a_test.py").write_text("a = 1")
    monkeypatch.syspath_prepend(tmp_path)
    import own_module_of_a_test

    second = environment_now()
    assert second != first
    (tmp_path / "own_module_of_a_test.py").write_text("a = 1000")
    importlib.reload(own_module_of_a_test)
    assert environment_now() not in (first, second)
    del sys.modules[own_module_of_a_test.__name__]
    assert environment_now() == first


def test_an_environment_is_kept_again_where_its_bytes_were_cleaned_away():
    one, two = done("x = 1"), done("x = 1")
    client = nbtrack.MlflowClient()
    for cell in (one, two):
        assert client.list_artifacts(cell.run.run_id)[0].path == "environment.json"
    for path in cell.here.folder.artifacts.rglob("*"):
        if path.is_file():
            path.unlink()
    three = done("x = 1")
    text = nbtrack.artifacts.load_text(f"runs:/{three.run.run_id}/environment.json")
    assert text.encode() == environment_now()


def test_an_array_that_is_the_same_still_is_not_read_again(monkeypatch):
    read = []
    facts = contents.frame_facts
    monkeypatch.setattr(contents, "frame_facts", lambda *told: read.append(told[1]) or facts(*told))
    rows = np.arange(12.0).reshape(4, 3)

    def inputs(digest, whole=frozenset({"rows"})):
        cell = begin_cell_run(Asked(), "")
        finish_cell_run(cell, Seen("", {"rows": rows}, {"rows": digest}, whole=whole))
        return cell.inputs

    first = inputs("one")
    assert inputs("one") == first
    assert read == ["rows"]
    rows[0, 0] = 7.0
    changed = inputs("two")
    assert changed != first
    assert inputs("two", whole=frozenset()) == changed  # its digest says too little
    assert read == ["rows"] * 3

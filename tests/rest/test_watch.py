"""What is seen of stores from one look to the next."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

import nbtrack
from nbtrack.api.session import session
from nbtrack.errors import StoreTooNew
from nbtrack.rest import watch
from nbtrack.rest.known_stores import KnownStores
from nbtrack.rest.shapes import Change


@pytest.fixture
def looked(tmp_path, monkeypatch):
    """A store with a run, which somebody looks at and which was looked at once."""
    monkeypatch.setattr(watch, "PAUSE_SECONDS", 0.0)
    nbtrack.set_tracking_uri(tmp_path / ".nbtrack")
    with nbtrack.start_run():
        pass
    stores = KnownStores(tmp_path)
    stores.session()
    found = watch.Watch(stores)
    found.look()
    found.look()
    return found


def told(found):
    """The one change of a look, without the store's name and number."""
    changes = found.look()
    return [(it.runs, it.run_ids, it.models) for it in changes]


def test_the_first_look_tells_that_all_may_have_changed(tmp_path):
    nbtrack.set_tracking_uri(tmp_path / ".nbtrack")
    with nbtrack.start_run():
        pass
    stores = KnownStores(tmp_path)
    stores.session()
    (change,) = watch.Watch(stores).look()
    (store_id,) = stores.asked
    assert change == Change(store_id=store_id, seq=1, runs=True, models=True)


def test_what_nobody_asked_about_is_not_looked_at(tmp_path):
    assert watch.Watch(KnownStores(tmp_path)).look() == []


def test_the_store_of_a_listed_notebook_is_seen_the_moment_it_comes(tmp_path):
    stores = KnownStores(tmp_path)
    found = watch.Watch(stores)
    _, store_id = stores.items("a.ipynb")
    assert found.look() == []
    nbtrack.set_tracking_uri(stores.folders[store_id].path)
    with nbtrack.start_run():
        pass
    assert found.look() == [Change(store_id=store_id, seq=1, runs=True, models=True)]


def test_nothing_new_is_no_change(looked):
    assert looked.look() == []


def test_a_change_names_the_runs(looked):
    with nbtrack.start_run() as one:
        nbtrack.log_metric("acc", 1)
    with nbtrack.start_run() as other:
        pass
    assert told(looked) == [(True, [other.info.run_id, one.info.run_id], False)]
    assert told(looked) == []


def test_what_another_process_took_in_is_seen(looked):
    with nbtrack.start_run() as run:
        pass
    nbtrack.get_run(run.info.run_id)
    assert told(looked) == [(True, [run.info.run_id], False)]


def test_more_runs_than_can_be_named_are_told_without_names(looked):
    for _ in range(201):
        with nbtrack.start_run():
            pass
    assert told(looked) == [(True, [], False)]


def test_an_act_on_models_is_told(looked):
    nbtrack.MlflowClient().create_registered_model("wine")
    assert told(looked) == [(True, [], True)]


def test_a_deleted_run_is_told(looked):
    (run,) = nbtrack.search_runs(output_format="list")
    nbtrack.delete_run(run.info.run_id)
    assert told(looked) == [(True, [run.info.run_id], False)]


def test_a_process_that_died_is_told(looked, tmp_path):
    code = "import nbtrack, os; nbtrack.start_run(); print(flush=True); input()"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with process:
        process.stdout.readline()
        assert len(looked.look()) == 1
        process.kill()
    told_then = [told(looked), told(looked)]
    assert [(True, [], False)] in told_then
    assert nbtrack.search_runs(output_format="list")[0].info.status == "KILLED"


def test_a_store_that_goes_and_comes_is_told_twice(looked, tmp_path):
    kept = tmp_path / "kept"
    shutil.move(tmp_path / ".nbtrack", kept)
    assert told(looked) == [(True, [], True)]
    assert looked.stores.problems
    assert looked.look() == []
    shutil.move(kept, tmp_path / ".nbtrack")
    assert told(looked) == [(True, [], True)]
    assert not looked.stores.problems


def test_a_store_that_cannot_be_read_is_a_problem_until_it_can(looked, monkeypatch):
    store = session().store
    with nbtrack.start_run():
        pass

    def refuse(_):
        raise StoreTooNew("written by a newer nbtrack")

    monkeypatch.setattr(store, "fetch", refuse)
    assert told(looked) == [(True, [], True)]
    assert list(looked.stores.problems.values()) == ["written by a newer nbtrack"]
    assert looked.look() == []
    monkeypatch.undo()
    assert told(looked) == [(True, [], True)]
    assert not looked.stores.problems


def test_a_store_that_another_program_holds_is_a_problem_until_it_lets_go(looked, monkeypatch):
    monkeypatch.setattr(session().store, "patience_seconds", 0.1)
    code = (
        "import duckdb, sys; held = duckdb.connect(sys.argv[1]);"
        "held.execute('CREATE TABLE other (id INTEGER)'); print(flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, session().folder.database],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        process.stdout.readline()
        with nbtrack.start_run() as run:
            pass
        assert told(looked) == [(True, [], True)]
        assert "is held by another program" in next(iter(looked.stores.problems.values()))
        assert looked.look() == []
        process.communicate(b"\n")
    assert told(looked) == [(True, [], True)]
    assert not looked.stores.problems
    assert nbtrack.get_run(run.info.run_id).info.status == "FINISHED"

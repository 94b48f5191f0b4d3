from __future__ import annotations

import multiprocessing
import threading

import pytest

import nbtrack
from nbtrack.api.session import session
from nbtrack.capture.guard import TrackingWarning
from nbtrack.errors import InvalidValue, NotFound, StoreBusy
from nbtrack.journal.folder import StoreFolder
from nbtrack.store.lock import lock_of


def experiment_of_a_run():
    with nbtrack.start_run() as run:
        return nbtrack.get_run(run.info.run_id).info.experiment_id


def test_without_a_choice_runs_go_to_default():
    assert experiment_of_a_run() == "0"
    assert nbtrack.get_experiment("0").name == "Default"


def test_a_new_name_makes_an_experiment_that_later_runs_go_to():
    made = nbtrack.set_experiment("vision/cats")
    assert made.name == "vision/cats"
    assert made == nbtrack.get_experiment_by_name("vision/cats")
    assert experiment_of_a_run() == made.experiment_id
    assert nbtrack.set_experiment("vision/cats") == made
    assert nbtrack.set_experiment(experiment_id=made.experiment_id) == made


def test_an_experiment_is_chosen_by_id_for_later_runs_and_for_one():
    first = nbtrack.create_experiment("first")
    second = nbtrack.create_experiment("second")
    nbtrack.set_experiment(experiment_id=first)
    assert experiment_of_a_run() == first
    for told in (second, int(second)):
        with nbtrack.start_run(experiment_id=told) as run:
            assert run.info.experiment_id == second
    assert experiment_of_a_run() == first


@pytest.mark.parametrize("choice", [{}, {"experiment_name": "a", "experiment_id": "0"}])
def test_one_thing_must_be_said_and_not_both(choice):
    with pytest.raises(InvalidValue, match="Must specify exactly one"):
        nbtrack.set_experiment(**choice)


@pytest.mark.parametrize("name", ["", "  ", "x" * 501, 7])
def test_a_name_is_a_text_of_up_to_500_characters(name):
    with pytest.raises(InvalidValue, match="1 to 500 characters"):
        nbtrack.set_experiment(name)


@pytest.mark.parametrize("name", ["it's", 'say "x"', "a\nb", "🚀 x", "x" * 500, "; drop table"])
def test_any_characters_are_a_name(name):
    assert nbtrack.set_experiment(name).name == name
    assert nbtrack.get_experiment(experiment_of_a_run()).name == name


def test_an_id_that_is_not_there_is_an_error():
    with pytest.raises(NotFound, match="No Experiment with id=99 exists"):
        nbtrack.set_experiment(experiment_id="99")
    with pytest.raises(NotFound, match="99"):
        nbtrack.start_run(experiment_id="99")


def test_a_deleted_experiment_takes_no_runs():
    gone = nbtrack.set_experiment("gone").experiment_id
    nbtrack.delete_experiment(gone)
    with pytest.raises(InvalidValue, match="Cannot set a deleted experiment 'gone'"):
        nbtrack.set_experiment(experiment_id=gone)
    for told in (None, gone):
        with pytest.raises(InvalidValue, match="'gone' is deleted and takes no new runs"):
            nbtrack.start_run(experiment_id=told)
    nbtrack.restore_experiment(gone)
    assert experiment_of_a_run() == gone


def test_the_name_of_a_deleted_experiment_makes_a_new_one():
    gone = nbtrack.set_experiment("again").experiment_id
    nbtrack.delete_experiment(gone)
    assert nbtrack.set_experiment("again").experiment_id != gone


@pytest.mark.parametrize("variable", ["NBTRACK_EXPERIMENT_NAME", "MLFLOW_EXPERIMENT_NAME"])
def test_the_environment_names_the_experiment(monkeypatch, variable):
    monkeypatch.setenv(variable, "nightly")
    first = experiment_of_a_run()
    assert nbtrack.get_experiment(first).name == "nightly"
    monkeypatch.setattr(session().hasty_store, "fetch", None)
    with nbtrack.start_run() as run:
        assert run.info.experiment_id == first


@pytest.mark.parametrize("variable", ["NBTRACK_EXPERIMENT_ID", "MLFLOW_EXPERIMENT_ID"])
def test_the_environment_gives_the_id_of_the_experiment(monkeypatch, variable):
    wanted = nbtrack.create_experiment("nightly")
    monkeypatch.setenv(variable, wanted)
    assert experiment_of_a_run() == wanted
    monkeypatch.setenv(variable, "99")
    with pytest.raises(NotFound, match="99"):
        nbtrack.start_run()


def test_what_a_script_sets_wins_over_the_default_of_the_environment(monkeypatch):
    monkeypatch.setenv("NBTRACK_EXPERIMENT_NAME", "nightly")
    own = nbtrack.set_experiment("own")
    assert experiment_of_a_run() == own.experiment_id


def set_in_process(name):
    return nbtrack.set_experiment(name).experiment_id


def test_processes_that_make_one_experiment_at_once_share_it():
    nbtrack.set_tracking_uri("shared")
    with multiprocessing.get_context("fork").Pool(4) as pool:
        assert len(set(pool.map(set_in_process, ["same"] * 8, chunksize=1))) == 1


def held(folder, taken, let_go):
    """Hold the store as another program would."""
    with lock_of(StoreFolder(folder)).held(exclusive=True, seconds=20):
        taken.set()
        let_go.wait(60)


@pytest.fixture
def busy():
    """A store that another process holds until it is told to let go."""
    folder = session().folder
    experiment_of_a_run()
    context = multiprocessing.get_context("fork")
    taken, let_go = context.Event(), context.Event()
    process = context.Process(target=held, args=(folder.path, taken, let_go))
    process.start()
    assert taken.wait(20)
    session().hasty_store.patience_seconds = 0.1
    yield let_go
    let_go.set()
    process.join()


def test_while_the_store_is_busy_runs_go_to_an_experiment_that_is_made_later(busy):
    with pytest.warns(TrackingWarning, match="set_experiment failed"):
        early = nbtrack.set_experiment("early")
    assert len(early.experiment_id) == 18
    assert nbtrack.set_experiment("early").experiment_id == early.experiment_id
    with nbtrack.start_run() as run:
        nbtrack.log_metric("a", 1)
    busy.set()
    found = nbtrack.get_experiment_by_name("early")
    assert nbtrack.get_run(run.info.run_id).info.experiment_id == found.experiment_id
    assert nbtrack.search_runs(experiment_names=["early"])["metrics.a"].tolist() == [1.0]


def test_while_the_store_is_busy_an_id_is_taken_as_told(busy):
    with pytest.warns(TrackingWarning, match="looking up an experiment failed"):
        assert nbtrack.set_experiment(experiment_id="0").experiment_id == "0"


def test_an_experiment_that_another_process_makes_first_is_taken(monkeypatch):
    made = nbtrack.create_experiment("same")
    from nbtrack.questions import experiments

    answers = [None]
    real = experiments.by_name
    monkeypatch.setattr(
        experiments, "by_name", lambda *rest: answers.pop() if answers else real(*rest)
    )
    assert nbtrack.set_experiment("same").experiment_id == made


def test_a_store_that_is_busy_for_a_moment_is_waited_for(busy):
    session().hasty_store.patience_seconds = 30
    threading.Timer(0.3, busy.set).start()
    assert nbtrack.set_experiment("patient").experiment_id == "1"


def test_a_damaged_store_does_not_stop_a_script():
    folder = session().folder
    folder.database.write_bytes(b"this is no database" * 1000)
    with pytest.warns(TrackingWarning, match="set_experiment failed"):
        nbtrack.set_experiment("a")
    with nbtrack.start_run():
        nbtrack.log_metric("a", 1)


def test_a_held_store_raises_what_it_is(busy):
    with pytest.raises(StoreBusy):
        session().hasty_store.drain()

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import nbtrack
from nbtrack.api import session as module
from nbtrack.api.session import chosen, current_settings, session, session_for
from nbtrack.errors import InvalidUri, InvalidValue, NotYet


def test_the_store_is_made_where_one_stands_and_said_in_one_line(capsys):
    assert session().folder.path == Path.cwd() / ".nbtrack"
    nbtrack.log_metric("a", 1)
    nbtrack.end_run()
    assert capsys.readouterr().err.splitlines() == [
        f"nbtrack keeps runs in {Path.cwd() / '.nbtrack'} (new, in the working directory)"
    ]


def test_a_store_that_is_there_is_used_without_a_word(capsys):
    (Path.cwd() / ".nbtrack" / "journal").mkdir(parents=True)
    session()
    assert capsys.readouterr().err == ""


def test_who_wants_quiet_has_it(capsys, monkeypatch):
    monkeypatch.setenv("NBTRACK_QUIET", "yes")
    session()
    assert capsys.readouterr().err == ""


def test_the_store_is_resolved_once(tmp_path, monkeypatch):
    first = session()
    monkeypatch.chdir(tmp_path)
    assert session() is first


def test_threads_that_begin_together_have_one_session():
    barrier, found = threading.Barrier(8), []

    def look():
        barrier.wait()
        found.append(session())

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 1


@pytest.mark.parametrize(
    ("uri", "folder"),
    [
        ("runs", "runs"),
        ("sqlite:///test.db", "test.nbtrack"),
        ("duckdb:///here", "here"),
        (Path("as-path"), "as-path"),
    ],
)
def test_a_uri_chooses_the_store_and_is_told_as_it_was_set(uri, folder):
    nbtrack.set_tracking_uri(uri)
    assert session().folder.path == Path.cwd() / folder
    assert nbtrack.get_tracking_uri() == os.fspath(uri)
    assert nbtrack.is_tracking_uri_set()


def test_without_a_choice_the_uri_is_that_of_the_folder():
    assert not nbtrack.is_tracking_uri_set()
    assert nbtrack.get_tracking_uri() == (Path.cwd() / ".nbtrack").as_uri()


@pytest.mark.parametrize("variable", ["NBTRACK_TRACKING_URI", "MLFLOW_TRACKING_URI"])
def test_the_environment_chooses_the_store(monkeypatch, variable):
    monkeypatch.setenv(variable, "from-environment")
    assert nbtrack.is_tracking_uri_set()
    assert nbtrack.get_tracking_uri() == "from-environment"
    assert session().folder.path == Path.cwd() / "from-environment"


def test_an_empty_uri_leaves_the_choice_to_the_environment_again():
    nbtrack.set_tracking_uri("runs")
    assert os.environ["NBTRACK_TRACKING_URI"] == (Path.cwd() / "runs").as_uri()
    nbtrack.set_tracking_uri("")
    assert "NBTRACK_TRACKING_URI" not in os.environ
    assert not nbtrack.is_tracking_uri_set()
    assert session().folder.path.name == ".nbtrack"


def test_what_the_environment_said_before_counts_again(monkeypatch):
    monkeypatch.setenv("NBTRACK_TRACKING_URI", "outer")
    nbtrack.set_tracking_uri("one")
    nbtrack.set_tracking_uri("two")
    nbtrack.set_tracking_uri("")
    assert os.environ["NBTRACK_TRACKING_URI"] == "outer"
    assert session().folder.path == Path.cwd() / "outer"


def test_what_somebody_else_exported_since_stays(monkeypatch):
    nbtrack.set_tracking_uri("one")
    monkeypatch.setenv("NBTRACK_TRACKING_URI", "another")
    nbtrack.set_tracking_uri("")
    assert os.environ["NBTRACK_TRACKING_URI"] == "another"


@pytest.mark.parametrize(
    ("uri", "error"),
    [
        ("http://localhost:5000", NotYet),
        ("postgresql://host/db", NotYet),
        ("ftp://host/x", InvalidUri),
    ],
)
def test_a_uri_that_cannot_be_used_is_refused_and_changes_nothing(uri, error):
    nbtrack.set_tracking_uri("runs")
    before = session()
    with pytest.raises(error):
        nbtrack.set_tracking_uri(uri)
    assert session() is before
    assert nbtrack.get_tracking_uri() == "runs"
    assert os.environ["NBTRACK_TRACKING_URI"] == (Path.cwd() / "runs").as_uri()


def test_two_uris_of_one_folder_are_one_session():
    assert session_for("runs") is session_for((Path.cwd() / "runs").as_uri())


def test_each_store_has_its_own_experiment(tmp_path):
    nbtrack.set_tracking_uri("one")
    nbtrack.set_experiment("a")
    chosen_there = session().experiment_id
    nbtrack.set_tracking_uri("two")
    assert session().experiment_id is None
    assert "NBTRACK_EXPERIMENT_ID" not in os.environ
    nbtrack.set_tracking_uri("one")
    assert session().experiment_id == os.environ["NBTRACK_EXPERIMENT_ID"] == chosen_there


def test_a_process_that_is_started_uses_the_same_store_and_experiment():
    nbtrack.set_tracking_uri(Path.cwd() / "runs")
    experiment = nbtrack.set_experiment("shared")
    code = "import nbtrack\nwith nbtrack.start_run() as run: print(run.info.experiment_id)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/"
    )
    assert done.stdout.strip() == experiment.experiment_id


def test_an_open_run_stays_in_its_store():
    nbtrack.set_tracking_uri("one")
    with nbtrack.start_run() as run:
        nbtrack.set_tracking_uri("two")
        nbtrack.log_metric("loss", 0.5)
        assert run.data.metrics == {"loss": 0.5}
    assert nbtrack.MlflowClient("one").get_run(run.info.run_id).info.status == "FINISHED"


def test_settings_follow_the_environment_and_the_project_is_read_once(monkeypatch):
    reads = []
    real = module.settings.read
    monkeypatch.setattr(module.settings, "read", lambda *rest: reads.append(1) or real(*rest))
    assert current_settings().run_name is None
    assert current_settings().run_name is None
    monkeypatch.setenv("NBTRACK_RUN_NAME", "first")
    assert current_settings().run_name == "first"
    assert len(reads) == 2


def test_a_setting_that_cannot_be_taken_is_told(monkeypatch):
    monkeypatch.setenv("NBTRACK_SYSTEM_METRICS", "perhaps")
    with pytest.raises(InvalidValue, match="NBTRACK_SYSTEM_METRICS is 'perhaps'"):
        current_settings()


def test_a_child_that_is_forked_while_a_store_is_chosen_can_choose_one():
    with chosen.lock:
        child = os.fork()
        if not child:
            thread = threading.Thread(target=nbtrack.set_tracking_uri, args=["of-child"])
            thread.start()
            thread.join(20)
            os._exit(int(thread.is_alive()))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_forked_child_reads_and_logs_in_the_same_store():
    with nbtrack.start_run() as run:
        nbtrack.log_metric("parent", 1)
        assert run.data.metrics == {"parent": 1}
        child = os.fork()
        if not child:
            try:
                nbtrack.log_metric("child", 2)
                os._exit(0 if nbtrack.get_run(run.info.run_id).data.metrics["child"] == 2 else 1)
            finally:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert run.data.metrics == {"parent": 1, "child": 2}
        assert run.info.status == "RUNNING"


def test_what_mlflow_left_is_told_to_who_listens_to_no_logs(tmp_path):
    (tmp_path / "mlruns" / "0").mkdir(parents=True)
    (tmp_path / "mlruns" / "0" / "meta.yaml").write_text("name: Default")
    done = subprocess.run(
        [sys.executable, "-c", "import nbtrack; nbtrack.log_metric('a', 1)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "it is left untouched: importing it comes with a later version" in done.stderr

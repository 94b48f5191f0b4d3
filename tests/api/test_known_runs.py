from __future__ import annotations

import os
import threading

import pytest

import nbtrack
from nbtrack.api.runs import known_runs as module
from nbtrack.api.runs.known_runs import attached, run_to_write
from nbtrack.api.runs.start import begin_for_client
from nbtrack.api.session import session
from nbtrack.errors import NotFound


def test_an_open_run_is_known():
    with nbtrack.start_run() as run:
        assert run_to_write(run.info.run_id) is run.open_run


def test_runs_known_by_their_id_are_read_again_when_there_were_many(monkeypatch):
    monkeypatch.setattr(module, "MOST_ATTACHED", 2)
    ids = [begin_for_client(session(), "0").run_id for _ in range(3)]
    assert [attached.find(session(), run_id) is None for run_id in ids] == [True, False, False]
    run_to_write(ids[0]).log_params([("a", 1)])
    assert attached.find(session(), ids[1]) is None
    assert nbtrack.get_run(ids[0]).data.params == {"a": "1"}


def test_a_run_is_of_one_store(tmp_path):
    with nbtrack.start_run() as run:
        nbtrack.set_tracking_uri(tmp_path / "other")
        with pytest.raises(NotFound):
            run_to_write(run.info.run_id)
        nbtrack.set_tracking_uri("")


def test_threads_that_attach_one_run_share_it():
    run_id = begin_for_client(session(), "0").run_id
    attached.forget(run_id)
    barrier, found = threading.Barrier(4), []

    def attach():
        barrier.wait()
        found.append(run_to_write(run_id))

    threads = [threading.Thread(target=attach) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 1


def test_a_child_that_is_forked_while_runs_are_looked_up_can_look_them_up():
    run_id = begin_for_client(session(), "0").run_id
    with attached.lock:
        child = os.fork()
        if not child:
            attached.find(session(), run_id)
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

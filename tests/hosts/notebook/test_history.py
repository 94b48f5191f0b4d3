"""Tests of the earlier runs of a cell, as a session and the store know them."""

from __future__ import annotations

import os
import subprocess
import sys

import nbtrack
from nbtrack.api.session import session
from nbtrack.hosts.notebook.history import CellHistory, Earlier, Known


def earlier(run_id, status="FINISHED"):
    return Earlier(run_id, status, {}, {})


def ids(runs):
    return [it.run_id for it in runs]


def logged(name, **values):
    """A run of the cell `c`; its id."""
    with nbtrack.start_run(run_name=name, tags={"nbtrack.cell": "c"}) as run:
        nbtrack.log_metrics(values)
    return run.info.run_id


def asked(history):
    """The runs of the cell once the store has answered."""
    here = session()
    history.ask(here, "c")
    history.wait(here, "c")
    return history.runs(here, "c")


def test_what_the_store_does_not_have_any_more_goes_and_what_is_newer_stays():
    known = Known()
    known.runs = [earlier("3"), earlier("2"), earlier("1")]
    known.merge([earlier("1"), earlier("0")], before={"1", "2"})
    assert ids(known.runs) == ["3", "1", "0"]


def test_a_run_that_goes_on_elsewhere_is_no_earlier_one():
    known = Known()
    known.merge([earlier("1", "RUNNING"), earlier("0")], before=set())
    assert ids(known.runs) == ["0"]


def test_the_store_tells_of_runs_of_other_sessions_newest_first():
    one, two = logged("one", acc=0.5), logged("two", acc=0.75)
    found = asked(CellHistory())
    assert [(it.run_id, it.metrics) for it in found] == [(two, {"acc": 0.75}), (one, {"acc": 0.5})]


def test_deleted_runs_are_left_out_also_those_of_the_session():
    history = CellHistory()
    one, two = logged("one"), logged("two")
    asked(history)
    nbtrack.delete_run(one)
    history.of(session(), "c").asked_at = float("-inf")
    assert ids(asked(history)) == [two]


def test_the_store_is_not_asked_again_at_once():
    history = CellHistory()
    one = logged("one")
    assert ids(asked(history)) == [one]
    logged("two")
    assert ids(asked(history)) == [one]


def test_the_store_is_not_asked_while_nobody_else_writes():
    history = CellHistory()
    logged("one")
    asked(history)
    known = history.of(session(), "c")
    known.asked_at = -100.0
    asked(history)
    assert known.asked_at == -100.0


def test_the_store_is_asked_again_once_another_process_wrote():
    history = CellHistory()
    one = logged("one")
    assert ids(asked(history)) == [one]
    script = (
        "import nbtrack\n"
        "with nbtrack.start_run(tags={'nbtrack.cell': 'c'}) as run: print(run.info.run_id)"
    )
    environment = os.environ | {
        "NBTRACK_TRACKING_URI": str(session().folder.path),
        "NBTRACK_QUIET": "1",
    }
    told = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    history.of(session(), "c").asked_at = float("-inf")
    assert ids(asked(history)) == [told.stdout.split()[-1], one]


def test_a_run_that_ends_again_is_one():
    history = CellHistory()
    history.add(session(), "c", earlier("1"))
    history.add(session(), "c", earlier("1", "FAILED"))
    assert history.runs(session(), "c") == [earlier("1", "FAILED")]
    assert history.number(session(), "c", "2") == 2


def test_more_runs_than_are_read_are_counted():
    for number in range(53):
        logged(str(number))
    history = CellHistory()
    assert len(asked(history)) == 50
    assert history.number(session(), "c", "f" * 32) == 54


def test_somebody_can_be_told_when_the_answer_is_there():
    history = CellHistory()
    logged("one")
    history.ask(session(), "c")
    heard = []
    history.when_complete(session(), "c", lambda: heard.append(len(history.runs(session(), "c"))))
    history.close()
    assert heard == [1]

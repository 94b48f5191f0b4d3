from __future__ import annotations

import threading

import pytest

from nbtrack.errors import NotFound
from nbtrack.query.tree import Executions, Rows
from nbtrack.questions import metrics, runs


@pytest.fixture
def openings(store, monkeypatch):
    """How often the store was opened to ask it something."""
    seen = []
    ask = store.ask
    monkeypatch.setattr(store, "ask", lambda work: seen.append(work) or ask(work))
    return seen


def test_nothing_is_asked_twice_within_one_look(store, put_runs, openings):
    put_runs(store, a={"metrics": {"acc": 0.9}})
    openings.clear()
    with store.one_look():
        assert [runs.get(store, "a"), metrics.summaries(store, "a")] == [
            runs.get(store, "a"),
            metrics.summaries(store, "a"),
        ]
    assert len(openings) == 2


def test_questions_that_are_known_are_answered_at_one_opening(store, put_runs, openings):
    put_runs(store, a={"params": {"lr": "0.1"}, "metrics": {"acc": 0.9}})
    openings.clear()
    wanted = runs.by_id("a"), Rows("latest", ("a",)), Executions(run_id="a")
    with store.one_look(*wanted):
        assert runs.get(store, "a").data.params == {"lr": "0.1"}
        assert [it.value for it in metrics.summaries(store, "a")] == [0.9]
        assert store.fetch(wanted[2]).columns["execution_id"] == []
    assert len(openings) == 1


def test_what_is_done_to_an_answer_stays_with_who_got_it(store, put_runs):
    put_runs(store, a={})
    question = Rows("latest", ("a",))
    with store.one_look(question):
        store.fetch(question).columns.clear()
        assert "key" in store.fetch(question).columns


def test_after_a_look_and_in_other_threads_the_store_is_as_it_is(store, put_runs):
    put_runs(store, a={"metrics": {"acc": 0.9}})
    seen = []

    def look():
        seen.append([it.value for it in metrics.summaries(store, "a")])

    with store.one_look(), store.one_look():
        look()
        put_runs(store, a={"metrics": {"acc": 0.95}})
        look()
        other = threading.Thread(target=look)
        other.start()
        other.join()
    look()
    assert seen == [[0.9], [0.9], [0.95], [0.95]]


def test_a_look_ends_where_something_is_not_found(store, put_runs):
    with pytest.raises(NotFound), store.one_look():
        runs.get(store, "a")
    put_runs(store, a={})
    assert runs.get(store, "a").info.run_id == "a"

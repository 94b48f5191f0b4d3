"""Which executions are chosen, in which order, and how far a slice is followed."""

from __future__ import annotations

import pytest

from nbtrack.query.tree import Executions, Sessions
from nbtrack.records.execution import Execution
from nbtrack.store import execution_answers


@pytest.fixture
def put(store):
    """Put executions into the store: a session and a number, then what they use."""

    def put(**executions):
        records = [
            Execution(name, session_id=name[0], start_time=place, uses=uses, time=place)
            for place, (name, uses) in enumerate(executions.items(), 1)
        ]
        store.append(records)

    return put


@pytest.fixture
def chosen(store):
    """The ids that a question finds."""
    return lambda **asked: store.fetch(Executions(**asked)).columns["execution_id"]


def test_a_slice_is_followed_through_sessions(put, chosen):
    put(a1=[], b1=["a1"], a2=[], a3=["b1", "a2"], a4=["a1"])
    assert chosen(ids=("a3",), with_uses=True) == ["a1", "b1", "a2", "a3"]
    assert chosen(ids=("a4", "a2"), with_uses=True) == ["a1", "a2", "a4"]
    assert chosen(ids=("a3",)) == ["a3"]


def test_a_slice_within_a_session_does_not_read_the_others(put, chosen, monkeypatch):
    put(a1=[], b1=[], a2=["a1"])
    monkeypatch.setattr(execution_answers, "uses_of_all", lambda _: pytest.fail("read them all"))
    assert chosen(ids=("a2",), with_uses=True) == ["a1", "a2"]


def test_a_circle_ends(put, chosen):
    put(a1=["a2"], a2=["a1"])
    assert chosen(ids=("a1",), with_uses=True) == ["a1", "a2"]


def test_executions_of_one_moment_follow_their_numbers(store, chosen):
    store.append([Execution(name, number=n, start_time=5) for name, n in (("a", 2), ("b", 1))])
    store.append([Execution("c", start_time=5), Execution("d", end_time=4, time=1)])
    assert chosen() == ["d", "c", "b", "a"]
    assert chosen(limit=1) == ["a"]


def test_what_is_asked_holds_together(store, chosen):
    store.append([Execution(f"{s}{c}", session_id=s, cell_id=c) for s in "ab" for c in "xy"])
    assert chosen(session_id="a", cell_id="y") == ["ay"]
    assert chosen(ids=("ax", "by"), cell_id="y") == ["by"]
    assert chosen(ids=()) == []


def test_an_empty_answer_has_its_columns(store):
    assert set(store.fetch(Executions()).columns) == set(Execution.__struct_fields__)
    assert store.fetch(Sessions()).columns["session_id"] == []

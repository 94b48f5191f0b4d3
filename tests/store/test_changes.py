"""How far a store is, and which runs changed since."""

from __future__ import annotations

import pytest

from nbtrack.query.tree import Changes, Names, RunCount, RunCounts, Together
from nbtrack.records.operation import CreateExperiment, SetLifecycle


@pytest.fixture
def changes(store):
    def changes(since=None, **asked):
        columns = store.fetch(Changes(since, **asked)).columns
        return {name: value for name, (value,) in columns.items()}

    return changes


def test_a_fresh_store_is_at_the_beginning(changes):
    assert changes() == {
        "seq": 0,
        "acts": 0,
        "model_acts": 0,
        "owners": [],
        "run_ids": [],
        "is_many": False,
    }


def test_runs_that_were_written_since_are_named(log_runs, changes):
    log_runs(a={}, b={})
    seq = changes()["seq"]
    assert changes(seq)["run_ids"] == []
    log_runs(b={"metrics": {"m": 1.0}}, c={})
    assert changes(seq)["run_ids"] == ["c", "b"]
    assert changes()["run_ids"] == []


def test_more_than_the_limit_are_not_named(log_runs, changes):
    log_runs(a={}, b={}, c={})
    told = changes(0, limit=2)
    assert (told["run_ids"], told["is_many"]) == ([], True)


def test_what_is_done_under_the_lock_counts(store, log_runs, changes):
    log_runs(a={})
    before = changes()
    store.append([SetLifecycle(noun="run", id="a", stage="deleted")])
    after = changes(before["seq"])
    assert after["acts"] > before["acts"]
    assert (after["model_acts"], after["run_ids"]) == (0, ["a"])


def test_a_writer_that_lives_is_an_owner(start, changes):
    start()
    assert len(changes()["owners"]) == 1


def test_active_runs_are_counted_by_experiment(store, log_runs):
    (other,) = store.append([CreateExperiment(name="other")])
    log_runs(a={}, b={}, c={"experiment_id": other})
    store.append([SetLifecycle(noun="run", id="b", stage="deleted")])
    columns = store.fetch(RunCounts()).columns
    assert (columns["experiment_id"], columns["count"]) == (["0", other], [1, 1])


def test_questions_asked_together_are_answered_in_order(store, log_runs):
    log_runs(a={"metrics": {"m": 1.0}})
    answers = store.fetch(Together((RunCount(), Names("metric")))).columns["answer"]
    assert [it.columns for it in answers] == [{"count": [1]}, {"key": ["m"]}]

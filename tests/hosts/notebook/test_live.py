from __future__ import annotations

import threading

import pytest

import nbtrack
from nbtrack.errors import NotFound
from nbtrack.hosts.notebook.live import MOST, Followers, stamps_of
from nbtrack.testing import temporary_store

PATIENCE_SECONDS = 30


class Panel:
    """A panel that counts the runs of the store."""

    def __init__(self, cell_id=None, ends_at=None, problem=None):
        self.cell_id, self.ends_at, self.problem = cell_id, ends_at, problem
        self.counts, self.looked, self.ended = [], threading.Event(), threading.Event()

    def look(self, store):
        if self.problem is not None:
            raise self.problem
        self.counts.append(nbtrack.count_runs())
        self.looked.set()
        return self.counts[-1] != self.ends_at

    def end(self):
        self.ended.set()


@pytest.fixture
def followers():
    with temporary_store():
        with nbtrack.start_run():
            pass
        found = Followers(seconds=0.01)
        yield found
        found.close()


def test_a_panel_looks_again_when_something_was_written(followers):
    panel = Panel()
    followers.follow(panel)
    assert panel.looked.wait(PATIENCE_SECONDS)
    panel.looked.clear()
    with nbtrack.start_run():
        pass
    while panel.counts[-1] < 2:
        assert panel.looked.wait(PATIENCE_SECONDS)
        panel.looked.clear()
    assert panel.counts[0] == 1
    assert not panel.ended.is_set()


def test_what_is_finished_or_gone_ends_and_the_thread_with_the_last(followers):
    done, gone = Panel(ends_at=1), Panel(problem=NotFound("it was deleted"))
    followers.follow(done)
    thread = followers.thread
    followers.follow(gone)
    assert done.ended.wait(PATIENCE_SECONDS)
    assert gone.ended.wait(PATIENCE_SECONDS)
    if thread is not None:
        thread.join(PATIENCE_SECONDS)
    assert followers.panels == []
    assert followers.thread is None


def test_one_panel_for_each_cell_and_a_bounded_number_of_all(followers):
    first, again = Panel("a"), Panel("a")
    followers.follow(first)
    followers.follow(again)
    assert (first.ended.is_set(), again.ended.is_set()) == (True, False)
    others = [Panel() for _ in range(MOST)]
    for it in others:
        followers.follow(it)
    assert again.ended.is_set()
    assert followers.panels == others
    followers.leave(others[0])
    assert followers.panels == others[1:]


def test_a_line_that_is_written_changes_the_stamps():
    with temporary_store(), nbtrack.start_run():
        nbtrack.log_metric("acc", 0.5)
        folder = nbtrack.api.session.session().folder
        before = stamps_of(folder)
        assert before == stamps_of(folder)
        nbtrack.log_metric("acc", 0.6)
        assert before != stamps_of(folder)


def test_a_panel_of_another_store_is_over(followers):
    nbtrack.count_runs()  # from now on there is a database
    panel = Panel()
    followers.panels = [panel]
    followers.look()
    followers.look()
    with temporary_store():
        with nbtrack.start_run():
            pass
        followers.look()
    assert panel.counts == [1]
    assert panel.ended.is_set()

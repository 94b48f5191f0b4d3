"""Tests of threads and tasks that a cell leaves behind."""

from __future__ import annotations

import asyncio
import threading

import pytest

from nbtrack.capture.background import MOST_STEPS, Background
from nbtrack.capture.step import Step


@pytest.fixture
def waiting():
    """Start threads of a class that wait until the test is over."""
    over = threading.Event()
    started = []

    def start(kind=threading.Thread, **words):
        thread = kind(target=over.wait, **words)
        started.append(thread)
        thread.start()

    yield start
    over.set()
    for thread in started:
        thread.join()


def test_nothing_is_left_where_nothing_began():
    background = Background()
    background.before()
    assert not background.is_left()


def test_a_thread_that_a_cell_left_is_left(waiting):
    background = Background()
    background.before()
    waiting()
    assert background.is_left()
    background.before()
    assert not background.is_left()


def test_threads_from_before_the_session_do_not_count(waiting):
    waiting()
    background = Background()
    background.before()
    assert (background.alive(), background.is_left()) == (frozenset(), False)


def test_threads_of_libraries_own_kinds_do_not_count(waiting):
    class Monitor(threading.Thread):
        __module__ = "progress.bars"

    background = Background()
    waiting(Monitor)
    assert background.alive() == frozenset()


def test_threads_of_the_kernel_do_not_count(waiting):
    background = Background()
    waiting(name="Heartbeat")
    assert background.alive() == frozenset()


def test_a_task_that_goes_on_is_left():
    async def session():
        background = Background()
        background.before()
        before = background.is_left()
        task = asyncio.ensure_future(asyncio.sleep(0))
        during = background.is_left()
        await task
        return before, during, background.is_left()

    assert asyncio.run(session()) == (False, True, False)


def test_executions_that_left_something_depend_on_one_another(waiting):
    background = Background()
    waiting()
    steps = [Step(0, 1, "", reads={"a": ""}), Step(1, 2, "", writes={"b": ""})]
    for step in steps:
        background.add(step)
    assert (background.steps, background.names) == ((0, 1), {"a", "b"})
    assert [step.uses for step in steps] == [set(), {0}]


def test_at_most_some_executions_are_remembered(waiting):
    background = Background()
    waiting()
    for place in range(MOST_STEPS + 5):
        background.add(Step(place, place, ""))
    assert background.steps[-1] == MOST_STEPS + 4
    assert len(background.steps) == MOST_STEPS + 1


def test_where_nothing_runs_any_more_all_is_forgotten():
    background = Background()
    background.add(Step(0, 1, "", reads={"a": ""}))
    background.before()
    assert (background.steps, background.names) == ((), set())

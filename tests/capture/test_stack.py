from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context

import pytest

from nbtrack.capture import stack
from nbtrack.capture.open_run import OpenRun


@pytest.fixture
def new_run(writer):
    made = []

    def make(name):
        run = OpenRun(writer, name)
        made.append(run)
        return run

    yield make
    for run in made:
        run.is_open = False
        stack.leave(run)


def test_outside_of_runs_there_is_none():
    assert stack.current() is None
    assert stack.enclosing() is None
    assert stack.open_runs() == []


def test_the_innermost_run_is_current_and_its_parent_after_it(new_run):
    outer, inner = new_run("outer"), new_run("inner")
    stack.enter(outer)
    stack.enter(inner)
    assert stack.current() is inner
    assert stack.inside(outer) == [inner]
    assert stack.inside(inner) == []
    stack.leave(inner)
    assert stack.current() is outer
    stack.leave(outer)
    assert stack.current() is None


def test_a_thread_started_inside_a_run_is_in_that_run_and_may_begin_its_own(new_run):
    outer, own = new_run("outer"), new_run("own")
    stack.enter(outer)

    def work():
        seen = [stack.current(), stack.enclosing()]
        stack.enter(own)
        seen.append(stack.current())
        stack.leave(own)
        return [*seen, stack.current()]

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(work).result() == [outer, None, own, outer]
    assert stack.current() is outer


def test_the_main_threads_run_is_nearer_than_that_of_another_thread(new_run):
    outer, other = new_run("outer"), new_run("other")
    stack.enter(outer)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(stack.enter, other).result()
        with ThreadPoolExecutor(1) as second:
            assert second.submit(stack.current).result() is outer
    assert stack.open_runs() == [other, outer]


def test_without_a_run_of_the_main_thread_the_one_started_last_is_nearest(new_run):
    first, second = new_run("first"), new_run("second")
    with ThreadPoolExecutor(1) as pool:
        pool.submit(stack.enter, first).result()
        pool.submit(stack.enter, second).result()
        with ThreadPoolExecutor(1) as another:
            assert another.submit(stack.current).result() is second


def test_a_run_survives_from_one_cell_to_the_next(new_run):
    """A notebook runs each cell in a context, and a task, of its own."""
    run = new_run("notebook")

    async def cell(act, *arguments):
        return act(*arguments)

    loop = asyncio.new_event_loop()
    loop.run_until_complete(loop.create_task(cell(stack.enter, run), context=Context()))
    gc.collect()
    asking = cell(stack.enclosing)
    assert loop.run_until_complete(loop.create_task(asking, context=Context())) is run
    loop.run_until_complete(loop.create_task(cell(stack.leave, run), context=Context()))
    assert stack.current() is None
    loop.close()


def test_tasks_that_run_side_by_side_have_their_own_runs(new_run):
    runs = [new_run("a"), new_run("b")]

    async def work(run, ready, other):
        before = stack.enclosing()
        stack.enter(run)
        ready.set()
        await other.wait()
        return before, stack.current()

    async def main():
        ready = [asyncio.Event(), asyncio.Event()]
        return await asyncio.gather(
            work(runs[0], ready[0], ready[1]), work(runs[1], ready[1], ready[0])
        )

    assert asyncio.run(main()) == [(None, runs[0]), (None, runs[1])]


def test_a_task_inherits_the_run_it_was_started_in(new_run):
    run = new_run("outer")

    async def work():
        return stack.enclosing()

    async def main():
        stack.enter(run)
        return await asyncio.create_task(work())

    assert asyncio.run(main()) is run


def test_a_run_that_was_ended_elsewhere_is_not_current(new_run):
    outer, inner = new_run("outer"), new_run("inner")
    stack.enter(outer)
    stack.enter(inner)
    thread = threading.Thread(target=stack.leave, args=[inner])
    inner.is_open = False
    thread.start()
    thread.join()
    assert stack.current() is outer
    assert stack.enclosing() is outer


def test_threads_that_begin_and_end_runs_at_once_lose_none(new_run):
    runs = [[new_run(f"{thread}-{number}") for number in range(200)] for thread in range(8)]
    switching = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)

    def work(mine):
        for run in mine:
            stack.enter(run)
        for run in mine[1:]:
            stack.leave(run)

    try:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, runs))
    finally:
        sys.setswitchinterval(switching)
    assert set(stack.open_runs()) == {mine[0] for mine in runs}


def test_a_forked_child_is_in_its_parents_run(new_run):
    run = new_run("parent")
    stack.enter(run)
    child = os.fork()
    if not child:
        os._exit(0 if stack.current() is run and run.is_inherited else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

"""Tests of observing by a trace function which code ran, and which of its instructions."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from nbtrack.capture import tracing
from nbtrack.capture.instructions import shape_of
from nbtrack.capture.ran import is_statement
from nbtrack.capture.tracing import TraceObserver


class Cell:
    """A namespace that is observed, and statements that are executed in it."""

    def __init__(self):
        self.names = {}
        self.observer = TraceObserver(self.names)

    def watch(self, *sources, other=None):
        """Execute statements; what ran in them."""
        self.observer.start()
        for source in sources:
            code = compile(source, "<ipython-input-1>", "exec")
            self.observer.statement(code)
            exec(code, self.names if other is None else other)
        return self.observer.stop()


@pytest.fixture
def cell():
    tracer = sys.gettrace()
    sys.settrace(None)
    made = Cell()
    yield made
    made.observer.close()
    sys.settrace(tracer)


def names_of(ran):
    return [it.code.co_name for it in ran]


def executed_names(ran):
    """The names that were certainly loaded or bound."""
    return [
        name
        for offset, _, name in shape_of(ran.code).names
        if ran.executed is None or offset in ran.executed
    ]


def test_statements_and_the_functions_they_call_are_told_in_order(cell):
    cell.watch("def f(): return g()", "def g(): return 1")
    ran = cell.watch("f()", "g()")
    assert [(it.code.co_name, it.is_top) for it in ran] == [
        ("<module>", True),
        ("f", False),
        ("g", False),
        ("<module>", True),
        ("g", False),
    ]
    assert cell.observer.is_complete


def test_a_branch_that_was_not_taken_was_not_executed(cell):
    cell.names |= {"x": 0, "y": 1, "z": 2}
    [ran] = cell.watch("if x:\n    a = y\nelse:\n    a = z")
    assert executed_names(ran) == ["x", "z", "a"]


def test_a_branch_is_told_for_each_statement_by_itself(cell):
    cell.watch("def f(flag):\n    global x\n    if flag:\n        x = 1")
    _, first, _, second = cell.watch("f(False)", "f(True)")
    assert (executed_names(first), executed_names(second)) == ([], ["x"])


def test_a_function_that_raises_has_not_bound_what_stands_behind(cell):
    cell.watch("def g(): 1 / 0", "def f():\n    global x\n    g()\n    x = 1")
    ran = cell.watch("try:\n    f()\nexcept ZeroDivisionError:\n    pass")
    assert executed_names(ran[names_of(ran).index("f")]) == ["g"]


def test_a_name_behind_a_prefix_is_seen_executed(cell):
    many = "".join(f"    n{number} = 0\n" for number in range(400))
    [ran] = cell.watch(f"if True or n0:\n{many}")
    assert executed_names(ran)[-1] == "n399"


def test_code_of_other_globals_is_not_looked_at(cell):
    other = {}
    exec("def f(): return 1", other)
    cell.names["f"] = other["f"]
    assert names_of(cell.watch("f()")) == ["<module>"]


def test_a_generator_that_goes_on_later_tells_only_what_it_does_then(cell):
    cell.names |= {"x": 1, "y": 2}
    cell.watch("def g():\n    yield x\n    yield y", "it = g()", "next(it)")
    _, ran = cell.watch("next(it)")
    assert executed_names(ran) == ["y"]


def test_a_loop_beyond_what_is_observed_is_not_whole(cell):
    count = tracing.MOST_INSTRUCTIONS
    [ran] = cell.watch(f"for i in range({count}):\n    x = i\ny = x")
    assert (ran.is_whole, cell.observer.is_complete) == (False, False)


def test_more_calls_than_are_observed_leave_the_next_statement_whole(cell):
    cell.names["x"] = 1
    cell.watch("def f(): return 1")
    count = tracing.MOST_CALLS
    ran = cell.watch(f"for i in range({count}):\n    f()", "if x:\n    y = x")
    assert [it.is_whole for it in ran] == [False, True, True]
    assert executed_names(ran[-1]) == ["x", "x", "y"]


def test_a_library_that_is_long_away_is_not_followed_on(cell):
    cell.names["x"] = 1
    cell.watch("import os\ndef f(_): return 1")
    count = tracing.MOST_CALLS_AWAY
    away = f"a = list(map(os.path.basename, ['b'] * {count}))"
    ran = cell.watch(f"{away}; f(a)", "if x:\n    y = x")
    assert [it.is_top for it in ran] == [True, True]  # the call of f is not seen, and that is told
    assert not cell.observer.is_complete
    assert executed_names(ran[-1]) == ["x", "x", "y"]


def test_a_statement_that_was_given_up_twice_is_given_up_sooner(cell):
    cell.watch("import os")
    source = f"a = list(map(os.path.basename, ['b'] * {tracing.MOST_CALLS_AWAY}))"
    limits = []
    for _ in range(3):
        cell.watch(source)
        limits.append(cell.observer.limit)
        assert not cell.observer.is_complete
    saved = tracing.MOST_CALLS_AWAY - tracing.MOST_CALLS_AGAIN
    assert [it - limits[2] for it in limits] == [saved, saved, 0]


def test_a_magic_may_call_more_before_it_runs_a_file(cell):
    cell.watch("import os")
    away = f"list(map(os.path.basename, ['b'] * {tracing.MOST_CALLS_AWAY}))"
    cell.watch(f"a = {away}")
    assert not cell.observer.is_complete
    cell.watch(f"run_line_magic = {away}")
    assert cell.observer.is_complete


def test_a_library_that_calls_back_is_followed_on(cell):
    cell.watch("import os\ndef f(path): return os.path.basename(path)")
    count = tracing.MOST_CALLS_AWAY
    ran = cell.watch(f"a = list(map(f, ['b'] * {count}))")
    assert [it.is_whole for it in ran] == [True, True]
    assert cell.observer.is_complete


def test_of_a_very_long_cell_no_statement_is_missing(cell):
    cell.watch("def f(i):\n    if i:\n        return 0")
    ran = cell.watch(*[f"a = f({number})" for number in range(1500)])
    assert sum(it.is_top for it in ran) == 1500
    assert not cell.observer.is_complete


def test_a_debugger_is_left_alone_and_statements_are_still_told(cell):
    def debugger(*_):
        return None

    sys.settrace(debugger)
    ran = cell.watch("x = 1", "if x:\n    y = x")
    assert sys.gettrace() is debugger
    sys.settrace(None)
    assert [(it.executed, it.is_whole) for it in ran] == [(None, True), (set(), False)]
    assert not cell.observer.is_complete


def test_a_debugger_that_a_cell_starts_is_left_alone(cell):
    cell.names |= {"sys": sys, "debugger": lambda *_: None}
    ran = cell.watch("if sys:\n    sys.settrace(debugger)\n    x = 1", "y = 2")
    assert sys.gettrace() is cell.names["debugger"]
    sys.settrace(None)
    assert [(it.is_top, it.is_whole) for it in ran] == [(True, False), (True, True)]
    assert not cell.observer.is_complete


def test_a_cell_that_traces_for_a_moment_is_not_seen_whole(cell):
    cell.names |= {"sys": sys}
    [ran] = cell.watch("if sys:\n    old = sys.gettrace()\n    sys.settrace(None)\n    x = 1")
    assert (ran.is_whole, cell.observer.is_complete) == (False, False)


def test_nothing_is_traced_between_cells(cell):
    cell.watch("x = 1")
    assert sys.gettrace() is None


def test_a_profiler_stays_where_it_is(cell):
    def profiler(*_):
        return None

    before = sys.getprofile()
    sys.setprofile(profiler)
    cell.watch("x = 1")
    found = sys.getprofile()
    sys.setprofile(before)
    assert found is profiler


@pytest.mark.parametrize("source", ["t.start()\nt.join()", "pool.submit(int).result()"])
def test_what_other_threads_call_is_not_seen(cell, source):
    with ThreadPoolExecutor(1) as pool:
        pool.submit(int).result()
        cell.names |= {"t": threading.Thread(target=int), "pool": pool}
        cell.watch(source)
    assert not cell.observer.is_complete


def test_recursion_to_the_limit_ends_as_it_does_without_tracking(cell):
    source = "def f(n):\n    return f(n + 1)"
    cell.watch(source, "try:\n    f(0)\nexcept RecursionError as error:\n    kind = type(error)")
    assert cell.names["kind"] is RecursionError
    assert sys.gettrace() is None


def test_between_statements_nothing_is_traced(cell):
    tracers = []
    cell.names["tracers"], cell.names["look"] = tracers, sys.gettrace
    cell.observer.start()
    for number in (1, 2):
        tracers.append(sys.gettrace())
        code = compile("tracers.append(look())", f"<ipython-input-{number}>", "exec")
        cell.observer.statement(code)
        exec(code, cell.names)
    tracers.append(sys.gettrace())
    ran = cell.observer.stop()
    assert [it is not None for it in tracers] == [False, True, False, True, False]
    assert [it.is_whole for it in ran] == [True, True]


def test_text_that_is_executed_unseen_is_told_too(cell):
    cell.observer.start()
    cell.observer.statement(compile("sys.settrace(None)", "<ipython-input-1>", "exec"))
    sys.settrace(None)
    cell.observer.statement(compile("if x:\n    y = 1", "<string>", "exec"))
    _, ran = cell.observer.stop()
    assert (ran.executed, ran.is_whole, ran.is_top) == (set(), False, True)


@pytest.mark.parametrize(
    ("file", "answer"),
    [("/tmp/ipykernel_12/345.py", True), ("<ipython-input-3>", True), ("<string>", False)],
)
def test_statements_of_cells_are_told_by_their_file(file, answer):
    assert is_statement(compile("x = 1", file, "exec")) is answer


def test_a_function_of_a_cell_is_no_statement():
    names = {}
    exec(compile("def f(): pass", "<ipython-input-1>", "exec"), names)
    assert not is_statement(names["f"].__code__)

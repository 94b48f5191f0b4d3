"""Tests of observing the notebook's code by `sys.monitoring`."""

from __future__ import annotations

import sys
import threading

import pytest

from nbtrack.capture.instructions import shape_of

pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 12), reason="sys.monitoring came with Python 3.12"
)


class Cell:
    """A namespace that is observed, and statements that are executed in it."""

    def __init__(self, names=None):
        from nbtrack.capture.monitoring import MonitoringObserver

        self.names = {} if names is None else names
        self.observer = MonitoringObserver.begun(self.names)

    def watch(self, *sources):
        """Execute statements; what ran in them."""
        self.observer.start()
        for source in sources:
            code = compile(source, "<ipython-input-1>", "exec")
            self.observer.statement(code)
            exec(code, self.names)
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


def test_a_branch_is_told_for_each_statement_by_itself(cell):
    cell.watch("def f(flag):\n    global x\n    if flag:\n        x = 1")
    _, first, _, second = cell.watch("f(False)", "f(True)")
    assert (executed_names(first), executed_names(second)) == ([], ["x"])


def test_a_loop_of_any_length_is_seen_whole(cell):
    cell.names["y"] = 1
    [ran] = cell.watch("for i in range(100_000):\n    x = i\nz = y")
    assert (ran.is_whole, cell.observer.is_complete) == (True, True)
    assert {"x", "i"} <= set(executed_names(ran))


def test_a_name_behind_a_prefix_is_seen_executed(cell):
    many = "".join(f"    n{number} = 0\n" for number in range(400))
    [ran] = cell.watch(f"if True or n0:\n{many}")
    assert executed_names(ran)[-1] == "n399"


def test_functions_and_methods_that_were_there_before_are_watched():
    names = {"__name__": "__main__"}
    exec("class A:\n    def f(self): return 1\ndef g(): return 2", names)
    cell = Cell(names)
    ran = cell.watch("A().f()", "g()")
    cell.observer.close()
    assert names_of(ran) == ["<module>", "f", "<module>", "g"]


def test_what_a_thread_calls_is_seen(cell):
    cell.names |= {"threading": threading, "x": 1}
    cell.watch("def f(): return x")
    ran = cell.watch("t = threading.Thread(target=f)\nt.start()\nt.join()")
    assert (names_of(ran), cell.observer.is_complete) == (["<module>", "f"], True)


def test_a_thread_that_outlives_its_cell_is_not_seen_whole(cell):
    go = threading.Event()
    cell.names |= {"threading": threading, "go": go}
    cell.watch("t = threading.Thread(target=go.wait)\nt.start()")
    go.set()
    cell.names["t"].join()
    assert not cell.observer.is_complete


def test_a_trace_function_beside_it_leaves_nothing_whole(cell):
    cell.names |= {"sys": sys, "t": lambda *_: None, "x": 1}
    cell.watch("def f():\n    if x:\n        return x")
    ran = cell.watch("sys.settrace(t)\nf()\nsys.settrace(None)")
    assert [(it.code.co_name, it.is_whole) for it in ran] == [("<module>", True), ("f", False)]
    assert not cell.observer.is_complete


def test_a_generator_that_goes_on_later_tells_only_what_it_does_then(cell):
    cell.names |= {"x": 1, "y": 2}
    cell.watch("def g():\n    yield x\n    yield y", "it = g()", "next(it)")
    _, ran = cell.watch("next(it)")
    assert executed_names(ran) == ["y"]


def test_code_of_other_globals_is_not_looked_at(cell):
    cell.names["other"] = {}
    ran = cell.watch("exec('def f(): return 1', other)\nother['f']()")
    assert names_of(ran) == ["<module>"]


def test_statements_are_let_go_of_and_functions_are_kept(cell):
    cell.watch("def f(): return 1", "x = 1")
    assert [code.co_name for code in cell.observer.armed.values()] == ["f"]


def test_code_that_nobody_has_any_more_is_let_go_of(cell, monkeypatch):
    from nbtrack.capture import monitoring

    cell.watch("def f(): return 1", "def g(): return 2")
    cell.watch("del f")
    monkeypatch.setattr(monitoring, "MOST_ARMED", 1)
    cell.watch("x = 1")
    assert [code.co_name for code in cell.observer.armed.values()] == ["g"]


def test_a_number_that_another_tool_has_is_left_to_it(cell):
    from nbtrack.capture.monitoring import TOOL_IDS, MonitoringObserver

    other = MonitoringObserver.begun({})
    third = MonitoringObserver.begun({})
    found = (cell.observer.tool, other.tool, third)
    other.close()
    assert found == (*TOOL_IDS, None)


def test_a_closed_observer_gives_its_number_back(cell):
    other = Cell()
    tool = other.observer.tool
    other.observer.close()
    assert sys.monitoring.get_tool(tool) is None

"""Tests of what each execution read, wrote and depended on, in sessions without a kernel."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
import weakref

import pytest

from nbtrack.capture.provenance import Provenance, Step
from nbtrack.capture.slices import variable_reasons


def test_a_value_comes_from_the_cells_that_it_needs(notebook):
    notebook.run_all("x = 1", "unused = 2", "y = x + 1", "x = 5", "z = y")
    assert notebook.slice("z") == [1, 3, 5]


def test_reads_and_writes_have_the_digests_of_values(notebook):
    notebook.run("x = [1]")
    step = notebook.run("x.append(2)\ny = x")
    digest = notebook.session.symbols.digest
    assert (list(step.reads), step.writes) == (["x"], {"x": digest("x"), "y": digest("y")})
    assert step.reads["x"] != step.writes["x"] == step.writes["y"]


def test_a_step_tells_how_it_ended(notebook):
    step = notebook.run("x = 1\n1 / 0")
    assert (step.status, step.end_time >= step.start_time, notebook.slice("x")) == (
        "failed",
        True,
        [1],
    )


def test_two_calls_of_a_function_are_told_apart(notebook):
    notebook.run_all("x = 1", "def f(flag):\n    global x\n    if flag: x = 5")
    notebook.run("f(False)\ny = x\nf(True)")
    assert notebook.slice("y") == [1, 2, 3]


def test_an_assignment_that_an_exception_prevented_binds_nothing(notebook):
    notebook.run_all("x = 1", "def g(): 1 / 0", "def f():\n    global x\n    g()\n    x = 2")
    notebook.run("try:\n    f()\nexcept ZeroDivisionError: pass\ny = x")
    assert notebook.slice("y") == [1, 2, 3, 4]
    notebook.run_all("try:\n    x = g()\nexcept:\n    pass", "z = x")
    assert notebook.slice("z") == [1, 6]


def test_a_name_that_was_deleted_comes_from_nowhere(notebook):
    step = notebook.run_all("x = 1", "del x")
    assert (notebook.slice("x"), step.writes) == ([], {})


def test_a_name_that_is_bound_over_by_its_text_comes_from_there_alone(notebook):
    notebook.run_all("x = 1", "globals()['x'] = 3", "y = x")
    assert notebook.slice("y") == [2, 3]
    notebook.run_all("globals()['x'] = globals()['x'] + 1", "z = x")
    assert notebook.slice("z") == [2, 4, 5]


def test_a_name_that_is_bound_by_its_text_is_bound(notebook):
    notebook.run_all("a = 1", "globals()['x'] = 3", "y = x")
    assert notebook.slice("y")[-2:] == [2, 3]


def test_a_displayed_result_is_read_by_its_number(notebook):
    notebook.run_all("x = 1", "x + 1", "y = Out[2]")
    assert notebook.slice("y") == [1, 2, 3]


def test_the_last_result_is_read_by_an_underscore(notebook):
    notebook.run_all("x = 1", "x + 1", "y = _")
    assert notebook.slice("y") == [1, 2, 3]


def test_an_underscore_that_the_user_bound_is_a_variable(notebook):
    notebook.run_all("3", "_ = 5", "y = _")
    assert notebook.slice("y") == [2, 3]


def test_names_of_the_shell_are_no_variables(notebook):
    notebook.run("In = Out\nx = 1")
    assert list(notebook.session.variables_now()) == ["x"]


def test_variables_that_were_there_before_come_from_nowhere():
    session = Provenance({"x": [1]}, lambda _: False)
    step = Step(0, 1, "%load_ext nbtrack")
    found = session.symbols.roots("x")
    session.adopt(step)
    session.close()
    assert (found, session.steps, step.writes) == (set(), [step], {})


# Threads, tasks and processes


def test_what_a_thread_of_the_cell_reads_is_read(notebook):
    notebook.run_all("import threading", "x = 1", "out = []")
    notebook.run("t = threading.Thread(target=lambda: out.append(x))\nt.start()\nt.join()")
    notebook.run("y = out[0]")
    assert notebook.slice("y") == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(("act", "read"), [("r = x", "r"), ("out.append(x)", "out[0]")])
def test_what_a_thread_does_later_comes_from_the_cell_that_left_it(notebook, act, read):
    notebook.names |= {"go": threading.Event(), "done": threading.Event()}
    notebook.run_all("import threading", "x = 1\nout = []")
    notebook.run(f"def w():\n    global r\n    go.wait()\n    {act}\n    done.set()")
    notebook.run("threading.Thread(target=w).start()")
    notebook.names["go"].set()
    notebook.names["done"].wait(10)
    for thread in threading.enumerate():
        if thread.name.startswith("Thread-"):
            thread.join(10)
    notebook.run(f"y = {read}")
    assert {2, 3, 4, 5} <= set(notebook.slice("y"))


def test_a_task_that_goes_on_after_its_cell_is_followed(notebook):
    async def session():
        notebook.run_all("import asyncio", "x = 1")
        notebook.run("async def w():\n    global r\n    await asyncio.sleep(0)\n    r = x")
        notebook.run("task = asyncio.get_running_loop().create_task(w())")
        await notebook.names["task"]
        notebook.run("y = r")

    asyncio.run(session())
    assert {2, 3, 4, 5} <= set(notebook.slice("y"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_child_is_neither_traced_nor_followed(notebook):
    notebook.names |= {"os": os, "sys": sys, "session": notebook.session}
    source = """
child = os.fork()
if child == 0:
    clean = sys.gettrace() is None and session.current is None
    os._exit(not (clean and session.finish('finished') is None))
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
"""
    step = notebook.run(source)
    assert (notebook.names["code"], step.status, "code" in step.writes) == (0, "finished", True)


# What others do


def test_a_cell_under_a_debugger_tells_what_it_may_have_read(notebook):
    def debugger(*_):
        return None

    notebook.run_all("x = 1", "def f():\n    if x:\n        return x")
    sys.settrace(debugger)
    notebook.run("y = f()")
    kept = sys.gettrace() is debugger
    sys.settrace(None)
    assert (kept, notebook.slice("y")) == (True, [1, 2, 3])


def test_a_cell_that_runs_inside_a_cell_without_its_end_does_not_end_tracking(notebook):
    first = Step(0, 1, "x = 1")
    notebook.session.begin(first)
    notebook.run("y = 2")
    notebook.run("z = y")
    assert (first.status, notebook.session.current) == ("interrupted", None)
    assert [step.source for step in notebook.session.steps] == ["x = 1", "y = 2", "z = y"]


def test_an_end_without_a_beginning_is_no_step(notebook):
    assert notebook.session.finish("finished") is None


def test_what_fails_in_tracking_is_told_and_the_next_cell_is_followed(notebook, monkeypatch):
    notebook.run("x = 1")
    monkeypatch.setattr(notebook.session.symbols, "roots", None)
    with pytest.warns(match="provenance failed"):
        step = notebook.run("y = x")
    monkeypatch.undo()
    assert step.doubts == ["tracking failed: TypeError: 'NoneType' object is not callable"]
    notebook.run("z = y")
    assert notebook.slice("z") == [3]


def test_a_value_that_cannot_be_looked_into_is_a_doubt(notebook):
    step = notebook.run("import queue\nq = queue.SimpleQueue()")
    assert (step.is_exact, [it.partition(":")[0] for it in step.doubts]) == (False, ["q"])


HOSTILE = """
class Asking(type):
    def __getattribute__(cls, name): seen.append(name); return type.__getattribute__(cls, name)
class Trap(metaclass=Asking):
    def __getattribute__(self, name): seen.append(name); return object.__getattribute__(self, name)
    def __eq__(self, other): seen.append('=='); return True
    def __hash__(self): seen.append('hash'); return 1
    def __repr__(self): seen.append('repr'); return ''
    def __fspath__(self): seen.append('path'); return 'x'
    def __bool__(self): seen.append('bool'); return False
    @property
    def __class__(self): seen.append('class'); return int
trap = Trap()
seen.clear()
"""


def test_no_code_of_the_users_is_run(notebook):
    notebook.names["seen"] = []
    notebook.run(HOSTILE)
    notebook.run("import random, os, threading\nrandom.seed(1)\nos.environ")
    notebook.run("t = threading.Thread(target=lambda: trap)\nt.start()\nt.join()\ntrap.x = trap")
    assert notebook.names["seen"] == []


# What it costs


def test_no_value_of_the_users_is_kept_alive(notebook):
    class Held:
        pass

    notebook.names["Held"] = Held
    notebook.run("x = Held()\ny = [x]\n(x,)")
    kept = weakref.ref(notebook.names["x"])
    notebook.run("raise ValueError(x)")
    for name in ("x", "y", "_"):
        del notebook.names[name]
    notebook.names["Out"].clear()
    gc.collect()
    assert kept() is None


def test_the_work_for_a_trivial_cell_does_not_grow_with_variables(notebook):
    code = compile("a = 1", "<ipython-input-0>", "exec")

    def calls_of_a_cell():
        calls = []
        notebook.session.begin(Step(0, 1, "a = 1"))
        exec(code, notebook.names)
        sys.setprofile(lambda _, event, __: calls.append(event) if event == "call" else None)
        notebook.session.finish("finished")
        sys.setprofile(None)
        return len(calls)

    calls_of_a_cell()
    few = calls_of_a_cell()
    notebook.run("\n".join(f"v{number} = {number}" for number in range(1000)))
    calls_of_a_cell()
    assert calls_of_a_cell() < few + 100


def test_a_cell_of_ten_thousand_lines_is_followed_to_its_end(notebook):
    notebook.run("z = 1")
    notebook.run("\n".join(f"a{number} = {number}" for number in range(10_000)) + "\ny = z")
    assert notebook.slice("y") == [1, 2]


@pytest.fixture
def lazy(notebook):
    """A notebook with a lazy library, of which nothing is to be computed."""
    pytest.importorskip("polars")
    notebook.run("import polars as pl\nfrom pathlib import Path\ncalled = []")
    return notebook


PLAN = "lf = pl.LazyFrame({'a': [1, 2]}).map_batches(lambda it: called.append(1) or it)"


def test_what_is_lazy_is_never_computed(lazy):
    step = lazy.run_all(PLAN, "lf2 = lf.filter(pl.col('a') > 1)", "lf3 = lf2; n = 1")
    assert lazy.names["called"] == []
    assert (step.is_exact, lazy.slice("lf3")) == (False, [1, 2, 3, 4])
    assert step.doubts[0] == "lf2: a polars LazyFrame is not computed to be looked at"


def test_what_is_lazy_is_stale_when_its_code_changes_and_not_when_it_is_run_again(lazy):
    lazy.run_all("lf = pl.LazyFrame({'a': [1]})", "t = lf.collect()['a'].to_list()")
    lazy.run("lf = pl.LazyFrame({'a': [1]})  # again")
    assert [str(it) for it in variable_reasons(lazy.session, "t")] == []
    lazy.run("lf = pl.LazyFrame({'a': [5]})")
    reasons = [str(it) for it in variable_reasons(lazy.session, "t")]
    assert reasons == ["lf: [3] read it before [5] changed it"]


def test_the_file_of_a_lazy_frame_is_read_when_that_is_collected(lazy, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lazy.run_all(
        "_n = Path('a.csv').write_text('a\\n1\\n')",
        "lf = pl.scan_csv('a.csv')",
        "more = lf.with_columns(b=2)",
        "_n = Path('a.csv').write_text('a\\n2\\n')",
        "t = more.collect()['a'].to_list()",
    )
    assert (lazy.names["t"], lazy.slice("t")) == ([2], [1, 2, 3, 4, 5, 6])


def test_a_lazy_object_that_is_given_another_plan_was_changed(notebook):
    pytest.importorskip("dask.array")
    notebook.run_all(
        "import dask.array as da",
        "x = da.arange(6, chunks=3)",
        "x[0] = 5",
        "t = int(x[0].compute())",
    )
    assert notebook.slice("t") == [1, 2, 3, 4]

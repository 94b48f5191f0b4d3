"""Tests of what a notebook's shell does with the cells to come."""

from __future__ import annotations

import atexit
import sys

import pytest
from IPython import get_ipython
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config


@pytest.fixture
def in_shell(notebook):
    """A notebook whose variables are those of a shell, as in a kernel."""
    main, displayhook, excepthook = sys.modules["__main__"], sys.displayhook, sys.excepthook
    shell = InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
    shell.user_ns = notebook.names
    notebook.names["get_ipython"] = get_ipython
    yield notebook
    InteractiveShell.clear_instance()
    atexit.unregister(shell.atexit_operations)
    shell.atexit_operations()
    sys.modules["__main__"], sys.displayhook, sys.excepthook = main, displayhook, excepthook


DEFINE = "get_ipython().register_magic_function(twice, 'line', 'twice')"


def test_a_magic_comes_from_the_cell_that_defined_it(in_shell):
    in_shell.run_all(
        "def twice(line): return int(line) * 2",
        DEFINE,
        "get_ipython().register_magic_function(print, 'line', 'other')",
        "t = get_ipython().run_line_magic('twice', '21')",
    )
    assert in_shell.slice("t") == [1, 2, 4]


def test_a_magic_that_came_with_the_shell_comes_from_no_cell(in_shell):
    in_shell.run_all(
        "def twice(line): return 2", DEFINE, "t = get_ipython().run_line_magic('pwd', '')"
    )
    assert in_shell.slice("t") == [3]


def test_what_rewrites_cells_matters_to_all_after_it(in_shell):
    in_shell.run_all(
        "def same(lines): return lines",
        "x = 1",
        "get_ipython().input_transformers_post.append(same)",
        "t = x",
        "get_ipython().input_transformers_post.remove(same)",
        "u = x",
    )
    assert (in_shell.slice("t"), in_shell.slice("x")) == ([1, 2, 3, 4], [2])
    assert in_shell.slice("u") == [1, 2, 3, 5, 6]


def test_what_a_function_around_cells_changes_is_seen(in_shell):
    in_shell.run_all(
        "n = [0]", "def hook(): n[0] += 1", "get_ipython().events.register('post_run_cell', hook)"
    )
    in_shell.names["hook"]()  # after the cell
    in_shell.run("t = n[0]")
    assert in_shell.slice("t") == [1, 2, 3, 4]
    in_shell.run_all("get_ipython().events.unregister('post_run_cell', hook)", "x = 1")
    assert in_shell.session.hooked == set()

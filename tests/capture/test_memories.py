"""Tests of what a session takes remembered results to come from."""

from __future__ import annotations

import pytest

from nbtrack.capture.slices import variable_reasons

CACHED = "from functools import cache, cached_property"

CASES = {
    "a global that changed since": (
        ["k = 1", "@cache\ndef f(x): return x * k", "a = f(5)", "k = 2", "t = f(5)"],
        [1, 2, 3, 4, 6],
    ),
    "a global that is the same": (
        ["k = 1", "@cache\ndef f(x): return x * k", "a = f(5)", "t = f(5)"],
        [1, 2, 3, 5],
    ),
    "a global that the cell itself binds": (
        ["k = 1", "@cache\ndef f(x): return x * k", "a = f(5)", "k = 2; t = f(5)"],
        [1, 2, 3, 4, 5],
    ),
    "a list that the cell itself changes": (
        ["k = [1]", "@cache\ndef f(x): return x * k[0]", "a = f(5)", "k[0] = 2; t = f(5)"],
        [1, 2, 3, 4, 5],
    ),
    "a pure function": (
        ["@cache\ndef f(x): return x * 2", "a = f(5)", "t = f(5)"],
        [1, 2, 4],
    ),
    "an argument that was bound anew": (
        ["@cache\ndef f(x): return x * 2", "x = 5", "a = f(x)", "x = 6", "t = f(5)"],
        [1, 2, 6],
    ),
    "an argument that was changed": (
        [
            "class B: n = 1",
            "b = B()",
            "@cache\ndef f(x): return x.n",
            "a = f(b)",
            "b.n = 5",
            "t = f(b)",
        ],
        [1, 2, 3, 4, 5, 6, 7],
    ),
    "a function that was made to forget": (
        ["k = 1", "@cache\ndef f(x): return x * k", "a = f(5)", "f.cache_clear()", "t = f(5)"],
        [1, 2, 3, 5, 6],
    ),
    "a recursion": (
        ["@cache\ndef f(n): return n if n < 2 else f(n - 1) + f(n - 2)", "a = f(9)", "t = f(15)"],
        [1, 2, 4],
    ),
    "a result that was kept": (
        ["@cache\ndef f(x): return [x]", "a = f(1)", "t = f(1)[0]"],
        [1, 2, 4],
    ),
    "a result that was changed at once": (
        ["@cache\ndef f(x): return [x]", "f(1).append(2)", "t = len(f(1))"],
        [1, 2, 3, 4],
    ),
    "a result that was changed later": (
        ["@cache\ndef f(x): return [x]", "a = f(1)", "a.append(2)", "t = len(f(1))"],
        [1, 2, 3, 4, 5],
    ),
    "a result used in a function": (
        ["@cache\ndef f(x): return [x]", "def g(): f(1).append(2)", "g()", "t = len(f(1))"],
        [1, 2, 3, 4, 5],
    ),
    "a function that calls another one": (
        [
            "k = 1",
            "@cache\ndef f(x): return x * k",
            "@cache\ndef g(x): return f(x)",
            "a = f(5)",
            "k = 2",
            "b = g(5)",
            "t = g(5)",
        ],
        [1, 2, 3, 4, 5, 7, 8],
    ),
    "a method": (
        [
            "k = 1",
            "class C:\n    @cache\n    def f(self): return k",
            "c = C()",
            "a = c.f()",
            "k = 2",
            "t = c.f()",
        ],
        [1, 2, 3, 4, 5, 7],
    ),
    "a cached property whose object changed": (
        [
            "class C:\n    n = 1\n    @cached_property\n    def v(self): return self.n",
            "c = C()",
            "a = c.v",
            "c.n = 7",
            "t = c.v",
        ],
        [1, 2, 3, 4, 5, 6],
    ),
    "a cached property that nothing changed": (
        [
            "class C:\n    n = 1\n    @cached_property\n    def v(self): return self.n",
            "c = C()",
            "a = c.v",
            "t = c.v",
        ],
        [1, 2, 3, 5],
    ),
    "another property of the object": (
        [
            "k = 1",
            "class C:\n    w = 1\n    @cached_property\n    def v(self): return k",
            "c = C()",
            "a = c.v",
            "k = 2",
            "t = c.w",
        ],
        [1, 3, 4, 7],
    ),
    "a cached property whose list grew at once": (
        [
            "class C:\n    @cached_property\n    def v(self): return [1]",
            "c = C()",
            "c.v.append(2)",
            "t = len(c.v)",
        ],
        [1, 2, 3, 4, 5],
    ),
}


@pytest.fixture
def reasons(notebook):
    """Why a variable is stale, in words."""
    return lambda name: [str(it) for it in variable_reasons(notebook.session, name)]


@pytest.mark.parametrize("name", CASES)
def test_a_remembered_result_comes_from(notebook, name):
    cells, expected = CASES[name]
    notebook.run_all(CACHED, *cells)
    assert notebook.slice("t") == expected
    assert all(step.is_exact for step in notebook.session.steps)


def test_a_remembered_result_of_a_file_follows_the_file(notebook, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    notebook.run_all(
        f"{CACHED}\nfrom pathlib import Path",
        "_n = Path('a.txt').write_text('abc')",
        "@cache\ndef f(): return Path('a.txt').read_text()",
        "a = f()",
        "t = f()",
    )
    assert notebook.slice("t") == [1, 2, 3, 5]
    notebook.run_all("_n = Path('a.txt').write_text('xyz')", "u = f()")
    assert notebook.slice("u") == [1, 2, 3, 4, 7]


def test_a_remembered_result_is_stale_when_its_global_changes(notebook, reasons):
    notebook.run_all(CACHED, "k = 1", "@cache\ndef f(x): return x * k", "a = f(5)", "t = f(5)")
    assert (reasons("t"), reasons("a")) == ([], [])
    notebook.run("k = 2")
    assert reasons("t") == ["k: [5] read it before [6] changed it"]
    notebook.run("u = f(5)")
    assert reasons("u") == ["k: [4] read it before [6] changed it"]


def test_a_memory_is_let_go_of_with_its_function(notebook):
    notebook.run_all(CACHED, "@cache\ndef f(x): return x", "a = f(1)")
    assert len(notebook.session.memories.known) == 1
    notebook.run_all("del f", "pass")
    assert notebook.session.memories.known == {}

"""Tests of the user's own modules: what executed them, and when that matters."""

from __future__ import annotations

import sys

import pytest

WRITE = "_n = Path('{}.py').write_text({!r})"


@pytest.fixture
def at_home(notebook, tmp_path, monkeypatch):
    """A notebook in a folder of its own, whose modules are forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    before = set(sys.modules)
    notebook.run("import importlib, sys, types\nfrom pathlib import Path")
    yield notebook
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_a_module_that_is_as_its_file_says_needs_its_import_alone(at_home):
    at_home.run_all(WRITE.format("own_a", "v = 1"), "import own_a", "import own_a", "t = own_a.v")
    assert at_home.slice("t") == [1, 2, 4, 5]


def test_a_module_that_was_executed_again_needs_all_that_executed_it(at_home):
    at_home.run_all(
        WRITE.format("own_b", "v = 1"),
        "import own_b",
        WRITE.format("own_b", "v = 22"),
        "again = importlib.reload",
        "again(own_b)",
        "t = own_b.v",
    )
    assert at_home.slice("t") == [1, 2, 3, 4, 5, 6, 7]


def test_a_module_imported_anew_needs_that_it_was_there(at_home):
    at_home.run_all(
        WRITE.format("own_c", "v = 1"),
        "import own_c",
        WRITE.format("own_c", "v = 22"),
        "del sys.modules['own_c']; import own_c",
        "t = own_c.v",
    )
    assert at_home.slice("t") == [1, 2, 3, 4, 5, 6]


def test_a_star_import_of_an_older_module_needs_its_first_import(at_home):
    at_home.run_all(
        WRITE.format("own_d", "v = 1"),
        "import own_d as kept",
        WRITE.format("own_d", "v = 22"),
        "from own_d import *",
        "t = v",
    )
    assert at_home.slice("t") == [1, 2, 3, 5, 6]


def test_a_module_put_in_place_by_hand_is_followed(at_home):
    at_home.run_all(
        "made = types.ModuleType('own_e'); made.v = 3",
        "sys.modules['own_e'] = made",
        "import own_e; t = own_e.v",
    )
    assert at_home.slice("t") == [1, 2, 3, 4]


def test_a_module_that_another_one_uses_is_used_too(at_home):
    at_home.run_all(
        WRITE.format("own_f", "v = 1"),
        WRITE.format("own_g", "import own_f\ndef f(): return own_f.v"),
        "import own_g",
        WRITE.format("own_f", "v = 22"),
        "importlib.reload(sys.modules['own_f'])",
        "t = own_g.f()",
    )
    assert at_home.slice("t") == [1, 2, 3, 4, 5, 6, 7]


def test_what_a_module_gave_is_used_through_its_own_name(at_home):
    at_home.run_all(
        WRITE.format("own_h", "class C: v = 1"),
        "from own_h import C",
        "c = C()",
        WRITE.format("own_h", "class C: v = 22"),
        "importlib.reload(sys.modules['own_h'])",
        "from own_h import C as Newer",
        "t = Newer.v",
    )
    assert at_home.slice("t") == [1, 2, 3, 5, 6, 7, 8]
    assert [it.doubts for it in at_home.session.steps] == [[]] * 8

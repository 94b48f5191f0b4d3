"""Tests of attributes that cells set on modules and on libraries' classes."""

from __future__ import annotations

import argparse
import os.path
import string

import pytest

CASES = {
    "an attribute of a module": (["string.extra = 5", "t = string.extra"], [1, 2, 3]),
    "another attribute": (["class C: pass", "C.extra = 5", "t = string.digits"], [1, 4]),
    "an attribute of a module in a package": (
        ["import os.path", "os.path.extra = 5", "t = os.path.extra"],
        [2, 3, 4],
    ),
    "a function that sets": (["setattr(string, 'extra', 5)", "t = string.extra"], [1, 2, 3]),
    "the names of a module": (["vars(string)['extra'] = 5", "t = string.extra"], [1, 2, 3]),
    "a function that is handed a module": (
        ["def put(m): m.extra = 5", "put(string)", "t = string.extra"],
        [1, 2, 3, 4],
    ),
    "a name imported later": (
        ["string.extra = 5", "from string import extra", "t = extra * 2"],
        [1, 2, 3, 4],
    ),
    "a class of a library": (
        ["from argparse import Namespace", "Namespace.extra = 5", "t = Namespace().extra"],
        [2, 3, 4],
    ),
    "a class of a library by another name": (
        [
            "from argparse import Namespace",
            "n = Namespace()",
            "Namespace.extra = 5",
            "t = n.extra",
        ],
        [2, 3, 4, 5],
    ),
    "a mock": (
        [
            "from unittest import mock",
            "p = mock.patch('string.extra', 3, create=True)",
            "_m = p.start()",
            "t = string.extra",
        ],
        [1, 2, 3, 4, 5],
    ),
    "a mock that was taken back": (
        [
            "from unittest import mock",
            "p = mock.patch('string.digits', 3)",
            "_m = p.start()",
            "p.stop()",
            "t = string.digits",
        ],
        [1, 2, 3, 4, 5, 6],
    ),
    "an attribute taken away": (
        ["string.extra = 5", "delattr(string, 'extra')", "t = hasattr(string, 'extra')"],
        [1, 2, 3, 4],
    ),
}


@pytest.fixture(autouse=True)
def restored(monkeypatch):
    """What the cells set is taken back."""
    for place in (string, os.path, argparse.Namespace):
        monkeypatch.setattr(place, "extra", 0, raising=False)
        monkeypatch.delattr(place, "extra")


@pytest.mark.parametrize("name", CASES)
def test_an_attribute_that_was_set_comes_from(notebook, name):
    cells, expected = CASES[name]
    notebook.run_all("import string", *cells)
    assert notebook.slice("t") == expected

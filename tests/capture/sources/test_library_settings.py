"""Tests of what cells set in libraries as a whole."""

from __future__ import annotations

import logging
import warnings

import pytest

CASES = {
    "a library that is used": (
        ["import gc", "gc.enable()", "t = gc.isenabled()"],
        [1, 2, 3],
    ),
    "a library that is not used": (
        ["import gc", "gc.enable()", "import math", "t = math.floor(2.5)"],
        [3, 4],
    ),
    "a function of a library": (
        ["from warnings import simplefilter, warn", "simplefilter('ignore')", "warn('x'); t = 1"],
        [1, 2, 3],
    ),
    "a library that is imported later": (
        ["import warnings", "warnings.simplefilter('ignore')", "from warnings import warn; t = 1"],
        [1, 2, 3],
    ),
    "a function of the notebook that sets": (
        ["import gc", "def put(): gc.enable()", "put()", "t = gc.isenabled()"],
        [1, 2, 3, 4],
    ),
    "a logger reached again by its name": (
        [
            "import logging",
            "logging.getLogger('nbtrack.tests').setLevel(10)",
            "t = logging.getLogger('nbtrack.tests').level",
        ],
        [1, 2, 3],
    ),
    "an object's own setting": (
        ["import fractions", "class C:\n    def set_x(self): pass", "C().set_x()", "t = fractions"],
        [1, 4],
    ),
    "what a call gave": (
        ["import string", "string.Formatter().update = 1", "t = string.digits"],
        [1, 3],
    ),
    "what is known more exactly": (
        ["import decimal", "decimal.setcontext(decimal.getcontext())", "t = decimal.Decimal(1)"],
        [1, 3],
    ),
    "the environment": (
        ["import os", "_v = os.environ.setdefault('HOME', '/')", "t = os.sep"],
        [1, 3],
    ),
}


@pytest.fixture(autouse=True)
def restored():
    """What the cells set is taken back."""
    logger = logging.getLogger("nbtrack.tests")
    level = logger.level
    with warnings.catch_warnings():
        yield
    logger.setLevel(level)


@pytest.mark.parametrize("name", CASES)
def test_what_a_library_was_set_to_comes_from(notebook, name):
    cells, expected = CASES[name]
    notebook.run_all(*cells)
    assert notebook.slice("t") == expected

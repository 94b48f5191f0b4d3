"""Tests of noticing the environment, the working directory and settings."""

from __future__ import annotations

import decimal
import os
import sys

import numpy as np
import pandas as pd
import pytest

from nbtrack.capture.sources.process import are_same, comes_from, digest, words_of


@pytest.fixture(autouse=True)
def settings_as_they_were(monkeypatch):
    """What cells of a test set is put back."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    errors, printing, limit = np.geterr(), np.get_printoptions(), sys.getrecursionlimit()
    with decimal.localcontext(), pd.option_context("display.precision", 6):
        yield
    np.seterr(**errors)
    np.set_printoptions(**{k: v for k, v in printing.items() if k != "override_repr"})
    sys.setrecursionlimit(limit)
    os.environ.pop("NBTRACK_TEST_NAME", None)


def test_a_variable_of_the_environment_is_read_by_its_name(notebook):
    notebook.run_all(
        "import os",
        "os.environ['NBTRACK_TEST_NAME'] = 'one'",
        "x = os.environ['NBTRACK_TEST_NAME']",
        "y = os.environ.get('HOME')",
    )
    assert (notebook.slice("x"), notebook.slice("y")) == ([1, 2, 3], [1, 4])


def test_setting_a_variable_again_ends_what_went_before(notebook):
    notebook.run_all("import os", *[f"os.environ['NBTRACK_TEST_NAME'] = '{n}'" for n in (1, 2)])
    notebook.run("x = os.getenv('NBTRACK_TEST_NAME')")
    assert notebook.slice("x") == [1, 3, 4]


def test_a_variable_that_was_taken_away_is_noticed(notebook):
    os.environ["NBTRACK_TEST_NAME"] = "one"
    notebook.run("import os")
    step = notebook.run("del os.environ['NBTRACK_TEST_NAME']")
    assert step.writes["env:NBTRACK_TEST_NAME"] == ""


def test_values_of_the_environment_are_kept_as_keyed_digests(notebook):
    notebook.run("import os")
    step = notebook.run("os.environ['NBTRACK_TEST_NAME'] = 'hunter2'")
    assert step.writes["env:NBTRACK_TEST_NAME"] == digest("hunter2") == digest(b"hunter2")


def test_a_relative_path_depends_on_the_working_directory(notebook, tmp_path):
    notebook.run_all("import os", f"os.chdir({str(tmp_path)!r})", "x = os.getcwd()", "y = 1")
    assert (notebook.slice("x"), notebook.slice("y")) == ([1, 2, 3], [4])


def test_a_working_directory_that_was_deleted_is_no_error(notebook, tmp_path):
    folder = tmp_path / "gone"
    folder.mkdir()
    step = notebook.run(f"import os\nos.chdir({str(folder)!r})\nos.rmdir({str(folder)!r})")
    assert (step.status, step.doubts, "cwd" in step.writes) == ("finished", [], True)


@pytest.mark.parametrize(
    ("symbol", "load", "change", "use"),
    [
        (
            "setting:decimal",
            "import decimal",
            "decimal.getcontext().prec = 5",
            "t = decimal.Decimal(1) / 3",
        ),
        ("setting:numpy.errors", "import numpy as np", "np.seterr(all='ignore')", "t = np.log(1)"),
        (
            "setting:numpy.printing",
            "import numpy as np",
            "np.set_printoptions(precision=2)",
            "t = str(np.pi)",
        ),
        (
            "setting:pandas",
            "import pandas as pd",
            "pd.set_option('display.precision', 2)",
            "t = repr(pd.Series([1.234567]))",
        ),
        ("setting:sys.path", "import sys", "sys.path.append('/nowhere')", "import math as t"),
        (
            "setting:recursion",
            "import sys",
            "sys.setrecursionlimit(5000)",
            "t = sys.getrecursionlimit()",
        ),
    ],
)
def test_a_setting_matters_to_what_uses_it_and_to_nothing_else(notebook, symbol, load, change, use):
    notebook.run(load)
    step = notebook.run(change)
    notebook.run_all(use, "other = 1")
    assert [it for it in step.writes if it.startswith("setting:")] == [symbol]
    assert 2 in notebook.slice("t")
    assert notebook.slice("other") == [4]


def test_settings_are_compared_without_asking_values_of_the_users():
    class Trap:
        def __eq__(self, other):
            raise AssertionError

        __hash__ = None

    trap = Trap()
    assert are_same([trap, 1], [trap, 1])
    assert not are_same([trap], [Trap()])
    assert not are_same([1], [True])
    assert not are_same([1], None)


def test_what_comes_from_a_module_is_told():
    found = [comes_from(it, "decimal") for it in (decimal, decimal.Decimal, decimal.Decimal(1))]
    assert found == [True, True, True]
    assert [comes_from(it, "decimal") for it in (np, 3, None, len)] == [False] * 4


def test_a_class_is_not_asked_where_it_comes_from():
    class Asking(type):
        def __getattribute__(cls, name):
            raise AssertionError(name)

    class Trap(metaclass=Asking):
        @property
        def __class__(self):
            raise AssertionError

    assert not comes_from(Trap, "decimal")
    assert not comes_from(Trap(), "decimal")


def test_words_of_long_texts_are_not_looked_for():
    assert words_of({"a b_1 2c", "x" * 3000}) == {"a", "b_1", "c"}

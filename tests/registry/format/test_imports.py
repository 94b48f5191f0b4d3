"""The modules that a user's own code uses."""

from __future__ import annotations

import functools
import sys
from types import ModuleType

import numpy as np
import pandas as pd

from nbtrack.registry.format.imports import modules_used_by

LIMIT = np.float64(3)


def clipped(numbers):
    return np.clip(numbers, 0, LIMIT)


class Model:
    scale = staticmethod(clipped)

    @property
    def frame(self):
        return pd.DataFrame

    def predict(self, numbers):
        import decimal

        return [decimal.Decimal(it) for it in clipped(numbers)]


class Holder:
    def __init__(self, inner):
        self.inner = inner


def test_functions_are_followed_to_what_they_use():
    used = modules_used_by(clipped)
    assert {"numpy"} <= used
    assert "pandas" not in used


def test_classes_are_looked_through_with_imports_inside():
    assert {"decimal", "numpy", "pandas"} <= modules_used_by(Model())


def test_what_an_instance_holds_is_looked_through():
    assert {"numpy", "decimal"} <= modules_used_by(Holder([{"a": Model()}]))


def test_closures_and_inner_functions_are_looked_through():
    def outer():
        def inner(numbers):
            return np.sum(numbers)

        return inner

    assert "numpy" in modules_used_by(outer)

    array = np.zeros(3)
    assert "numpy" in modules_used_by(lambda: array)


def test_a_cell_that_is_not_filled_yet_is_passed_over():
    def outer():
        def inner():
            return later

        found = modules_used_by(inner)
        later = 1
        return found, later

    assert "__main__" not in outer()[0]


def test_modules_of_ones_own_are_looked_through(monkeypatch):
    own = ModuleType("my_own")
    own.tool = np
    monkeypatch.setitem(sys.modules, "my_own", own)
    assert {"my_own", "numpy"} <= modules_used_by(own)


def test_packages_are_not_looked_through():
    assert modules_used_by(pd.DataFrame) == {pd.DataFrame.__module__}
    assert "functools" in modules_used_by(functools.partial(clipped))

"""Libraries that are loaded later: their import goes on as it would, whatever is done about it."""

from __future__ import annotations

import importlib
import sys

import pytest

from nbtrack.capture.arrivals import Arrivals, forget, when_loaded
from nbtrack.capture.guard import TrackingWarning


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A module that can be loaded; its text is given."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(text):
        (tmp_path / "latecomer.py").write_text(text)
        importlib.invalidate_caches()

    yield write
    forget("latecomer")
    sys.modules.pop("latecomer", None)


def test_a_module_is_told_once_it_is_loaded(library):
    library("value = 1")
    seen = []
    when_loaded("latecomer", lambda: seen.append(sys.modules["latecomer"].value))
    assert sys.meta_path[0] is Arrivals
    module = importlib.import_module("latecomer")
    assert seen == [1]
    assert "exec_module" not in vars(module.__loader__)
    assert Arrivals not in sys.meta_path


def test_a_module_that_cannot_be_loaded_raises_as_before(library):
    library("raise OSError('no luck')")
    when_loaded("latecomer", lambda: pytest.fail("it was not loaded"))
    with pytest.raises(OSError, match="no luck"):
        importlib.import_module("latecomer")
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("latecomer_of_another_name")
    forget("latecomer")
    assert Arrivals not in sys.meta_path


def test_what_fails_about_it_stops_no_import(library):
    library("value = 1")

    def broken():
        raise ZeroDivisionError("no luck with it")

    when_loaded("latecomer", broken)
    with pytest.warns(TrackingWarning, match="no luck with it"):
        assert importlib.import_module("latecomer").value == 1


def test_a_module_that_is_nowhere_is_not_found():
    when_loaded("latecomer", lambda: None)
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("latecomer")
    forget("latecomer")

"""Tests of loading the extension and taking it out again."""

from __future__ import annotations

import pytest

import nbtrack
from nbtrack.capture import stack
from nbtrack.capture.facts import facts
from nbtrack.capture.live import followed
from nbtrack.hosts.notebook import extension


@pytest.fixture
def loaded(shell):
    """A shell that has loaded it; it is gone afterwards, however the test ended."""
    nbtrack.load_ipython_extension(shell)
    yield shell
    extension.unload(shell)


def test_loading_twice_changes_nothing(loaded):
    before = [list(it) for it in loaded.events.callbacks.values()]
    first = extension.extensions[id(loaded)]
    nbtrack.load_ipython_extension(loaded)
    assert extension.extensions[id(loaded)] is first
    assert [list(it) for it in loaded.events.callbacks.values()] == before


def test_unloading_takes_all_of_it_out(shell):
    before = {name: list(it) for name, it in shell.events.callbacks.items()}
    magics = {kind: dict(it) for kind, it in shell.magics_manager.magics.items()}
    transformers = list(shell.input_transformers_cleanup)
    nbtrack.load_ipython_extension(shell)
    assert followed.session is not None
    shell.run_cell("%track on", store_history=True)
    nbtrack.unload_ipython_extension(shell)
    assert {name: list(it) for name, it in shell.events.callbacks.items()} == before
    assert {kind: dict(it) for kind, it in shell.magics_manager.magics.items()} == magics
    assert list(shell.input_transformers_cleanup) == transformers
    assert followed.session is None
    assert facts.cell() == {}
    assert stack.demand.begin is None


def test_a_shell_that_never_loaded_it_can_be_told_to_unload(shell):
    nbtrack.unload_ipython_extension(shell)
    assert id(shell) not in extension.extensions


def test_a_cell_that_fails_to_be_followed_runs(loaded, capsys):
    hooks = extension.extensions[id(loaded)].hooks
    hooks.session.begin = None  # as broken as can be
    with pytest.warns(UserWarning, match="watch failed"):
        assert loaded.run_cell("x = 7", store_history=True).success
    assert loaded.user_ns["x"] == 7
    assert "Traceback" not in capsys.readouterr().err

"""What JupyterLab learns from a kernel without running a cell."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell

import nbtrack
from nbtrack.hosts.notebook import extension
from nbtrack.hosts.notebook.kernel_facts import (
    MEDIA_TYPE,
    KernelFacts,
    kernel_facts,
    set_tracking,
)

ASK = "__import__('nbtrack.hosts.notebook.kernel_facts', fromlist=['_']).kernel_facts()"


@pytest.fixture
def here(shell, monkeypatch, tmp_path):
    """The shell of this process, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(InteractiveShell, "_instance", shell)
    yield shell
    extension.unload(shell)


def run(shell, code, cell_id):
    result = shell.run_cell(code, store_history=True, cell_id=cell_id)
    assert result.success


def test_a_shell_without_the_extension_says_so(here):
    assert kernel_facts() == KernelFacts()


def test_tracking_is_switched_on_and_off_and_loads_the_extension(here):
    assert set_tracking("off") == KernelFacts()
    assert set_tracking("on") == KernelFacts(track="all")
    assert "nbtrack" in here.extension_manager.loaded
    assert set_tracking("off") == KernelFacts(track="cells")


def test_a_tracked_cell_is_stale_once_what_it_read_is_another(here):
    nbtrack.load_ipython_extension(here)
    run(here, "rate = 0.1", "a")
    run(here, "%%track --quiet\nacc = rate * 2", "b")
    run(here, "other = 5", "c")
    assert kernel_facts().stale == {}
    run(here, "rate = 0.2", "a")
    told = kernel_facts()
    assert told.stale.keys() == {"b"}
    assert "rate" in told.stale["b"] or "changed" in told.stale["b"]
    assert kernel_facts(stale=False).stale == {}
    run(here, "%%track --quiet\nacc = rate * 2", "b")
    assert kernel_facts() == KernelFacts(track="cells", recorded=told.recorded + 2)


def test_a_kernel_answers_a_silent_request_and_counts_no_execution(kernel, tmp_path):
    start = f"import os; os.chdir({str(tmp_path)!r})\n%load_ext nbtrack"
    kernel.execute_interactive(start, timeout=60)
    reply = kernel.execute_interactive("", silent=True, user_expressions={"it": ASK}, timeout=60)
    told = reply["content"]["user_expressions"]["it"]
    assert told["data"][MEDIA_TYPE] == {
        "track": "cells",
        "recorded": 0,
        "stale": {},
        "is_complete": True,
    }
    after = kernel.execute_interactive("1", timeout=60)["content"]
    assert after["execution_count"] == 2

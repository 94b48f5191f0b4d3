"""Some of the pairs of `diff_trials`, each run for real: the cause is named first."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("diff_trials.py")

CHOSEN = (
    "a keyword of a constructor",
    "a default of a function",
    "a seed that went",
    "values of a column",
    "a number in a config",
    "a module beside the notebook",
    "an unused import and a join",
    "nothing: cleaning",
)


@pytest.fixture(scope="module")
def named():
    """Whether the cause of each chosen pair was named, found in a process of its own."""
    command = [sys.executable, str(SCRIPT), "--json", *(f"={name}" for name in CHOSEN)]
    environment = os.environ | {"PYTHONPATH": str(SCRIPT.parents[2])}
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment, timeout=900, check=False
    )
    assert done.stdout, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("name", CHOSEN)
def test_the_cause_is_named_first(named, name):
    assert named[name] == ""


def test_there_are_pairs_of_many_notebooks(monkeypatch):
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
    spec = importlib.util.spec_from_file_location("diff_trials", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    pairs = script.PAIRS
    assert len({it.name for it in pairs}) == len(pairs) >= 60
    assert sum(not it.kind for it in pairs) >= 6
    assert len({tuple(it.before.cells) for it in pairs}) >= 12

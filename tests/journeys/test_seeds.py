"""Five well-known documents: the calls they show, run on nbtrack in fresh processes."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent / "seeds" / "run.py"
FEWEST_CALLS = {
    "workflows": 500,
    "tutorial": 400,
    "learning_path": 200,
    "lifecycle_skill": 20,
    "best_practices": 100,
}


@pytest.fixture(scope="module")
def script():
    """The script that a person runs."""
    spec = importlib.util.spec_from_file_location("seeds_run", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("document", FEWEST_CALLS)
def test_the_calls_of_a_document_work(script, document, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(SCRIPT.parents[3]))
    found = script.in_own_process(document, tmp_path)
    assert not found["failures"], "\n".join(found["failures"].values())
    assert found["calls"] >= FEWEST_CALLS[document]
    assert found["later"] > 0


def test_all_documents_are_run(script):
    assert set(script.DOCUMENTS) == set(FEWEST_CALLS)
    modules = {path.stem for path in SCRIPT.parent.glob("*.py")}
    assert modules == {*script.DOCUMENTS, "run", "harness"}
    assert sys.executable

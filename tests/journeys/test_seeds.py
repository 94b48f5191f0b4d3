"""Five well-known documents: the calls they show, run on nbtrack, each in its own process."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent / "seeds" / "run.py"
FEWEST_CALLS = {
    "workflows": 450,
    "workflows_models": 180,
    "tutorial": 900,
    "tutorial_models": 100,
    "learning_path": 250,
    "lifecycle_skill": 40,
    "best_practices": 140,
}
LATER = {
    "workflows": {},
    "workflows_models": {"nbtrack.azureml.deploy": 1, "nbtrack.sagemaker.deploy": 1},
    "tutorial": {
        "nbtrack.run": 1,
        "nbtrack.server.get_app": 1,
        "nbtrack.tracking._get_store": 1,
        "nbtrack.tracking._tracking_service.utils._get_request_header": 1,
    },
    "tutorial_models": {"nbtrack.evaluate": 1, "nbtrack.models.MetricThreshold": 1},
    "learning_path": {
        "nbtrack.evaluate": 2,
        "nbtrack.langchain.autolog": 1,
        "nbtrack.openai.autolog": 1,
    },
    "lifecycle_skill": {},
    "best_practices": {},
}


@pytest.fixture(scope="module")
def script():
    """The script that a person runs."""
    spec = importlib.util.spec_from_file_location("seeds_run", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def gave(script, tmp_path_factory):
    """What each document gave."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(SCRIPT.parents[3]))
        return script.in_own_processes(FEWEST_CALLS, tmp_path_factory.mktemp("seeds"))


@pytest.mark.parametrize("document", FEWEST_CALLS)
def test_the_calls_of_a_document_work(gave, document):
    found = gave[document]
    assert not found["failures"], "\n".join(found["failures"].values())
    assert found["calls"] >= FEWEST_CALLS[document]
    assert found["later"] == LATER[document]


def test_all_documents_are_run(script):
    assert set(script.DOCUMENTS) == set(FEWEST_CALLS) == set(LATER)
    modules = {path.stem for path in SCRIPT.parent.glob("*.py")}
    assert modules == {*script.DOCUMENTS, "run", "harness", "iris"}

"""Models of the libraries between nbtrack and a real MLflow, both ways."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import nbtrack
import nbtrack.pyfunc

HERE = Path(__file__).parent
PYTHON = HERE.parents[1] / ".bench" / "interop" / "bin" / "python"
SECONDS = 500
LIBRARIES = {"pytorch": "torch", "spark": "pyspark", "langchain": "langchain_core"}
NEED_JAVA = {"spark", "h2o"}
NAMES = (
    *("pytorch", "pytorch_own", "pytorch_exported", "pytorch_scripted", "keras", "onnx"),
    *("statsmodels", "prophet", "pmdarima", "spacy", "shap", "shap_of_function"),
    *("transformers", "transformers_writer", "sentence_transformers", "langchain", "openai"),
    *("spark", "h2o", "paddle", "diffusers"),
)

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # of the libraries, for their own coming changes
    pytest.mark.skipif(not PYTHON.exists(), reason="there is no MLflow in .bench/interop"),
]


@pytest.fixture(scope="module")
def models():
    """The models, under the name that the other process imports them by."""
    spec = importlib.util.spec_from_file_location("library_models", HERE / "library_models.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["library_models"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["library_models"]


def answers_of_mlflow(folder, name):
    done = subprocess.run(
        [PYTHON, "-W", "ignore", HERE / "ask_mlflow_flavor.py", folder, name],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
        cwd=folder,
        env={
            **os.environ,
            "HF_HUB_OFFLINE": "1",
            "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/unused.db",
        },
    )
    assert done.returncode == 0, done.stderr[-4000:]
    answers = [line for line in done.stdout.splitlines() if line.startswith('{"ours"')]
    return json.loads(answers[-1])


def told(models, flavor, place, data):
    """What nbtrack says of a model: its own, or one that MLflow saved."""
    face = importlib.import_module(f"nbtrack.{flavor}")
    native = face.load_model(str(place), allow_pickle=True)
    found = {"class": type(native).__name__}
    if data is not None:
        asked = nbtrack.pyfunc.load_model(str(place), allow_pickle=True)
        found["answer"] = models.plain(asked.predict(data))
    elif isinstance(native, dict):
        found["answer"] = native
    return found


@pytest.mark.parametrize("name", NAMES)
def test_models_are_read_and_asked_both_ways(models, tmp_path, monkeypatch, name):
    flavor = name if hasattr(nbtrack, name) else name.partition("_")[0]
    pytest.importorskip(LIBRARIES.get(flavor, flavor))
    if flavor in NEED_JAVA and shutil.which("java") is None:
        pytest.skip("needs Java")
    monkeypatch.chdir(tmp_path)
    made = getattr(models, name)(tmp_path)
    face = importlib.import_module(f"nbtrack.{made.flavor}")
    face.save_model(made.model, str(tmp_path / "ours"), **(made.options or {}))
    theirs = answers_of_mlflow(tmp_path, name)
    assert told(models, made.flavor, tmp_path / "ours", made.data) == theirs["ours"]
    assert told(models, made.flavor, tmp_path / "theirs", made.data) == theirs["theirs"]

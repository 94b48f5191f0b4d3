"""Models between nbtrack and a real MLflow, which has an environment of its own with libraries."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nbtrack.registry.flavors.table import flavor_named
from nbtrack.registry.folder import Given, write_model
from nbtrack.registry.format.mlmodel import Model

PROJECT = Path(__file__).parents[2]
PYTHON = PROJECT / ".bench" / "interop" / "bin" / "python"
ASK = Path(__file__).parent / "ask_mlflow_models.py"
SECONDS = 300


class Shelf:
    """A folder of models, with the rows that they are asked with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        cells = np.random.default_rng(0).random((40, 3)).round(3)
        self.rows = pd.DataFrame(cells, columns=["a", "b", "c"])
        self.labels = (self.rows.sum(axis=1) > 1.5).astype(int)
        (folder / "rows.json").write_text(json.dumps(self.rows.to_dict(orient="list")))
        self.told: dict = {}

    def put(self, name: str, flavor: str, model, **options) -> None:
        """Write a model as `save_model` does, and keep what it says."""
        place = self.folder / name
        place.mkdir()
        written = flavor_named(flavor)
        example = self.rows.head(3)
        description = Model("model")
        write_model(
            place, written, model, description, Given(input_example=example, options=options)
        )
        ask = (
            written.predictor(model, {**description.flavors[flavor]})
            if ("python_function" in description.flavors)
            else (lambda data, _params: model.transform(data))
        )
        self.told[name] = {"class": type(model).__name__, "native": plain(ask(self.rows, None))}
        if "python_function" in description.flavors:
            self.told[name]["pyfunc"] = self.told[name]["native"]

    def answers(self, *act: str):
        """What a real MLflow says of them."""
        done = subprocess.run(
            [PYTHON, "-W", "ignore", ASK, *act, self.folder],
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
            cwd=self.folder,
            env={**os.environ, "MLFLOW_TRACKING_URI": f"sqlite:///{self.folder}/unused.db"},
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1])


def plain(answer) -> list:
    """An answer as JSON holds it."""
    if hasattr(answer, "toarray"):
        answer = answer.toarray()
    return np.asarray(answer).tolist()


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """An empty folder for models of nbtrack's."""
    if not PYTHON.exists():
        pytest.skip("there is no MLflow with libraries in .bench/interop")
    return Shelf(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="session")
def theirs(tmp_path_factory):
    """A folder of models that MLflow wrote, and what they say."""
    if not PYTHON.exists():
        pytest.skip("there is no MLflow with libraries in .bench/interop")
    shelf = Shelf(tmp_path_factory.mktemp("theirs"))
    shelf.told = shelf.answers("write")
    return shelf

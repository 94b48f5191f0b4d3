"""Models written to a folder with their MLmodel, and read back: by their maker, and by others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nbtrack.errors import UnsafeModel
from nbtrack.registry.flavors.table import flavor_named
from nbtrack.registry.folder import Given, write_model
from nbtrack.registry.format.mlmodel import Model
from nbtrack.registry.safety import Consent

PROJECT = Path(__file__).parents[3]


class Kept:
    """A model in a folder of its own."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self.flavor = flavor_named(name)

    @property
    def flavors(self) -> dict:
        return Model.load(self.folder).flavors

    @property
    def conf(self) -> dict:
        return self.flavors[self.name]

    def native(self, *, consent: bool = True, **options):
        """The library's own object, read with or without leave to run code."""
        reading = Consent(str(self.folder), own=consent)
        return self.flavor.load(self.folder, {**self.conf, **options}, reading)

    def predict(self, data, params=None, *, consent: bool = True):
        """What the model says when it is asked as `pyfunc` asks it."""
        known = {**self.conf, **self.flavors["python_function"]}
        return self.flavor.predictor(self.native(consent=consent), known)(data, params)

    @property
    def is_safe(self) -> bool:
        """Whether somebody else's model of this kind is read without consent."""
        try:
            self.native(consent=False)
        except UnsafeModel:
            return False
        return True

    def elsewhere(self, data: str) -> object:
        """The answer in a process of its own; the data are an expression of Python."""
        place = PROJECT / "tests" / "registry" / "flavors" / "ask_elsewhere.py"
        done = subprocess.run(
            [sys.executable, "-W", "ignore", place, self.folder, self.name, data],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def keep(tmp_path_factory):
    """Write a model of a flavor, as `save_model` does."""

    def write(name: str, model, *, input_example=None, signature=None, **options) -> Kept:
        folder = tmp_path_factory.mktemp(name)
        given = Given(input_example=input_example, signature=signature, options=options)
        write_model(folder, flavor_named(name), model, Model("model"), given)
        return Kept(folder, name)

    return write


@pytest.fixture
def read():
    """A model of a flavor in a folder that is there."""
    return Kept

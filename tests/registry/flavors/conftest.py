"""Models written to a folder with their MLmodel, and read back: by their maker, and by others."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest

from nbtrack.errors import UnsafeModel
from nbtrack.registry.flavors.sklearn_arrays import are_same
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


def nodes_of(node):
    """All nodes of a skops schema, outermost first."""
    if isinstance(node, dict):
        if "__loader__" in node:
            yield node
        for it in node.values():
            yield from nodes_of(it)
    elif isinstance(node, list):
        for it in node:
            yield from nodes_of(it)


class SkopsFile:
    """A skops file taken apart, to be put together otherwise."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with zipfile.ZipFile(path) as parts:
            self.parts = {name: parts.read(name) for name in parts.namelist()}
        self.schema = json.loads(self.parts["schema.json"])

    def nodes(self, loader: str, name: str = "") -> list[dict]:
        """The nodes of a kind, and of a class."""
        return [
            it
            for it in nodes_of(self.schema)
            if it["__loader__"] == loader and name in {"", it["__class__"]}
        ]

    def attribute(self, name: str) -> dict:
        """The node of the first attribute of that name, whatever it belongs to."""
        found = (it["content"][name] for it in self.nodes("DictNode") if name in it["content"])
        return next(found)

    def array(self, name: str):
        """The array of an attribute."""
        return np.load(io.BytesIO(self.parts[self.attribute(name)["file"]]))

    def set_array(self, name: str, value) -> None:
        buffer = io.BytesIO()
        np.save(buffer, value, allow_pickle=False)
        self.parts[self.attribute(name)["file"]] = buffer.getvalue()

    def write(self) -> Path:
        self.parts["schema.json"] = json.dumps(self.schema).encode()
        with zipfile.ZipFile(self.path, "w") as out:
            for name, content in self.parts.items():
                out.writestr(name, content)
        return self.path


@pytest.fixture
def apart():
    """Take a skops file apart."""
    return SkopsFile


@pytest.fixture
def assert_same():
    """Ask an estimator and a shorter way to it, and see that both come to the same end."""
    return come_to_the_same


def outcome(ask, data):
    """What came of asking: the answer or the error, and the warnings of scikit-learn."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            found = ask(data)
        except Exception as error:  # noqa: BLE001 - whatever it is, both must raise it
            found = f"{type(error).__name__}: {error}"
    return found, [f"{it.category.__name__}: {it.message}" for it in seen]


def told(data):
    """Data as an assertion shows it."""
    return f"{type(data).__name__} {getattr(data, 'shape', '')}\n{data!r}"[:500]


def come_to_the_same(asks, model, method, data):
    """Both ways come to the same end, and neither changes the data."""
    copied = data.copy()
    new, new_warnings = outcome(asks, data)
    known, known_warnings = outcome(getattr(model, method), data)
    if isinstance(known, np.ndarray):
        assert are_same(known, new), told(data)
    else:
        assert type(new) is type(known), told(data)
        assert new == known, told(data)
    assert set(new_warnings) == set(known_warnings), told(data)
    if isinstance(data, np.ndarray):
        assert str(data.tolist()) == str(copied.tolist())
    else:
        assert data.equals(copied)

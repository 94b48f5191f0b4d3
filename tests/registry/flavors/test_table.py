"""Which flavors there are, and how each is found."""

from __future__ import annotations

import importlib
import sys

import pytest

from nbtrack.errors import InvalidValue, ModelError
from nbtrack.registry.flavors import table
from nbtrack.registry.flavors.python_function import FLAVOR
from nbtrack.registry.flavors.python_model import PythonModel
from nbtrack.registry.flavors.table import (
    FLAVORS,
    flavor_named,
    flavor_names,
    flavor_of,
    flavor_that_loads,
)


class Foreign:
    """The flavor of another package, as an entry point names it."""

    name, library, extra, argument, options = "mine", "json", "", "my_model", ()

    def recognises(self, model):
        return model == "mine"

    def save(self, model, folder, options):
        raise NotImplementedError

    def load(self, folder, conf, reading):
        raise NotImplementedError

    def predictor(self, model, conf):
        raise NotImplementedError


class NoFlavor:
    """What an entry point may name by mistake."""


@pytest.fixture
def another_package(tmp_path, monkeypatch):
    """A package that is installed and names flavors."""
    info = tmp_path / "my_package-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-package\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[nbtrack.flavors]\nmine = my_flavors:Foreign\nbroken = my_flavors:NoFlavor\n"
        "sklearn = my_flavors:Foreign\n"
    )
    (tmp_path / "my_flavors.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "my_flavors", sys.modules[__name__])
    importlib.invalidate_caches()
    table.foreign.cache_clear()
    table.flavor_named.cache_clear()
    yield
    table.foreign.cache_clear()
    table.flavor_named.cache_clear()


@pytest.mark.parametrize("name", FLAVORS)
def test_each_flavor_is_as_its_row_says(name):
    flavor = flavor_named(name)
    row = FLAVORS[name]
    assert flavor.name == name
    assert flavor.library.partition(".")[0] == row.library.partition(".")[0]
    assert flavor.argument.isidentifier()
    assert all(option.doc for option in flavor.options)
    assert not flavor.recognises(object())


def test_an_unknown_flavor_is_told_with_the_nearest():
    with pytest.raises(
        InvalidValue, match=r"no flavor is called 'sklern'; .*did you mean 'sklearn'"
    ):
        flavor_named("sklern")


def test_a_flavor_of_another_package_is_found(another_package):
    assert "mine" in flavor_names()
    assert flavor_named("mine").argument == "my_model"
    assert flavor_of("mine") is flavor_named("mine")
    assert flavor_that_loads("mlflow.mine") == "mine"


def test_a_built_in_flavor_keeps_its_name(another_package):
    assert flavor_named("sklearn").argument == "sk_model"


def test_an_entry_point_that_gives_no_flavor_is_refused(another_package):
    with pytest.raises(ModelError, match="has no argument, save, load, predictor"):
        flavor_named("broken")


def test_a_model_is_recognised_by_what_is_loaded():
    from sklearn.linear_model import LinearRegression

    assert flavor_of(PythonModel()) is FLAVOR
    assert flavor_of(LinearRegression()).name == "sklearn"
    assert flavor_of(3) is None
    assert flavor_of(LinearRegression(), among=["python_function"]) is None


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("mlflow.sklearn", "sklearn"),
        ("mlflow.pyfunc.model", "python_function"),
        ("mlflow.pyfunc.loaders.code_model", "python_function"),
        ("mlflow.llama_index", None),
        ("sklearn", None),
        ("", None),
    ],
)
def test_loader_modules_of_mlflow_lead_to_flavors(module, name):
    assert flavor_that_loads(module) == name

"""A model's folder, read."""

from __future__ import annotations

import importlib
import platform
import sys

import pandas as pd
import pytest

from nbtrack.capture.guard import TrackingWarning
from nbtrack.errors import ModelError, UnsafeModel
from nbtrack.registry.flavors.python_function import FLAVOR
from nbtrack.registry.flavors.python_model import PythonModel
from nbtrack.registry.flavors.table import flavor_named
from nbtrack.registry.folder import Given, write_model
from nbtrack.registry.format.mlmodel import MLMODEL, Model
from nbtrack.registry.loading import load_native, load_to_ask, tell_differences
from nbtrack.registry.safety import Consent, seals_of

TRUSTED = Consent("here", own=True)
FRAME = pd.DataFrame({"x": [1.0, 2.0, 3.0]})


class Configured(PythonModel):
    def predict(self, context, model_input):
        return dict(context.model_config or {})


@pytest.fixture(scope="module")
def regression(tmp_path_factory):
    """A folder with a model of scikit-learn."""
    from sklearn.linear_model import LinearRegression

    folder = tmp_path_factory.mktemp("regression")
    model = LinearRegression().fit(FRAME, [2.0, 4.0, 6.0])
    write_model(folder, flavor_named("sklearn"), model, Model("r"), Given(input_example=FRAME))
    return folder


def test_a_model_is_read_by_its_flavor_and_to_be_asked(regression):
    description = Model.load(regression)
    native = load_native(regression, "sklearn", description, TRUSTED)
    asked = load_to_ask(regression, description, TRUSTED)
    assert native.predict(FRAME).tolist() == asked.predict(FRAME).tolist()
    assert asked.get_raw_model().coef_.tolist() == native.coef_.tolist()
    assert (asked.flavor, asked.loader_module) == ("sklearn", "mlflow.sklearn")


def test_another_flavor_is_refused(regression):
    with pytest.raises(ModelError, match="no flavor 'xgboost'; there are"):
        load_native(regression, "xgboost", Model.load(regression), TRUSTED)


def test_a_model_that_cannot_be_asked_says_how_it_is_loaded(regression):
    description = Model.load(regression)
    del description.flavors["python_function"]
    with pytest.raises(ModelError, match=r"has sklearn, and nothing to predict with; load it by"):
        load_to_ask(regression, description, TRUSTED)


def configured(tmp_path, options, given):
    description = write_model(tmp_path, FLAVOR, Configured(), Model(), Given(options=options))
    return load_to_ask(tmp_path, description, TRUSTED, given)


def test_a_configuration_is_given_over_what_was_logged(tmp_path):
    asked = configured(tmp_path, {"model_config": {"a": 1, "b": 2}}, {"b": 3})
    assert asked.predict(None) == {"a": 1, "b": 3}
    assert asked.model_config == {"a": 1, "b": 2}


def test_a_name_that_was_not_logged_is_told(tmp_path):
    with pytest.warns(TrackingWarning, match="model_config names c, which the model was not"):
        asked = configured(tmp_path, {"model_config": {"a": 1}}, {"c": 3})
    assert asked.predict(None) == {"a": 1}


@pytest.fixture
def with_code(tmp_path):
    """A folder with a model whose class is in a module that goes with it."""
    name = "module_that_goes_along"
    source = tmp_path / f"{name}.py"
    source.write_text(
        "import nbtrack\n"
        "class Model(nbtrack.pyfunc.PythonModel):\n"
        "    def predict(self, model_input): return 'of the module'\n"
    )
    sys.path.insert(0, str(tmp_path))
    before = [*sys.path]
    try:
        model = importlib.import_module(name).Model()
        folder = tmp_path / "model"
        folder.mkdir()
        write_model(folder, FLAVOR, model, Model(), Given(code_paths=[source]))
    finally:
        sys.path.remove(str(tmp_path))
        del sys.modules[name]
    source.unlink()
    yield folder
    sys.modules.pop(name, None)
    sys.path[:] = [it for it in before if it != str(tmp_path)]


def test_modules_that_go_along_are_found(with_code):
    seals = seals_of(with_code)
    consent = Consent("here", folder=with_code, seals=seals)
    assert load_to_ask(with_code, Model.load(with_code), consent).predict(1) == "of the module"
    assert seals_of(with_code) == seals, "loading left something in the folder"
    first = [*sys.path]
    load_to_ask(with_code, Model.load(with_code), consent)
    assert sys.path == first


def test_compiled_files_beside_the_modules_are_not_read(with_code):
    bad = with_code / "code" / "__pycache__"
    bad.mkdir()
    version = f"{sys.version_info.major}{sys.version_info.minor}"
    (bad / f"module_that_goes_along.cpython-{version}.pyc").write_bytes(b"no code")
    assert load_to_ask(with_code, Model.load(with_code), TRUSTED).predict(1) == "of the module"


def test_modules_that_nobody_vouched_for_are_not_added(with_code):
    before = [*sys.path]
    with pytest.raises(UnsafeModel, match="modules of its own"):
        load_to_ask(with_code, Model.load(with_code), Consent("elsewhere"))
    assert sys.path == before


def test_code_outside_of_the_folder_is_refused(with_code):
    description = Model.load(with_code)
    description.flavors["python_function"]["code"] = "../.."
    with pytest.raises(ModelError, match="lies outside of the model"):
        load_to_ask(with_code, description, TRUSTED)


def test_other_packages_are_told_in_a_line(regression, tmp_path):
    (tmp_path / "requirements.txt").write_text("numpy==1.0\nnot-here==2\n")
    model = Model("r").add_flavor("python_function", python_version="3.1.0")
    with pytest.warns(TrackingWarning) as told:
        tell_differences(tmp_path, model)
    (line,) = [str(it.message) for it in told]
    assert f"Python is {platform.python_version()}, was 3.1.0" in line
    assert "was 1.0; not-here 2 is not installed" in line


def test_the_same_packages_are_not_spoken_of(regression):
    tell_differences(regression, Model.load(regression / MLMODEL))

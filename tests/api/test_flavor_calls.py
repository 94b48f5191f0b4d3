"""The calls of each flavor, made from what the flavor says."""

from __future__ import annotations

import importlib
import inspect
import pickle

import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

import nbtrack
from nbtrack.errors import InvalidValue, MissingPackage
from nbtrack.registry.flavors.table import FLAVORS, PYTHON_FUNCTION, flavor_named

FRAME = pd.DataFrame({"x": [1.0, 2.0, 3.0]})

OWN = sorted(set(FLAVORS) - {PYTHON_FUNCTION})

VERBS = [
    *("log_model", "save_model", "load_model"),
    *("get_default_pip_requirements", "get_default_conda_env"),
]


@pytest.fixture(scope="module")
def regression():
    return LinearRegression().fit(FRAME, [2.0, 4.0, 6.0])


@pytest.mark.parametrize("name", OWN)
def test_each_flavor_has_a_face_with_its_calls(name):
    face = importlib.import_module(f"nbtrack.{name}")
    argument = flavor_named(name).argument
    assert set(VERBS) <= set(face.__all__)
    assert [*inspect.signature(face.log_model).parameters][:2] == [argument, "artifact_path"]
    assert [*inspect.signature(face.save_model).parameters][:2] == [argument, "path"]
    assert [*inspect.signature(face.load_model).parameters][:2] == ["model_uri", "dst_path"]
    for verb in VERBS:
        call = getattr(face, verb)
        assert (call.__name__, call.__module__) == (verb, f"nbtrack.{name}")
        names = inspect.signature(call).parameters
        assert all(f"    {it}: " in call.__doc__ for it in names), call.__doc__
    assert (
        f"nbtrack.{name}.log_model({argument}, " in face.log_model.__doc__.partition("Example")[2]
    )


def test_a_model_is_logged_by_position_and_by_name(regression):
    for info in (
        nbtrack.sklearn.log_model(regression, "model"),
        nbtrack.sklearn.log_model(sk_model=regression, name="model"),
        nbtrack.sklearn.log_model(regression, artifact_path="model"),
    ):
        assert info.name == "model"
        assert nbtrack.sklearn.load_model(info.model_uri).predict(FRAME).shape == (3,)


def test_a_model_is_saved_and_loaded(regression, tmp_path):
    assert nbtrack.sklearn.save_model(regression, tmp_path / "m", input_example=FRAME) is None
    loaded = nbtrack.sklearn.load_model(tmp_path / "m")
    assert loaded.coef_.tolist() == regression.coef_.tolist()
    assert nbtrack.pyfunc.load_model(tmp_path / "m").predict(FRAME).shape == (3,)


def test_a_misspelled_argument_is_told_the_nearest(regression):
    with pytest.raises(InvalidValue, match=r"no argument 'input_exmple'; .*mean 'input_example'"):
        nbtrack.sklearn.log_model(regression, "m", input_exmple=FRAME)


def test_a_missing_argument_is_told(regression):
    with pytest.raises(InvalidValue, match=r"nbtrack.sklearn.save_model\(sk_model, path, .*path"):
        nbtrack.sklearn.save_model(regression)


def test_a_name_is_given_once(regression):
    with pytest.raises(InvalidValue, match="both name the model, so give one"):
        nbtrack.sklearn.log_model(regression, "a", name="b")


def test_default_requirements_are_the_librarys():
    import sklearn

    line = f"scikit-learn=={sklearn.__version__}"
    assert nbtrack.sklearn.get_default_pip_requirements() == [line]
    conda = nbtrack.sklearn.get_default_conda_env()
    assert line in conda["dependencies"][-1]["pip"]


def test_a_library_that_is_not_installed_has_none():
    with pytest.raises(MissingPackage, match=r"h2o is needed .*pip install 'nbtrack\[h2o\]'"):
        nbtrack.h2o.get_default_pip_requirements()


def test_a_call_can_be_pickled_and_shown():
    call = nbtrack.sklearn.log_model
    assert pickle.loads(pickle.dumps(call)).verb == "log_model"
    assert repr(call) == "<function nbtrack.sklearn.log_model>"

"""Names of later versions: all of MLflow's are there, and say what they are when called."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

import nbtrack
from nbtrack.api.client import later
from nbtrack.api.client.vocabulary import CLIENT_METHODS, FACES, MODULES, TOP_LEVEL
from nbtrack.errors import NotYet

VOCABULARY = json.loads((Path(__file__).parent / "mlflow_3_17.json").read_text())
"""The public names of mlflow 3.17, as `__all__` and `dir` of its modules list them."""

PLACES = {
    "mlflow": ("nbtrack", None),
    "MlflowClient": ("nbtrack", "MlflowClient"),
    **{
        name: (f"nbtrack.{name.removeprefix('mlflow.')}", None)
        for name in VOCABULARY
        if name.startswith("mlflow.")
    },
}


@pytest.mark.parametrize("place", PLACES)
def test_each_name_of_mlflow_is_there(place, tmp_path):
    module, member = PLACES[place]
    owner = importlib.import_module(module)
    if member is not None:
        owner = getattr(owner, member)(tmp_path)
    assert [name for name in VOCABULARY[place] if not hasattr(owner, name)] == []


@pytest.mark.parametrize("name", VOCABULARY["modules"])
def test_each_module_of_mlflow_can_be_imported(name):
    assert importlib.import_module(f"nbtrack.{name}") is getattr(nbtrack, name)


def later_calls():
    """Every later name, with where it is found."""
    for name in TOP_LEVEL:
        yield f"nbtrack.{name}", lambda name=name: getattr(nbtrack, name)
    for path, names in (MODULES | FACES).items():
        for name in names:
            if f"{path}.{name}" not in MODULES:
                yield (
                    f"nbtrack.{path}.{name}",
                    lambda path=path, name=name: getattr(
                        importlib.import_module(f"nbtrack.{path}"), name
                    ),
                )


def test_each_later_name_names_itself_when_called():
    wrong = []
    for full_name, find in later_calls():
        try:
            find()()
        except NotYet as error:
            if not str(error).startswith(full_name):
                wrong.append(full_name)
        else:
            wrong.append(full_name)
    assert wrong == []


def test_each_later_method_of_the_client_names_itself(tmp_path):
    client = nbtrack.MlflowClient(tmp_path)
    for name in CLIENT_METHODS:
        with pytest.raises(NotYet, match=f"MlflowClient.{name} "):
            getattr(client, name)("model", version=1)
    with pytest.raises(AttributeError, match="nothing_like_it"):
        client.nothing_like_it  # noqa: B018 - reading it is the test


def test_no_name_is_both_there_and_later(tmp_path):
    assert set(TOP_LEVEL).isdisjoint(nbtrack.__all__)
    for path, names in FACES.items():
        face = importlib.import_module(f"nbtrack.{path}")
        assert set(names).isdisjoint(vars(face)), path
    client = nbtrack.MlflowClient
    assert all(isinstance(getattr(client, name), later.LaterCall) for name in CLIENT_METHODS)


def test_the_message_says_what_comes_and_what_works():
    with pytest.raises(NotYet, match=r"it comes with evaluation and monitoring.* work now"):
        nbtrack.evaluate("runs:/1/model", "data")


def test_a_later_decorator_is_refused_where_it_is_applied():
    with pytest.raises(NotYet, match=r"nbtrack\.trace"):

        @nbtrack.trace
        def answer():
            """Never made."""

    with pytest.raises(NotYet, match=r"nbtrack\.trace"):
        nbtrack.trace(name="answer")


def test_a_later_class_can_be_subclassed_and_its_subclass_made():
    class Doubler(nbtrack.pyfunc.ChatModel):
        def __init__(self, factor=2):
            self.factor = factor

        def predict(self, context, model_input):
            return model_input * self.factor

    assert Doubler(3).predict(None, 2) == 6
    assert isinstance(Doubler(), nbtrack.pyfunc.ChatModel)
    assert not isinstance(3, nbtrack.models.MetricThreshold)
    with pytest.raises(NotYet, match=r"nbtrack\.pyfunc\.ChatModel"):
        nbtrack.pyfunc.ChatModel()
    with pytest.raises(NotYet, match=r"nbtrack\.models\.FlavorBackend\.predict"):
        nbtrack.models.FlavorBackend.predict("model")


def test_a_later_name_shows_what_it_is():
    assert "evaluation and monitoring" in repr(nbtrack.evaluate)
    assert nbtrack.evaluate.__name__ == "evaluate"
    assert "evaluate" in nbtrack.evaluate.__doc__
    assert nbtrack.genai.datasets.create_dataset.full_name == (
        "nbtrack.genai.datasets.create_dataset"
    )
    for owner in (nbtrack.evaluate, nbtrack.pyfunc.ChatModel):
        assert not hasattr(owner, "_ipython_canary_method_should_not_exist_")


def test_a_misspelt_name_is_an_attribute_error_with_the_nearest():
    with pytest.raises(AttributeError, match="did you mean 'log_model'"):
        nbtrack.sklearn.log_modle  # noqa: B018 - reading it is the test
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("nbtrack.nothing_like_it")


def test_later_modules_list_their_names():
    assert {"evaluate", "scorer"} <= set(dir(nbtrack.genai))
    assert later.attribute("", "genai").__name__ == "nbtrack.genai"


def test_later_modules_are_imported_in_a_fresh_process():
    script = (
        "import nbtrack.tracking._tracking_service.utils as utils\n"
        "from nbtrack.server.auth import AuthenticationProvider\n"
        "import nbtrack.sklearn, sys\n"
        "assert utils._get_request_header.full_name.endswith('_get_request_header')\n"
        "assert 'duckdb' not in sys.modules and 'pandas' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)

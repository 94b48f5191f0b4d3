"""The package as users import it."""

from __future__ import annotations

import ast
import importlib
import importlib.metadata
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import nbtrack
from nbtrack.errors import NotYet
from nbtrack.version import __version__

SEED_TEXT = """
    MlflowClient active_run autolog create_experiment end_run evaluate finalize_logged_model
    get_tracking_uri initialize_logged_model log_artifact log_artifacts log_dict log_figure
    log_image log_input log_metric log_metrics log_param log_params log_table log_text
    register_model run search_runs set_experiment set_tag set_tracking_uri start_run artifacts
    models pyfunc pytorch sklearn tensorflow tracking xgboost lightgbm langchain openai sagemaker
    entities data projects exceptions
"""


def imports_for_type_checkers():
    """Each name with its module, as the imports under TYPE_CHECKING have them."""
    tree = ast.parse(Path(nbtrack.__file__).read_text(encoding="utf-8"))
    block = next(it for it in tree.body if isinstance(it, ast.If))
    return {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_the_list_the_table_and_the_types_agree():
    assert imports_for_type_checkers() == nbtrack.homes
    assert set(nbtrack.__all__) == {*nbtrack.homes, "__version__"}
    assert dir(nbtrack) == sorted(nbtrack.__all__)


@pytest.mark.parametrize("name", nbtrack.__all__)
def test_each_public_name_is_there(name):
    value = getattr(nbtrack, name)
    assert getattr(nbtrack, name) is value
    assert value.__doc__


def test_names_are_loaded_at_their_first_use():
    code = """
import sys
import nbtrack
print(sorted(name for name in sys.modules if name.startswith("nbtrack.")))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['nbtrack.version']"


def test_a_star_import_brings_the_list():
    names = {}
    exec("from nbtrack import *", names)
    assert set(nbtrack.__all__) <= names.keys()


def test_the_version_is_told():
    assert nbtrack.__version__ == __version__
    assert importlib.metadata.version("nbtrack") == __version__


@pytest.mark.parametrize("name", SEED_TEXT.split())
def test_every_name_of_mlflows_that_people_use_is_there(name):
    assert getattr(nbtrack, name) is not None


@pytest.mark.parametrize(
    "name", ["sklearn", "pyfunc", "xgboost", "tensorflow", "server.auth", "models", "langchain"]
)
def test_modules_of_later_versions_can_be_imported(name):
    module = importlib.import_module(f"nbtrack.{name}")
    assert importlib.import_module(f"nbtrack.{name}") is module
    assert module.__name__ == f"nbtrack.{name}"


def test_a_call_of_a_later_version_names_itself():
    with pytest.raises(NotYet, match=r"nbtrack\.evaluate is not in this version"):
        nbtrack.evaluate("runs:/1/model", "data")
    with pytest.raises(NotYet, match=r"nbtrack\.pyfunc\.build_model_env is not in this version"):
        nbtrack.pyfunc.build_model_env("models:/model/1", "model")


def test_modules_of_the_package_are_attributes():
    code = "import nbtrack; print(nbtrack.errors.NotFound.__name__, nbtrack.entities.Run.__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["NotFound", "Run"]


def test_a_misspelled_name_is_told_the_nearest():
    with pytest.raises(AttributeError, match=r"no attribute 'strat_run'; .*did you mean 'start"):
        nbtrack.strat_run  # noqa: B018 - reading it is the test
    with pytest.raises(AttributeError, match="__wrapped__"):
        nbtrack.__wrapped__  # noqa: B018 - reading it is the test


def test_a_module_that_is_not_there_is_an_import_error():
    with pytest.raises(ModuleNotFoundError, match=r"nbtrack\.nothing"):
        importlib.import_module("nbtrack.nothing")


def test_a_package_that_a_module_needs_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "nbtrack.entities", None)
    monkeypatch.delattr(nbtrack, "entities", raising=False)
    with pytest.raises(ImportError):
        importlib.import_module("nbtrack.entities")


def test_the_module_can_be_extended():
    """As in MLflow: a logger of one's own, and a decorator that begins runs."""

    def custom_autolog(function):
        def wrapper(*arguments):
            with nbtrack.start_run() as run:
                nbtrack.custom_logger("before")
                function(*arguments)
            return run

        return wrapper

    nbtrack.custom_logger = lambda name: nbtrack.log_metric(name, 1)
    nbtrack.custom_autolog = custom_autolog
    try:

        @nbtrack.custom_autolog
        def train(value):
            nbtrack.log_metric("trained", value)

        assert train(3).data.metrics == {"before": 1.0, "trained": 3.0}
    finally:
        del nbtrack.custom_logger, nbtrack.custom_autolog


def test_functions_can_be_pickled():
    assert pickle.loads(pickle.dumps(nbtrack.log_metric)) is nbtrack.log_metric


def test_types_are_told():
    assert (Path(nbtrack.__file__).parent / "py.typed").exists()

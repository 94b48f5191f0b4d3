"""Models from code, and their configuration."""

from __future__ import annotations

import importlib
import sys

import pytest

import nbtrack
from nbtrack.errors import InvalidValue, ModelError, NotFound
from nbtrack.registry.flavors.model_code import (
    ModelConfig,
    configured,
    load_code,
    read_config,
    set_model,
)


def loaded(tmp_path, text, config=None):
    path = tmp_path / "model.py"
    path.write_text(text)
    return load_code(path, config)


def test_a_file_names_its_model(tmp_path):
    model = loaded(tmp_path, "from nbtrack.models import set_model\nset_model(lambda it: it + 1)\n")
    assert model(1) == 2


@pytest.mark.parametrize("line", ["import mlflow", "import mlflow.models, mlflow.pyfunc"])
def test_a_file_may_be_written_for_mlflow(tmp_path, line):
    model = loaded(tmp_path, f"{line}\nmlflow.models.set_model(lambda it: mlflow.__name__)\n")
    assert model(1) == "nbtrack"
    assert not [it for it in sys.modules if it.partition(".")[0] == "mlflow"]
    for name in ("models", "pyfunc"):
        assert getattr(nbtrack, name) is importlib.import_module(f"nbtrack.{name}")


def test_a_file_that_names_none_is_told_how(tmp_path):
    with pytest.raises(ModelError, match=r"names no model; call nbtrack.models.set_model"):
        loaded(tmp_path, "x = 1\n")


def test_a_file_that_fails_is_told_why(tmp_path):
    with pytest.raises(ModelError, match=r"model.py failed as it ran: ZeroDivisionError"):
        loaded(tmp_path, "1 / 0\n")
    with pytest.raises(ModelError, match="is no Python file"):
        load_code(tmp_path / "model.txt", None)


def test_what_is_no_model_is_not_named():
    with pytest.raises(InvalidValue, match="not int"):
        set_model(3)


def test_a_configuration_comes_from_where_the_model_was_logged():
    with configured({"depth": 5}):
        assert ModelConfig(development_config={"depth": 3}).to_dict() == {"depth": 5}
    assert ModelConfig(development_config={"depth": 3}).to_dict() == {"depth": 3}
    with pytest.raises(NotFound, match="there is no configuration"):
        ModelConfig()


def test_a_configuration_is_read_from_a_file(tmp_path):
    (tmp_path / "config.yaml").write_text("depth: 3\nnames:\n- a\n")
    config = ModelConfig(development_config=str(tmp_path / "config.yaml"))
    assert (config.get("depth"), config.get("names")) == (3, ["a"])
    with pytest.raises(KeyError, match="did you mean 'depth'"):
        config.get("dept")


def test_what_is_no_configuration_is_refused(tmp_path):
    with pytest.raises(InvalidValue, match="which is not there"):
        read_config(tmp_path / "none.yaml")
    with pytest.raises(InvalidValue, match="is a dict or the path"):
        read_config(3)

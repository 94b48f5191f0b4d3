from __future__ import annotations

import platform
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from nbtrack.capture.sources.environment import (
    environment_tags,
    folder_of_source,
    in_notebook,
    source_tags,
    user_name,
)
from nbtrack.version import __version__


@pytest.fixture
def shell(monkeypatch):
    """IPython as it is seen from inside: a terminal's shell, or a kernel's."""
    found = SimpleNamespace(user_ns={})
    library = ModuleType("IPython")
    library.get_ipython = lambda: found
    monkeypatch.setitem(sys.modules, "IPython", library)
    for name in ("__vsc_ipynb_file__", "JPY_SESSION_NAME"):
        monkeypatch.delenv(name, raising=False)
    return found


def test_a_script_is_named_by_its_path(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["jobs/train.py", "--fast"])
    assert source_tags() == {"mlflow.source.name": "jobs/train.py", "mlflow.source.type": "LOCAL"}


@pytest.mark.parametrize("argv", [[""], []])
def test_a_prompt_is_a_console(monkeypatch, argv):
    monkeypatch.setattr(sys, "argv", argv)
    assert source_tags()["mlflow.source.name"] == "<console>"
    assert folder_of_source() == Path.cwd()


def test_a_shell_in_a_terminal_is_no_notebook(shell):
    assert not in_notebook()


@pytest.mark.parametrize("variable", ["__vsc_ipynb_file__", "JPY_SESSION_NAME"])
def test_a_notebook_is_named_as_its_editor_tells_it(shell, monkeypatch, variable):
    shell.kernel = object()
    monkeypatch.setenv(variable, "reports/churn.ipynb")
    assert source_tags() == {
        "mlflow.source.name": "churn.ipynb",
        "mlflow.source.type": "NOTEBOOK",
    }
    assert folder_of_source() == Path.cwd()


def test_a_notebook_may_be_named_in_its_namespace_or_not_at_all(shell):
    shell.kernel = object()
    assert source_tags() == {"mlflow.source.type": "NOTEBOOK"}
    shell.user_ns["__vsc_ipynb_file__"] = "/somewhere/churn.ipynb"
    assert source_tags()["mlflow.source.name"] == "churn.ipynb"


def test_the_code_stands_where_its_script_does(monkeypatch, tmp_path):
    script = tmp_path / "train.py"
    script.touch()
    monkeypatch.setattr(sys, "argv", [str(script)])
    assert folder_of_source() == tmp_path.resolve()


def test_a_command_stands_where_it_was_called(monkeypatch, tmp_path):
    command = tmp_path / "pytest"
    command.touch()
    monkeypatch.setattr(sys, "argv", [str(command)])
    assert folder_of_source() == Path.cwd()


def test_a_user_without_a_name_is_unknown(monkeypatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 2**31 - 7)
    assert user_name() == "unknown"
    monkeypatch.setenv("LOGNAME", "ada")
    assert user_name() == "ada"


def test_the_environment_is_python_system_and_version():
    assert environment_tags() == {
        "nbtrack.env.python": platform.python_version(),
        "nbtrack.env.platform": (f"{platform.system()}-{platform.release()}-{platform.machine()}"),
        "nbtrack.env.nbtrack": __version__,
    }


def test_a_folder_that_was_deleted_is_no_source(monkeypatch, tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    monkeypatch.setattr("sys.argv", [""])
    assert folder_of_source() == Path("/")
    monkeypatch.chdir(tmp_path)

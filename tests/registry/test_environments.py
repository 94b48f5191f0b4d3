from __future__ import annotations

import sys
from pathlib import Path

import pytest

from nbtrack.errors import InvalidValue, MissingPackage, ModelError
from nbtrack.registry.environments import needs_of, python_of, python_version_of


def test_what_only_mlflow_needs_is_not_installed(tmp_path):
    lines = "mlflow>=3\n# why\nscikit-learn==1.5.0\n-c constraints.txt\nnbtrack\nnumpy==2.1\n"
    (tmp_path / "requirements.txt").write_text(lines)
    assert needs_of(tmp_path) == ["scikit-learn==1.5.0", "numpy==2.1"]
    assert needs_of(tmp_path / "none") == []


def test_the_python_is_that_of_the_model(tmp_path):
    assert python_version_of(tmp_path) == f"{sys.version_info.major}.{sys.version_info.minor}"
    (tmp_path / "python_env.yaml").write_text("python: 3.9.18\n")
    assert python_version_of(tmp_path) == "3.9"


def test_the_local_environment_is_this_one(tmp_path):
    assert python_of(tmp_path, "local") == Path(sys.executable)


def test_an_environment_that_cannot_be_made_is_told_why(tmp_path, monkeypatch):
    with pytest.raises(InvalidValue, match="there are local, virtualenv, uv"):
        python_of(tmp_path, "conda")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingPackage, match="pip install uv"):
        python_of(tmp_path, "uv")
    (tmp_path / "python_env.yaml").write_text("python: 3.9.18\n")
    with pytest.raises(ModelError, match=r"no python3\.9 here"):
        python_of(tmp_path, "virtualenv")

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from nbtrack.errors import InvalidValue, MissingPackage, ModelError
from nbtrack.registry.environments import cache_folder, needs_of, python_of, python_version_of

UV = """#!/bin/sh
# makes an environment out of this Python; installs nothing, or fails where a file says so
echo "$@" >> "{place}/told"
case $1 in
venv) for last; do :; done; mkdir -p "$last/bin"
    printf '#!/bin/sh\\nexec {python} "$@"\\n' > "$last/bin/python"; chmod +x "$last/bin/python" ;;
pip) test ! -e "{place}/broken" || {{ echo "no such version" >&2; exit 1; }} ;;
esac
"""


@pytest.fixture
def uv(tmp_path, monkeypatch):
    """A folder of which a program named uv keeps what it is told."""
    place = tmp_path / "programs"
    place.mkdir()
    (place / "uv").write_text(UV.format(place=place, python=sys.executable))
    (place / "uv").chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return place


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
    with pytest.raises(InvalidValue, match=r"'pyenv' makes no .* virtualenv \(.*\), uv \("):
        python_of(tmp_path, "pyenv")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(MissingPackage, match="pip install uv"):
        python_of(tmp_path, "uv")
    (tmp_path / "python_env.yaml").write_text("python: 3.9.18\n")
    for manager in ("virtualenv", "conda"):
        with pytest.raises(ModelError, match=r"no python3\.9 here"):
            python_of(tmp_path, manager)


def test_an_environment_is_made_once_for_the_same_needs(tmp_path, uv):
    model = tmp_path / "model"
    model.mkdir()
    (model / "requirements.txt").write_text("numpy==2.1\n")
    python = python_of(model, "uv")
    assert (python.parents[1] / "requirements.txt").read_text() == "numpy==2.1\n"
    made, installed = (uv / "told").read_text().splitlines()
    assert made.startswith("venv ")
    assert f"--python {python} " in installed
    assert "nbtrack[serve] @ file://" in installed
    assert python_of(model, "uv") == python
    assert len((uv / "told").read_text().splitlines()) == 2
    (model / "requirements.txt").write_text("numpy==2.2\n")
    assert python_of(model, "uv") != python


def test_an_environment_that_failed_takes_no_room_and_is_made_anew(tmp_path, uv):
    (uv / "broken").touch()
    with pytest.raises(ModelError, match=r"failed with code 1:\nno such version"):
        python_of(tmp_path, "uv")
    assert [it.name for it in cache_folder().iterdir() if it.is_dir()] == ["wheels"]
    (uv / "broken").unlink()
    assert python_of(tmp_path, "uv").is_file()

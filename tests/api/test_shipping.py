from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest
import yaml

import nbtrack
from nbtrack.api.shipping.image import build_docker, generate_dockerfile
from nbtrack.errors import AlreadyExists, InvalidValue, ModelError
from nbtrack.testing import temporary_store


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A model in a folder."""
    path = tmp_path_factory.mktemp("model") / "same"
    with temporary_store():
        example = pd.DataFrame({"x": [1.0]})
        nbtrack.pyfunc.save_model(
            path,
            python_model=lambda frame: frame["x"],
            input_example=example,
            pip_requirements=["mlflow", "cloudpickle", "pandas>=2"],
        )
    return path


def instructions(folder):
    """The instructions of a Dockerfile, by their words."""
    text = (folder / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [it for it in text.splitlines() if it and not it.startswith("#")]
    return [tuple(it.split(None, 1)) for it in lines]


def test_a_folder_has_all_that_an_image_is_built_from(saved, tmp_path):
    shipped = generate_dockerfile(saved, tmp_path / "image", allow_pickle=True)
    found = instructions(shipped.folder)
    words = [word for word, _ in found]
    assert " ".join(words) == ("FROM ENV RUN WORKDIR COPY RUN COPY USER EXPOSE HEALTHCHECK CMD")
    told = dict(found)
    assert (told["USER"], told["EXPOSE"]) == ("10001", "8080")
    assert told["FROM"].startswith("python:3.")
    command = json.loads(told["CMD"])
    assert command[:3] == ["nbtrack", "models", "serve"]
    assert json.loads(told["HEALTHCHECK"].partition("CMD ")[2])[:2] == ["python", "-c"]
    assert "NBTRACK_ALLOW_PICKLE=true" in told["ENV"]
    for _, what in (it for it in found if it[0] == "COPY"):
        for name in what.split()[:-1]:
            assert (shipped.folder / name).exists(), name
    assert (shipped.folder / "requirements.txt").read_text() == "cloudpickle\npandas>=2\n"
    assert (shipped.folder / "model" / "MLmodel").is_file()


def test_code_of_others_is_refused_in_an_image_as_here(saved, tmp_path):
    shipped = generate_dockerfile(saved, tmp_path / "image")
    assert "NBTRACK_ALLOW_PICKLE=false" in (shipped.folder / "Dockerfile").read_text()


def test_the_wheel_in_the_folder_is_the_code_that_runs(saved, tmp_path):
    shipped = generate_dockerfile(saved, tmp_path / "image")
    (wheel,) = shipped.folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        assert "nbtrack/serving/worker.py" in names
        assert not any("labextension" in it or "__pycache__" in it for it in names)
        about = next(it for it in names if it.endswith("METADATA"))
        assert b"Name: nbtrack" in packed.read(about)


def test_a_folder_of_other_files_is_left_alone(saved, tmp_path):
    generate_dockerfile(saved, tmp_path / "image")
    generate_dockerfile(saved, tmp_path / "image")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "Dockerfile").touch()
    with pytest.raises(AlreadyExists, match="has other files in it"):
        generate_dockerfile(saved, tmp_path / "mine")


def test_an_image_is_built_by_docker_and_the_folder_is_kept_where_it_cannot(
    saved, tmp_path, monkeypatch
):
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    with pytest.raises(InvalidValue, match="no name of an image"):
        build_docker(saved, "Not A Name")
    with pytest.raises(ModelError, match="neither docker nor podman"):
        build_docker(saved, "same", folder=tmp_path / "image")
    assert (tmp_path / "image" / "Dockerfile").is_file()
    docker = programs / "docker"
    said = tmp_path / "said"
    docker.write_text(f'#!/bin/sh\necho "$@" > {said}\necho no daemon >&2\nexit 3\n')
    docker.chmod(0o755)
    with pytest.raises(ModelError, match=r"could not build 'same':\nno daemon\nall it needs is in"):
        nbtrack.models.build_docker(saved, "same", folder=tmp_path / "image")
    assert said.read_text() == f"build -t same {tmp_path}/image\n"
    docker.write_text("#!/bin/sh\nexit 0\n")
    assert build_docker(saved, "same", folder=tmp_path / "image").image == "same"


def test_the_command_line_takes_mlflows_words(saved, tmp_path, capsys):
    from nbtrack.hosts.command_line import run

    target = tmp_path / "image"
    words = ["models", "generate-dockerfile", "-m", str(saved), "-d", str(target)]
    assert run([*words, "--env-manager", "virtualenv", "--install-mlflow"]) == 0
    assert f"docker build -t NAME {target}" in capsys.readouterr().out
    manifest = ["models", "generate-manifests", "-m", str(saved), "-d", str(tmp_path), "--json"]
    assert run([*manifest, "--kind", "compose", "--name", "Same Model"]) == 0
    path = json.loads(capsys.readouterr().out)["path"]
    assert list(yaml.safe_load(Path(path).read_text())["services"]) == ["same-model"]
    assert run([*manifest, "--kind", "nomad"]) == 1
    assert "there are kubernetes, compose" in capsys.readouterr().err
    added = ["models", "update-pip-requirements", "-m", str(saved), "add", "numpy==2.1.0"]
    assert run(added) == 0
    assert "numpy==2.1.0" in (saved / "requirements.txt").read_text()
    assert run([*added[:4], "remove", "numpy"]) == 0
    assert "numpy" not in (saved / "requirements.txt").read_text()
    assert run(["models", "prepare-env", "-m", str(saved), "--env-manager", "local"]) == 0
    assert "its Python is" in capsys.readouterr().out

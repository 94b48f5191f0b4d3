"""The environment files of a model."""

from __future__ import annotations

import platform

import pytest
import yaml

from nbtrack.errors import InvalidValue
from nbtrack.registry.format.environment import (
    CONDA,
    CONSTRAINTS,
    PYTHON_ENV,
    REQUIREMENTS,
    Wanted,
    change_environment,
    environment_for,
    pip_part,
    write_environment,
)

FOUND = ["numpy==2.0", "scikit-learn==1.9"]


def found():
    return FOUND


def not_asked():
    raise AssertionError


def written(folder, wanted, find=found):
    write_environment(folder, environment_for(wanted, find))
    return (folder / REQUIREMENTS).read_text().splitlines()


def test_what_is_found_is_written_in_all_three_files(tmp_path):
    assert written(tmp_path, Wanted()) == ["mlflow>=3", *FOUND]
    conda = yaml.safe_load((tmp_path / CONDA).read_text())
    assert pip_part(conda) == ["mlflow>=3", *FOUND]
    assert conda["dependencies"][0] == f"python={platform.python_version()}"
    python = yaml.safe_load((tmp_path / PYTHON_ENV).read_text())
    assert python["python"] == platform.python_version()
    assert python["dependencies"] == ["-r requirements.txt"]
    assert not (tmp_path / CONSTRAINTS).exists()


def test_given_requirements_are_taken_as_they_are(tmp_path):
    wanted = Wanted(pip_requirements=["mlflow-skinny==3.1", "numpy"])
    assert written(tmp_path, wanted, not_asked) == ["mlflow-skinny==3.1", "numpy"]


def test_further_requirements_come_in_place_of_found_ones(tmp_path):
    wanted = Wanted(extra_pip_requirements=["numpy>=2", "pandas"])
    assert written(tmp_path, wanted) == ["mlflow>=3", "scikit-learn==1.9", "numpy>=2", "pandas"]


def test_constraints_have_a_file_of_their_own(tmp_path):
    (tmp_path / "limits.txt").write_text("numpy<3\n")
    wanted = Wanted(pip_requirements=["numpy", f"-c {tmp_path / 'limits.txt'}"])
    assert written(tmp_path, wanted, not_asked)[-1] == "-c constraints.txt"
    assert (tmp_path / CONSTRAINTS).read_text() == "numpy<3\n"


@pytest.mark.parametrize("as_file", [True, False])
def test_a_conda_environment_is_kept(tmp_path, as_file):
    conda = {"name": "mine", "dependencies": ["python=3.11", "blas", {"pip": ["numpy"]}]}
    given = conda
    if as_file:
        given = tmp_path / "mine.yaml"
        given.write_text(yaml.safe_dump(conda))
    assert written(tmp_path, Wanted(conda_env=given), not_asked) == ["mlflow>=3", "numpy"]
    kept = yaml.safe_load((tmp_path / CONDA).read_text())
    assert kept["name"] == "mine"
    assert kept["dependencies"] == ["python=3.11", "blas", {"pip": ["mlflow>=3", "numpy"]}]


def test_two_ways_of_saying_it_are_refused():
    wanted = Wanted(conda_env={}, pip_requirements=["numpy"])
    with pytest.raises(InvalidValue, match="not by conda_env and pip_requirements"):
        environment_for(wanted, found)


def test_a_missing_conda_file_is_refused(tmp_path):
    with pytest.raises(InvalidValue, match="which is not there"):
        environment_for(Wanted(conda_env=tmp_path / "none.yaml"), found)


def test_requirements_are_changed_in_both_files(tmp_path):
    written(tmp_path, Wanted())
    change_environment(tmp_path, "add", ["pandas==2"])
    change_environment(tmp_path, "remove", ["numpy"])
    lines = ["mlflow>=3", "scikit-learn==1.9", "pandas==2"]
    assert (tmp_path / REQUIREMENTS).read_text().splitlines() == lines
    assert pip_part(yaml.safe_load((tmp_path / CONDA).read_text())) == lines

"""MLflow's calls of `pyfunc`."""

from __future__ import annotations

from pathlib import Path

import pytest

import nbtrack
from nbtrack.errors import AlreadyExists, InvalidValue, NotFound
from nbtrack.models import Model


def total(numbers):
    return sum(numbers)


def test_a_folder_that_has_something_in_it_is_refused(tmp_path):
    nbtrack.pyfunc.save_model(tmp_path / "new" / "model", python_model=total)
    with pytest.raises(AlreadyExists, match="not empty; give another path"):
        nbtrack.pyfunc.save_model(tmp_path / "new" / "model", python_model=total)
    (tmp_path / "file").write_text("")
    with pytest.raises(AlreadyExists):
        nbtrack.pyfunc.save_model(tmp_path / "file", python_model=total)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({}, "Either `loader_module` or `python_model` must be specified"),
        ({"python_model": total, "loader_module": "x"}, "a model is either what a loader_module"),
        (
            {"python_model": total, "signatur": 1},
            "no argument 'signatur'.*did you mean 'signature'",
        ),
        ({"python_model": total, "signature": "x -> y"}, "signature is what infer_signature"),
        ({"python_model": total, "artifacts": ["a"]}, "artifacts are names with paths"),
        ({"python_model": total, "model_config": 3}, "model_config is a dict or the path"),
    ],
)
def test_what_makes_no_sense_is_told(tmp_path, told, said):
    with pytest.raises(InvalidValue, match=said):
        nbtrack.pyfunc.save_model(tmp_path / "m", **told)


def test_a_name_is_given_once():
    with pytest.raises(InvalidValue, match="both name the model"):
        nbtrack.pyfunc.log_model("a", name="b", python_model=total)


def test_arguments_of_mlflow_without_effect_are_taken(tmp_path):
    nbtrack.pyfunc.save_model(
        tmp_path / "m", python_model=total, infer_code_paths=True, uv_groups=[]
    )
    assert nbtrack.pyfunc.load_pyfunc(tmp_path / "m").predict([1]) == 1


def test_default_environments_name_what_is_needed():
    (line,) = nbtrack.pyfunc.get_default_pip_requirements()
    assert line.startswith("cloudpickle==")
    assert line in nbtrack.pyfunc.get_default_conda_env()["dependencies"][-1]["pip"]


def test_a_description_can_be_completed(tmp_path):
    model = Model("given", metadata={"a": 1})
    nbtrack.pyfunc.save_model(tmp_path / "m", python_model=total, mlflow_model=model)
    assert Model.load(tmp_path / "m").metadata == {"a": 1}


def test_a_folder_of_ones_own_is_described():
    model = nbtrack.pyfunc.add_to_model(
        Model(), "my.loader", data="d", code="c", conda_env="conda.yaml", model_config={"k": 1}
    )
    conf = model.flavors["python_function"]
    assert conf.pop("python_version")
    assert conf == {
        "loader_module": "my.loader",
        "data": "d",
        "code": "c",
        "env": {"conda": "conda.yaml"},
        "config": {"k": 1},
    }


def test_dependencies_are_files(tmp_path):
    nbtrack.pyfunc.save_model(tmp_path / "m", python_model=total, pip_requirements=["numpy"])
    path = nbtrack.pyfunc.get_model_dependencies(tmp_path / "m")
    assert Path(path).read_text() == "mlflow>=3\nnumpy\n"
    Path(path).unlink()
    assert Path(nbtrack.pyfunc.get_model_dependencies(tmp_path / "m")).read_text() == (
        "mlflow>=3\nnumpy\n"
    )
    conda = nbtrack.pyfunc.get_model_dependencies(tmp_path / "m", format="conda")
    assert conda.endswith("conda.yaml")
    Path(conda).unlink()
    with pytest.raises(NotFound, match=r"has no conda.yaml; it has requirements.txt"):
        nbtrack.pyfunc.get_model_dependencies(tmp_path / "m", format="conda")
    with pytest.raises(InvalidValue, match="'pip' or 'conda'"):
        nbtrack.pyfunc.get_model_dependencies(tmp_path / "m", format="uv")


def test_a_configuration_is_params_of_the_logged_model():
    info = nbtrack.pyfunc.log_model(
        "total", python_model=total, model_config={"k": 1, "deep": {"er": 2}}
    )
    assert info.params == {"k": "1", "deep/er": "2"}

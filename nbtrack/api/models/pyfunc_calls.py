"""Models of plain Python, saved and logged: MLflow's calls of `mlflow.pyfunc`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbtrack.api.models.flavor_calls import default_environment, default_requirements
from nbtrack.api.models.loading import find_model, load_model
from nbtrack.api.models.logging import log, save
from nbtrack.errors import InvalidValue, NotFound, listing
from nbtrack.registry.flavors.table import PYTHON_FUNCTION, flavor_named
from nbtrack.registry.format.documents import read_yaml
from nbtrack.registry.format.environment import (
    CONDA,
    PYTHON_ENV,
    REQUIREMENTS,
    pip_part,
    write_lines,
)
from nbtrack.registry.format.info import ModelInfo
from nbtrack.registry.format.mlmodel import Model
from nbtrack.registry.pyfunc import PyFuncModel

__all__ = [
    "add_to_model",
    "get_default_conda_env",
    "get_default_pip_requirements",
    "get_model_dependencies",
    "load_pyfunc",
    "log_model",
    "save_model",
]

LATER = ("infer_code_paths", "uv_project_path", "uv_groups", "uv_extras")
"""Arguments of MLflow that find requirements in other ways; they change nothing here."""

Place = str | os.PathLike[str]


def save_model(  # noqa: PLR0917 - MLflow's signature
    path: Place,
    loader_module: str | None = None,
    data_path: Place | None = None,
    code_paths: list[Place] | None = None,
    infer_code_paths: bool = False,  # noqa: FBT001, FBT002 - MLflow's signature
    conda_env: Any = None,
    mlflow_model: Model | None = None,
    python_model: Any = None,
    artifacts: Mapping[str, Place] | None = None,
    signature: Any = None,
    input_example: Any = None,
    pip_requirements: Any = None,
    extra_pip_requirements: Any = None,
    metadata: Mapping[str, Any] | None = None,
    model_config: Any = None,
    streamable: bool | None = None,  # noqa: FBT001 - MLflow's signature
    **more: Any,
) -> None:
    """Save a model of plain Python to a folder.

    Args:
        path: The folder; it must be empty or not there.
        loader_module: A module of yours with `_load_pyfunc(path)`, in place of `python_model`.
        data_path: The file or folder that this module reads.
        code_paths: Files and folders of your own modules that the model needs.
        infer_code_paths: Taken; name them by `code_paths`.
        conda_env: The environment, as a conda file's path or content.
        mlflow_model: A description to complete.
        python_model: A `PythonModel`, a function, or the path of a file that calls `set_model`.
        artifacts: Files that the model takes along: name to path or URI.
        signature: What `infer_signature` gave; None infers it from types or from the example.
        input_example: Data as the model takes it.
        pip_requirements: What to install, in place of what is found.
        extra_pip_requirements: What to install besides what is found.
        metadata: More of your own about the model.
        model_config: What the model finds as `context.model_config`.
        streamable: Whether it has `predict_stream`; found out by default.
        **more: `resources`, `auth_policy`, and what else MLflow has.

    Raises:
        AlreadyExists: The folder has something in it.
        InvalidValue: Something that was told cannot be taken.
        ModelError: The model cannot be written.

    Example:
        >>> import tempfile
        >>> import nbtrack
        >>> place = f"{tempfile.mkdtemp()}/total"
        >>> nbtrack.pyfunc.save_model(place, python_model=lambda numbers: sum(numbers))
        >>> nbtrack.pyfunc.load_model(place).predict([1, 2, 3])
        6
    """
    told = told_of(locals(), more)
    save(flavor_named(PYTHON_FUNCTION), python_model, path, told)


def log_model(  # noqa: PLR0917 - MLflow's signature
    artifact_path: str | None = None,
    loader_module: str | None = None,
    data_path: Place | None = None,
    code_paths: list[Place] | None = None,
    infer_code_paths: bool = False,  # noqa: FBT001, FBT002 - MLflow's signature
    conda_env: Any = None,
    python_model: Any = None,
    artifacts: Mapping[str, Place] | None = None,
    registered_model_name: str | None = None,
    signature: Any = None,
    input_example: Any = None,
    await_registration_for: int | None = 300,
    pip_requirements: Any = None,
    extra_pip_requirements: Any = None,
    metadata: Mapping[str, Any] | None = None,
    model_config: Any = None,
    streamable: bool | None = None,  # noqa: FBT001 - MLflow's signature
    *,
    name: str | None = None,
    params: Mapping[str, Any] | None = None,
    tags: Mapping[str, Any] | None = None,
    model_type: str | None = None,
    step: int = 0,
    model_id: str | None = None,
    run_id: str | None = None,
    **more: Any,
) -> ModelInfo:
    """Log a model of plain Python: in the active run, else in the current experiment.

    Args:
        artifact_path: The model's name, in the older spelling.
        loader_module: A module of yours with `_load_pyfunc(path)`, in place of `python_model`.
        data_path: The file or folder that this module reads.
        code_paths: Files and folders of your own modules that the model needs.
        infer_code_paths: Taken; name them by `code_paths`.
        conda_env: The environment, as a conda file's path or content.
        python_model: A `PythonModel`, a function, or the path of a file that calls `set_model`.
        artifacts: Files that the model takes along: name to path or URI.
        registered_model_name: Register the model under this name as well.
        signature: What `infer_signature` gave; None infers it from types or from the example.
        input_example: Data as the model takes it.
        await_registration_for: Taken; a version is ready at once.
        pip_requirements: What to install, in place of what is found.
        extra_pip_requirements: What to install besides what is found.
        metadata: More of your own about the model.
        model_config: What the model finds as `context.model_config`; params of the logged
            model too.
        streamable: Whether it has `predict_stream`; found out by default.
        name: The model's name.
        params: Params of the logged model; those of the run are there already.
        tags: Tags of the logged model.
        model_type: What kind it is, in your words.
        step: Where the run shows it.
        model_id: A logged model that was initialized before, to be filled.
        run_id: The run, if not the active one.
        **more: `resources`, `auth_policy`, `prompts`, and what else MLflow has.

    Raises:
        InvalidValue: Something that was told cannot be taken.
        ModelError: The model cannot be written.
    """
    if artifact_path is not None and name is not None:
        raise InvalidValue(
            f"artifact_path is {artifact_path!r} and name is {name!r}; both name the model, so "
            f"give one"
        )
    told = told_of(locals(), more)
    return log(flavor_named(PYTHON_FUNCTION), python_model, name or artifact_path, told)


def told_of(given: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """What a caller said, once it is known to make sense.

    Raises:
        InvalidValue: There is no model, or two, or an argument that no call has.
    """
    known = (*LATER, "resources", "auth_policy", "prompts", "run_id", "model")
    for word in more:
        if word not in known:
            names = sorted({*given, *known} - {"more", "told"})
            raise InvalidValue(f"nbtrack.pyfunc has no argument {word!r}; {listing(names, word)}")
    first = [it for it in ("loader_module", "data_path") if given[it] is not None]
    second = [it for it in ("python_model", "artifacts") if given[it] is not None]
    if first and second:
        raise InvalidValue(
            f"{' and '.join(first)} and {' and '.join(second)} were given; a model is either what "
            f"a loader_module reads, or a python_model"
        )
    if given["loader_module"] is None and given["python_model"] is None:
        raise InvalidValue(
            "Either `loader_module` or `python_model` must be specified: a module of yours that "
            "reads the model, or a PythonModel, a function or the path of a Python file"
        )
    return {name: value for name, value in {**given, **more}.items() if value is not None}


def load_pyfunc(model_uri: Place, suppress_warnings: bool = False) -> PyFuncModel:  # noqa: FBT001, FBT002 - MLflow's signature
    """Load a model to be asked; an older name of `load_model`."""
    return load_model(model_uri, suppress_warnings)


def get_default_pip_requirements() -> list[str]:
    """What a model of plain Python needs installed at least.

    Example:
        >>> from nbtrack.pyfunc import get_default_pip_requirements
        >>> get_default_pip_requirements()[0].partition("==")[0]
        'cloudpickle'
    """
    return default_requirements(flavor_named(PYTHON_FUNCTION), {})


def get_default_conda_env() -> dict[str, Any]:
    """The same as a conda environment."""
    return default_environment(flavor_named(PYTHON_FUNCTION), {})


def add_to_model(  # noqa: PLR0917 - MLflow's signature
    model: Model,
    loader_module: str,
    data: str | None = None,
    code: str | None = None,
    conda_env: str | None = None,
    python_env: str | None = None,
    model_config: Mapping[str, Any] | None = None,
    model_code_path: str | None = None,
    **more: Any,
) -> Model:
    """Say in a model's description how it is asked; for flavors of one's own.

    Args:
        model: The description.
        loader_module: The module that reads the model.
        data: Where in the folder its data is.
        code: Where its modules are.
        conda_env: Its conda file.
        python_env: Its Python environment's file.
        model_config: Its configuration.
        model_code_path: The file that makes it.
        **more: What else is to stand there.

    Example:
        >>> from nbtrack.models import Model
        >>> from nbtrack.pyfunc import add_to_model
        >>> sorted(add_to_model(Model(), "my_loader", data="data").flavors["python_function"])
        ['data', 'loader_module', 'python_version']
    """
    import platform

    env = {"conda": conda_env, "virtualenv": python_env}
    told = {
        "data": data,
        "code": code,
        "env": {name: path for name, path in env.items() if path} or None,
        "config": None if model_config is None else dict(model_config),
        "model_code_path": model_code_path,
    }
    conf = {name: value for name, value in told.items() if value}
    fixed = {"loader_module": loader_module, "python_version": platform.python_version()}
    return model.add_flavor(PYTHON_FUNCTION, **{**more, **conf, **fixed})


def get_model_dependencies(model_uri: Place, format: str = "pip") -> str:  # noqa: A002 - MLflow's signature
    """The path of a model's requirements.txt, or of its conda file.

    Args:
        model_uri: The model's address.
        format: `pip` or `conda`.

    Raises:
        InvalidValue: It is another format.
        NotFound: The model has no such file.

    Example:
        >>> import nbtrack
        >>> from nbtrack.testing import temporary_store
        >>> with temporary_store():
        ...     info = nbtrack.pyfunc.log_model(name="total", python_model=lambda it: sum(it))
        ...     path = nbtrack.pyfunc.get_model_dependencies(info.model_uri)
        >>> path.endswith("requirements.txt")
        True
    """
    if format not in {"pip", "conda"}:
        raise InvalidValue(f"format is 'pip' or 'conda', not {format!r}")
    folder = find_model(model_uri).folder
    path = folder / (REQUIREMENTS if format == "pip" else CONDA)
    if not path.is_file() and format == "pip" and (folder / CONDA).is_file():
        write_lines(path, pip_part(read_yaml(folder / CONDA)))
    if not path.is_file():
        there = ", ".join(it for it in (REQUIREMENTS, CONDA, PYTHON_ENV) if (folder / it).is_file())
        raise NotFound(f"{model_uri} has no {path.name}; it has {there or 'no environment'}")
    return str(Path(path))

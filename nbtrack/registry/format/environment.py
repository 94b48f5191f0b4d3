"""The environment that a model wants: requirements.txt, conda.yaml and python_env.yaml.

What saves a model writes them; what loads it compares them with what is installed.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from nbtrack.errors import InvalidValue
from nbtrack.registry.format.documents import read_yaml, write_yaml
from nbtrack.registry.format.requirements import (
    Requirements,
    changed_requirements,
    name_of,
    pinned,
    read_requirements,
)

__all__ = [
    "CONDA",
    "CONSTRAINTS",
    "PYTHON_ENV",
    "REQUIREMENTS",
    "Environment",
    "Wanted",
    "change_environment",
    "conda_environment",
    "environment_for",
    "pip_part",
    "write_environment",
    "write_lines",
]

CONDA = "conda.yaml"
PYTHON_ENV = "python_env.yaml"
REQUIREMENTS = "requirements.txt"
CONSTRAINTS = "constraints.txt"

Given = str | os.PathLike[str] | Iterable[str]

READER = "mlflow>=3"
"""What else reads the folder; MLflow's own tools install these lines and then call it."""


class Wanted(NamedTuple):
    """What a caller said of the environment: at most one way of saying it."""

    conda_env: str | os.PathLike[str] | Mapping[str, Any] | None = None
    pip_requirements: Given | None = None
    extra_pip_requirements: Given | None = None


class Environment(NamedTuple):
    """What the files hold."""

    conda: dict[str, Any]
    pip: Requirements


def environment_for(wanted: Wanted, found: Callable[[], Sequence[str]]) -> Environment:
    """The environment as it was given, or as it is found.

    Args:
        wanted: What the caller said.
        found: Finds the requirements; asked only where they were not given.

    Raises:
        InvalidValue: Two ways of saying it were used, or one cannot be read.
    """
    said = [name for name, value in zip(wanted._fields, wanted, strict=True) if value is not None]
    if len(said) > 1:
        raise InvalidValue(
            f"the environment is told by one of conda_env, pip_requirements and "
            f"extra_pip_requirements, not by {' and '.join(said)}"
        )
    if wanted.conda_env is not None:
        return of_conda(wanted.conda_env)
    if wanted.pip_requirements is not None:
        pip = read_requirements(wanted.pip_requirements)
    else:
        extra = read_requirements(wanted.extra_pip_requirements or ())
        named = {name_of(line) for line in extra.requirements}
        lines = [line for line in found() if name_of(line) not in named]
        pip = Requirements(lines + extra.requirements, extra.constraints)
    complete = Requirements(with_reader(pip.requirements), pip.constraints)
    return Environment(conda_environment(pip_lines(complete)), complete)


def with_reader(lines: Sequence[str]) -> list[str]:
    """Lines of which one is the reader's."""
    known = {name_of(line) for line in lines}
    is_there = bool({"mlflow", "mlflow-skinny"} & known)
    return [*([] if is_there else [READER]), *lines]


def pip_lines(pip: Requirements) -> list[str]:
    """What pip is given, the constraints by their file."""
    return [*pip.requirements, *([f"-c {CONSTRAINTS}"] if pip.constraints else [])]


def of_conda(given: str | os.PathLike[str] | Mapping[str, Any]) -> Environment:
    """A conda environment that the user gave, as a mapping or the path of its file."""
    if isinstance(given, Mapping):
        conda = dict(given)
    else:
        path = Path(given)
        if not path.is_file():
            raise InvalidValue(f"conda_env names the file {path}, which is not there")
        conda = read_yaml(path)
    pip = read_requirements(pip_part(conda))
    complete = Requirements(with_reader(pip.requirements), pip.constraints)
    return Environment(with_pip(conda, pip_lines(complete)), complete)


def pip_part(conda: Mapping[str, Any]) -> list[str]:
    """What a conda environment asks pip for."""
    for dependency in conda.get("dependencies") or []:
        if isinstance(dependency, Mapping) and "pip" in dependency:
            return list(dependency["pip"] or [])
    return []


def with_pip(conda: Mapping[str, Any], lines: list[str]) -> dict[str, Any]:
    """The same with other lines for pip."""
    rest = [
        it
        for it in conda.get("dependencies") or []
        if not (isinstance(it, Mapping) and "pip" in it)
    ]
    return {**conda, "dependencies": [*rest, {"pip": lines}]}


def conda_environment(lines: Sequence[str]) -> dict[str, Any]:
    """A conda environment of this Python with what pip adds.

    Example:
        >>> from nbtrack.registry.format.environment import conda_environment
        >>> conda_environment(["scikit-learn==1.5.0"])["dependencies"][-1]
        {'pip': ['scikit-learn==1.5.0']}
    """
    pip = pinned("pip").replace("==", "<=")
    return {
        "name": "mlflow-env",
        "channels": ["conda-forge"],
        "dependencies": [f"python={platform.python_version()}", pip, {"pip": list(lines)}],
    }


def write_environment(folder: Path, environment: Environment) -> None:
    """Write the files of an environment into a model's folder."""
    write_yaml(folder / CONDA, environment.conda)
    write_lines(folder / REQUIREMENTS, pip_lines(environment.pip))
    if environment.pip.constraints:
        write_lines(folder / CONSTRAINTS, environment.pip.constraints)
    build = [pinned(name) for name in ("pip", "setuptools", "wheel")]
    python = {
        "python": platform.python_version(),
        "build_dependencies": build,
        "dependencies": [f"-r {REQUIREMENTS}"],
    }
    write_yaml(folder / PYTHON_ENV, python, sort_keys=False)


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write lines, each with its end."""
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def change_environment(folder: Path, operation: str, wanted: Sequence[str]) -> None:
    """Add requirements to the files of a model's folder, or remove them.

    Raises:
        InvalidValue: The operation or a requirement cannot be taken.
    """
    lines = (folder / REQUIREMENTS).read_text(encoding="utf-8").splitlines()
    write_lines(folder / REQUIREMENTS, changed_requirements(lines, operation, wanted))
    if (folder / CONDA).is_file():
        conda = read_yaml(folder / CONDA)
        changed = changed_requirements(pip_part(conda), operation, wanted)
        write_yaml(folder / CONDA, with_pip(conda, changed))

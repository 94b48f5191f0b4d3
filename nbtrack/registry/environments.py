"""Environments with what models were logged with: made once, kept by what is in them.

`nbtrack models prepare-env` and `serve --env-manager` ask for them.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from nbtrack.errors import InvalidValue, MissingPackage, ModelError
from nbtrack.registry.format.documents import read_yaml
from nbtrack.registry.format.environment import CONSTRAINTS, PYTHON_ENV, REQUIREMENTS
from nbtrack.registry.format.requirements import name_of
from nbtrack.registry.own_wheel import own_wheel

__all__ = [
    "MANAGERS",
    "clean_variables",
    "manager_called",
    "needs_of",
    "python_of",
    "python_version_of",
]

MANAGERS = {
    "local": "the packages installed here",
    "virtualenv": "those of the model, by venv and pip",
    "uv": "those of the model, by uv, and its Python too",
}

SPOKEN = {"conda": "virtualenv"}
"""What people say to MLflow; the packages are those that pip installs there, too."""

READERS = {"mlflow", "mlflow-skinny"}
"""What MLflow itself needs to read a model's folder; nbtrack reads it without."""

INSTALLED = "nbtrack-environment.txt"
"""Written last: an environment without it was not made to its end."""


def python_of(folder: Path, manager: str = "virtualenv") -> Path:
    """The Python of an environment with what a model was logged with, and with this nbtrack.

    Args:
        folder: The model's folder.
        manager: `virtualenv` (or `conda`) or `uv` makes one, unless there is one with the same
            content; `local` is this Python.

    Raises:
        InvalidValue: There is no such manager.
        MissingPackage: uv is not installed.
        ModelError: Its Python is not here, or something cannot be installed.
    """
    if manager == "local":
        return Path(sys.executable)
    manager = manager_called(manager)
    lines, limits = needs_of(folder), constraints_of(folder)
    version = python_version_of(folder)
    root = cache_folder()
    root.mkdir(parents=True, exist_ok=True)
    wheels = root / "wheels"
    wheels.mkdir(exist_ok=True)
    with alone(root / ".lock"):
        wheel = own_wheel(wheels)
        content = hashlib.sha256(wheel.read_bytes()).hexdigest()
        told = [manager, version, content, *lines, "", *limits]
        place = root / hashlib.sha256("\n".join(told).encode()).hexdigest()[:20]
        if not (place / INSTALLED).is_file():
            with whole_or_gone(place):
                make(place, manager, version)
                (place / REQUIREMENTS).write_text("\n".join([*lines, ""]), encoding="utf-8")
                (place / CONSTRAINTS).write_text("\n".join([*limits, ""]), encoding="utf-8")
                install(place, manager, wheel)
                (place / INSTALLED).write_text("\n".join(told), encoding="utf-8")
    return place / "bin" / "python"


def manager_called(name: str) -> str:
    """What makes environments, by what people call it.

    Raises:
        InvalidValue: There is no such manager.
        MissingPackage: uv is not installed.
    """
    manager = SPOKEN.get(name, name)
    if manager not in MANAGERS:
        known = ", ".join(f"{it} ({what})" for it, what in MANAGERS.items())
        raise InvalidValue(f"{name!r} makes no environments here; there are {known}")
    if manager == "uv":
        uv_program()
    return manager


def needs_of(folder: Path) -> list[str]:
    """What a model needs installed besides nbtrack."""
    path = folder / REQUIREMENTS
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    wanted = [it.strip() for it in lines if it.strip() and not it.strip().startswith(("#", "-c"))]
    return [line for line in wanted if name_of(line) not in READERS | {"nbtrack"}]


def constraints_of(folder: Path) -> list[str]:
    """Which versions a model's packages may have."""
    path = folder / CONSTRAINTS
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []


def python_version_of(folder: Path) -> str:
    """The Python that a model was logged with, as `3.11`; this one where nothing says it."""
    path = folder / PYTHON_ENV
    told = read_yaml(path).get("python") if path.is_file() else None
    parts = str(told or "").split(".")
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    return ".".join(parts[:2]) if len(parts) > 1 and parts[0] == "3" else here


def uv_program() -> str:
    """Where uv is: among the programs, or where pip puts it beside this Python.

    Raises:
        MissingPackage: It is not installed.
    """
    found = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if found is None:
        raise MissingPackage("uv", "to make an environment with it")
    return found


def cache_folder() -> Path:
    """Where environments are kept."""
    home = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    return Path(home) / "nbtrack" / "environments"


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep other processes waiting meanwhile."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


@contextmanager
def whole_or_gone(place: Path) -> Iterator[None]:
    """Make a folder anew; one that is not made to its end takes no room."""
    shutil.rmtree(place, ignore_errors=True)
    try:
        yield
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise


def make(place: Path, manager: str, version: str) -> None:
    """Make an empty environment.

    Raises:
        ModelError: That Python is not here.
    """
    if manager == "uv":
        run(
            [uv_program(), "venv", "--quiet", "--python", version, str(place)],
            "making the environment",
        )
        return
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    base = str(Path(getattr(sys, "_base_executable", sys.executable)))
    python = base if version == here else shutil.which(f"python{version}")
    if python is None:
        raise ModelError(
            f"the model was logged with Python {version}, and there is no python{version} here: "
            f"install it, or say --env-manager uv, which fetches it"
        )
    run([python, "-m", "venv", str(place)], "making the environment")


def install(place: Path, manager: str, wheel: Path) -> None:
    """Install what the model needs, and this nbtrack."""
    python = str(place / "bin" / "python")
    if manager == "uv":
        pip = [uv_program(), "pip", "install", "--quiet", "--python", python]
    else:
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    limits = ["-c", str(place / CONSTRAINTS)]
    wanted = ["-r", str(place / REQUIREMENTS), f"nbtrack[serve] @ {wheel.as_uri()}"]
    run([*pip, *limits, *wanted], "installing what the model needs")


def run(command: Sequence[str], doing: str) -> None:
    """Run a command.

    Raises:
        ModelError: It failed; the message has its last words.
    """
    done = subprocess.run(  # noqa: S603 - pip, venv and uv
        command, capture_output=True, text=True, check=False, env=clean_variables(os.environ)
    )
    if done.returncode:
        words = [it for it in (done.stderr or done.stdout).splitlines() if it.strip()]
        said = "\n".join(words[-8:])
        raise ModelError(f"{doing} failed with code {done.returncode}:\n{said}")


def clean_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """Variables without those that would lead to this environment's packages."""
    return {
        name: value
        for name, value in variables.items()
        if name not in {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    }

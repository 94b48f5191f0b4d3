"""Files of a model's folder: copied in, and found by the paths that its MLmodel file names."""

from __future__ import annotations

import shutil
from pathlib import Path

from nbtrack.errors import InvalidValue, ModelError

__all__ = ["CODE", "copy", "copy_into", "inside"]

CODE = "code"
"""The folder of the user's own modules."""

LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".git")
"""What a folder of code has beside the code."""


def copy(source: Path, target: Path, what: str) -> None:
    """Copy a file or a folder.

    Args:
        source: What is copied.
        target: What it becomes.
        what: How the caller named it, for the message.

    Raises:
        InvalidValue: It is not there.
    """
    if not source.exists():
        raise InvalidValue(f"{what} is {str(source)!r}, which is not there")
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=LEFT_OUT, dirs_exist_ok=True)
    else:
        shutil.copyfile(source, target)


def copy_into(source: Path, folder: Path, what: str) -> None:
    """Copy a file or a folder into another one, under its own name."""
    copy(source, folder / source.resolve().name, what)


def inside(folder: Path, path: str) -> Path:
    """A path of the MLmodel file, which must not lead out of the model's folder.

    Raises:
        ModelError: It does.
    """
    target = (folder / path).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise ModelError(f"the MLmodel file names {path!r}, which lies outside of the model")
    return target

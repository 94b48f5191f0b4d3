"""What a model's folder holds, by its MLmodel file and its files' names: for cards and lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from nbtrack.capture.open_run import SAFE_KIND

__all__ = ["CODE_KIND", "kind_of", "main_flavor", "runs_code"]

PYTHON_FUNCTION = "python_function"

CODE = frozenset(
    [".pkl", ".pickle", ".joblib", ".dill", ".cloudpickle", ".pth", ".pt", ".pt2", ".pb", ".py"]
)
"""Endings of files that may run what is in them as they are read."""

CODE_KIND = "pickle: loading it runs code"


def main_flavor(flavors: Mapping[str, Any]) -> str:
    """The flavor that a model is told by: that of its library, before the one all models have.

    Example:
        >>> main_flavor({"python_function": {}, "sklearn": {}})
        'sklearn'
    """
    own = [it for it in flavors if it != PYTHON_FUNCTION]
    return own[0] if own else PYTHON_FUNCTION


def runs_code(paths: Iterable[str]) -> bool:
    """Whether reading a model may run what stands in one of its files.

    Example:
        >>> runs_code(["MLmodel", "model.skops"]), runs_code(["MLmodel", "model.pkl"])
        (False, True)
    """
    return any(PurePosixPath(it).suffix in CODE for it in paths)


def kind_of(paths: Iterable[str]) -> str:
    """Whether a model is safe to load, in words."""
    return CODE_KIND if runs_code(paths) else SAFE_KIND

"""`nbtrack.pyfunc.model`: the classes of models of plain Python, where MLflow has them too."""

from __future__ import annotations

from typing import Any

from nbtrack.api.client.later import attribute
from nbtrack.pyfunc import PythonModel, PythonModelContext

__all__ = ["PythonModel", "PythonModelContext"]


def __getattr__(name: str) -> Any:
    return attribute("pyfunc", name)

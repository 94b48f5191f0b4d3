"""`nbtrack.pyfunc`: models of any flavor, asked in one way, and models of plain Python."""

from __future__ import annotations

from typing import Any

from nbtrack.api.client.later import attribute
from nbtrack.api.models.loading import load_model
from nbtrack.api.models.pyfunc_calls import (
    add_to_model,
    get_default_conda_env,
    get_default_pip_requirements,
    get_model_dependencies,
    load_pyfunc,
    log_model,
    save_model,
)
from nbtrack.api.scoring.spark_functions import spark_udf
from nbtrack.registry.flavors.python_model import PythonModel, PythonModelContext
from nbtrack.registry.pyfunc import PyFuncModel

__all__ = [
    "PyFuncModel",
    "PythonModel",
    "PythonModelContext",
    "add_to_model",
    "get_default_conda_env",
    "get_default_pip_requirements",
    "get_model_dependencies",
    "load_model",
    "load_pyfunc",
    "log_model",
    "save_model",
    "spark_udf",
]


def __getattr__(name: str) -> Any:
    return attribute("pyfunc", name)

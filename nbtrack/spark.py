"""`nbtrack.spark`: models of Spark."""

from __future__ import annotations

from typing import Any

from nbtrack.api.client.later import attribute
from nbtrack.api.models.flavor_calls import calls

__all__ = [
    "get_default_conda_env",
    "get_default_pip_requirements",
    "load_model",
    "log_model",
    "save_model",
]

log_model, save_model, load_model, get_default_pip_requirements, get_default_conda_env = calls(
    "spark"
)


def __getattr__(name: str) -> Any:
    return attribute("spark", name)

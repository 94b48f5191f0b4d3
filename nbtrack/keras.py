"""`nbtrack.keras`: models of Keras, and what is trained with it logged by itself."""

from __future__ import annotations

from typing import Any

from nbtrack.api.client.later import attribute
from nbtrack.api.models.flavor_calls import calls
from nbtrack.api.tracking.autologging import keras_autolog as autolog

__all__ = [
    "autolog",
    "get_default_conda_env",
    "get_default_pip_requirements",
    "load_model",
    "log_model",
    "save_model",
]

log_model, save_model, load_model, get_default_pip_requirements, get_default_conda_env = calls(
    "keras"
)


def __getattr__(name: str) -> Any:
    return attribute("keras", name)

"""`nbtrack.sklearn`: models of scikit-learn, and what is trained with it logged by itself."""

from __future__ import annotations

from typing import Any

from nbtrack.api.client.later import attribute
from nbtrack.api.models.flavor_calls import calls
from nbtrack.api.tracking.autologging import sklearn_autolog as autolog

__all__ = [
    "SERIALIZATION_FORMAT_CLOUDPICKLE",
    "SERIALIZATION_FORMAT_PICKLE",
    "SERIALIZATION_FORMAT_SKOPS",
    "autolog",
    "get_default_conda_env",
    "get_default_pip_requirements",
    "load_model",
    "log_model",
    "save_model",
]

SERIALIZATION_FORMAT_CLOUDPICKLE = "cloudpickle"
SERIALIZATION_FORMAT_PICKLE = "pickle"
SERIALIZATION_FORMAT_SKOPS = "skops"

log_model, save_model, load_model, get_default_pip_requirements, get_default_conda_env = calls(
    "sklearn"
)


def __getattr__(name: str) -> Any:
    return attribute("sklearn", name)

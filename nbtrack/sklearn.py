"""`nbtrack.sklearn`: what is trained with scikit-learn is logged by itself."""

from __future__ import annotations

from typing import Any

from nbtrack.api.autologging import sklearn_autolog as autolog
from nbtrack.api.later import attribute

__all__ = ["autolog"]


def __getattr__(name: str) -> Any:
    return attribute("sklearn", name)

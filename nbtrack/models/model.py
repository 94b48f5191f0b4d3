"""`nbtrack.models.model`: the same by MLflow's name for their place."""

from __future__ import annotations

from nbtrack.api.models.description import Model
from nbtrack.api.models.loading import get_model_info
from nbtrack.registry.format.info import ModelInfo

__all__ = ["Model", "ModelInfo", "get_model_info"]

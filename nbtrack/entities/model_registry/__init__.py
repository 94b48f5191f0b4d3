"""`nbtrack.entities.model_registry`: what the registry is made of, under MLflow's names."""

from __future__ import annotations

from nbtrack.records.registered_model import (
    ModelVersion,
    ModelVersionTag,
    RegisteredModel,
    RegisteredModelAlias,
    RegisteredModelTag,
)

__all__ = [
    "ModelVersion",
    "ModelVersionTag",
    "RegisteredModel",
    "RegisteredModelAlias",
    "RegisteredModelTag",
]

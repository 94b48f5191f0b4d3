"""`nbtrack.entities.model_registry.model_version_status`: whether a version can be used."""

from __future__ import annotations

from nbtrack.records.registered_model import ModelVersionStatus

__all__ = ["ModelVersionStatus"]

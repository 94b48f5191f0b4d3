"""`nbtrack.models.resources`: what serving a model needs."""

from __future__ import annotations

from nbtrack.registry.format.resources import Resource, ResourceType

__all__ = ["Resource", "ResourceType"]

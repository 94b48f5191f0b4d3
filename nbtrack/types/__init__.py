"""`nbtrack.types`: what schemas are made of."""

from __future__ import annotations

from typing import Any

from nbtrack.api.client.later import attribute
from nbtrack.registry.signatures.params import ParamSchema, ParamSpec
from nbtrack.registry.signatures.schema import ColSpec, Schema, TensorSpec
from nbtrack.registry.signatures.types import DataType
from nbtrack.types import schema

__all__ = ["ColSpec", "DataType", "ParamSchema", "ParamSpec", "Schema", "TensorSpec", "schema"]


def __getattr__(name: str) -> Any:
    return attribute("types", name)

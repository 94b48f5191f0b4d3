"""`nbtrack.types.schema`: schemas, and all types that their columns can have."""

from __future__ import annotations

from nbtrack.registry.signatures.hints import schema_of_dataclass as convert_dataclass_to_schema
from nbtrack.registry.signatures.params import ParamSchema, ParamSpec
from nbtrack.registry.signatures.schema import ColSpec, Schema, TensorInfo, TensorSpec
from nbtrack.registry.signatures.types import (
    AnyType,
    Array,
    DataType,
    Map,
    Object,
    Property,
    SparkMLVector,
)

__all__ = [
    "AnyType",
    "Array",
    "ColSpec",
    "DataType",
    "Map",
    "Object",
    "ParamSchema",
    "ParamSpec",
    "Property",
    "Schema",
    "SparkMLVector",
    "TensorInfo",
    "TensorSpec",
    "convert_dataclass_to_schema",
]

"""`nbtrack.models`: what a model says of itself, its signature, its requirements."""

from __future__ import annotations

from typing import Any

from nbtrack.api.client.later import attribute
from nbtrack.api.models.changes import (
    infer_pip_requirements,
    set_retriever_schema,
    set_signature,
    update_model_requirements,
    validate_serving_input,
)
from nbtrack.api.models.description import Model
from nbtrack.api.models.loading import get_model_info
from nbtrack.api.shipping.image import build_docker
from nbtrack.registry.flavors.model_code import ModelConfig, set_model
from nbtrack.registry.format.info import ModelInfo
from nbtrack.registry.format.resources import Resource, ResourceType
from nbtrack.registry.signatures.enforcement import validate_schema
from nbtrack.registry.signatures.examples import convert_input_example_to_serving_input
from nbtrack.registry.signatures.inference import infer_signature
from nbtrack.registry.signatures.signature import ModelSignature

__all__ = [
    "Model",
    "ModelConfig",
    "ModelInfo",
    "ModelInputExample",
    "ModelSignature",
    "Resource",
    "ResourceType",
    "build_docker",
    "convert_input_example_to_serving_input",
    "get_model_info",
    "infer_pip_requirements",
    "infer_signature",
    "set_model",
    "set_retriever_schema",
    "set_signature",
    "update_model_requirements",
    "validate_schema",
    "validate_serving_input",
]

ModelInputExample = Any
"""Frames, arrays, dicts, lists, texts: what a model may be asked with."""


def __getattr__(name: str) -> Any:
    return attribute("models", name)

"""`nbtrack.models.signature`: signatures, by MLflow's name for their place."""

from __future__ import annotations

from nbtrack.api.models.changes import set_signature
from nbtrack.registry.signatures.inference import infer_signature
from nbtrack.registry.signatures.signature import ModelSignature

__all__ = ["ModelSignature", "infer_signature", "set_signature"]

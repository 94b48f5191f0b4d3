"""Registering: the model at an address becomes the next version of a registered model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbtrack.api.registry.model_versions import create
from nbtrack.api.registry.registered_models import required
from nbtrack.api.runs.new_experiment import stamp, texts_of
from nbtrack.api.session import Session
from nbtrack.capture.open_model import ModelFile
from nbtrack.records.registered_model import ModelVersion
from nbtrack.records.registry_operation import CreateModelVersion
from nbtrack.registry.manifest import manifest_digest
from nbtrack.registry.signatures.signature import ModelSignature, digest_of

__all__ = ["register"]


def register(
    here: Session,
    name: str,
    *,
    source: str,
    run_id: str | None = None,
    model_id: str | None = None,
    files: Mapping[str, ModelFile] | None = None,
    signature: ModelSignature | None = None,
    tags: Mapping[str, Any] | None = None,
) -> ModelVersion:
    """Make the next version of a registered model, which is made too where there is none.

    Args:
        here: The store.
        name: The registered model.
        source: The address of the model's files.
        run_id: The run that made it.
        model_id: The logged model.
        files: Its files, whose digest the version keeps.
        signature: What it takes and gives, likewise.
        tags: Tags of the version.

    Raises:
        InvalidValue: The name cannot be taken.
    """
    operation = CreateModelVersion(
        name=required(name, "name"),
        source=source,
        run_id=run_id,
        model_id=model_id,
        tags=texts_of(tags or {}),
        digest=manifest_digest(files) if files else None,
        signature_digest=digest_of(signature) or None,
        create_model=True,
        **stamp(),
    )
    return create(here, operation)

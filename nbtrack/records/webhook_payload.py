"""What stands under `data` in the body of a delivery, a type for each of MLflow's events."""

from __future__ import annotations

from typing import Any, TypedDict

from nbtrack.records.model_event import ModelEvent, kinds_of

__all__ = [
    "ModelVersionAliasCreatedPayload",
    "ModelVersionAliasDeletedPayload",
    "ModelVersionCreatedPayload",
    "ModelVersionTagDeletedPayload",
    "ModelVersionTagSetPayload",
    "RegisteredModelCreatedPayload",
    "WebhookPayload",
    "example_event",
]


class RegisteredModelCreatedPayload(TypedDict):
    """A registered model was made."""

    name: str
    tags: dict[str, str]
    description: str | None


class ModelVersionCreatedPayload(TypedDict):
    """A version was registered."""

    name: str
    version: str
    source: str
    run_id: str | None
    tags: dict[str, str]
    description: str | None


class ModelVersionTagSetPayload(TypedDict):
    """A tag of a version was set."""

    name: str
    version: str
    key: str
    value: str


class ModelVersionTagDeletedPayload(TypedDict):
    """A tag of a version was taken away."""

    name: str
    version: str
    key: str


class ModelVersionAliasCreatedPayload(TypedDict):
    """An alias was given to a version."""

    name: str
    alias: str
    version: str


class ModelVersionAliasDeletedPayload(TypedDict):
    """An alias was taken away."""

    name: str
    alias: str


WebhookPayload = (
    RegisteredModelCreatedPayload
    | ModelVersionCreatedPayload
    | ModelVersionTagSetPayload
    | ModelVersionTagDeletedPayload
    | ModelVersionAliasCreatedPayload
    | ModelVersionAliasDeletedPayload
)

EXAMPLE: dict[str, Any] = {
    "version": "1",
    "source": "models:/m-00000000000000000000000000000000",
    "run_id": "00000000000000000000000000000000",
    "key": "example_key",
    "value": "example_value",
    "alias": "example_alias",
    "tags": {"example_key": "example_value"},
    "description": "an example",
    "from_stage": "None",
    "to_stage": "Staging",
    "stage": None,
    "previous_version": None,
    "reason": "",
    "approver": "somebody",
    "note": "",
}

FIELDS = {
    "registered_model.created": "tags description",
    "registered_model.deleted": "",
    "model_version.created": "version source run_id tags description",
    "model_version.deleted": "version",
    "model_version.transitioned": "version from_stage to_stage",
    "model_version.promoted": "version alias stage previous_version reason",
    "model_version.rolled_back": "version alias stage previous_version reason",
    "model_version.approved": "version approver note",
    "model_version_tag.set": "version key value",
    "model_version_tag.deleted": "version key",
    "model_version_alias.created": "alias version",
    "model_version_alias.deleted": "alias",
}


def example_event(name: str, time: int) -> ModelEvent:
    """An event that did not happen, to try a webhook with."""
    kind, stage = kinds_of(name)
    data = {"name": "example_model", **{it: EXAMPLE[it] for it in FIELDS[kind].split()}}
    if stage:
        data["to_stage"] = stage
    return ModelEvent(kind, "example_model", str(data.get("version", "")), data, time, "", 0)

"""What JSON answers about models look like; names stay as they are once given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.hosts.command_line.wording import iso

if TYPE_CHECKING:
    from nbtrack.records.registered_model import (
        AliasMove,
        ModelVersion,
        RegisteredModel,
        RegistryAct,
    )
    from nbtrack.records.webhook import Delivery, Webhook

__all__ = ["act_json", "delivery_json", "model_json", "move_json", "version_json", "webhook_json"]


def model_json(model: RegisteredModel, versions: int) -> dict[str, Any]:
    """A registered model, with how many versions it has."""
    return {
        "name": model.name,
        "versions": versions,
        "aliases": dict(model.aliases),
        "stages": {it.current_stage: it.version for it in in_stages(model)},
        "description": model.description,
        "tags": dict(model.tags),
        "user_id": model.user_id,
        "creation_time": iso(model.creation_timestamp),
        "last_update_time": iso(model.last_updated_timestamp),
    }


def in_stages(model: RegisteredModel) -> list[ModelVersion]:
    """The newest versions that are in a stage."""
    return [it for it in model.latest_versions if it.current_stage not in {None, "None"}]


def version_json(version: ModelVersion) -> dict[str, Any]:
    """A version."""
    return {
        "name": version.name,
        "version": version.version,
        "aliases": list(version.aliases),
        "stage": version.current_stage,
        "status": version.status,
        "status_message": version.status_message,
        "description": version.description,
        "tags": dict(version.tags),
        "source": version.source,
        "run_id": version.run_id,
        "model_id": version.model_id,
        "digest": version.digest,
        "user_id": version.user_id,
        "creation_time": iso(version.creation_timestamp),
        "last_update_time": iso(version.last_updated_timestamp),
        "approvals": [
            {"approver": it.approver, "time": iso(it.time), "note": it.note}
            for it in version.approvals
        ],
    }


def move_json(move: AliasMove) -> dict[str, Any]:
    """A move of an alias or a stage."""
    names = ("alias", "stage", "version", "previous", "actor", "reason")
    return {name: getattr(move, name) for name in names} | {"time": iso(move.time)}


def act_json(act: RegistryAct) -> dict[str, Any]:
    """An act of the log."""
    names = ("number", "actor", "act", "model", "version", "experiment_id", "run_id", "details")
    places = ("host", "pid", "origin", "cell")
    return {name: getattr(act, name) for name in (*names, *places)} | {"time": iso(act.time)}


def webhook_json(webhook: Webhook, waiting: int, failed: int) -> dict[str, Any]:
    """A webhook, with how many deliveries wait and how many were given up."""
    return {
        "webhook_id": webhook.webhook_id,
        "name": webhook.name,
        "url": webhook.url,
        "events": [str(it) for it in webhook.events],
        "status": str(webhook.status),
        "model_name": webhook.model_name,
        "description": webhook.description,
        "is_signed": webhook.is_signed,
        "waiting": waiting,
        "failed": failed,
        "creation_time": iso(webhook.creation_timestamp),
    }


def delivery_json(delivery: Delivery) -> dict[str, Any]:
    """A delivery, without what was posted."""
    names = ("delivery_id", "webhook_id", "event", "state", "attempts", "status_code", "error")
    return {name: getattr(delivery, name) for name in names} | {
        "creation_time": iso(delivery.creation_time),
        "next_time": iso(delivery.next_time) if delivery.state == "PENDING" else None,
    }

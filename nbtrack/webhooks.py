"""`nbtrack.webhooks`: who is told of events in the registry, and how deliveries are signed."""

from __future__ import annotations

from typing import Any

from nbtrack.api.client.later import attribute
from nbtrack.api.registry.webhooks import (
    create,
    deliveries,
    off_model_event,
    on_model_event,
    redeliver,
)
from nbtrack.records.model_event import ModelEvent
from nbtrack.records.webhook import Delivery, Webhook, WebhookEvent, WebhookStatus
from nbtrack.records.webhook_payload import (
    ModelVersionAliasCreatedPayload,
    ModelVersionAliasDeletedPayload,
    ModelVersionCreatedPayload,
    ModelVersionTagDeletedPayload,
    ModelVersionTagSetPayload,
    RegisteredModelCreatedPayload,
    WebhookPayload,
)
from nbtrack.registry.webhooks.signature import (
    WEBHOOK_DELIVERY_ID_HEADER,
    WEBHOOK_SIGNATURE_HEADER,
    WEBHOOK_TIMESTAMP_HEADER,
    is_signed_by,
    signature_of,
)

__all__ = [
    "WEBHOOK_DELIVERY_ID_HEADER",
    "WEBHOOK_SIGNATURE_HEADER",
    "WEBHOOK_TIMESTAMP_HEADER",
    "Delivery",
    "ModelEvent",
    "ModelVersionAliasCreatedPayload",
    "ModelVersionAliasDeletedPayload",
    "ModelVersionCreatedPayload",
    "ModelVersionTagDeletedPayload",
    "ModelVersionTagSetPayload",
    "RegisteredModelCreatedPayload",
    "Webhook",
    "WebhookEvent",
    "WebhookPayload",
    "WebhookStatus",
    "create",
    "deliveries",
    "is_signed_by",
    "off_model_event",
    "on_model_event",
    "redeliver",
    "signature_of",
]


def __getattr__(name: str) -> Any:
    return attribute("webhooks", name)

"""Webhooks and their deliveries, under MLflow's names."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from nbtrack.errors import InvalidValue
from nbtrack.records.model_event import event_named, kinds_of
from nbtrack.records.webhook_operation import DeliveryState, WebhookForm

__all__ = [
    "Delivery",
    "Webhook",
    "WebhookAction",
    "WebhookEntity",
    "WebhookEvent",
    "WebhookStatus",
    "WebhookTestResult",
    "checked_status",
]


class WebhookStatus(StrEnum):
    """Whether a webhook is told of events."""

    ACTIVE = "ACTIVE"
    DISABLED = "DISABLED"

    def is_active(self) -> bool:
        """Whether it is told."""
        return self is WebhookStatus.ACTIVE


class WebhookEntity(StrEnum):
    """What an event happens to."""

    REGISTERED_MODEL = "registered_model"
    MODEL_VERSION = "model_version"
    MODEL_VERSION_TAG = "model_version_tag"
    MODEL_VERSION_ALIAS = "model_version_alias"


class WebhookAction(StrEnum):
    """What happens to it."""

    CREATED = "created"
    DELETED = "deleted"
    SET = "set"
    TRANSITIONED = "transitioned"
    PROMOTED = "promoted"
    ROLLED_BACK = "rolled_back"
    APPROVED = "approved"


class WebhookEvent:
    """An event that a webhook is told of.

    Example:
        >>> from nbtrack.entities import WebhookEvent
        >>> str(WebhookEvent("model_version", "created"))
        'model_version.created'
        >>> WebhookEvent.from_str("model_version_alias.created").action
        <WebhookAction.CREATED: 'created'>
    """

    def __init__(self, entity: str, action: str) -> None:
        self.name = event_named(f"{entity}.{action}")
        self.entity, self.action = WebhookEntity(str(entity)), WebhookAction(str(action))

    @classmethod
    def from_str(cls, event_str: str) -> WebhookEvent:
        """An event by its name; one of the older registry webhooks keeps it."""
        name = event_named(event_str)
        event = cls(*kinds_of(name).kind.split("."))
        event.name = name
        return event

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"WebhookEvent({self.name!r})"

    def __eq__(self, other: object) -> bool:
        return self.name == other.name if isinstance(other, WebhookEvent) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.name)


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """A URL that is told of events in the registry.

    Attributes:
        is_signed: Whether its deliveries are signed; the secret itself is never shown.
        form: The shape of what is posted: MLflow 3's, or that of the older registry webhooks.
        model_name: The model it is limited to, if any.
    """

    webhook_id: str
    name: str
    url: str
    events: list[WebhookEvent]
    creation_timestamp: int
    last_updated_timestamp: int
    description: str | None = None
    status: WebhookStatus = WebhookStatus.ACTIVE
    form: WebhookForm = "mlflow"
    model_name: str | None = None
    is_signed: bool = False

    @property
    def secret(self) -> None:
        """Never shown, as in MLflow."""
        return


class WebhookTestResult(msgspec.Struct, frozen=True, kw_only=True):
    """How a webhook answered a trial."""

    success: bool
    response_status: int | None = None
    response_body: str | None = None
    error_message: str | None = None


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One event on its way to one webhook.

    Attributes:
        state: PENDING, DELIVERED, or FAILED when no further attempt is made.
        attempts: How often it was sent.
        next_time: When it is sent again, ms since the epoch.
        error: Why the last attempt failed.
    """

    delivery_id: str
    webhook_id: str
    event: str
    body: str
    state: DeliveryState
    attempts: int
    next_time: int
    leased_until: int
    owner: str | None = None
    status_code: int | None = None
    error: str | None = None
    creation_time: int = 0
    settled_time: int | None = None

    @property
    def payload(self) -> Any:
        """What is posted, decoded."""
        return msgspec.json.decode(self.body)


def checked_status(status: object) -> str:
    """A status by its name.

    Raises:
        InvalidValue: There is no such status.
    """
    name = str(getattr(status, "value", status)).upper()
    if name not in WebhookStatus.__members__:
        raise InvalidValue(
            f"{status!r} is no status of a webhook; there are {', '.join(WebhookStatus)}"
        )
    return name

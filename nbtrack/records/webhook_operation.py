"""Acts on webhooks and on their deliveries, evaluated under the store's lock.

Nothing secret stands in them: what signs a delivery stays in the user's own folder.
"""

from __future__ import annotations

from typing import Literal

from nbtrack.records.operation import Operation

__all__ = [
    "ClaimDeliveries",
    "CreateWebhook",
    "DeleteWebhook",
    "DeliveryState",
    "SettleDelivery",
    "UpdateWebhook",
    "WebhookForm",
]

WebhookForm = Literal["mlflow", "registry"]
"""The shape of what is posted: MLflow 3's, or that of the older registry webhooks."""

DeliveryState = Literal["PENDING", "DELIVERED", "FAILED"]


class CreateWebhook(Operation, frozen=True, tag="create_webhook", kw_only=True):
    """Have events posted to a URL; the result is the webhook's id."""

    webhook_id: str
    name: str
    url: str
    events: tuple[str, ...]
    description: str | None = None
    status: str = "ACTIVE"
    form: WebhookForm = "mlflow"
    model_name: str | None = None
    is_signed: bool = False


class UpdateWebhook(Operation, frozen=True, tag="update_webhook", kw_only=True):
    """Change what is given of a webhook."""

    webhook_id: str
    name: str | None = None
    url: str | None = None
    events: tuple[str, ...] | None = None
    description: str | None = None
    status: str | None = None
    is_signed: bool | None = None


class DeleteWebhook(Operation, frozen=True, tag="delete_webhook", kw_only=True):
    """Take a webhook away, with what it has not delivered."""

    webhook_id: str


class ClaimDeliveries(Operation, frozen=True, tag="claim_deliveries", kw_only=True):
    """Take deliveries on, so that nobody else does until the lease ends.

    The result is the URL of each that could be taken on, by its id.
    """

    delivery_ids: tuple[str, ...]
    owner: str
    leased_until: int


class SettleDelivery(Operation, frozen=True, tag="settle_delivery", kw_only=True):
    """Write down how an attempt went, and when to try again; or have another one made."""

    delivery_id: str
    state: DeliveryState
    next_time: int = 0
    status_code: int | None = None
    error: str = ""

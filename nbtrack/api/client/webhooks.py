"""The part of `MlflowClient` that keeps webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtrack.api.client.files import StoreClient
from nbtrack.api.registry import webhooks
from nbtrack.errors import InvalidValue
from nbtrack.questions import webhooks as questions
from nbtrack.questions.views import page_limit
from nbtrack.records.paged_list import PagedList
from nbtrack.records.webhook import Webhook, WebhookTestResult

__all__ = ["WebhookClient"]


class WebhookClient(StoreClient):
    """Webhooks of the registry, as in MLflow 3."""

    def create_webhook(  # noqa: PLR0917 - MLflow's signature
        self,
        name: str,
        url: str,
        events: Sequence[Any],
        description: str | None = None,
        secret: str | None = None,
        status: Any = None,
    ) -> Webhook:
        """Have events of the registry posted to a URL; see `nbtrack.webhooks.create`."""
        return webhooks.add(self.here, name, url, events, description, secret, status)

    def get_webhook(self, webhook_id: str) -> Webhook:
        """A webhook by its id."""
        return questions.get(self.here.store, webhook_id)

    def list_webhooks(
        self, max_results: int | None = None, page_token: str | None = None
    ) -> PagedList[Webhook]:
        """A page of the webhooks, in the order they were made."""
        limit = page_limit(max_results)
        found = questions.every(self.here.store)
        if page_token:
            ids = [it.webhook_id for it in found]
            if page_token not in ids:
                raise InvalidValue(f"{page_token!r} is no page token of list_webhooks")
            found = found[ids.index(page_token) + 1 :]
        shown = found[:limit]
        return PagedList(shown, shown[-1].webhook_id if len(shown) < len(found) else None)

    def update_webhook(  # noqa: PLR0917 - MLflow's signature
        self,
        webhook_id: str,
        name: str | None = None,
        description: str | None = None,
        url: str | None = None,
        events: Sequence[Any] | None = None,
        secret: str | None = None,
        status: Any = None,
    ) -> Webhook:
        """Change what is given of a webhook."""
        return webhooks.change(
            self.here, webhook_id, name, description, url, events, secret, status
        )

    def delete_webhook(self, webhook_id: str) -> None:
        """Take a webhook away, with what it has not been told yet."""
        webhooks.remove(self.here, webhook_id)

    def test_webhook(self, webhook_id: str, event: Any = None) -> WebhookTestResult:
        """Post an example to a webhook, and tell how it answered."""
        return webhooks.try_out(self.here, webhook_id, event)

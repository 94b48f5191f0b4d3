"""Webhooks of the registry, and functions in Python that are told of its events.

The functions that take a session first are what `MlflowClient` shares with `nbtrack.webhooks`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from nbtrack.api.runs.new_experiment import stamp
from nbtrack.api.session import Session, delivery_manner, session
from nbtrack.capture.redaction import redact_text
from nbtrack.errors import InvalidValue
from nbtrack.questions import webhooks as questions
from nbtrack.records.ids import next_time, uuid7
from nbtrack.records.model_event import OLD_EVENTS, event_named
from nbtrack.records.webhook import Delivery, Webhook, WebhookTestResult, checked_status
from nbtrack.records.webhook_operation import (
    CreateWebhook,
    DeleteWebhook,
    SettleDelivery,
    UpdateWebhook,
    WebhookForm,
)
from nbtrack.records.webhook_payload import example_event

__all__ = [
    "add",
    "change",
    "create",
    "deliveries",
    "off_model_event",
    "on_model_event",
    "redeliver",
    "remove",
    "try_out",
]

NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")

F = TypeVar("F", bound=Callable[..., Any])


def add(  # noqa: PLR0917 - MLflow's signature
    here: Session,
    name: str,
    url: str,
    events: Sequence[Any],
    description: str | None = None,
    secret: str | None = None,
    status: Any = None,
    *,
    model_name: str | None = None,
    authorization: str | None = None,
) -> Webhook:
    """Make a webhook."""
    from nbtrack.registry.webhooks.address import target_of
    from nbtrack.registry.webhooks.secrets import Secrets, forget, keep

    target_of(url)
    names = names_of(events)
    webhook_id = uuid7()
    told = Secrets(checked_secret(secret), checked_secret(authorization))
    if told:
        keep(webhook_id, told)
    op = CreateWebhook(
        webhook_id=webhook_id,
        name=checked_name(name),
        url=url,
        events=names,
        description=None if description is None else redact_text(description),
        status=checked_status(status or "ACTIVE"),
        form=form_of(names),
        model_name=model_name,
        is_signed=bool(told),
        **stamp(),
    )
    try:
        here.store.append([op])
    except Exception:
        forget(webhook_id)
        raise
    return questions.get(here.store, webhook_id)


def change(  # noqa: PLR0917 - MLflow's signature
    here: Session,
    webhook_id: str,
    name: str | None = None,
    description: str | None = None,
    url: str | None = None,
    events: Sequence[Any] | None = None,
    secret: str | None = None,
    status: Any = None,
    *,
    authorization: str | None = None,
) -> Webhook:
    """Change what is given of a webhook; what it has not been told yet goes to the new URL."""
    from nbtrack.registry.webhooks.address import target_of
    from nbtrack.registry.webhooks.secrets import Secrets, keep, secrets_of

    before = questions.get(here.store, webhook_id)
    if url is not None:
        target_of(url)
    names = None if events is None else names_of(events)
    if names is not None and form_of(names) != before.form:
        raise InvalidValue(
            f"webhook {before.name!r} posts in the shape of "
            f"{'the older registry webhooks' if before.form == 'registry' else 'MLflow 3'}; "
            f"make another one for events of the other kind"
        )
    if secret is not None or authorization is not None:
        known = secrets_of(webhook_id) or Secrets()
        keep(
            webhook_id,
            Secrets(
                checked_secret(secret) or known.secret,
                checked_secret(authorization) or known.authorization,
            ),
        )
    op = UpdateWebhook(
        webhook_id=webhook_id,
        name=None if name is None else checked_name(name),
        url=url,
        events=names,
        description=None if description is None else redact_text(description),
        status=None if status is None else checked_status(status),
        is_signed=True if secret is not None or authorization is not None else None,
        **stamp(),
    )
    here.store.append([op])
    return questions.get(here.store, webhook_id)


def remove(here: Session, webhook_id: str) -> None:
    """Take a webhook away, with what it has not been told yet."""
    from nbtrack.registry.webhooks.secrets import forget

    here.store.append([DeleteWebhook(webhook_id=webhook_id, **stamp())])
    forget(webhook_id)


def try_out(here: Session, webhook_id: str, event: Any = None) -> WebhookTestResult:
    """Post an example to a webhook, once and at once, and tell how it answered."""
    from nbtrack.registry.webhooks.courier import send
    from nbtrack.registry.webhooks.secrets import Secrets, secrets_of
    from nbtrack.store.webhooks import body_of

    webhook = questions.get(here.store, webhook_id)
    name = str(webhook.events[0]) if event is None else event_named(event)
    told = secrets_of(webhook_id)
    if webhook.is_signed and told is None:
        return WebhookTestResult(
            success=False,
            error_message=f"the secret of webhook {webhook.name!r} is not with this user on this "
            f"machine; give it again with update_webhook",
        )
    body = body_of(name, example_event(name, next_time()), webhook.form, webhook_id)
    reply = send(webhook.url, body, uuid7(), told or Secrets(), delivery_manner())
    return WebhookTestResult(
        success=reply.is_taken,
        response_status=reply.status,
        response_body=reply.body or None,
        error_message=reply.error or None,
    )


def names_of(events: Sequence[Any]) -> tuple[str, ...]:
    """Events by their names, from names and `WebhookEvent`s."""
    if isinstance(events, str) or not events:
        raise InvalidValue(
            "Webhook events cannot be empty: give a list such as ['model_version.created']"
        )
    return tuple(dict.fromkeys(event_named(it) for it in events))


def form_of(names: Sequence[str]) -> WebhookForm:
    """In which shape is posted; a webhook has one.

    Raises:
        InvalidValue: Events of both kinds are named.
    """
    old = [name for name in names if name in OLD_EVENTS]
    if old and len(old) < len(names):
        raise InvalidValue(
            f"{', '.join(old)} are posted in the shape of the older registry webhooks, the other "
            f"events in that of MLflow 3: make two webhooks"
        )
    return "registry" if old else "mlflow"


def checked_name(name: object) -> str:
    """A name that a webhook may have."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise InvalidValue(
            f"Webhook name {name!r} is invalid: it has 1 to 63 letters, digits, dots, underscores "
            f"and hyphens, and begins and ends with a letter or a digit"
        )
    return name


def checked_secret(text: str | None) -> str | None:
    """A secret that can stand in a header, or sign one; the message does not tell it."""
    if text is not None and (not isinstance(text, str) or not text.strip() or "\n" in text):
        raise InvalidValue("a webhook's secret and authorization are texts of one line")
    return text


# What `nbtrack.webhooks` has


def create(  # noqa: PLR0917 - as `MlflowClient.create_webhook`
    name: str,
    url: str,
    events: Sequence[Any],
    description: str | None = None,
    secret: str | None = None,
    status: Any = None,
    *,
    model_name: str | None = None,
    authorization: str | None = None,
) -> Webhook:
    """Have events of the registry posted to a URL.

    Each delivery waits in the store until it is taken: whoever has the store open sends it, at
    least once, with the same id at each attempt. The secret stays with this user on this machine.

    Args:
        name: What it is called.
        url: Where to; http or https.
        events: Such as `["model_version.created", "model_version.transitioned"]`; names of the
            older registry webhooks (`MODEL_VERSION_TRANSITIONED_STAGE`) are posted in their shape.
        description: What it is for.
        secret: What deliveries are signed with, as in MLflow: `X-MLflow-Signature`.
        status: ACTIVE, or DISABLED.
        model_name: The only model it is told of.
        authorization: What the receiver wants to see as `Authorization`: `Bearer …`.

    Raises:
        InvalidValue: The name, the URL or an event cannot be taken.
        AlreadyExists: Another webhook has the name.

    Example:
        >>> import nbtrack
        >>> hook = nbtrack.webhooks.create(
        ...     "deploy", "http://localhost:9/hook", ["model_version_alias.created"]
        ... )
        >>> [str(event) for event in hook.events]
        ['model_version_alias.created']
    """
    return add(
        session(),
        *(name, url, events, description, secret, status),
        model_name=model_name,
        authorization=authorization,
    )


def deliveries(
    webhook_id: str | None = None, state: str | None = None, limit: int = 100
) -> list[Delivery]:
    """What webhooks were told, or are yet to be told; the newest last.

    Args:
        webhook_id: Only those of one webhook.
        state: PENDING, DELIVERED or FAILED.
        limit: How many of the newest.
    """
    states = None if state is None else (state.upper(),)
    return questions.deliveries(session().store, webhook_id, states, limit)


def redeliver(delivery_id: str) -> None:
    """Have a delivery that was given up tried again.

    Raises:
        NotFound: There is no such delivery.
        InvalidValue: It was delivered.
    """
    here = session()
    found = questions.delivery(here.store, delivery_id)
    if found.state == "DELIVERED":
        raise InvalidValue(f"delivery {delivery_id} was taken by its receiver already")
    here.store.append([SettleDelivery(delivery_id=delivery_id, state="PENDING", **stamp())])


def on_model_event(*events: str, model_name: str | None = None) -> Callable[[F], F]:
    """Call a function after each event in the registry that this process brings about.

    It is called once the act is committed. What it raises is told once, and fails nothing.

    Args:
        *events: Names such as `model_version.transitioned`; all events, if none is given.
        model_name: The only model it is told of.

    Raises:
        InvalidValue: There is no such event.

    Example:
        >>> import nbtrack
        >>> @nbtrack.on_model_event("registered_model.created")
        ... def greet(event):
        ...     print(event.kind, event.name)
        >>> _ = nbtrack.MlflowClient().create_registered_model("churn")
        registered_model.created churn
        >>> nbtrack.off_model_event(greet)
        True
    """
    from nbtrack.registry.webhooks.handlers import subscribe

    if len(events) == 1 and callable(events[0]):
        subscribe(events[0], ())
        return events[0]  # written without brackets: all events

    def decorated(handler: F) -> F:
        subscribe(handler, events, model_name)
        return handler

    for name in events:
        event_named(name)
    return decorated


def off_model_event(handler: Callable[..., Any]) -> bool:
    """Call a function no more; whether it was called before."""
    from nbtrack.registry.webhooks.handlers import unsubscribe

    return unsubscribe(handler)

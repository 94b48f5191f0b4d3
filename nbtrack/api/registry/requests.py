"""Requests to the older registry webhooks, answered in this process: `http_request`.

MLflow's documents set webhooks up by such requests; here the store answers, so no server is needed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

import msgspec

from nbtrack.api.registry import webhooks
from nbtrack.api.session import Session, session
from nbtrack.errors import AlreadyExists, InvalidValue, NbtrackError, NotFound, NotYet
from nbtrack.questions import webhooks as questions
from nbtrack.records.ids import uuid7
from nbtrack.records.webhook import Webhook

__all__ = ["Answer", "http_request"]

PREFIX = re.compile(r"/?api/2\.0/mlflow/registry-webhooks/(\w+)/?")

STATUS = {NotFound: 404, AlreadyExists: 400, InvalidValue: 400}


class Answer(NamedTuple):
    """What a request is answered with, read as an answer of `requests` is."""

    status_code: int
    text: str

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return self.status_code < 400

    @property
    def content(self) -> bytes:
        """The body."""
        return self.text.encode()

    @property
    def reason(self) -> str:
        """The status in words."""
        return HTTPStatus(self.status_code).phrase

    def json(self) -> Any:
        """The body, decoded."""
        return msgspec.json.decode(self.text)

    def raise_for_status(self) -> None:
        """Raise for what was not done."""
        if not self.ok:
            raise NbtrackError(f"HTTP {self.status_code}: {self.text}")


def http_request(host_creds: Any, endpoint: str, method: str, **kwargs: Any) -> Answer:
    """Ask the store what MLflow's servers are asked by REST.

    Args:
        host_creds: None: the store of this process answers.
        endpoint: `/api/2.0/mlflow/registry-webhooks/` and create, list, update, delete or test.
        method: Not looked at: each endpoint does one thing.
        **kwargs: `json` or `params`, and what else `requests` takes.

    Raises:
        NotYet: Another endpoint, or a server is asked.

    Example:
        >>> from nbtrack.utils.rest_utils import http_request
        >>> http_request(
        ...     host_creds=None,
        ...     endpoint="/api/2.0/mlflow/registry-webhooks/list",
        ...     method="GET",
        ... ).json()
        {'webhooks': []}
    """
    found = PREFIX.fullmatch(str(endpoint))
    act = ACTS.get(found[1]) if found else None
    if act is None or host_creds is not None:
        raise NotYet(f"nbtrack.utils.rest_utils.http_request of {endpoint}", "the tracking server")
    told = kwargs.get("json") or kwargs.get("params") or {}
    if not isinstance(told, Mapping):
        raise InvalidValue(f"the body of {method} {endpoint} is a JSON object, not {told!r}")
    try:
        return Answer(200, msgspec.json.encode(act(session(), told)).decode())
    except (NotFound, AlreadyExists, InvalidValue) as error:
        body = {"error_code": error.error_code, "message": str(error)}
        status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
        return Answer(status, msgspec.json.encode(body).decode())


def create(here: Session, told: Mapping[str, Any]) -> dict[str, Any]:
    place = place_of(told)
    model_name = told.get("model_name")
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", str(model_name or "registry")).strip(".-_")[:40]
    webhook = webhooks.add(
        here,
        f"{stem or 'registry'}-{uuid7()[-8:]}",
        str(place.get("url") or ""),
        told.get("events") or (),
        told.get("description"),
        place.get("secret"),
        status_of(told),
        model_name=model_name,
        authorization=place.get("authorization"),
    )
    return {"webhook": shown(webhook)}


def listed(here: Session, told: Mapping[str, Any]) -> dict[str, Any]:
    events = told.get("events") or ()
    asked = {events} if isinstance(events, str) else set(events)
    found = [
        it
        for it in questions.every(here.store)
        if told.get("model_name") in (None, it.model_name)
        and (not asked or asked & set(map(str, it.events)))
    ]
    return {"webhooks": [shown(it) for it in found]}


def update(here: Session, told: Mapping[str, Any]) -> dict[str, Any]:
    place = place_of(told) if "http_url_spec" in told else {}
    webhook = webhooks.change(
        here,
        id_of(told),
        None,
        told.get("description"),
        place.get("url"),
        told.get("events"),
        place.get("secret"),
        status_of(told),
        authorization=place.get("authorization"),
    )
    return {"webhook": shown(webhook)}


def delete(here: Session, told: Mapping[str, Any]) -> dict[str, Any]:
    webhooks.remove(here, id_of(told))
    return {}


def test(here: Session, told: Mapping[str, Any]) -> dict[str, Any]:
    result = webhooks.try_out(here, id_of(told), told.get("event"))
    body = result.response_body or result.error_message or ""
    return {"webhook": {"status_code": result.response_status, "body": body}}


ACTS = {"create": create, "list": listed, "update": update, "delete": delete, "test": test}


def place_of(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where is posted to, and with what."""
    place = told.get("http_url_spec")
    if not isinstance(place, Mapping):
        raise InvalidValue(
            "a registry webhook needs http_url_spec with a url: jobs of Databricks are not started"
        )
    if place.get("enable_ssl_verification") is False:
        raise InvalidValue("a receiver's certificate is always checked; leave it out, or use http")
    return place


def id_of(told: Mapping[str, Any]) -> str:
    """Which webhook is meant."""
    if not told.get("id"):
        raise InvalidValue("the request needs the id of a webhook; …/list tells those there are")
    return str(told["id"])


def status_of(told: Mapping[str, Any]) -> str | None:
    """A status; one that was only to be tried is not told of events."""
    status = told.get("status")
    return "DISABLED" if status == "TEST_MODE" else status


def shown(webhook: Webhook) -> dict[str, Any]:
    """A webhook as these requests show it; nothing secret is in it."""
    return {
        "id": webhook.webhook_id,
        "model_name": webhook.model_name,
        "events": [str(it) for it in webhook.events],
        "description": webhook.description,
        "status": webhook.status,
        "creation_timestamp": webhook.creation_timestamp,
        "last_updated_timestamp": webhook.last_updated_timestamp,
        "http_url_spec": {"url": webhook.url, "enable_ssl_verification": True},
    }

"""The headers of a delivery, signed as MLflow 3 does; receivers check it by this too."""

from __future__ import annotations

import base64
import hashlib
import hmac

__all__ = [
    "WEBHOOK_DELIVERY_ID_HEADER",
    "WEBHOOK_SIGNATURE_HEADER",
    "WEBHOOK_SIGNATURE_VERSION",
    "WEBHOOK_TIMESTAMP_HEADER",
    "headers_for",
    "is_signed_by",
    "signature_of",
]

WEBHOOK_SIGNATURE_HEADER = "X-MLflow-Signature"
WEBHOOK_TIMESTAMP_HEADER = "X-MLflow-Timestamp"
WEBHOOK_DELIVERY_ID_HEADER = "X-MLflow-Delivery-Id"
WEBHOOK_SIGNATURE_VERSION = "v1"


def headers_for(
    body: str, delivery_id: str, timestamp: str, secret: str | None, authorization: str | None
) -> dict[str, str]:
    """The headers of a delivery.

    Args:
        body: What is posted.
        delivery_id: The same at each attempt, so that a receiver can drop what it has already.
        timestamp: When it is sent, in seconds, so that a receiver can refuse what is old.
        secret: What the signature is made with; without one there is none.
        authorization: What the receiver wants to see as `Authorization`.
    """
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "nbtrack",
        WEBHOOK_DELIVERY_ID_HEADER: delivery_id,
        WEBHOOK_TIMESTAMP_HEADER: timestamp,
    }
    if secret:
        headers[WEBHOOK_SIGNATURE_HEADER] = signature_of(secret, delivery_id, timestamp, body)
    if authorization:
        headers["Authorization"] = authorization
    return headers


def signature_of(secret: str, delivery_id: str, timestamp: str, body: str) -> str:
    """The signature of a delivery: an HMAC-SHA256 over its id, its time and its body.

    Example:
        >>> from nbtrack.webhooks import signature_of
        >>> signature_of("s3cret", "d1", "1700000000", "{}")
        'v1,zanuGVyPdkCH5t63rF48cWGMLFZ3sNRiNHn6qebAxZ8='
    """
    signed = f"{delivery_id}.{timestamp}.{body}".encode()
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return f"{WEBHOOK_SIGNATURE_VERSION},{base64.b64encode(digest).decode()}"


def is_signed_by(secret: str, headers: dict[str, str], body: str) -> bool:
    """Whether a delivery that was received is signed with a secret; for receivers in Python.

    Example:
        >>> from nbtrack.webhooks import is_signed_by
        >>> is_signed_by("s3cret", {"X-MLflow-Signature": "v1,forged"}, "{}")
        False
    """
    told = {name.lower(): value for name, value in headers.items()}
    wanted = signature_of(
        secret,
        told.get(WEBHOOK_DELIVERY_ID_HEADER.lower(), ""),
        told.get(WEBHOOK_TIMESTAMP_HEADER.lower(), ""),
        body,
    )
    return hmac.compare_digest(
        wanted.encode(), told.get(WEBHOOK_SIGNATURE_HEADER.lower(), "").encode()
    )

"""Asks an endpoint over HTTP, as any client would."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from nbtrack.errors import EndpointError, InvalidValue
from nbtrack.serving.traffic.keys import key_header

__all__ = ["ask"]


def ask(
    url: str,
    body: bytes,
    *,
    token: str | None = None,
    timeout: float = 60.0,
    key: str | float | None = None,
) -> Any:
    """The predictions for a body.

    Raises:
        EndpointError: Nobody answers.
        InvalidValue: The endpoint does not take what was sent; the message is its own.
    """
    import http.client

    headers: dict[str, str | bytes] = {"Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}".encode()
    if key is not None:
        headers["X-Nbtrack-Key"] = key_header(key)
    where = urlsplit(url)
    connection = http.client.HTTPConnection(where.netloc, timeout=timeout)
    try:
        connection.request("POST", f"{where.path.rstrip('/')}/invocations", body, headers)
        answer = connection.getresponse()
        text = answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise EndpointError(f"nobody answers at {url} ({error or type(error).__name__})") from error
    finally:
        connection.close()
    if answer.status >= 400:
        raise refusal(url, answer.status, text)
    found = json.loads(text)
    return found["predictions"] if isinstance(found, dict) and "predictions" in found else found


def refusal(url: str, status: int, text: bytes) -> EndpointError | InvalidValue:
    """What an endpoint said against a request."""
    try:
        found = json.loads(text)
        message = found["message"] if isinstance(found, dict) else str(found)
    except (ValueError, KeyError):
        message = text.decode(errors="replace")[:500] or "nothing more"
    told = f"{url} answers {status}: {message}"
    return InvalidValue(told) if 400 <= status < 500 else EndpointError(told)

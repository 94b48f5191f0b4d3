"""Passes a request on to an endpoint: a browser may not ask it itself from a page elsewhere."""

from __future__ import annotations

import http.client
import time
from urllib.parse import urlsplit

from nbtrack.errors import EndpointError, InvalidValue
from nbtrack.rest.shapes import TryReply, TryWish
from nbtrack.serving.traffic.keys import key_header

__all__ = ["MOST_BYTES", "passed_on"]

MOST_BYTES = 1 << 20
"""Of a request, and of an answer, that pass through here: this is for trying, not for work."""

PATIENCE_SECONDS = 65.0
"""A little more than an endpoint gives a request, so that its own words are heard."""


def passed_on(url: str, wish: TryWish) -> TryReply:
    """What an endpoint answers.

    Raises:
        InvalidValue: The request is too large to be tried here.
        EndpointError: Nobody answers, or with too much.
    """
    body = wish.body.encode()
    if len(body) > MOST_BYTES:
        raise InvalidValue(
            f"a request of {len(body):,} bytes is too large for a trial, which takes {MOST_BYTES:,}"
            f"; send it to {url}/invocations itself"
        )
    where = urlsplit(url)
    connection = http.client.HTTPConnection(where.netloc, timeout=PATIENCE_SECONDS)
    start = time.perf_counter()
    try:
        path = f"{where.path.rstrip('/')}/invocations"
        connection.request("POST", path, body, headers_of(wish))
        answer = connection.getresponse()
        text = answer.read(MOST_BYTES + 1)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise EndpointError(f"nobody answers at {url} ({error or type(error).__name__})") from error
    finally:
        connection.close()
    if len(text) > MOST_BYTES:
        raise EndpointError(f"the answer is longer than {MOST_BYTES:,} bytes; ask for fewer rows")
    return TryReply(
        status=answer.status,
        body=text.decode(errors="replace"),
        seconds=time.perf_counter() - start,
        variant=answer.getheader("X-Nbtrack-Variant", ""),
        version=answer.getheader("X-Nbtrack-Version", ""),
        prediction_id=answer.getheader("X-Prediction-Id", ""),
    )


def headers_of(wish: TryWish) -> dict[str, str | bytes]:
    """What is sent besides the body."""
    headers: dict[str, str | bytes] = {"Content-Type": wish.content_type}
    if wish.token:
        headers["Authorization"] = f"Bearer {wish.token}".encode()
    if wish.key:
        headers["X-Nbtrack-Key"] = key_header(wish.key)
    return headers

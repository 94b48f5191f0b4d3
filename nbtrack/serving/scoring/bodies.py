"""The body of a request, read up to a limit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from nbtrack.serving.scoring.refusals import too_large

__all__ = ["Gone", "Receive", "read_body"]

Receive = Callable[[], Awaitable[Any]]

MOST_DISCARDED = 1 << 30
"""What is read and thrown away of a body that is too large, so that its sender hears why."""


class Gone(Exception):
    """The client hung up."""


async def read_body(receive: Receive, declared: int, most_bytes: int, *, waits: bool) -> bytes:
    """The whole body.

    Args:
        receive: ASGI's.
        declared: Its length as the client told it; 0 for none.
        most_bytes: The limit.
        waits: Whether the client sends it only once it is asked to.

    Raises:
        Refused: It is too large.
        Gone: The client hung up.
    """
    if declared > most_bytes:
        if not waits:
            await discard(receive)
        raise too_large(most_bytes)
    message = await receive()
    if message["type"] != "http.request":
        raise Gone
    if not message.get("more_body"):
        return bytes(message["body"])
    body = bytearray(message["body"])
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Gone
        body += message["body"]
        if len(body) > most_bytes:
            if message.get("more_body"):
                await discard(receive)
            raise too_large(most_bytes)
        if not message.get("more_body"):
            return bytes(body)


async def discard(receive: Receive) -> None:
    """Read the rest of a body without keeping it."""
    left = MOST_DISCARDED
    while left > 0:
        message = await receive()
        if message["type"] != "http.request" or not message.get("more_body"):
            return
        left -= len(message["body"])

"""The body of a request, read up to a limit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from nbtrack.serving.scoring.refusals import busy, too_large

__all__ = ["Gone", "Held", "Receive", "read_body"]

Receive = Callable[[], Awaitable[Any]]

MOST_DISCARDED = 1 << 30
"""What is read and thrown away of a body that is too large, so that its sender hears why."""


class Gone(Exception):
    """The client hung up."""


class Held:
    """How many bytes all requests hold at once, those that are still arriving among them.

    A body that comes in chunks does not tell its length before it is there.
    """

    def __init__(self) -> None:
        self.bytes = 0

    def check(self, more: int, most_bytes: int) -> None:
        """Refuse what would be too much together.

        Raises:
            Refused: It would.
        """
        if self.bytes + more > most_bytes * HELD_TIMES:
            raise busy("too many large requests at once; come later")


HELD_TIMES = 8
"""How many times the largest body may be held at once, by all requests together."""


async def read_body(
    receive: Receive, declared: int, most_bytes: int, held: Held, *, waits: bool
) -> bytes:
    """The whole body.

    Args:
        receive: ASGI's.
        declared: Its length as the client told it; 0 for none.
        most_bytes: The limit.
        held: What all requests hold.
        waits: Whether the client sends it only once it is asked to.

    Raises:
        Refused: It is too large, or all requests together are.
        Gone: The client hung up.
    """
    if declared > most_bytes:
        if not waits:
            await discard(receive)
        raise too_large(most_bytes)
    held.check(declared, most_bytes)
    message = await receive()
    if message["type"] != "http.request":
        raise Gone
    if not message.get("more_body"):
        return bytes(message["body"])
    body = bytearray(message["body"])
    held.bytes += len(body)
    try:
        while message.get("more_body"):
            message = await receive()
            if message["type"] != "http.request":
                raise Gone
            held.check(len(message["body"]), most_bytes)
            body += message["body"]
            held.bytes += len(message["body"])
            if len(body) > most_bytes:
                break
    finally:
        held.bytes -= len(body)
    if len(body) <= most_bytes:
        return bytes(body)
    if message.get("more_body"):
        await discard(receive)
    raise too_large(most_bytes)


async def discard(receive: Receive) -> None:
    """Read the rest of a body without keeping it."""
    left = MOST_DISCARDED
    while left > 0:
        message = await receive()
        if message["type"] != "http.request" or not message.get("more_body"):
            return
        left -= len(message["body"])

"""Connections of clients: uvicorn's, with limits of time, and an end that resets none of them."""

from __future__ import annotations

import asyncio
import socket
import time
from email.utils import formatdate
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)
from uvicorn.server import ServerState

from nbtrack.serving.scoring.app import CLOSE, App
from nbtrack.serving.scoring.service import Headers

__all__ = ["Listener"]

BACKLOG = 4096
KEEP_ALIVE_SECONDS = 60
"""How long an idle connection is kept."""

DRAINED_SECONDS = 5.0
"""While a worker ends, a connection that is idle for longer is taken to be given up."""

HEADER_SECONDS = 30.0
"""How long the head of a request may take, or the first byte of a connection."""

MOST_HEAD_BYTES = 64 << 10
"""The longest head of a request: its line and all its headers."""

LONG = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: application/json\r\n"
    b"connection: close\r\ncontent-length: 76\r\n\r\n"
    b'{"error_code": "INVALID_PARAMETER_VALUE", "message": "the head is too long"}'
)

SLOW = (
    b"HTTP/1.1 408 Request Timeout\r\ncontent-type: application/json\r\nconnection: close\r\n"
    b"content-length: 82\r\n\r\n"
    b'{"error_code": "REQUEST_TIMEOUT", "message": "the request did not arrive in time"}'
)


class Connection(HttpToolsProtocol):
    """A connection that knows since when it waits for its client."""

    since = 0.0
    """When what it waits for began: its first byte, the head of a request, its body."""
    is_idle = True
    head_bytes = 0
    """What came of a head that is not complete."""

    def data_received(self, data: bytes) -> None:
        """Read on; a head that does not end is not kept for ever."""
        super().data_received(data)
        if self.is_idle or not self.has_no_head:
            self.head_bytes = 0
            return
        self.head_bytes += len(data)
        if self.head_bytes > MOST_HEAD_BYTES and not self.transport.is_closing():
            self.transport.write(LONG)
            self.transport.close()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        self.since = time.monotonic()
        super().connection_made(transport)

    def on_message_begin(self) -> None:
        """A request begins."""
        self.since, self.is_idle = time.monotonic(), False
        super().on_message_begin()

    def on_response_complete(self) -> None:
        """A request was answered."""
        self.since, self.is_idle = time.monotonic(), not self.pipeline
        super().on_response_complete()

    def end_slow(self, now: float, timeout_seconds: float, *, is_draining: bool) -> None:
        """Give up a client that is too slow; called a few times a second."""
        waited = now - self.since
        cycle: Any = self.cycle
        if self.is_idle:
            first = cycle is None and waited > HEADER_SECONDS
            if first or (is_draining and waited > DRAINED_SECONDS):
                self.transport.close()
            return
        is_reading = cycle is None or cycle.response_complete or cycle.more_body
        limit = min(timeout_seconds, HEADER_SECONDS) if self.has_no_head else timeout_seconds
        if is_reading and waited > limit:
            if cycle is None or not cycle.response_started or cycle.response_complete:
                self.transport.write(SLOW)
            self.transport.close()
        elif waited > 2 * timeout_seconds + HEADER_SECONDS:
            self.transport.abort()  # it does not read its answer

    @property
    def has_no_head(self) -> bool:
        """Whether the head of the request that has begun is not complete."""
        return "method" not in self.scope


def reply(send: Any, status: int, headers: Headers, body: bytes) -> bool:
    """Write head and body of an answer together, which uvicorn does in two steps.

    It does what `RequestResponseCycle.send` does with both messages of ASGI, but takes its headers
    as they are: ours have no odd characters, and tell the length.

    Returns:
        Whether it was done; what is special is left to uvicorn.
    """
    cycle = getattr(send, "__self__", None)
    if not isinstance(cycle, RequestResponseCycle) or cycle.response_started:
        return False
    if cycle.flow.write_paused or cycle.disconnected or cycle.scope["method"] == "HEAD":
        return False
    if CLOSE in headers:
        cycle.keep_alive = False
    elif not cycle.keep_alive:
        headers = [*headers, CLOSE]
    head = [STATUS_LINE[status]]
    for name, value in (*cycle.default_headers, *headers):
        head += (name, b": ", value, b"\r\n")
    cycle.response_started, cycle.waiting_for_100_continue = True, False
    cycle.transport.write(b"".join((*head, b"\r\n", body)))
    cycle.response_complete = True
    cycle.message_event.set()
    if not cycle.keep_alive:
        cycle.transport.close()
    cycle.on_response()
    return True


class Listener:
    """Takes connections from a socket for an application.

    Args:
        app: The application.
    """

    def __init__(self, app: App) -> None:
        self.app = app
        app.reply = reply
        self.state = ServerState()
        self.config = Config(
            app,
            http=Connection,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        self.config.load()
        self.server: asyncio.Server | None = None

    async def start(self, listening: socket.socket) -> None:
        """Take connections from now on."""
        self.tick()
        loop = asyncio.get_running_loop()
        self.server = await loop.create_server(self.connect, sock=listening, backlog=BACKLOG)

    def connect(self) -> asyncio.Protocol:
        """A protocol for a new connection."""
        return Connection(config=self.config, server_state=self.state, app_state={})

    @property
    def connections(self) -> set[Any]:
        """The open connections."""
        return self.state.connections

    def tick(self) -> None:
        """Tell the time in answers; called once a second."""
        date = formatdate(time.time(), usegmt=True).encode()
        self.state.default_headers = [(b"date", date)]

    def end_slow(self) -> None:
        """Give up clients that are too slow."""
        now, timeout = time.monotonic(), self.app.plan.options.timeout_seconds
        for it in list(self.connections):
            it.end_slow(now, timeout, is_draining=self.app.is_draining)

    def stop_accepting(self) -> None:
        """Take no new connection; the answers that are still given are the last of theirs."""
        self.app.is_draining = True
        if self.server is not None:
            self.server.close()

    async def drained(self, seconds: float) -> bool:
        """Wait until no connection is left; false when time is up first."""
        deadline = time.monotonic() + seconds
        while self.connections or self.state.tasks:
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.05)
        return True

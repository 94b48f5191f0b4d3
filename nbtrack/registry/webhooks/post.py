"""One POST with a deadline: no redirect is followed, no proxy of the environment is used."""

from __future__ import annotations

import email.utils
import http.client
import logging
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from typing import NamedTuple

from nbtrack.errors import InvalidValue
from nbtrack.registry.webhooks.address import Address, Target, addresses_of, target_of

__all__ = ["Reply", "post"]

logger = logging.getLogger("nbtrack")

READ_BYTES = 64 << 10
REDIRECTS = range(300, 400)


class Reply(NamedTuple):
    """How a receiver answered; without a status it did not."""

    status: int | None = None
    body: str = ""
    error: str = ""
    retry_after_seconds: float | None = None
    is_final: bool = False
    """Whether to ask again is of no use."""

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300


def post(
    url: str, body: str, headers: Mapping[str, str], *, seconds: float, private: bool
) -> Reply:
    """Post a body and read the answer; whatever goes wrong stands in the reply.

    Args:
        url: Where to.
        body: What is posted.
        headers: What stands above it.
        seconds: How long all of it may take.
        private: Whether addresses of this machine and of its network may be posted to.
    """
    try:
        target = target_of(url)
        return sent(target, body, headers, time.monotonic() + seconds, private=private)
    except InvalidValue as error:
        return Reply(error=str(error), is_final=True)
    except TimeoutError:
        return Reply(error=f"no answer within {seconds:g} seconds")
    except ssl.SSLError as error:
        return Reply(error=f"no secure connection: {error.reason or error}")
    except (OSError, http.client.HTTPException) as error:
        return Reply(error=f"{type(error).__name__}: {error}")


def sent(
    target: Target, body: str, headers: Mapping[str, str], deadline: float, *, private: bool
) -> Reply:
    """Post over a connection that is cut at the deadline, however slowly the receiver answers."""
    line = connected(target, addresses_of(target, private=private), deadline)
    if target.scheme == "https":
        line = encrypted(line, target)
    has_ended = threading.Event()

    def cut() -> None:
        has_ended.set()
        shut(line)

    alarm = threading.Timer(max(0.0, deadline - time.monotonic()), cut)
    alarm.daemon = True
    try:
        alarm.start()
    except RuntimeError:  # the process ends, where the connection's own timeout must do
        logger.debug("no alarm can be set for %s", target.host)
    try:
        if isinstance(line, ssl.SSLSocket):
            line.do_handshake()
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.sock = line
        told = {"Host": target.host_header, **headers}
        connection.request("POST", target.path, body.encode(), told)
        response = connection.getresponse()
        return reply_of(response, response.read(READ_BYTES))
    except (OSError, http.client.HTTPException) as error:
        if has_ended.is_set():
            raise TimeoutError from error
        raise
    finally:
        alarm.cancel()
        line.close()


def connected(target: Target, addresses: list[Address], deadline: float) -> socket.socket:
    """A connection to one of the addresses of a host, with what is left of the time."""
    trouble: OSError | None = None
    for family, place in addresses:
        line = socket.socket(family, socket.SOCK_STREAM)
        line.settimeout(max(0.01, deadline - time.monotonic()))
        try:
            line.connect(place)
        except OSError as error:
            line.close()
            trouble = error
        else:
            return line
    raise trouble or OSError(f"{target.host} has no address")


def encrypted(line: socket.socket, target: Target) -> ssl.SSLSocket:
    """The connection, to be encrypted by a handshake that checks the receiver's certificate."""
    return ssl.create_default_context().wrap_socket(
        line, server_hostname=target.host, do_handshake_on_connect=False
    )


def shut(line: socket.socket) -> None:
    """Wake whoever waits for a connection."""
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        line.close()  # the receiver has gone already


def reply_of(response: http.client.HTTPResponse, body: bytes) -> Reply:
    """What an answer means."""
    status, text = response.status, body.decode(errors="replace")
    if 200 <= status < 300:
        return Reply(status, text)
    if status in REDIRECTS:
        to = response.headers.get("Location", "elsewhere")
        return Reply(
            status, text, f"HTTP {status}: it points to {to}, where nothing is sent", is_final=True
        )
    return Reply(
        status,
        text,
        f"HTTP {status} {response.reason}".strip(),
        retry_after(response.headers.get("Retry-After")),
        is_final=status < 500 and status not in {408, 425, 429},
    )


def retry_after(text: str | None) -> float | None:
    """How long a receiver wants to be left alone: seconds, or a date."""
    if text is None:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        moment = email.utils.parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError):
        return None
    return max(0.0, moment - time.time())

"""The port of an endpoint, bound once for all its workers; a taken one is told with who has it."""

from __future__ import annotations

import errno
import socket
from pathlib import Path

from nbtrack.errors import EndpointError, PortTaken
from nbtrack.journal.location import known_stores
from nbtrack.serving.supervising.place import EndpointFolder, folders_in

__all__ = ["FIRST_PORT", "bound", "url_of"]

FIRST_PORT = 5000
"""Where the search for a free one begins; MLflow serves models there."""

MOST_TRIED = 200
BACKLOG = 2048

ANYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - compared, not bound


def bound(host: str, port: int | None) -> socket.socket:
    """A socket that listens; port None is the first that is free, 0 any.

    Raises:
        PortTaken: Somebody listens there.
        EndpointError: The host is none of this machine's, or the port may not be used.
    """
    if port is not None:
        return bound_at(host, port)
    for tried in range(FIRST_PORT, FIRST_PORT + MOST_TRIED):
        try:
            return bound_at(host, tried)
        except PortTaken:
            continue
    return bound_at(host, 0)


def bound_at(host: str, port: int) -> socket.socket:
    """A socket that listens at one port."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, OverflowError) as error:
        raise EndpointError(f"{host}:{port} is no address of this machine ({error})") from None
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        raise problem(host, port, error) from error
    sock.setblocking(False)
    return sock


def problem(host: str, port: int, error: OSError) -> EndpointError:
    """What to say of a port that cannot be had."""
    if error.errno == errno.EADDRINUSE:
        owner = owner_of(port)
        who = f"the endpoint {owner} serves there" if owner else "another program listens there"
        free = next_free(host, port)
        advice = f"choose another, such as {free}" if free else "choose another"
        return PortTaken(f"port {port} of {host} is taken: {who}; {advice}", port, free)
    if error.errno == errno.EADDRNOTAVAIL:
        return EndpointError(
            f"{host} is no address of this machine; 127.0.0.1 serves this machine alone, 0.0.0.0 "
            f"whoever can reach it"
        )
    if error.errno in {errno.EACCES, errno.EPERM}:
        return EndpointError(f"port {port} may not be used by you; choose one from 1024 on")
    return EndpointError(f"{host}:{port} cannot be listened at ({error.strerror})")


def owner_of(port: int) -> str | None:
    """Which endpoint of this user's stores serves at a port, with its store."""
    for store in known_stores():
        for folder in folders_in(store):
            state = folder.state()
            if state is not None and state.port == port and folder.is_alive:
                return f"{state.name!r} of {store_name(folder)}"
    return None


def store_name(folder: EndpointFolder) -> Path:
    return folder.path.parent.parent


def next_free(host: str, port: int) -> int | None:
    """The next port that is free."""
    for tried in range(port + 1, min(port + 1 + MOST_TRIED, 65536)):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                sock.bind((host, tried))
            except OSError:
                continue
            return tried
    return None


def url_of(sock: socket.socket, address: str | None = None) -> str:
    """Where a client of this machine, or at a given name of it, finds what listens."""
    host, port = sock.getsockname()[:2]
    if address is None:
        address = "127.0.0.1" if host in ANYWHERE else host
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"

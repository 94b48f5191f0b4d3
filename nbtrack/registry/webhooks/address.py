"""Where a webhook may point: http and https alone, and never to a machine's own metadata."""

from __future__ import annotations

import ipaddress
import socket
from typing import NamedTuple
from urllib.parse import urlsplit

from nbtrack.errors import InvalidValue

__all__ = ["Address", "Target", "addresses_of", "target_of"]

SCHEMES = {"http": 80, "https": 443}
LONGEST = 2000

Address = tuple[socket.AddressFamily, tuple[str, int] | tuple[str, int, int, int]]


class Target(NamedTuple):
    """Where is posted to."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """The host as it stands in a request."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == SCHEMES[self.scheme] else f"{host}:{self.port}"


def target_of(url: object) -> Target:
    """The parts of a webhook's URL.

    Raises:
        InvalidValue: Nothing may be posted there; the message says why.
    """
    if not isinstance(url, str) or not url.strip():
        raise InvalidValue(f"a webhook's URL is a text such as https://host/path, not {url!r}")
    if len(url) > LONGEST or any(it.isspace() or not it.isprintable() for it in url):
        raise InvalidValue(
            f"a webhook's URL has no spaces or control characters and at most {LONGEST} "
            f"characters: {url[:100]!r}"
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InvalidValue(f"{url!r} is no URL: {error}") from None
    if parts.scheme not in SCHEMES:
        raise InvalidValue(
            f"Invalid webhook URL scheme: {parts.scheme!r}. There are {', '.join(SCHEMES)}"
        )
    if not parts.hostname:
        raise InvalidValue(f"the webhook's URL {url!r} names no host, as in https://host/path")
    if parts.username or parts.password:
        raise InvalidValue(
            "a webhook's URL is kept in the store, so no name or password may stand in it: "
            "give them as authorization='Basic …' to nbtrack.webhooks.create"
        )
    try:
        host = parts.hostname.encode("idna").decode()
    except UnicodeError:
        raise InvalidValue(f"{parts.hostname!r} is no name of a host") from None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise InvalidValue(f"the path of the webhook's URL {url!r} must be quoted: write %C3%A4 …")
    return Target(parts.scheme, host, port or SCHEMES[parts.scheme], path)


def addresses_of(target: Target, *, private: bool) -> list[Address]:
    """The addresses of a host that may be posted to; they are looked at where one connects.

    Args:
        target: Where to.
        private: Whether addresses of this machine and of its network may be posted to.

    Raises:
        InvalidValue: None of them may.
        OSError: The host is not known.
    """
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    allowed = [
        (family, place)
        for family, _, _, _, place in found
        if is_allowed(str(place[0]), private=private)
    ]
    if not allowed:
        told = ", ".join(dict.fromkeys(str(place[0]) for *_, place in found))
        raise InvalidValue(
            f"{target.host} is {told}: "
            + (
                "addresses of that kind are never posted to"
                if private
                else "nothing is posted to private addresses here; "
                "NBTRACK_WEBHOOK_PRIVATE_ADDRESSES=1 allows it"
            )
        )
    return allowed  # type: ignore[return-value]


def is_allowed(text: str, *, private: bool) -> bool:
    """Whether an address may be posted to: link-local ones hold a cloud machine's credentials."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address.sixtofour or address
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    return private or (address.is_global and not address.is_reserved)

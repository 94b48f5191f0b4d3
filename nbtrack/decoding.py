"""JSON into declared types, in any thread.

msgspec learns a type at its first use, and a second thread that uses the type meanwhile ends the
process: what is half learnt has no types yet (seen with 0.22). Here one thread learns it.
"""

from __future__ import annotations

import os
import threading
from typing import Any, TypeVar

import msgspec

__all__ = ["convert", "decode"]

T = TypeVar("T")


class Decoders:
    """The decoders of this process; a forked child has a lock of its own."""

    def __init__(self) -> None:
        self.known: dict[tuple[Any, bool], msgspec.json.Decoder[Any]] = {}
        self.renew()
        os.register_at_fork(after_in_child=self.renew)

    def renew(self) -> None:
        self.lock = threading.Lock()

    def of(self, kind: Any, *, strict: bool) -> msgspec.json.Decoder[Any]:
        """The decoder of a type, made by the first who asks."""
        found = self.known.get((kind, strict))
        if found is None:
            with self.lock:
                found = msgspec.json.Decoder(kind, strict=strict)
                self.known[kind, strict] = found
        return found


decoders = Decoders()


def decode(content: bytes | str, kind: type[T], *, strict: bool = True) -> T:
    """JSON as a type.

    Raises:
        msgspec.DecodeError: It is none, or no JSON.

    Example:
        >>> from nbtrack.decoding import decode
        >>> decode(b'{"a": 1}', dict[str, int])
        {'a': 1}
    """
    decoded: T = decoders.of(kind, strict=strict).decode(content)
    return decoded


def convert(value: Any, kind: type[T], *, strict: bool = True) -> T:
    """A plain value as a type.

    Raises:
        msgspec.ValidationError: It is none.
    """
    decoders.of(kind, strict=strict)  # learns the type
    return msgspec.convert(value, kind, strict=strict)

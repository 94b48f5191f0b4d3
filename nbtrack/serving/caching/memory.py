"""Answers in the memory of one worker: the ones used least lately make room for others."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

__all__ = ["MemoryCache"]

MOST_BYTES = 64 << 20
OVERHEAD_BYTES = 256
"""About what an answer takes besides its bytes."""


class MemoryCache:
    """A cache with a time and a size.

    Args:
        seconds: How long an answer is kept.
        most_bytes: How much all of them take.
        clock: What tells the time.
    """

    def __init__(
        self,
        seconds: float,
        most_bytes: int = MOST_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.seconds, self.most_bytes, self.clock = seconds, most_bytes, clock
        self.kept: OrderedDict[bytes, tuple[float, bytes]] = OrderedDict()
        self.bytes = 0

    async def find(self, key: bytes) -> bytes | None:
        """The answer under a key, if it is not too old."""
        found = self.kept.get(key)
        if found is None:
            return None
        until, answer = found
        if self.clock() >= until:
            self.forget(key)
            return None
        self.kept.move_to_end(key)
        return answer

    async def keep(self, key: bytes, answer: bytes) -> None:
        """Keep an answer; one that is larger than an eighth of the whole is not kept."""
        size = len(answer) + OVERHEAD_BYTES
        if size > self.most_bytes // 8:
            return
        if key in self.kept:
            self.forget(key)
        self.kept[key] = self.clock() + self.seconds, answer
        self.bytes += size
        while self.bytes > self.most_bytes:
            self.forget(next(iter(self.kept)))

    def forget(self, key: bytes) -> None:
        """Let go of an answer."""
        _, answer = self.kept.pop(key)
        self.bytes -= len(answer) + OVERHEAD_BYTES

"""When a delivery that failed is sent again, and when it is given up."""

from __future__ import annotations

import random
from typing import NamedTuple

from nbtrack.registry.webhooks.post import Reply

__all__ = ["Schedule"]


class Schedule(NamedTuple):
    """Waits that grow fourfold, each made up to a half longer so that not all come at once.

    As it stands, attempts are made at about 0 s, 2 s, 10 s, 42 s, 3 min, 11 min, 45 min and 1 h 45.
    """

    attempts: int = 8
    first_seconds: float = 2.0
    growth: float = 4.0
    longest_seconds: float = 3600.0
    longest_asked_seconds: float = 86_400.0
    """So long is a receiver's `Retry-After` heeded."""

    def wait_after(self, attempt: int, reply: Reply) -> float | None:
        """Seconds to wait after an attempt, counted from 1; None if it was the last."""
        if reply.is_final or attempt >= self.attempts:
            return None
        wait = min(self.first_seconds * self.growth ** (attempt - 1), self.longest_seconds)
        wait *= 1 + random.random() / 2  # noqa: S311 - nothing secret
        asked = min(reply.retry_after_seconds or 0.0, self.longest_asked_seconds)
        return max(wait, asked)

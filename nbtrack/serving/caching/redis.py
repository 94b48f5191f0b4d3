"""Answers in Redis, shared by all workers and machines; a Redis that fails has no answers."""

from __future__ import annotations

import logging
import time
from typing import Any

from nbtrack.errors import EndpointError, MissingPackage

__all__ = ["RedisCache"]

PREFIX = b"nbtrack:answer:"

PATIENCE_SECONDS = 0.25
"""Asking a model takes less than waiting longer."""

PAUSE_SECONDS = 5.0
"""How long a Redis that failed is left alone."""

logger = logging.getLogger("nbtrack")


class RedisCache:
    """A cache in Redis.

    Args:
        url: Where it is, such as redis://127.0.0.1:6379/0.
        seconds: How long an answer is kept.

    Raises:
        MissingPackage: The package redis is not there.
        EndpointError: The address is none of Redis.
    """

    def __init__(self, url: str, seconds: float) -> None:
        try:
            from redis import asyncio
            from redis.exceptions import RedisError
        except ImportError:
            raise MissingPackage("redis", "to keep answers in Redis", "redis") from None
        self.url, self.milliseconds = url, max(1, round(seconds * 1000))
        self.troubles = (RedisError, OSError, TimeoutError)
        try:
            self.client: Any = asyncio.Redis.from_url(
                url,
                socket_timeout=PATIENCE_SECONDS,
                socket_connect_timeout=PATIENCE_SECONDS,
            )
        except ValueError as error:
            raise EndpointError(
                f"answers cannot be kept at {shown(url)}: {error}; an address of Redis looks "
                f"like redis://127.0.0.1:6379/0"
            ) from error
        self.is_failing = False
        self.pause_until = 0.0

    async def find(self, key: bytes) -> bytes | None:
        """The answer under a key; None if there is none, or Redis does not say."""
        if time.monotonic() < self.pause_until:
            return None
        try:
            found: bytes | None = await self.client.get(PREFIX + key)
        except self.troubles as error:
            self.fail(error)
            return None
        self.recover()
        return found

    async def keep(self, key: bytes, answer: bytes) -> None:
        """Keep an answer, if Redis takes it."""
        if time.monotonic() < self.pause_until:
            return
        try:
            await self.client.set(PREFIX + key, answer, px=self.milliseconds)
        except self.troubles as error:
            self.fail(error)

    def fail(self, error: Exception) -> None:
        """Leave Redis alone for a while, and say so once until it works again."""
        self.pause_until = time.monotonic() + PAUSE_SECONDS
        if not self.is_failing:
            self.is_failing = True
            logger.warning(
                "Redis at %s cannot be asked (%s): every request goes to the model",
                shown(self.url),
                str(error) or type(error).__name__,
            )

    def recover(self) -> None:
        """Say that Redis works again, if it did not."""
        if self.is_failing:
            self.is_failing = False
            logger.warning("Redis at %s is asked again", shown(self.url))


def shown(url: str) -> str:
    """An address without its password."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"

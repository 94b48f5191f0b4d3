"""Which cache an endpoint has: in the worker's memory, or in Redis for all workers."""

from __future__ import annotations

from nbtrack.records.endpoint import EndpointPlan
from nbtrack.serving.caching.memory import MemoryCache
from nbtrack.serving.protocol import Cache

__all__ = ["cache_for"]


def cache_for(plan: EndpointPlan) -> Cache | None:
    """The cache that a plan asks for; None if it asks for none.

    Raises:
        MissingPackage: It is to be in Redis, and the package redis is not there.
        EndpointError: Its address is none of Redis.
    """
    seconds, url = plan.options.cache_seconds, plan.options.cache_url
    if seconds <= 0:
        return None
    if url is None:
        return MemoryCache(seconds)
    from nbtrack.serving.caching.redis import RedisCache

    return RedisCache(url, seconds)

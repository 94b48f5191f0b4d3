from __future__ import annotations

import sys

import pytest

from nbtrack.errors import EndpointError, MissingPackage
from nbtrack.records.endpoint import EndpointOptions, EndpointPlan
from nbtrack.serving.caching.choice import cache_for
from nbtrack.serving.caching.memory import MemoryCache
from nbtrack.serving.caching.redis import RedisCache


def plan(**options):
    return EndpointPlan(endpoint_id="1", name="x", variants=(), options=EndpointOptions(**options))


def test_a_plan_says_which_cache_there_is():
    assert cache_for(plan()) is None
    assert cache_for(plan(cache_url="redis://127.0.0.1:1")) is None
    assert isinstance(cache_for(plan(cache_seconds=5)), MemoryCache)
    kept = cache_for(plan(cache_seconds=0.5, cache_url="redis://127.0.0.1:1"))
    assert isinstance(kept, RedisCache)
    assert kept.milliseconds == 500


def test_an_address_of_something_else_is_refused_without_its_password():
    with pytest.raises(EndpointError, match="looks like redis://") as raised:
        cache_for(plan(cache_seconds=5, cache_url="http://ada:hunter2@127.0.0.1"))
    assert "hunter2" not in str(raised.value)


def test_without_the_package_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(MissingPackage, match=r"nbtrack\[redis\]"):
        cache_for(plan(cache_seconds=5, cache_url="redis://127.0.0.1:1"))

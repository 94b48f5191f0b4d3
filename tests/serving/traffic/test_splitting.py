"""Traffic split by keys, or by chance."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest

import nbtrack
from nbtrack.errors import InvalidValue
from nbtrack.serving.traffic.routing import router_for


def test_a_key_goes_where_variant_of_says_in_every_worker(plan_of):
    shares = {"champion": 0.7, "challenger": 0.3}
    plan = plan_of(shares, salt="spring")
    routers = [router_for(plan), router_for(plan)]
    for n in range(500):
        (at,) = {it.choose(f"u{n}") for it in routers}
        assert plan.variants[at].name == nbtrack.variant_of(f"u{n}", shares, salt="spring")


@pytest.mark.parametrize("key", [None, ""])
def test_requests_without_a_key_are_shared_by_chance(key, plan_of):
    router = router_for(plan_of({"a": 0.75, "b": 0.25}))
    found = Counter(router.choose(key) for _ in range(20_000))
    assert abs(found[1] / 20_000 - 0.25) < 0.015


def test_shadows_never_answer_and_share_nothing(plan_of):
    plan = plan_of({"a": 0.5, "b": 0.5}, shadows=["s"])
    plan = msgspec.structs.replace(plan, variants=(plan.variants[2], *plan.variants[:2]))
    router = router_for(plan)
    assert list(router.shadows) == [0]
    assert {router.choose(str(n)) for n in range(1_000)} == {1, 2}


def test_a_variant_without_a_share_gets_nothing(plan_of):
    router = router_for(plan_of({"a": 1.0, "b": 0.0}, mode="canary"))
    assert {router.choose(str(n)) for n in range(1_000)} == {0}
    assert {router.choose(None) for _ in range(1_000)} == {0}


@pytest.mark.parametrize("mode", ["split", "canary", "bandit"])
def test_a_plan_that_gives_nobody_traffic_is_refused(mode, plan_of):
    with pytest.raises(InvalidValue, match="at least one of them above 0"):
        router_for(plan_of({"a": 0.0, "b": 0.0}, mode=mode))

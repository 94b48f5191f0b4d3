"""A bandit: traffic goes where rewards are, by what all workers saw."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from nbtrack.records.endpoint import VariantStats
from nbtrack.serving.traffic.routing import router_for


def played(router, reward, requests=2_000):
    """How often each variant answered, each answer rewarded at once."""
    found = Counter()
    for _ in range(requests):
        at = router.choose(None)
        found[at] += 1
        router.reward("abc"[at], reward(at))
    return found


def seeded(router, seed=3):
    router.chance = random.Random(seed)
    return router


def test_ones_draw_the_traffic(plan_of):
    router = seeded(router_for(plan_of({"a": 1, "b": 1, "c": 1}, mode="bandit")))
    chance = random.Random(1)
    found = played(router, lambda at: float(chance.random() < (0.1, 0.3, 0.5)[at]))
    assert found[2] > 1_600
    assert min(found.values()) > 5


@pytest.mark.parametrize(("scale", "shift"), [(1, 0), (1e6, 1e7), (1e-4, -3)])
def test_larger_numbers_draw_the_traffic_whatever_their_scale(plan_of, scale, shift):
    router = seeded(router_for(plan_of({"a": 1, "b": 1}, mode="bandit")))
    chance = random.Random(2)
    found = played(router, lambda at: shift + scale * chance.gauss((10, 11)[at], 2))
    assert found[1] > 1_500


def test_without_rewards_all_are_tried(plan_of):
    router = seeded(router_for(plan_of({"a": 1, "b": 1}, mode="bandit")))
    found = Counter(router.choose("the same key") for _ in range(2_000))
    assert abs(found[0] - 1_000) < 150


def test_what_other_workers_learned_counts_and_is_not_added_to_ones_own(plan_of):
    router = seeded(router_for(plan_of({"a": 1, "b": 1}, mode="bandit")))
    for _ in range(50):
        router.reward("a", 1.0)
    of_all = [
        VariantStats(name="a", rewards=100, reward_sum=60, reward_squares=60),
        VariantStats(name="b", rewards=1_000, reward_sum=900, reward_squares=900),
        VariantStats(name="gone", rewards=10, reward_sum=10, reward_squares=10),
    ]
    router.learn(of_all)
    assert [(it.size, it.mean) for it in router.rewards.values()] == [(100, 0.6), (1_000, 0.9)]
    assert Counter(router.choose(None) for _ in range(200))[1] == 200


def test_what_another_version_was_worth_is_not_learned(plan_of):
    router = router_for(plan_of({"a": 1, "b": 1}, mode="bandit"))
    old = VariantStats(name="a", version=7, rewards=100, reward_sum=100, reward_squares=100)
    router.learn([VariantStats(name="a", rewards=2, reward_sum=1, reward_squares=1), old])
    assert (router.rewards["a"].size, router.rewards["a"].mean) == (2, 0.5)


def test_a_share_of_nothing_and_shadows_stay_out(plan_of):
    router = router_for(plan_of({"a": 1, "b": 0}, mode="bandit", shadows=["s"]))
    router.reward("b", 1.0)
    router.reward("s", 1.0)
    router.reward("nobody", 1.0)
    assert {router.choose(None) for _ in range(100)} == {0}


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_reward_that_is_no_number_changes_nothing(plan_of, value):
    router = router_for(plan_of({"a": 1, "b": 1}, mode="bandit"))
    router.reward("a", value)
    assert [it.size for it in router.rewards.values()] == [0, 0]


def test_equal_rewards_are_no_reason_to_fail(plan_of):
    router = router_for(plan_of({"a": 1, "b": 1}, mode="bandit"))
    for _ in range(3):
        router.reward("a", 2.5)
        router.reward("b", 2.5)
    assert {router.choose(None) for _ in range(100)} <= {0, 1}

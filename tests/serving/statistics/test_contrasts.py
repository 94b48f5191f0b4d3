"""Variants beside the first: drawn by lot, asked the same, or chosen by a bandit."""

from __future__ import annotations

import numpy as np

from nbtrack.serving.statistics.contrasts import chosen_apart, drawn_apart, paired
from nbtrack.serving.statistics.samples import Sample, sample_of, sample_of_sums

PLANNED = 1_000


def test_answers_to_the_same_requests_tell_more():
    rng = np.random.default_rng(1)
    common = rng.normal(0, 5, 400)
    one, other = common + rng.normal(0, 1, 400), common + 0.5 + rng.normal(0, 1, 400)
    alone = drawn_apart(sample_of(one), sample_of(other), 0.05, PLANNED)
    together = paired(sample_of(other - one), 0.05, PLANNED)
    assert 0 in alone.bounds
    assert 0 not in together.bounds
    assert alone.value - together.value < 1e-9
    assert together.p_value < 0.05 < alone.p_value


def test_traffic_that_followed_rewards_has_bounds_and_no_p_value():
    first, other = sample_of_sums(50, 10, 10), sample_of_sums(4_000, 2_000, 2_000)
    found = chosen_apart(first, other, 0.05, PLANNED)
    assert (found.p_value, found.needed) == (None, None)
    assert found.bounds.low > 0
    by_lot = drawn_apart(first, other, 0.05, PLANNED)
    assert found.bounds.high - found.bounds.low > by_lot.bounds.high - by_lot.bounds.low


def test_it_has_bounds_for_numbers_too():
    numbers = np.random.default_rng(2).normal(0, 1, 2_000)
    found = chosen_apart(sample_of(numbers[:1_000]), sample_of(numbers[1_000:] + 1), 0.05, PLANNED)
    assert 0 < found.bounds.low < 1 < found.bounds.high
    few = chosen_apart(sample_of([1.5, 2.5]), Sample(), 0.05, PLANNED)
    assert few.bounds.low == float("-inf")

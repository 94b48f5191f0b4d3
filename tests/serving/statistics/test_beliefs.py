"""Chances to be best, as rewards let one believe."""

from __future__ import annotations

import pytest

from nbtrack.serving.statistics.beliefs import chances_to_be_best
from nbtrack.serving.statistics.samples import Sample, sample_of, sample_of_sums


def test_chances_are_those_of_the_distributions():
    # The chance that Beta(13, 9) is above Beta(9, 13), known by summing its closed form
    rewards = [sample_of_sums(20, 8, 8), sample_of_sums(20, 12, 12)]
    assert chances_to_be_best(rewards, draws=20_000)[1] == pytest.approx(0.891, abs=0.01)


def test_they_add_up_and_come_out_the_same_each_time():
    rewards = [sample_of([1.0, 2.0, 4.0]), sample_of([2.0, 2.5]), Sample()]
    found = chances_to_be_best(rewards)
    assert sum(found) == pytest.approx(1)
    assert found == chances_to_be_best(rewards)


def test_nothing_known_is_an_even_chance():
    assert chances_to_be_best([Sample()] * 4) == pytest.approx([0.25] * 4, abs=0.03)


def test_numbers_far_apart_leave_no_doubt_whatever_their_scale():
    for scale in (1e-6, 1, 1e9):
        low, high = ([scale * (it + n % 3) for n in range(60)] for it in (10, 12))
        assert chances_to_be_best([sample_of(low), sample_of(high)])[1] > 0.99

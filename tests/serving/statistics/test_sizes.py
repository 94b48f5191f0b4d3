"""What a trial needs: it is planned so that it mostly shows what is there."""

from __future__ import annotations

import numpy as np

from nbtrack.serving.statistics.samples import sample_of
from nbtrack.serving.statistics.sequences import difference
from nbtrack.serving.statistics.sizes import size_for


def test_a_trial_of_that_size_finds_the_difference_mostly():
    size = size_for(0.3, 1.0, 0.5, alpha=0.05, power=0.8)
    rng = np.random.default_rng(5)
    found = 0
    for _ in range(200):
        one, other = rng.normal(0, 1, size // 2), rng.normal(0.3, 1, size // 2)
        found += difference(sample_of(one), sample_of(other), planned=size).is_sure
    assert 0.72 < found / 200 < 0.88


def test_smaller_differences_uneven_traffic_and_more_power_need_more():
    usual = size_for(0.1, 1.0, 0.5, alpha=0.05, power=0.8)
    assert 3.5 * usual < size_for(0.05, 1.0, 0.5, alpha=0.05, power=0.8) < 4.5 * usual
    assert size_for(0.1, 1.0, 0.1, alpha=0.05, power=0.8) > 2 * usual
    assert size_for(0.1, 1.0, 0.5, alpha=0.05, power=0.95) > usual
    assert size_for(0.1, 1.0, 0.5, alpha=0.01, power=0.8) > usual

"""Latencies by steps, and where their median surely is."""

from __future__ import annotations

from collections import Counter
from math import inf

import numpy as np
import pytest

from nbtrack.serving.statistics.latencies import median_bounds, seconds_of, step_of


@pytest.mark.parametrize("seconds", [1e-4, 2.5e-4, 0.00999, 0.5, 3.0, 100.0])
def test_a_latency_lies_in_its_step(seconds):
    step = step_of(seconds)
    assert seconds <= seconds_of(step) * (1 + 1e-9)
    assert step == 0 or seconds > seconds_of(step - 1) * (1 - 1e-9)


def test_nothing_is_too_fast_to_be_counted():
    assert step_of(0.0) == step_of(1e-9) == 0


def test_the_median_lies_within_its_bounds_and_they_narrow():
    times = np.random.default_rng(4).lognormal(np.log(0.02), 0.6, 5_000)
    widths = []
    for n in (50, 500, 5_000):
        low, high = median_bounds(Counter(map(step_of, times[:n])), 0.05)
        assert low < 0.02 < high
        widths.append(high / low)
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < 1.35


def test_a_few_latencies_tell_nothing():
    assert median_bounds({}, 0.05) == (0.0, inf)
    assert median_bounds({40: 2, 60: 1}, 0.05) == (0.0, inf)

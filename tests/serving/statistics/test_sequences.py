"""Bounds at all looks: where they are narrow, what they never say, what is needed."""

from __future__ import annotations

from math import inf, isinf

import numpy as np
import pytest

from nbtrack.serving.statistics.samples import Sample, sample_of, sample_of_sums
from nbtrack.serving.statistics.sequences import (
    LEAST,
    difference,
    is_surely_not,
    most_errors,
    rate_bounds,
)


def rates(one, other, each=1_000):
    return difference(
        sample_of_sums(each, one * each, one * each),
        sample_of_sums(each, other * each, other * each),
    )


def test_a_p_value_is_below_alpha_where_the_bounds_leave_zero_out():
    for other in np.linspace(0.1, 0.3, 41):
        found = rates(0.2, round(other * 1000) / 1000)
        assert (found.p_value < found.alpha) == found.is_sure


def test_bounds_are_wider_than_of_one_look_and_not_by_much():
    assert 3.0 < most_errors(1_000, 0.05, 1_000) < 3.1
    assert most_errors(100, 0.05, 1_000) < 4
    assert most_errors(100_000, 0.05, 1_000) < 3.7
    assert most_errors(20, 0.05, 1_000) > 6


def test_they_are_narrowest_in_errors_near_what_was_planned():
    for planned in (100, 10_000):
        at = {n: most_errors(n, 0.05, planned) for n in (planned // 20, planned, planned * 100)}
        assert min(at, key=at.get) == planned


def test_few_numbers_say_nothing():
    found = difference(sample_of([1.0] * (LEAST - 1)), sample_of([2.0] * 500))
    assert (found.p_value, found.is_sure) == (1.0, False)
    assert isinf(found.bounds.low)
    assert difference(Sample(), Sample()).needed is None
    assert difference(Sample(), sample_of([1.0, 0.0] * 50)).needed is None


def test_none_that_pay_among_the_first_twenty_is_no_proof_that_none_do():
    pay = [0.0] * 190 + [20.0, 5.0, 8.0, 1.0, 90.0, 3.0, 4.0, 9.0, 2.0, 30.0]
    found = difference(sample_of(pay), sample_of([0.0] * 20))
    assert not found.is_sure
    assert not difference(sample_of(pay), sample_of([0.0] * 15 + [0.01] * 5)).is_sure


def test_a_mean_without_any_variance_elsewhere_is_told():
    found = difference(sample_of([2.0] * 50), sample_of([2.0] * 50))
    assert (found.value, found.p_value, found.is_sure) == (0.0, 1.0, False)


def test_what_is_needed_would_do():
    found = rates(0.10, 0.11)
    assert found.needed == pytest.approx(43_000, rel=0.02)
    each = 1_000 + found.needed // 2 + 1
    assert rates(0.10, 0.11, each).is_sure
    assert not rates(0.10, 0.11, int(each * 0.95)).is_sure
    assert rates(0.1, 0.4).needed == 0
    assert rates(0.1, 0.1).needed is None


def test_a_twentieth_of_the_traffic_tells_less_than_a_half():
    def at(one, other):
        return difference(
            sample_of_sums(one, one * 0.2, one * 0.2),
            sample_of_sums(other, other * 0.25, other * 0.25),
        ).p_value

    assert at(2_000, 2_000) < at(3_800, 200)


@pytest.mark.parametrize(("hits", "count"), [(0, 10), (1, 10), (5, 10), (10, 10), (30, 3_000)])
def test_a_rate_lies_within_its_bounds_and_they_are_where_it_gets_sure(hits, count):
    low, high = rate_bounds(hits, count)
    assert low <= hits / count <= high
    for edge, inside in ((low, low + 1e-6), (high, high - 1e-6)):
        if 0 < edge < 1:
            assert is_surely_not(hits, count, edge + (edge - inside))
            assert not is_surely_not(hits, count, inside)


def test_bounds_of_a_rate_narrow_as_its_number_grows():
    widths = [rate_bounds(n // 10, n) for n in (10, 100, 1_000, 10_000)]
    assert sorted(widths, key=lambda it: it.high - it.low, reverse=True) == widths
    assert rate_bounds(0, 0) == (0.0, 1.0)


def test_a_rate_that_cannot_be_is_surely_not():
    assert is_surely_not(1, 10, 0.0)
    assert is_surely_not(9, 10, 1.0)
    assert not is_surely_not(0, 10, 0.0)


def test_bounds_contain_numbers_alone():
    bounds = rates(0.2, 0.25).bounds
    assert 0.05 in bounds
    assert inf not in bounds
    assert "0.05" not in bounds

"""Samples: the same figures from values, from sums, and joined."""

from __future__ import annotations

import numpy as np
import pytest

from nbtrack.serving.statistics.samples import Sample, joined, sample_of, sample_of_sums


@pytest.fixture
def values():
    return np.random.default_rng(1).normal(5, 3, 400)


def test_mean_and_variance_are_those_of_numpy(values):
    found = sample_of(values)
    assert (found.size, found.is_binary) == (400, False)
    assert found.mean == pytest.approx(values.mean(), rel=1e-12)
    assert found.variance == pytest.approx(values.var(ddof=1), rel=1e-12)
    assert found.deviation == pytest.approx(values.std(ddof=1), rel=1e-12)
    assert found.error == pytest.approx(values.var(ddof=1) / 400, rel=1e-12)


def test_sums_and_parts_tell_the_same(values):
    whole = sample_of(values)
    of_sums = sample_of_sums(400, values.sum(), (values**2).sum())
    of_parts = joined([sample_of(values[:7]), Sample(), sample_of(values[7:])])
    for found in (of_sums, of_parts):
        assert found.size == 400
        assert found[1:3] == pytest.approx(whole[1:3], rel=1e-9)


def test_numbers_that_differ_by_little_on_a_large_mean_keep_their_variance():
    values = 1e9 + np.random.default_rng(2).normal(0, 1, 500)
    halves = joined([sample_of(values[:250]), sample_of(values[250:])])
    assert sample_of(values).variance == pytest.approx(values.var(ddof=1), rel=1e-6)
    assert halves.variance == pytest.approx(values.var(ddof=1), rel=1e-6)


@pytest.mark.parametrize(
    ("values", "is_binary"), [([0, 1, 1], True), ([], True), ([0, 2], False), ([0.5], False)]
)
def test_zeros_and_ones_are_told_from_other_numbers(values, is_binary):
    assert sample_of(values).is_binary == is_binary
    squares = sum(it * it for it in values)
    assert sample_of_sums(len(values), sum(values), squares).is_binary == is_binary


def test_a_variant_without_a_success_is_not_taken_for_sure():
    assert sample_of([0] * 10).variance == pytest.approx(1 / 12 * 11 / 12)
    assert sample_of([2.0]).variance == 0
    assert Sample().error == float("inf")
    assert joined([]) == joined([Sample(), Sample()]) == Sample()

"""The variant of a key told offline, and how large a trial has to be."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

import nbtrack
from nbtrack.errors import InvalidValue


def test_it_is_the_variant_of_a_split_that_is_written_by_hand():
    for n in range(1_000):
        number = int(hashlib.md5(f"user{n}".encode()).hexdigest(), 16)
        by_hand = "model_a" if number % 100 < 0.2 * 100 else "model_b"
        assert nbtrack.variant_of(f"user{n}", {"model_a": 0.2, "model_b": 0.8}) == by_hand


def test_a_number_is_the_same_key_whatever_its_type():
    shares = {"a": 1, "b": 1}
    for n in range(100):
        (one,) = {nbtrack.variant_of(it, shares) for it in (n, float(n), str(n), np.int32(n))}
        assert one in shares


@pytest.mark.parametrize("key", [None, "", float("nan")])
def test_no_key_has_no_variant(key):
    with pytest.raises(InvalidValue, match="is no key: a request without one goes to any variant"):
        nbtrack.variant_of(key, {"a": 1})


def test_a_trial_is_larger_for_less():
    assert nbtrack.sample_size(0.01, rate=0.1) > 3.5 * nbtrack.sample_size(0.02, rate=0.1)
    assert nbtrack.sample_size(1, deviation=10) == nbtrack.sample_size(-1, deviation=10)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "give rate= for zeros and ones, or deviation="),
        ({"rate": 0.1, "deviation": 1}, "give rate= for zeros and ones, or deviation="),
        ({"rate": 1.5}, "rate= is between 0 and 1, not 1.5"),
        ({"rate": 0.1, "share": 1}, "share, alpha and power are between 0 and 1"),
        ({"deviation": 0}, "deviation= is above 0, not 0"),
    ],
)
def test_a_trial_that_cannot_be_planned_is_told(options, message):
    with pytest.raises(InvalidValue, match=message):
        nbtrack.sample_size(0.01, **options)

"""Keys and their variants: exact shares, the same everywhere, as people write them by hand."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest

from nbtrack.errors import InvalidValue
from nbtrack.serving.traffic.keys import PLACES, ends_of, key_header, key_of, owner_of, place_of

KEYS = [f"user-{n}" for n in range(120_000)]


@pytest.fixture(scope="module")
def places():
    """The place of each key."""
    return [place_of(key) for key in KEYS]


def test_many_keys_are_shared_as_planned(places):
    ends = ends_of([0.8, 0.15, 0.05])
    found = Counter(owner_of(place, ends) for place in places)
    for at, share in enumerate([0.8, 0.15, 0.05]):
        deviation = (share * (1 - share) / len(KEYS)) ** 0.5
        assert abs(found[at] / len(KEYS) - share) < 4 * deviation


def test_every_place_gets_keys(places):
    assert set(places) == set(range(PLACES))


@pytest.mark.parametrize(
    ("shares", "ends"),
    [
        ([1], [10_000]),
        ([1, 1], [5_000, 10_000]),
        ([0.9999, 0.0001], [9_999, 10_000]),
        ([1, 1, 1], [3_334, 6_667, 10_000]),
        ([0.7, 0, 0.3], [7_000, 7_000, 10_000]),
        ([0.29, 0.57, 0.14], [2_900, 8_600, 10_000]),
        ([1e-9, 1], [0, 10_000]),
        ([3, 5], [3_750, 10_000]),
    ],
)
def test_places_are_shared_to_a_ten_thousandth(shares, ends):
    assert ends_of(shares) == ends


@pytest.mark.parametrize("shares", [[], [0, 0], [-1, 2], [float("nan"), 1], [float("inf"), 1]])
def test_shares_that_share_nothing_are_refused(shares):
    with pytest.raises(InvalidValue, match="shares of traffic are numbers from 0 on"):
        ends_of(shares)


def test_a_larger_share_moves_keys_one_way_only(places):
    before, after = ends_of([0.9, 0.1]), ends_of([0.7, 0.3])
    assert not any(owner_of(it, before) == 1 and owner_of(it, after) == 0 for it in places)


def test_another_salt_shares_keys_anew():
    ends = ends_of([0.5, 0.5])
    keys = KEYS[:20_000]
    one, other = ([owner_of(place_of(key, salt), ends) for key in keys] for salt in ("", "second"))
    same = sum(a == b for a, b in zip(one, other, strict=True)) / len(keys)
    assert abs(same - 0.5) < 0.02


def test_a_split_written_by_hand_sends_the_same_users_to_the_first_variant():
    for percent in (1, 20, 50, 93):
        ends = ends_of([percent / 100, 1 - percent / 100])
        for key in KEYS[:2_000]:
            by_hand = int(hashlib.md5(key.encode()).hexdigest(), 16) % 100 < percent
            assert (owner_of(place_of(key), ends) == 0) == by_hand


def test_another_process_sends_keys_to_the_same_places():
    code = (
        "from nbtrack.serving.traffic.keys import place_of\n"
        "print([place_of(f'user-{n}', 'salt') for n in range(50)])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str([place_of(key, "salt") for key in KEYS[:50]])


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("42", "42"),
        (42, "42"),
        (42.0, "42"),
        (np.int64(42), "42"),
        (np.float64(42), "42"),
        (0.5, "0.5"),
        ("", None),
        (None, None),
        (float("nan"), None),
        (np.float64("nan"), None),
        ("Zoë", "Zoë"),
    ],
)
def test_a_key_is_the_same_text_whatever_it_came_as(value, key):
    assert key_of(value) == key


def test_a_key_is_sent_as_it_is_hashed():
    assert [key_header(it) for it in ("Köln", 42.0, np.int64(7))] == ["Köln".encode(), b"42", b"7"]
    for key in ("", "a\nb", float("nan"), ("a",), None):
        with pytest.raises(InvalidValue, match="a number or a text of one line"):
            key_header(key)

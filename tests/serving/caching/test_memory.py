from __future__ import annotations

import asyncio

import pytest

from nbtrack.serving.caching.memory import OVERHEAD_BYTES, MemoryCache


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def cache(clock):
    """A cache of ten seconds with room for eight answers of 1,000 bytes."""
    return MemoryCache(10, 8 * (1000 + OVERHEAD_BYTES), clock)


def find(cache, key):
    return asyncio.run(cache.find(key))


def keep(cache, key, answer):
    asyncio.run(cache.keep(key, answer))


def test_an_answer_is_given_again_until_it_is_too_old(cache, clock):
    keep(cache, b"a", b"answer")
    clock.now = 9.9
    assert find(cache, b"a") == b"answer"
    clock.now = 10.0
    assert find(cache, b"a") is None
    assert (cache.bytes, len(cache.kept)) == (0, 0)


def test_what_was_used_least_lately_makes_room(cache):
    for at in range(8):
        keep(cache, b"%d" % at, b"x" * 1000)
    assert find(cache, b"0") is not None
    keep(cache, b"8", b"x" * 1000)
    assert [find(cache, b"%d" % at) is not None for at in range(9)] == [True, False] + [True] * 7
    assert cache.bytes <= cache.most_bytes


def test_an_answer_takes_the_place_of_the_one_before(cache):
    keep(cache, b"a", b"one")
    keep(cache, b"a", b"other")
    assert (find(cache, b"a"), len(cache.kept)) == (b"other", 1)
    assert cache.bytes == len(b"other") + OVERHEAD_BYTES


def test_a_large_answer_pushes_nothing_out(cache):
    keep(cache, b"a", b"x" * 5000)
    assert (find(cache, b"a"), cache.bytes) == (None, 0)

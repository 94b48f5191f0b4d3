from __future__ import annotations

import os
import threading
import time
import uuid

import pytest

from nbtrack.records import ids


def test_a_uuid7_is_one_by_the_standard():
    made = uuid.UUID(ids.uuid7())
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert abs((made.int >> 80) - time.time() * 1000) < 60_000


def test_uuids_grow_and_never_repeat_across_threads():
    found = []

    def make():
        own = [ids.uuid7() for _ in range(5000)]
        assert own == sorted(own)
        found.extend(own)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 20_000


def test_uuids_and_times_grow_when_the_clock_goes_back(monkeypatch):
    before_id, before_time = ids.uuid7(), ids.next_time()
    monkeypatch.setattr(ids.time, "time_ns", lambda: 10**18)
    assert ids.uuid7() > before_id
    assert ids.next_time() > before_time


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_child_makes_other_ids():
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.write(writing, ids.uuid7().encode())
        os._exit(0)
    mine = ids.uuid7()
    os.waitpid(pid, 0)
    os.close(writing)
    with open(reading) as pipe:  # noqa: PTH123 - a descriptor has no path
        theirs = pipe.read()
    assert uuid.UUID(theirs).version == 7
    assert theirs != mine


def test_a_clock_that_was_held_at_a_fork_is_free_in_the_child():
    clock = ids.Clock()
    clock.lock.acquire()
    clock.reset()
    assert clock.tick() > 0


def test_a_provisional_experiment_id_is_18_digits():
    for _ in range(100):
        assert len(ids.provisional_experiment_id()) == 18
        assert ids.provisional_experiment_id().isdigit()


def test_milliseconds_are_of_the_clock_on_the_wall(monkeypatch):
    monkeypatch.setattr(ids.time, "time_ns", lambda: 1_700_000_000_123_456_789)
    assert ids.now_ms() == 1_700_000_000_123

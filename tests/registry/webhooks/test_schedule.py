"""When a delivery is tried again."""

from __future__ import annotations

from nbtrack.registry.webhooks.post import Reply
from nbtrack.registry.webhooks.schedule import Schedule


def test_waits_grow_and_end():
    schedule = Schedule(attempts=4, first_seconds=1, growth=10, longest_seconds=50)
    waits = [schedule.wait_after(attempt, Reply(503)) for attempt in (1, 2, 3, 4)]
    assert waits[3] is None
    for wait, least in zip(waits[:3], (1, 10, 50), strict=True):
        assert least <= wait <= least * 1.5


def test_what_is_final_is_not_tried_again():
    assert Schedule().wait_after(1, Reply(404, is_final=True)) is None


def test_a_receiver_that_asks_for_a_longer_wait_gets_it_within_a_day():
    assert Schedule().wait_after(1, Reply(429, retry_after_seconds=90)) == 90
    assert Schedule().wait_after(1, Reply(429, retry_after_seconds=1e9)) == 86_400

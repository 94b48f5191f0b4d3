from __future__ import annotations

import asyncio

import pytest

from nbtrack.serving.scoring.bodies import HELD_TIMES, Gone, Held, read_body
from nbtrack.serving.scoring.refusals import Refused

MOST = 100


def read(*chunks, held=None, declared=0, hangs_up=False):
    """What is read of a body that comes in chunks."""
    last = None if hangs_up else len(chunks) - 1
    messages = [
        {"type": "http.request", "body": it, "more_body": at != last}
        for at, it in enumerate(chunks)
    ]
    messages.append({"type": "http.disconnect"})

    async def receive():
        return messages.pop(0)

    return asyncio.run(read_body(receive, declared, MOST, held or Held(), waits=False))


def test_a_body_in_chunks_is_read_whole_and_then_held_by_nobody():
    held = Held()
    assert read(b"a" * 60, b"b" * 40, held=held) == b"a" * 60 + b"b" * 40
    assert held.bytes == 0


@pytest.mark.parametrize("declared", [0, 101, MOST * HELD_TIMES + 1])
def test_one_that_is_too_large_is_refused_for_good_however_it_comes(declared):
    held = Held()
    with pytest.raises(Refused) as found:
        read(b"a" * 60, b"b" * 41, held=held, declared=declared)
    assert (found.value.status, held.bytes) == (413, 0)


def test_chunks_count_while_they_arrive():
    held = Held()
    held.bytes = MOST * HELD_TIMES - 70  # what other requests hold
    with pytest.raises(Refused, match="come later"):
        read(b"a" * 60, b"b" * 20, held=held)
    assert held.bytes == MOST * HELD_TIMES - 70


def test_a_client_that_hangs_up_leaves_nothing_held():
    held = Held()
    with pytest.raises(Gone):
        read(b"a" * 60, held=held, hangs_up=True)
    assert held.bytes == 0

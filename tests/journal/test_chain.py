from __future__ import annotations

import pytest

from nbtrack.journal import chain as chains
from nbtrack.journal import reader
from nbtrack.journal.chain import Chain


@pytest.fixture
def chain(folder):
    made = Chain(folder)
    yield made
    made.release()


def test_segments_are_numbered_under_one_owner(chain, folder):
    for _ in range(3):
        chain.begin_segment()
    headers = [reader.header_of(segment.path) for segment in reader.segments(folder)]
    assert [(header.owner, header.segment) for header in headers] == [
        (chain.owner, number) for number in range(3)
    ]


def test_an_old_segment_is_alive_until_it_is_let_go(chain, folder):
    chain.begin_segment()
    chain.rotate()
    assert [reader.is_alive(segment.path) for segment in reader.segments(folder)] == [True, True]
    chain.let_go(chain.finished())
    assert [reader.is_alive(segment.path) for segment in reader.segments(folder)] == [False, True]
    assert chain.retired == []


def test_where_no_segment_can_be_made_the_old_one_goes_on_for_a_while(chain, folder):
    first = chain.begin_segment()
    folder.journal.rename(folder.path / "moved")
    folder.journal.write_text("in the way")
    chain.rotate()
    assert chain.current is first
    assert chain.rotate_at > chains.ROTATE_BYTES

from __future__ import annotations

import os
from collections import deque

import pytest

from nbtrack.journal import reader, segment
from nbtrack.journal.segment import LARGEST_WRITE, open_segment, replace_segment
from nbtrack.records.codec import encode
from nbtrack.records.event import JournalHeader

HEADER = JournalHeader("o" * 32, "host", "boot", 1, 5)


@pytest.fixture
def opened(store_folder):
    made = open_segment(store_folder.journal, HEADER)
    yield made
    made.close()


def test_a_segment_is_seen_only_once_it_is_locked_and_has_its_header(store_folder, monkeypatch):
    seen = []
    write = os.write

    def watched(descriptor, data):
        seen.append(reader.segments(store_folder))
        return write(descriptor, data)

    monkeypatch.setattr(segment.os, "write", watched)
    made = open_segment(store_folder.journal, HEADER)
    assert seen == [[]]
    (listed,) = reader.segments(store_folder)
    assert reader.header_of(listed.path) == HEADER
    assert reader.is_alive(listed.path)
    made.close()


def test_a_segment_that_cannot_have_its_header_leaves_nothing(store_folder, monkeypatch):
    monkeypatch.setattr(segment.os, "write", lambda descriptor, data: 0)
    with pytest.raises(OSError, match="No space left"):
        open_segment(store_folder.journal, HEADER)
    assert list(store_folder.journal.iterdir()) == []


def test_lines_are_written_together_up_to_a_megabyte(opened, monkeypatch):
    sizes = []
    write = os.write

    def watched(descriptor, data):
        sizes.append(len(data))
        return write(descriptor, data)

    monkeypatch.setattr(segment.os, "write", watched)
    held = deque([b"x" * 99_999 + b"\n"] * 25)
    opened.put(held)
    assert not held
    assert sizes == [1_000_000, 1_000_000, 500_000]
    assert max(sizes) <= LARGEST_WRITE
    assert opened.size == opened.path.stat().st_size


def test_a_write_that_takes_nothing_is_an_error_and_keeps_the_lines(opened, monkeypatch):
    monkeypatch.setattr(segment.os, "write", lambda descriptor, data: 0)
    held = deque([b"a\n", b"b\n"])
    with pytest.raises(OSError, match="No space left"):
        opened.put(held)
    assert b"".join(held) == b"a\nb\n"


LINES = (b"one\n", b"two\n", b"six\n")


@pytest.fixture
def cut(monkeypatch):
    """Have the next write take so many bytes, and the one after it nothing."""

    def cut(size, *, then_refuse):
        write = os.write
        left = [size, refuse] if then_refuse else [size]

        def write_less(descriptor, data):
            now = left.pop(0) if left else len(data)
            return now() if now is refuse else write(descriptor, data[:now])

        monkeypatch.setattr(segment.os, "write", write_less)

    return cut


def refuse(*arguments):
    raise OSError(5, "Input/output error")


@pytest.mark.parametrize("size", range(1, 12))
def test_a_write_that_stops_half_way_goes_on_from_there(opened, cut, size):
    cut(size, then_refuse=False)
    opened.put(deque(LINES))
    assert opened.path.read_bytes() == encode(HEADER) + b"".join(LINES)
    assert opened.size == opened.path.stat().st_size


@pytest.mark.parametrize("size", range(1, 12))
def test_wherever_a_disk_is_full_the_file_holds_each_line_once(opened, cut, size):
    cut(size, then_refuse=True)
    held = deque(LINES)
    with pytest.raises(OSError, match="Input/output"):
        opened.put(held)
    assert opened.path.read_bytes().endswith(b"\n")
    opened.put(held)
    assert opened.path.read_bytes() == encode(HEADER) + b"".join(LINES)
    assert opened.size == opened.path.stat().st_size


@pytest.mark.parametrize(("name", "stand_in"), [("ftruncate", refuse), ("pread", lambda *_: b"?")])
def test_a_torn_end_that_cannot_be_cut_off_is_ended_by_a_newline(
    opened, cut, monkeypatch, name, stand_in
):
    monkeypatch.setattr(segment.os, name, stand_in)
    cut(6, then_refuse=True)
    held = deque(LINES)
    with pytest.raises(OSError, match="Input/output"):
        opened.put(held)
    assert opened.torn
    cut(0, then_refuse=False)
    with pytest.raises(OSError, match="No space left"):
        opened.put(held)
    assert b"".join(held) == b"two\nsix\n"
    opened.put(held)
    assert opened.path.read_bytes() == encode(HEADER) + b"one\ntw\ntwo\nsix\n"
    assert not opened.torn


def test_a_deleted_segment_is_made_again_with_what_it_held(opened):
    opened.put(deque([b"one\n"]))
    content = opened.path.read_bytes()
    opened.path.unlink()
    assert opened.is_deleted()
    again = replace_segment(opened)
    assert again.path == opened.path
    assert again.path.read_bytes() == content
    assert not opened.is_deleted()
    again.close()

from __future__ import annotations

import os
import time

import pytest

from nbtrack.journal import reader
from nbtrack.journal.machine import boot_id, host_name
from nbtrack.records.codec import encode
from nbtrack.records.event import JournalHeader
from nbtrack.records.param import Param

HEADER = JournalHeader("o" * 32, "host", "boot", 1, 5)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "x.jsonl"


def test_a_folder_that_is_not_there_has_no_segments(folder):
    assert reader.segments(folder) == []


def test_segments_are_listed_by_name_without_those_in_the_making(store_folder):
    for name in ("b.jsonl", "a.jsonl", ".c.jsonl", "notes.txt"):
        (store_folder.journal / name).write_text("12345")
    assert reader.segments(store_folder) == [
        reader.Segment("a.jsonl", store_folder.journal / "a.jsonl", 5),
        reader.Segment("b.jsonl", store_folder.journal / "b.jsonl", 5),
    ]


def test_a_torn_last_line_is_left_for_the_next_time(path):
    line = encode(Param("a", "1"))
    path.write_bytes(line + line[:-5])
    piece = reader.read(path)
    assert piece == (line, len(line))
    with path.open("ab") as file:
        file.write(line[-5:])
    assert reader.read(path, piece.next_offset) == (line, 2 * len(line))


def test_nothing_new_is_an_empty_piece(path):
    path.write_bytes(b"{}\n")
    assert reader.read(path, 3) == (b"", 3)
    assert reader.read(path, 99) == (b"", 99)


@pytest.mark.parametrize("most", [1, 10, 25, 1000])
def test_reading_in_pieces_gives_the_same_lines(path, most):
    lines = b"".join(b"%d" % (10**size) + b"\n" for size in range(30))
    path.write_bytes(lines + b"torn")
    found, offset = b"", 0
    while True:
        piece = reader.read(path, offset, most)
        if not piece.lines:
            break
        assert piece.lines.endswith(b"\n")
        found += piece.lines
        offset = piece.next_offset
    assert found == lines


def test_the_last_newline_is_found_however_far_back(path):
    path.write_bytes(b"a\n" + b"x" * (3 * reader.BLOCK))
    size = path.stat().st_size
    assert reader.last_newline(path, 0, size) == 2
    assert reader.last_newline(path, 2, size) == 2
    assert reader.last_newline(path, 0, 1) == 0


def test_a_garbage_line_is_set_apart_from_the_records_around_it():
    lines = encode(Param("a", "1")) + b"\xff\xfe garbage\n\n{}\n" + encode(Param("b", "2"))
    assert reader.decode(lines) == (
        [Param("a", "1"), Param("b", "2")],
        [b"\xff\xfe garbage", b"{}"],
    )


def test_a_record_with_fields_that_are_newer_than_this_code_is_read():
    assert reader.decode(b'{"type":"param","key":"a","value":"1","mood":"good"}\n').records == [
        Param("a", "1")
    ]


def test_the_header_of_a_segment(path):
    path.write_bytes(encode(HEADER) + b"rest")
    assert reader.header_of(path) == HEADER


@pytest.mark.parametrize(
    "content", [b"", encode(HEADER)[:-1], b"garbage\n", encode(Param("a", "1")), b"\xff\n"]
)
def test_a_first_line_that_is_no_header_is_none(path, content):
    path.write_bytes(content)
    assert reader.header_of(path) is None


def test_asking_whether_an_owner_lives_changes_nothing(folder, writer):
    writer.write(Param("a", "1"))
    (segment,) = reader.segments(folder)
    before = segment.path.read_bytes()
    assert [reader.is_alive(segment.path) for _ in range(3)] == [True] * 3
    writer.close()
    assert [reader.is_alive(segment.path) for _ in range(3)] == [False] * 3
    assert segment.path.read_bytes() == before


def test_a_segment_that_is_gone_is_not_alive(path):
    assert not reader.is_alive(path)


class TestWithoutLocks:
    """Where the file system knows no locks, the header tells, or the age of the file."""

    @pytest.fixture(autouse=True)
    def no_locks(self, monkeypatch):
        def refuse(descriptor, operation):
            raise OSError(37, "No locks available")

        monkeypatch.setattr(reader.fcntl, "flock", refuse)

    def test_a_process_of_this_boot_is_looked_up(self, path, python):
        for pid, lives in (
            (os.getpid(), True),
            (int(python("import os; print(os.getpid())")), False),
        ):
            path.write_bytes(encode(JournalHeader("o", host_name(), boot_id(), pid, 5)))
            assert reader.is_alive(path) is lives

    def test_a_process_elsewhere_lives_while_its_file_is_young(self, path):
        path.write_bytes(encode(HEADER))
        assert reader.is_alive(path)
        old = time.time() - 2 * reader.HEARTBEAT_SECONDS
        os.utime(path, (old, old))
        assert not reader.is_alive(path)

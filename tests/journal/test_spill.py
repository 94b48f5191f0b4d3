from __future__ import annotations

import pytest

from nbtrack.journal import reader, spill
from nbtrack.journal.spill import Backlog, spill_folder, take_back
from nbtrack.records.codec import encode
from nbtrack.records.event import JournalHeader
from nbtrack.records.param import Param

HEADER = JournalHeader("o" * 32, "host", "boot", 1, 5)


@pytest.fixture
def left_behind(folder):
    """A spill file of a process that is gone."""
    backlog = Backlog(folder)
    backlog.hold(encode(Param("a", "1")))
    backlog.spill(HEADER)
    backlog.file.close()
    return backlog.file.path


def test_nothing_to_take_back(folder):
    assert take_back(folder) == 0


def test_a_spill_file_becomes_a_segment_of_the_same_name(folder, left_behind):
    content = left_behind.read_bytes()
    assert take_back(folder) == 1
    assert not left_behind.exists()
    assert (folder.journal / left_behind.name).read_bytes() == content
    assert take_back(folder) == 0


def test_a_process_that_died_before_it_removed_the_spill_file_leaves_nothing_twice(
    folder, left_behind, keys_in
):
    folder.prepare()
    (folder.journal / left_behind.name).write_bytes(left_behind.read_bytes())
    assert take_back(folder) == 1
    assert not left_behind.exists()
    assert keys_in(folder) == {"a": 1}


def test_a_move_that_fails_leaves_the_spill_file_and_no_half_segment(
    folder, left_behind, monkeypatch
):
    def fail(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spill.os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        take_back(folder)
    assert left_behind.exists()
    assert list(folder.journal.iterdir()) == []


def test_a_file_that_another_process_just_moved_is_passed_over(folder, left_behind, monkeypatch):
    flock = spill.fcntl.flock

    def slow(file, operation):
        flock(file, operation)
        left_behind.unlink()

    monkeypatch.setattr(spill.fcntl, "flock", slow)
    assert take_back(folder) == 0
    assert reader.segments(folder) == []


def test_stores_do_not_mix_what_they_spill(folder, store_folder):
    assert spill_folder(folder) != spill_folder(store_folder)


def test_an_empty_backlog_spills_nothing(folder):
    backlog = Backlog(folder)
    backlog.spill(HEADER)
    assert backlog.detach() == []
    assert backlog.whereabouts() == "nothing waits"
    assert not spill_folder(folder).exists()

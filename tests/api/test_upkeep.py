from __future__ import annotations

import os
import time

import pytest

from nbtrack.api import upkeep as module
from nbtrack.api.upkeep import Upkeep
from nbtrack.capture.guard import TrackingWarning
from nbtrack.errors import StoreBusy
from nbtrack.journal.writer import JournalWriter
from nbtrack.records.metric import Metric


@pytest.fixture
def writer(store_folder):
    writer = JournalWriter(store_folder)
    yield writer
    writer.close()


@pytest.fixture
def drained():
    return []


@pytest.fixture
def upkeep(store_folder, drained):
    upkeep = Upkeep(store_folder, lambda: drained.append(1))
    yield upkeep
    upkeep.stop()


def late(upkeep):
    upkeep.drained_at -= module.LATE_SECONDS


def test_nothing_written_is_nothing_to_drain(upkeep, drained):
    late(upkeep)
    upkeep.look()
    assert drained == []


def test_a_little_is_drained_after_a_while_and_once(upkeep, drained, writer):
    writer.write(Metric("a", 1.0, 1))
    upkeep.look()
    assert drained == []
    late(upkeep)
    upkeep.look()
    late(upkeep)
    upkeep.look()
    assert drained == [1]


def test_much_is_drained_at_once(upkeep, drained, writer):
    writer.write_all([Metric("x" * 1000, 1.0, 1)] * 9_000)
    upkeep.look()
    upkeep.look()
    assert drained == [1]


def test_what_another_process_wrote_is_left_to_it(upkeep, drained, store_folder):
    child = os.fork()
    if not child:
        JournalWriter(store_folder).write(Metric("a", 1.0, 1))
        os._exit(0)
    os.waitpid(child, 0)
    late(upkeep)
    upkeep.look()
    assert drained == []


def test_a_drain_that_fails_is_told_and_tried_again_later(upkeep, writer):
    def fail():
        raise OSError("disk full")

    upkeep.drain = fail
    writer.write(Metric("a", 1.0, 1))
    late(upkeep)
    with pytest.warns(TrackingWarning, match="disk full"):
        upkeep.look()
    assert upkeep.drained_bytes == 0


def test_a_busy_store_is_left_for_later_without_a_word(upkeep, writer):
    def busy():
        raise StoreBusy("another program holds it")

    upkeep.drain = busy
    writer.write(Metric("a", 1.0, 1))
    late(upkeep)
    upkeep.look()
    assert upkeep.drained_bytes == 0


def test_the_thread_drains_by_itself_and_stops(upkeep, drained, writer, monkeypatch):
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.005)
    monkeypatch.setattr(module, "LATE_SECONDS", 0.0)
    writer.write(Metric("a", 1.0, 1))
    upkeep.wake()
    upkeep.wake()
    end = time.monotonic() + 20
    while not drained and time.monotonic() < end:
        time.sleep(0.005)
    assert drained
    upkeep.stop()
    assert not upkeep.thread.is_alive()


def test_a_forked_child_has_no_thread_until_it_begins_a_run(upkeep):
    upkeep.wake()
    child = os.fork()
    if not child:
        was_without = upkeep.thread is None
        upkeep.wake()
        os._exit(0 if was_without and upkeep.thread.is_alive() else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

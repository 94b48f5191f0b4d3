"""Many readers or one writer, over threads and processes."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest

from nbtrack.errors import StoreBusy, StoreReadOnly
from nbtrack.journal.folder import StoreFolder
from nbtrack.store import lock as locks
from nbtrack.store.lock import FolderLock, holders, lock_of

HOLD = """
import sys
from pathlib import Path
from nbtrack.journal.folder import StoreFolder
from nbtrack.store.lock import lock_of
with lock_of(StoreFolder(Path(sys.argv[1]))).held(exclusive=sys.argv[2] == "write", seconds=10):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def held_elsewhere(folder, spawn):
    """Another process that holds the lock."""

    def held_elsewhere(mode):
        process = spawn(HOLD, folder.path, mode)
        assert process.stdout.readline() == "held\n"
        return process

    return held_elsewhere


def test_readers_of_several_processes_work_at_the_same_time(folder, held_elsewhere):
    held_elsewhere("read")
    with lock_of(folder).held(exclusive=False, seconds=5):
        assert len(holders(folder.store_lock)) == 2


@pytest.mark.parametrize(
    ("theirs", "is_writer"), [("read", True), ("write", False), ("write", True)]
)
def test_who_waits_too_long_is_told_who_holds_the_store(folder, held_elsewhere, theirs, is_writer):
    process = held_elsewhere(theirs)
    with (
        pytest.raises(StoreBusy, match=f"process {process.pid} \\(python"),
        lock_of(folder).held(exclusive=is_writer, seconds=0.05),
    ):
        pytest.fail("the lock was taken twice")


def test_who_waits_gets_the_store_when_it_is_free(folder, held_elsewhere):
    process = held_elsewhere("write")
    taken = threading.Event()

    def take():
        with lock_of(folder).held(exclusive=True, seconds=30):
            taken.set()

    thread = threading.Thread(target=take)
    thread.start()
    assert not taken.wait(0.1)
    process.stdin.write("\n")
    process.stdin.flush()
    assert taken.wait(30)
    thread.join()


def test_a_killed_holder_lets_go(folder, held_elsewhere):
    process = held_elsewhere("write")
    process.kill()
    with lock_of(folder).held(exclusive=True, seconds=30):
        assert holders(folder.store_lock) == [os.getpid()]


def test_a_given_up_wait_leaves_nothing_held(folder, held_elsewhere):
    process = held_elsewhere("write")
    with pytest.raises(StoreBusy), lock_of(folder).held(exclusive=True, seconds=0.05):
        pytest.fail("the lock was taken twice")
    process.stdin.write("\n")
    process.stdin.flush()
    process.wait()
    with lock_of(folder).held(exclusive=True, seconds=30):
        pass
    assert holders(folder.store_lock) == []
    assert holders(folder.gate_lock) == []


def test_threads_take_turns(folder):
    lock = lock_of(folder)
    with lock.held(exclusive=True, seconds=5):
        refused = []

        def take():
            try:
                with lock.held(exclusive=False, seconds=0.01):
                    pass
            except StoreBusy as error:
                refused.append(str(error))

        thread = threading.Thread(target=take)
        thread.start()
        thread.join()
    assert "another thread" in refused[0]


def test_a_thread_that_holds_the_store_may_take_it_again(folder):
    lock = lock_of(folder)
    with lock.held(exclusive=True, seconds=1), lock.held(exclusive=False, seconds=1):
        assert lock.is_exclusive
    with (
        lock.held(exclusive=False, seconds=1),
        pytest.raises(RuntimeError, match="cannot become"),
        lock.held(exclusive=True, seconds=1),
    ):
        pytest.fail("a reader became a writer")
    with lock.held(exclusive=True, seconds=1):
        assert lock.depth == 1


def test_an_error_inside_lets_go(folder):
    with pytest.raises(ZeroDivisionError), lock_of(folder).held(exclusive=True, seconds=1):
        _ = 1 / 0
    assert holders(folder.store_lock) == []


def test_a_folder_has_one_lock_however_it_is_spelled(folder, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(folder.path)
    assert lock_of(StoreFolder(link)) is lock_of(folder)
    assert lock_of(StoreFolder(tmp_path / "other")) is not lock_of(folder)


def test_a_forked_child_neither_holds_nor_frees_the_parents_lock(folder):
    lock = lock_of(folder)
    with lock.held(exclusive=True, seconds=1):
        child = os.fork()
        if not child:
            try:
                open_files = [
                    str(path.readlink())
                    for path in Path("/proc/self/fd").iterdir()
                    if path.exists()
                ]
                assert str(folder.store_lock) not in open_files
                with lock.held(exclusive=True, seconds=0.05):
                    os._exit(1)
            except StoreBusy:
                os._exit(0)
            finally:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert holders(folder.store_lock) == [os.getpid()]


def test_a_folder_that_is_put_in_the_place_of_another_is_locked_itself(folder, tmp_path):
    lock = lock_of(folder)
    waiting = threading.Event()
    inside = []

    def take():
        waiting.set()
        with lock_waiting.held(exclusive=True, seconds=30):
            inside.append(folder.store_lock.stat().st_ino)

    lock_waiting = FolderLock(folder)
    with lock.held(exclusive=True, seconds=1):
        thread = threading.Thread(target=take)
        thread.start()
        waiting.wait(10)
        shutil.move(folder.path, tmp_path / "former")
        folder.path.mkdir()
        folder.store_lock.touch()
        there = folder.store_lock.stat().st_ino
    thread.join()
    assert inside == [there]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_reader_makes_do_with_a_lock_it_may_not_write(folder):
    lock = lock_of(folder)
    with lock.held(exclusive=True, seconds=1):
        pass
    for path in (folder.gate_lock, folder.store_lock):
        path.chmod(0o444)
    with lock.held(exclusive=False, seconds=1):
        assert holders(folder.store_lock) == [os.getpid()]
    with pytest.raises(StoreReadOnly), lock.held(exclusive=True, seconds=1):
        pytest.fail("a lock that may not be written was taken to write")


def test_who_holds_a_lock_is_not_known_everywhere(folder, monkeypatch):
    monkeypatch.setattr(locks.sys, "platform", "darwin")
    with lock_of(folder).held(exclusive=True, seconds=1):
        assert holders(folder.store_lock) == []
    monkeypatch.undo()
    assert holders(folder.path / "nosuch") == []
    assert locks.program_of(2**30) == "of another user"

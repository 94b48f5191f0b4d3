"""What happens to a writer whose folder cannot be written: nothing is lost."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess

import pytest

from nbtrack.journal import chain, reader, spill
from nbtrack.journal import writer as writing
from nbtrack.journal.folder import StoreFolder, state_folder
from nbtrack.journal.spill import spill_folder
from nbtrack.records.param import Param


@pytest.fixture(autouse=True)
def tries_again_at_once(monkeypatch):
    """Back-off is for people; with a real one these tests would wait."""
    monkeypatch.setattr(writing, "FIRST_RETRY_SECONDS", 0.0)
    monkeypatch.setattr(writing, "LAST_RETRY_SECONDS", 0.0)


def fill(disk):
    """Take what is left of a disk."""
    full = pytest.raises(OSError, match="No space left on device")
    with full, (disk / "filler").open("wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            pass
    return disk / "filler"


def spilled(folder):
    return sorted(spill_folder(folder).glob("*.jsonl"))


class TestFullDisk:
    def test_records_wait_in_the_state_folder_and_come_back_once(
        self, small_disk, make_writer, keys_in, bad_in, caplog
    ):
        folder = StoreFolder(small_disk / "store")
        writer = make_writer(folder)
        for number in range(20):
            writer.write(Param(f"before-{number}", "v"))
        filler = fill(small_disk)
        for number in range(500):
            writer.write(Param(f"full-{number}", "x" * 100))
        assert "No space left on device" in writer.problem
        assert str(spilled(folder)[0]) in writer.problem
        filler.unlink()
        writer.write(Param("after", "v"))
        writer.sync()
        assert writer.problem is None
        assert spilled(folder) == []
        assert keys_in(folder) == (
            {f"before-{n}": 1 for n in range(20)} | {f"full-{n}": 1 for n in range(500)}
        ) | {"after": 1}
        assert bad_in(folder) == []
        said = [record.message for record in caplog.records if record.levelname == "WARNING"]
        assert [("cannot be written" in line, "can be written again" in line) for line in said] == [
            (True, False),
            (False, True),
        ]

    @pytest.fixture(params=["at once", "after a sync, when nothing is held"])
    def tear(self, request, small_disk, make_writer):
        """Write a record that fits only in part, and others once there is room; the folder."""

        def tear():
            writer = make_writer(StoreFolder(small_disk / "store"))
            writer.write(Param("first", "v"))
            filler = fill(small_disk)
            writer.write(Param("torn", "x" * 9000))
            filler.unlink()
            if request.param != "at once":
                writer.sync()
            writer.write(Param("next", "v"))
            writer.write(Param("last", "v"))
            writer.sync()
            return writer.folder

        return tear

    def test_a_record_torn_by_the_full_disk_is_written_again_whole(
        self, tear, keys_in, bad_in, headers_in
    ):
        folder = tear()
        assert len(headers_in(folder)) == 2  # the journal's and that of the spill file
        assert keys_in(folder) == {"first": 1, "torn": 1, "next": 1, "last": 1}
        assert bad_in(folder) == []

    def test_a_torn_record_that_cannot_be_cut_off_harms_no_other(
        self, tear, keys_in, bad_in, monkeypatch
    ):
        def refuse(*arguments):
            raise OSError(errno.EIO, "Input/output error")

        monkeypatch.setattr(os, "ftruncate", refuse)
        folder = tear()
        assert keys_in(folder) == {"first": 1, "torn": 1, "next": 1, "last": 1}
        (torn,) = bad_in(folder)
        assert torn.startswith(b'{"type":"param","key":"torn"')

    def test_a_batch_cut_in_the_middle_keeps_each_record_once(
        self, small_disk, make_writer, keys_in
    ):
        folder = StoreFolder(small_disk / "store")
        writer = make_writer(folder)
        writer.write_all(Param(f"k{number}", "x" * 1000) for number in range(400))
        assert writer.problem is not None
        assert 0 < len(keys_in(folder)) < 400
        subprocess.run(["mount", "-o", "remount,size=2m", str(small_disk)], check=True)
        writer.sync()
        assert keys_in(folder) == {f"k{n}": 1 for n in range(400)}

    def test_where_nothing_can_be_written_records_wait_in_memory(
        self, small_disk, make_writer, keys_in, monkeypatch, caplog
    ):
        monkeypatch.setenv("XDG_STATE_HOME", str(small_disk))
        folder = StoreFolder(small_disk / "store")
        writer = make_writer(folder)
        writer.write(Param("first", "v"))
        filler = fill(small_disk)
        for number in range(300):
            writer.write(Param(f"k{number}", "x" * 100))
        assert re.search(r"\d+ records wait in memory", writer.problem)
        filler.unlink()
        writer.sync()
        assert writer.problem is None
        assert keys_in(folder) == {"first": 1} | {f"k{n}": 1 for n in range(300)}

    def test_beyond_its_memory_a_writer_says_what_it_drops(
        self, small_disk, make_writer, keys_in, monkeypatch, caplog
    ):
        monkeypatch.setattr(spill, "MEMORY_BYTES", 20_000)
        monkeypatch.setenv("XDG_STATE_HOME", str(small_disk))
        folder = StoreFolder(small_disk / "store")
        writer = make_writer(folder)
        writer.write(Param("first", "v"))
        filler = fill(small_disk)
        for number in range(300):
            writer.write(Param(f"k{number}", "x" * 200))
        lost = int(re.search(r"(\d+) records were dropped", writer.problem)[1])
        assert lost > 0
        assert caplog.text.count("records are lost from now on") == 1
        filler.unlink()
        writer.sync()
        assert len(keys_in(folder)) == 301 - lost

    def test_the_thread_tries_again_without_another_write(
        self, small_disk, make_writer, keys_in, wait_until
    ):
        folder = StoreFolder(small_disk / "store")
        writer = make_writer(folder)
        writer.write(Param("first", "v"))
        filler = fill(small_disk)
        for number in range(50):
            writer.write(Param(f"k{number}", "x" * 100))
        assert writer.problem is not None
        filler.unlink()
        wait_until(lambda: writer.problem is None)
        assert len(keys_in(folder)) == 51

    def test_what_is_lost_at_the_end_is_said(self, small_disk, make_writer, monkeypatch, caplog):
        monkeypatch.setenv("XDG_STATE_HOME", str(small_disk))
        writer = make_writer(StoreFolder(small_disk / "store"))
        writer.write(Param("first", "v"))
        fill(small_disk)
        for number in range(50):
            writer.write(Param(f"k{number}", "x" * 200))
        writer.close()
        assert "this process ends and loses records" in caplog.text


class TestReadOnly:
    """A place below a regular file refuses root too."""

    @pytest.fixture
    def refused(self, tmp_path):
        (tmp_path / "file").write_text("in the way")
        return StoreFolder(tmp_path / "file" / "store")

    def test_records_go_straight_to_the_state_folder(self, refused, make_writer, caplog):
        writer = make_writer(refused)
        writer.write(Param("a", "1"))
        writer.write_all([Param("b", "2"), Param("c", "3")])
        (path,) = spilled(refused)
        records = reader.decode(path.read_bytes()).records
        assert [record.key for record in records[1:]] == ["a", "b", "c"]
        assert (spill_folder(refused) / "store").read_text() == f"{refused.path}\n"
        assert len(caplog.records) == 1

    def test_what_was_spilled_survives_a_kill(self, refused, python):
        program = """
import os, signal, sys
from pathlib import Path
from nbtrack.journal.folder import StoreFolder
from nbtrack.journal.writer import writer_for
from nbtrack.records.param import Param
writer = writer_for(StoreFolder(Path(sys.argv[1])))
for number in range(100):
    writer.write(Param(f"k{number}", "v"))
os.closerange(0, 3)
if not os.fork():
    os.kill(os.getppid(), signal.SIGKILL)
os.wait()
"""
        with pytest.raises(AssertionError):
            python(program, refused.path)
        (path,) = spilled(refused)
        assert len(reader.decode(path.read_bytes()).records) == 101

    def test_a_read_only_mount_is_one_too(self, small_disk, make_writer, keys_in):
        folder = StoreFolder(small_disk / "store")
        subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
        writer = make_writer(folder)
        writer.write(Param("a", "1"))
        assert "Read-only file system" in writer.problem
        subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
        writer.write(Param("b", "2"))
        assert "wait to be moved" in writer.problem
        writer.sync()
        assert writer.problem is None
        assert keys_in(folder) == {"a": 1, "b": 1}

    def test_the_next_writer_brings_home_what_a_gone_one_left(self, refused, make_writer, keys_in):
        first = make_writer(refused)
        first.write(Param("a", "1"))
        first.close()
        refused.path.parent.unlink()
        second = make_writer(refused)
        second.write(Param("b", "2"))
        second.close()
        assert keys_in(refused) == {"a": 1, "b": 1}
        assert spilled(refused) == []

    def test_what_a_living_writer_spilled_is_left_to_it(self, refused, make_writer, keys_in):
        first, second = make_writer(refused), make_writer(refused)
        first.write(Param("a", "1"))
        refused.path.parent.unlink()
        second.write(Param("b", "2"))
        second.sync()
        assert keys_in(refused) == {"b": 1}
        first.sync()
        assert keys_in(refused) == {"a": 1, "b": 1}

    def test_records_fail_again_while_others_come_home(
        self, refused, make_writer, keys_in, monkeypatch
    ):
        writer = make_writer(refused)
        writer.write(Param("a", "1"))
        refused.path.parent.unlink()

        def full(path, folder):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(writing, "land", full)
        writer.sync()
        assert "wait to be moved" in writer.problem
        monkeypatch.undo()
        writer.sync()
        assert keys_in(refused) == {"a": 1}


class TestFileSizeLimit:
    """A limit on the size of files tears writes for real, without any right to mount."""

    PROGRAM = """
import resource, sys
from pathlib import Path
from nbtrack.journal.folder import StoreFolder
from nbtrack.journal.writer import writer_for
from nbtrack.records.param import Param
writer = writer_for(StoreFolder(Path(sys.argv[1])))
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, resource.RLIM_INFINITY))
for number in range(300):
    writer.write(Param(f"k{number}", "x" * 100))
writer.write_all([Param(f"b{number}", "x" * 100) for number in range(300)])
print(writer.problem)
if len(sys.argv) > 2:
    writer.write(Param("large", "x" * 20_000))
    for _ in range(20):
        writer.sync()
    print(writer.problem)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    writer.sync()
    print(writer.problem)
"""

    def test_a_torn_record_is_written_again_in_the_next_segment(
        self, folder, python, keys_in, bad_in, headers_in
    ):
        assert python(self.PROGRAM, folder.path) == "None\n"
        assert keys_in(folder) == {f"{kind}{n}": 1 for kind in "kb" for n in range(300)}
        assert len(headers_in(folder)) > 5
        assert bad_in(folder) == []

    def test_a_record_larger_than_any_file_waits_in_memory(
        self, folder, python, keys_in, headers_in
    ):
        before, during, after = python(self.PROGRAM, folder.path, "large").splitlines()
        assert before == after == "None"
        assert "File too large" in during
        assert keys_in(folder)["large"] == 1
        assert len(keys_in(folder)) == 601
        assert len(headers_in(folder)) < 20  # trying again begins no segment each time


class TestDeletedFolder:
    def test_a_writer_goes_on_under_the_same_name(self, folder, writer, keys_in, headers_in):
        writer.write(Param("a", "1"))
        (before,) = reader.segments(folder)
        shutil.rmtree(folder.path)
        writer.write(Param("b", "2"))
        writer.sync()
        writer.write(Param("c", "3"))
        assert keys_in(folder) == {"a": 1, "b": 1, "c": 1}
        (after,) = reader.segments(folder)
        assert after.name == before.name
        assert reader.is_alive(after.path)
        assert (folder.path / ".gitignore").exists()

    def test_an_old_segment_that_was_not_let_go_yet_comes_back_too(
        self, folder, make_writer, keys_in, monkeypatch
    ):
        monkeypatch.setattr(chain, "ROTATE_BYTES", 1000)
        writer = make_writer()
        writer.write(Param("a", "x" * 2000))
        writer.write(Param("b", "2"))
        shutil.rmtree(folder.path)
        writer.sync()
        assert keys_in(folder) == {"a": 1, "b": 1}

    def test_while_it_cannot_come_back_records_wait(
        self, folder, make_writer, keys_in, monkeypatch
    ):
        monkeypatch.setattr(chain, "ROTATE_BYTES", 1000)
        writer = make_writer()
        writer.write(Param("a", "x" * 2000))
        writer.write(Param("b", "2"))
        shutil.rmtree(folder.path)
        folder.path.write_text("in the way")
        writer.sync()
        writer.write(Param("c", "3"))
        assert "cannot be written" in writer.problem
        folder.path.unlink()
        writer.sync()
        assert keys_in(folder) == {"a": 1, "b": 1, "c": 1}
        assert writer.problem is None


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_child_does_not_repeat_what_its_parent_holds(tmp_path, make_writer, keys_in):
    (tmp_path / "file").write_text("in the way")
    folder = StoreFolder(tmp_path / "file" / "store")
    writer = make_writer(folder)
    state_folder().parent.mkdir(parents=True, exist_ok=True)
    state_folder().write_text("in the way of spilling too")
    writer.write(Param("held", "1"))
    assert "1 records wait in memory" in writer.problem
    pid = os.fork()
    if not pid:
        (tmp_path / "file").unlink()
        writer.write(Param("child", "1"))
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    assert keys_in(folder) == {"child": 1}
    writer.sync()
    assert keys_in(folder) == {"child": 1, "held": 1}

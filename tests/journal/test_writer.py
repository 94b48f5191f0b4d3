from __future__ import annotations

import fcntl
import json
import math
import os
import signal
import threading
import time

import pytest

from nbtrack.journal import chain, reader
from nbtrack.journal import writer as writing
from nbtrack.journal.folder import StoreFolder
from nbtrack.journal.segment import LARGEST_WRITE
from nbtrack.journal.spill import Backlog
from nbtrack.journal.writer import JournalWriter, writer_for
from nbtrack.records import ids
from nbtrack.records.codec import encode
from nbtrack.records.event import JournalHeader
from nbtrack.records.metric import Metric
from nbtrack.records.param import Param


def test_nothing_is_made_before_the_first_write(folder, writer):
    assert not folder.path.exists()
    writer.write(Param("a", "1"))
    assert len(reader.segments(folder)) == 1


def test_a_record_is_in_the_file_when_write_returns(folder, writer, keys_in):
    writer.write(Param("a", "1"))
    assert keys_in(folder) == {"a": 1}


def test_the_first_line_says_who_writes(folder, writer, headers_in):
    writer.write(Param("a", "1"))
    (header,) = headers_in(folder)
    assert (header.owner, header.pid, header.segment) == (writer.owner, os.getpid(), 0)
    assert header.host == os.uname().nodename
    assert header.boot_id
    assert reader.segments(folder)[0].name.endswith(f"-{os.getpid()}.jsonl")


def test_each_line_is_plain_json_even_for_nan(folder, writer):
    writer.write(Metric("loss", math.nan, 1, run_id="r"))
    lines = reader.segments(folder)[0].path.read_text().splitlines()
    assert json.loads(lines[1])["value"] == "NaN"


def test_the_owner_lives_until_its_writer_is_closed(folder, writer):
    writer.write(Param("a", "1"))
    path = reader.segments(folder)[0].path
    assert reader.is_alive(path)
    writer.close()
    assert not reader.is_alive(path)


def test_a_closed_writer_goes_on_in_a_new_segment_of_the_same_owner(folder, writer, headers_in):
    writer.write(Param("a", "1"))
    writer.close()
    writer.close()
    writer.write(Param("b", "2"))
    assert [(header.owner, header.segment) for header in headers_in(folder)] == [
        (writer.owner, 0),
        (writer.owner, 1),
    ]


def test_many_records_go_out_in_writes_of_at_most_a_megabyte(folder, writer, keys_in, monkeypatch):
    sizes = []
    write = os.write

    def watched(descriptor, data):
        sizes.append(len(data))
        return write(descriptor, data)

    writer.write(Param("first", ""))
    monkeypatch.setattr(os, "write", watched)
    writer.write_all(Param(f"k{n}", "x" * 1000) for n in range(3000))
    writer.write_all([])
    assert len(sizes) == 3
    assert max(sizes) <= LARGEST_WRITE
    assert len(keys_in(folder)) == 3001


def test_one_record_larger_than_a_write_stays_whole(folder, writer, keys_in):
    writer.write_all(
        [Param("small", ""), Param("large", "x" * (LARGEST_WRITE + 1)), Param("b", "")]
    )
    assert keys_in(folder) == {"small": 1, "large": 1, "b": 1}


def test_rotation_under_threads_loses_nothing(
    folder, make_writer, keys_in, headers_in, monkeypatch
):
    monkeypatch.setattr(chain, "ROTATE_BYTES", 20_000)
    writer = make_writer()

    def work(name):
        for number in range(2000):
            writer.write(Param(f"{name}-{number}", "v"))

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.sync()
    assert keys_in(folder) == {f"{name}-{n}": 1 for name in "abcd" for n in range(2000)}
    headers = headers_in(folder)
    assert sorted(header.segment for header in headers) == list(range(len(headers)))
    assert {header.owner for header in headers} == {writer.owner}
    assert len(headers) > 10


def test_an_owner_never_looks_dead_while_it_rotates(folder, make_writer, monkeypatch):
    monkeypatch.setattr(chain, "ROTATE_BYTES", 2000)
    writer = make_writer()
    writer.write(Param("first", ""))
    stop = threading.Event()
    dead = []

    def watch():
        before = None
        while not stop.is_set():
            listed = reader.segments(folder)
            if any(reader.is_alive(segment.path) for segment in listed):
                before = None
            elif before == (before := [segment.name for segment in listed]):
                dead.append(before)  # twice the same segments, and nobody holds one

    watcher = threading.Thread(target=watch)
    watcher.start()
    for number in range(3000):
        writer.write(Param(f"k{number}", "v"))
        if number % 100 == 0:
            writer.sync()
    stop.set()
    watcher.join()
    assert dead == []
    assert len(reader.segments(folder)) > 20
    assert reader.is_alive(reader.segments(folder)[-1].path)


def test_a_rotation_that_fails_goes_on_in_the_old_segment(
    folder, make_writer, keys_in, monkeypatch
):
    monkeypatch.setattr(chain, "ROTATE_BYTES", 1000)
    writer = make_writer()
    writer.write(Param("a", ""))
    folder.journal.rename(folder.path / "moved")
    folder.journal.write_text("in the way")
    writer.write(Param("b", "x" * 2000))
    writer.write(Param("c", ""))
    folder.journal.unlink()
    (folder.path / "moved").rename(folder.journal)
    assert keys_in(folder) == {"a": 1, "b": 1, "c": 1}
    assert writer.problem is None


def test_threads_that_ask_at_once_get_one_writer(folder):
    found = []
    barrier = threading.Barrier(8)

    def ask():
        barrier.wait()
        found.append(writer_for(folder))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert writer_for(folder) is found[0]


def test_writer_for_follows_the_sync_setting(folder, monkeypatch):
    monkeypatch.setenv("NBTRACK_SYNC", "record")
    assert writer_for(folder).syncs_each_record


def test_each_record_reaches_the_disk_when_asked_for(make_writer, monkeypatch):
    monkeypatch.setattr(chain, "ROTATE_BYTES", 1000)
    writer = make_writer(sync="record")
    flushed = []
    monkeypatch.setattr(writing.os, "fdatasync", flushed.append)
    for number in range(3):
        writer.write(Param(f"k{number}", "x" * 600))
    assert len(flushed) >= 3


def test_the_thread_flushes_what_was_written(writer, wait_until, monkeypatch):
    flushed = []
    monkeypatch.setattr(writing.os, "fdatasync", flushed.append)
    writer.write(Param("a", "1"))
    writer.sync_soon()
    wait_until(lambda: flushed)


def test_a_disk_that_does_not_flush_is_said(writer, caplog, monkeypatch):
    writer.write(Param("a", "1"))

    def broken(descriptor):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(writing.os, "fdatasync", broken)
    writer.sync()
    monkeypatch.undo()
    assert "may not survive a power cut" in caplog.text


def test_a_clock_that_goes_back_changes_no_order(folder, make_writer, monkeypatch):
    monkeypatch.setattr(chain, "ROTATE_BYTES", 1000)
    writer = make_writer()
    now = time.time_ns()
    times = iter(range(now, 0, -(10**9)))
    monkeypatch.setattr(ids.time, "time_ns", lambda: next(times))
    for number in range(100):
        writer.write(Param(f"k{number:03}", "x" * 100, time=ids.next_time()))
    segments = reader.segments(folder)
    assert len(segments) > 5
    headers = [reader.header_of(segment.path) for segment in segments]
    assert [header.segment for header in headers] == list(range(len(segments)))
    records = [
        record
        for segment in segments
        for record in reader.decode(reader.read(segment.path).lines).records
        if type(record) is Param
    ]
    assert [record.key for record in records] == sorted(record.key for record in records)
    assert [record.time for record in records] == sorted({record.time for record in records})


def test_a_signal_handler_may_log_while_its_thread_writes(folder, writer, keys_in):
    caught = 0

    def handler(number, frame):
        nonlocal caught
        caught += 1
        writer.write(Param(f"signal-{caught}", ""))

    old = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    written = 0
    try:
        while caught < 20:
            writer.write(Param(f"k{written}", ""))
            written += 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)
    expected = {f"k{n}": 1 for n in range(written)} | {f"signal-{n + 1}": 1 for n in range(caught)}
    assert keys_in(folder) == expected


def in_child(act):
    """Fork, act in the child and leave it; its exit code."""
    pid = os.fork()
    if not pid:
        code = 1
        signal.alarm(60)  # a child that hangs is killed, and its exit code tells
        try:
            act()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_child_is_another_owner_with_a_segment_of_its_own(
    folder, writer, keys_in, headers_in
):
    writer.write(Param("parent", "1"))
    assert in_child(lambda: writer.write(Param("child", "1"))) == 0
    writer.write(Param("after", "1"))
    assert keys_in(folder) == {"parent": 1, "child": 1, "after": 1}
    first, second = headers_in(folder)
    assert first.owner == writer.owner != second.owner
    assert (first.segment, second.segment) == (0, 0)
    parent, child = reader.segments(folder)
    assert reader.is_alive(parent.path)
    assert not reader.is_alive(child.path)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_child_that_outlives_its_parent_does_not_keep_it_alive(folder, python, tmp_path):
    program = """
import os, sys
from pathlib import Path
from nbtrack.journal.folder import StoreFolder
from nbtrack.journal.writer import writer_for
from nbtrack.records.param import Param
writer = writer_for(StoreFolder(Path(sys.argv[1])))
writer.write(Param("a", "1"))
waiting, go = os.pipe()
child = os.fork()
if child:
    print(child)
    sys.stdout.flush()
    os._exit(0)
os.close(1)
os.close(2)
import time
while not Path(sys.argv[2]).exists():
    time.sleep(0.005)
"""
    stop = tmp_path / "stop"
    child = int(python(program, folder.path, stop))
    try:
        os.kill(child, 0)
        (segment,) = reader.segments(folder)
        assert not reader.is_alive(segment.path)
    finally:
        stop.touch()


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_fork_while_threads_write_neither_hangs_nor_doubles(folder, writer, keys_in):
    stop = threading.Event()
    written = []

    def work():
        while not stop.is_set():
            writer.write(Param(f"parent-{len(written)}", ""))
            written.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    codes = [
        in_child(lambda number=number: writer.write(Param(f"child-{number}", "")))
        for number in range(20)
    ]
    stop.set()
    thread.join()
    assert codes == [0] * 20
    found = keys_in(folder)
    assert found == {f"parent-{n}": 1 for n in range(len(written))} | {
        f"child-{n}": 1 for n in range(20)
    }


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_fork_in_the_middle_of_a_rotation_leaves_the_child_able_to_write(
    folder, writer, keys_in, headers_in
):
    writer.write(Param("parent", "1"))
    # Between its two steps a rotation has one segment in both places: it is closed twice.
    writer.chain.retired.append(writer.chain.current)
    assert in_child(lambda: writer.write(Param("child", "1"))) == 0
    writer.chain.retired.clear()
    assert keys_in(folder) == {"parent": 1, "child": 1}
    first, second = headers_in(folder)
    assert first.owner == writer.owner != second.owner


def test_the_end_of_a_process_closes_its_writers(folder, python, keys_in):
    backlog = Backlog(folder)
    backlog.hold(encode(Param("spilled", "1")))
    backlog.spill(JournalHeader("owner", "host", "boot", 1, 5))
    backlog.file.close()
    program = """
import atexit, sys
from pathlib import Path
from nbtrack.journal.folder import StoreFolder
from nbtrack.journal.writer import writer_for
from nbtrack.records.param import Param
writer = writer_for(StoreFolder(Path(sys.argv[1])))
atexit.register(lambda: writer.write(Param("last", "1")))
writer.write(Param("first", "1"))
"""
    python(program, folder.path)
    assert keys_in(folder) == {"first": 1, "last": 1, "spilled": 1}


KILLED = """
import mmap, os, signal, struct, sys
from pathlib import Path
from nbtrack.journal import chain
from nbtrack.journal.folder import StoreFolder
from nbtrack.journal.writer import JournalWriter
from nbtrack.records.param import Param
import random
random.seed(int(sys.argv[2]))
folder = StoreFolder(Path(sys.argv[1]))
chain.ROTATE_BYTES = 4000
counts = mmap.mmap(-1, 8 * 200)
for trial in range(200):
    pid = os.fork()
    if not pid:
        writer = JournalWriter(folder)
        number = 0
        while True:
            if number % 50 == 49:
                writer.write_all([Param(f"{trial}-{number}", "batch")])
            else:
                writer.write(Param(f"{trial}-{number}", "x" * (number % 200)))
            number += 1
            struct.pack_into("q", counts, 8 * trial, number)
    enough = random.randrange(1, 300)
    while struct.unpack_from("q", counts, 8 * trial)[0] < enough:
        pass
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
print(*struct.unpack("200q", counts[:]))
"""


def test_writers_killed_at_200_points_lose_no_call_that_returned(folder, python, keys_in, bad_in):
    returned = list(map(int, python(KILLED, folder.path, 7).split()))
    assert len(returned) == 200
    assert sum(map(bool, returned)) >= 190  # on a busy machine one is killed before it began
    found = keys_in(folder)
    missing = [
        f"{trial}-{number}"
        for trial, count in enumerate(returned)
        for number in range(count)
        if found[f"{trial}-{number}"] != 1
    ]
    assert missing == []
    # The call that was under way may be there too, whole; a torn line is no record.
    assert 0 <= sum(found.values()) - sum(returned) <= 200
    assert len(bad_in(folder)) <= 200
    assert not any(reader.is_alive(segment.path) for segment in reader.segments(folder))


def test_a_lock_that_the_file_system_lacks_does_not_stop_the_writer(
    folder, writer, keys_in, monkeypatch
):
    def refuse(descriptor, operation):
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    writer.write(Param("a", "1"))
    assert keys_in(folder) == {"a": 1}
    (segment,) = reader.segments(folder)
    assert reader.is_alive(segment.path)


def test_two_writers_of_one_process_are_two_owners(tmp_path):
    one, two = (JournalWriter(StoreFolder(tmp_path / name)) for name in "ab")
    assert one.owner != two.owner


def test_a_writer_made_by_writer_for_is_closed_and_begun_anew_with_all_others(folder, keys_in):
    writer = writer_for(folder)
    writer.write(Param("a", "1"))
    owner = writer.owner
    writing.begin_all_in_child()
    assert writer.owner != owner
    writer.write(Param("b", "1"))
    writing.close_all()
    assert not any(reader.is_alive(segment.path) for segment in reader.segments(folder))
    assert keys_in(folder) == {"a": 1, "b": 1}

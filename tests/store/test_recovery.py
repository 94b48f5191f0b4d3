"""What happens to a store whose files were damaged, or that others hold."""

from __future__ import annotations

import os
import random
import shutil
import subprocess

import duckdb
import pytest

from nbtrack.errors import StoreBusy, StoreDamaged, StoreError, StoreReadOnly, StoreTooNew
from nbtrack.journal.folder import StoreFolder
from nbtrack.journal.reader import segments
from nbtrack.journal.spill import Backlog
from nbtrack.journal.writer import JournalWriter, writer_for
from nbtrack.query.tree import Sql
from nbtrack.records.codec import encode
from nbtrack.records.event import JournalHeader
from nbtrack.records.ids import next_time
from nbtrack.records.metric import Metric
from nbtrack.records.operation import CreateExperiment, SetExperimentTag
from nbtrack.records.param import Param
from nbtrack.store import recovery
from nbtrack.store.duckdb import DuckDBStore

DIE_BEFORE_CHECKPOINT = """
import os, sys
from pathlib import Path
from nbtrack.journal.folder import StoreFolder
from nbtrack.records.operation import CreateExperiment
from nbtrack.store import engine
from nbtrack.store.duckdb import DuckDBStore
store = DuckDBStore(StoreFolder(Path(sys.argv[1])))
with store.session(write=True) as cursor:
    store.take_in(cursor)
    os._exit(3)
"""


@pytest.fixture
def write_points(start, writer):
    """Write so many points of one run."""
    run_id = start()

    def write_points(count=100):
        writer.write_all([Metric("m", 1.0, 1, step, run_id=run_id) for step in range(count)])

    return write_points


@pytest.fixture
def wal(folder, store, write_points, python):
    """A write-ahead log that a killed process left, with 100 points in it."""
    store.drain()
    write_points()
    python(DIE_BEFORE_CHECKPOINT, folder.path, code=3)
    wal = recovery.wal_of(folder.database)
    assert wal.stat().st_size > 0
    return wal


def damage(path, how):
    content = path.read_bytes()
    half = len(content) // 2
    changed = {
        "untouched": content,
        "cut in the middle": content[:half],
        "cut in its head": content[:3],
        "zeroed": bytes(len(content)),
        "zeroed from the middle on": content[:half] + bytes(len(content) - half),
        "garbage": random.Random(1).randbytes(len(content)),
        "a flipped byte": content[:half] + bytes([content[half] ^ 255]) + content[half + 1 :],
        "gone": b"",
    }[how]
    path.write_bytes(changed)


@pytest.mark.parametrize(
    "how",
    [
        "untouched",
        "cut in the middle",
        "cut in its head",
        "zeroed",
        "zeroed from the middle on",
        "garbage",
        "a flipped byte",
        "gone",
    ],
)
def test_nothing_is_lost_or_doubled_with_a_damaged_log(wal, rows, how):
    damage(wal, how)
    assert rows("select count(*), count(distinct step) from metrics") == [(100, 100)]
    assert rows("select n from latest_metrics") == [(100,)]


@pytest.mark.parametrize("how", ["zeroed", "garbage", "a flipped byte"])
def test_operations_are_applied_once_with_a_damaged_log(folder, store, python, rows, how):
    store.append([CreateExperiment(name="a")])
    program = DIE_BEFORE_CHECKPOINT.replace(
        "    os._exit(3)",
        "    from nbtrack.store import ingest, operations\n"
        "    with ingest.transaction(cursor):\n"
        "        applied = operations.evaluate(cursor, [CreateExperiment(name='b')])\n"
        "        operations.write_down(cursor, store.folder, applied)\n"
        "    os._exit(3)",
    )
    python(program, folder.path, code=3)
    damage(recovery.wal_of(folder.database), how)
    query = "select experiment_id, name from experiments order by 1"
    assert rows(query) == [("0", "Default"), ("1", "a"), ("2", "b")]
    assert store.append([CreateExperiment(name="c")]) == ["3"]


def test_an_operation_that_was_written_down_and_not_committed_is_applied(
    folder, store, python, rows
):
    store.append([CreateExperiment(name="a")])
    program = DIE_BEFORE_CHECKPOINT.replace(
        "    os._exit(3)",
        "    from nbtrack.store import ingest, operations\n"
        "    with ingest.transaction(cursor):\n"
        "        applied = operations.evaluate(cursor, [CreateExperiment(name='b')])\n"
        "        operations.write_down(cursor, store.folder, applied)\n"
        "        os._exit(3)",
    )
    python(program, folder.path, code=3)
    assert rows("select name from experiments order by experiment_id") == [
        ("Default",),
        ("a",),
        ("b",),
    ]


def test_a_lost_database_is_made_anew_from_operations_and_journals(
    folder, store, start, writer, rows
):
    store.append(
        [CreateExperiment(name="a"), SetExperimentTag(experiment_id="0", key="k", value="v")]
    )
    run_id = start(experiment_id="1")
    writer.write(Param("p", "1", run_id, next_time()))
    store.drain()
    folder.database.unlink()
    assert rows("select run_id, experiment_name from runs") == [(run_id, "a")]
    assert rows("select * from params") == [(run_id, "p", "1")]
    assert rows("select * from experiment_tags") == [("0", "k", "v")]
    assert store.append([CreateExperiment(name="b")]) == ["2"]


def test_a_torn_line_of_the_operations_is_no_operation(folder, store, rows):
    store.append([CreateExperiment(name="a")])
    with folder.operations.open("ab") as file:
        file.write(b'{"type":"create_experiment","number":2,"na')
    assert store.append([CreateExperiment(name="b")]) == ["2"]
    folder.database.unlink()
    assert rows("select name from experiments order by experiment_id") == [
        ("Default",),
        ("a",),
        ("b",),
    ]


# A file that is no store


@pytest.mark.parametrize("content", [b"", b"some text", bytes(100_000), b"x" * 100_000])
def test_a_file_that_is_no_database_is_left_as_it_is(folder, store, write_points, content):
    folder.database.write_bytes(content)
    write_points()
    for ask in (lambda: store.fetch(Sql("select 1")), store.drain):
        with pytest.raises(StoreDamaged, match=r"left as it is.*nbtrack restore"):
            ask()
    assert folder.database.read_bytes() == content
    assert len(segments(folder)) == 1
    folder.database.unlink()
    columns = store.fetch(Sql("select count(*) as n from metrics")).columns
    assert list(columns["n"]) == [100]


def test_a_database_of_something_else_is_left_as_it_is(folder, store):
    with duckdb.connect(str(folder.database)) as other:
        other.execute("create table mine (a int)")
    with pytest.raises(StoreDamaged, match="no store of nbtrack"):
        store.drain()
    with pytest.raises(StoreDamaged, match="no store of nbtrack"):
        store.fetch(Sql("select 1"))


def test_a_store_of_a_newer_nbtrack_is_refused(folder, store):
    store.drain()
    with duckdb.connect(str(folder.database)) as other:
        other.execute("update core.meta set value = '99' where key = 'schema_version'")
    for newcomer in (store, DuckDBStore(folder)):
        with pytest.raises(StoreTooNew, match="schema version 99"):
            newcomer.fetch(Sql("select 1"))
        with pytest.raises(StoreTooNew):
            newcomer.append([CreateExperiment(name="a")])


def test_words_of_duckdb_are_understood(folder):
    newer = "Trying to read a database file with version number 99, but we can only read ..."
    assert isinstance(recovery.refusal(folder, newer), StoreTooNew)
    assert isinstance(recovery.refusal(folder, "Read-only file system"), StoreReadOnly)
    assert type(recovery.refusal(folder, "something else")) is StoreError
    assert type(recovery.refusal(folder, "")) is StoreError


# Others that hold the file


HOLD = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1])
connection.execute("select 1")
print("held", flush=True)
sys.stdin.readline()
"""


def test_a_store_that_another_tool_holds_is_busy_and_nothing_is_lost(
    folder, store, write_points, rows, spawn
):
    store.drain()
    tool = spawn(HOLD, folder.database)
    assert tool.stdout.readline() == "held\n"
    write_points()
    hasty = DuckDBStore(folder, patience_seconds=0.1)
    with pytest.raises(StoreBusy, match=f"held by another program.*{tool.pid}"):
        hasty.fetch(Sql("select 1"))
    with pytest.raises(StoreBusy):
        hasty.append([CreateExperiment(name="a")])
    tool.stdin.write("\n")
    tool.stdin.flush()
    assert rows("select count(*) from metrics") == [(100,)]


# A disk that is full, a folder that may not be written


@pytest.fixture
def disk(tmp_path):
    """Make a disk of so many KB."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting needs root")
    made = []

    def disk(kilobytes):
        place = tmp_path / f"disk{len(made)}"
        place.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(place)]
        if subprocess.run(mount, check=False, capture_output=True).returncode:
            pytest.skip("mounting is refused here")
        made.append(place)
        return place

    yield disk
    for place in made:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def remount(place, options):
    subprocess.run(["mount", "-o", f"remount,{options}", str(place)], check=True)


def test_a_full_disk_while_draining_loses_nothing(disk, rows, core):
    place = disk(8_000)
    folder = StoreFolder(place / "store")
    folder.prepare()
    store = DuckDBStore(folder)
    writer = JournalWriter(folder)
    store.append([CreateExperiment(name="a")])
    points = [Metric("m", step / 7, step, step, run_id="r") for step in range(30_000)]
    writer.write_all(points)
    filler = place / "filler"
    filler.write_bytes(bytes(shutil.disk_usage(place).free))
    with pytest.raises(StoreError, match="full"):
        store.drain()
    with pytest.raises(StoreError, match="full"):
        store.append([CreateExperiment(name="b")])
    with pytest.warns(RuntimeWarning, match="newest records are missing.*full"):
        assert rows("select name from experiments order by experiment_id", of=store) == [
            ("Default",),
            ("a",),
        ]
    filler.unlink()
    remount(place, "size=64m")
    assert rows("select count(*), count(distinct step) from metrics", of=store) == [
        (30_000, 30_000)
    ]
    assert store.append([CreateExperiment(name="b")]) == ["2"]
    writer.close()


@pytest.mark.parametrize("free_kilobytes", [50, 100, 200, 400, 800, 1600])
def test_a_disk_that_fills_up_at_any_point_of_a_drain_loses_nothing(disk, rows, free_kilobytes):
    place = disk(12_000)
    folder = StoreFolder(place / "store")
    folder.prepare()
    store = DuckDBStore(folder)
    store.drain()
    writer = JournalWriter(folder)
    points = [Metric("m", step / 7, step, step, run_id="r") for step in range(20_000)]
    writer.write_all(points)
    filler = place / "filler"
    free = shutil.disk_usage(place).free
    filler.write_bytes(bytes(max(0, free - free_kilobytes * 1024)))
    try:
        store.drain()
    except StoreError as error:
        assert "full" in str(error)  # noqa: PT017 - either is right, by how much was free
    filler.unlink()
    remount(place, "size=64m")
    assert rows("select count(*), count(distinct step) from metrics", of=store) == [
        (20_000, 20_000)
    ]
    writer.close()


def test_a_read_only_store_can_be_read(disk, rows):
    place = disk(8_000)
    folder = StoreFolder(place / "store")
    folder.prepare()
    store = DuckDBStore(folder)
    writer = JournalWriter(folder)
    writer.write(Param("p", "1", "r", 1))
    store.drain()
    writer.write(Param("q", "1", "r", 1))
    writer.close()
    remount(place, "ro")
    for one in (store, DuckDBStore(folder)):
        with pytest.warns(RuntimeWarning, match="newest records are missing"):
            assert rows("select key from params", of=one) == [("p",)]
        with pytest.raises(StoreReadOnly):
            one.append([CreateExperiment(name="a")])
    remount(place, "rw")
    assert rows("select key from params order by key", of=store) == [("p",), ("q",)]


def test_a_read_only_store_without_its_locks_can_be_read(disk, rows):
    """A copy on a medium that nobody writes."""
    place = disk(8_000)
    folder = StoreFolder(place / "store")
    folder.prepare()
    store = DuckDBStore(folder)
    store.append([CreateExperiment(name="a")])
    for path in (folder.gate_lock, folder.store_lock):
        path.unlink()
    remount(place, "ro")
    assert rows("select count(*) from experiments", of=DuckDBStore(folder)) == [(2,)]


def left_behind(folder):
    """What a process that is gone kept in the user's folder, as the store's disk was full."""
    backlog = Backlog(folder)
    backlog.hold(encode(Param("p", "1", "r", 1)))
    backlog.spill(JournalHeader("o" * 32, "host", "boot", 1, 5))
    backlog.detach()[0].close()


def test_what_a_process_kept_elsewhere_is_there_for_who_only_reads(folder, store, rows):
    assert rows("select key from params") == []
    left_behind(folder)
    assert rows("select key from params") == [("p",)]
    assert rows("select key from params") == [("p",)]


def test_what_cannot_be_brought_home_yet_is_said_to_be_missing(disk, rows):
    place = disk(8_000)
    folder = StoreFolder(place / "store")
    folder.prepare()
    store = DuckDBStore(folder)
    store.drain()
    left_behind(folder)
    remount(place, "ro")
    with pytest.warns(RuntimeWarning, match="missing from what is shown"):
        assert rows("select key from params", of=store) == []
    remount(place, "rw")
    assert rows("select key from params", of=store) == [("p",)]


def test_what_this_process_logged_to_a_full_disk_is_there_when_it_has_room_again(disk, rows):
    place = disk(6_000)
    folder = StoreFolder(place / "store")
    folder.prepare()
    store = DuckDBStore(folder)
    store.drain()
    writer = writer_for(folder)
    for step in range(100_000):
        writer.write(Metric("m", step / 7, step, step, run_id="r"))
    assert "records wait in" in writer.problem
    with pytest.warns(RuntimeWarning, match="newest records are missing"):
        rows("select count(*) from metrics", of=store)
    remount(place, "size=64m")
    assert rows("select count(*), count(distinct step) from metrics", of=store) == [
        (100_000, 100_000)
    ]
    assert writer.problem is None
    writer.close()

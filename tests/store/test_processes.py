"""Many processes over one store: nothing is lost, nothing is doubled, nobody sees an error."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from nbtrack.errors import StoreError
from nbtrack.journal.folder import StoreFolder
from nbtrack.journal.reader import segments
from nbtrack.query.tree import Sql
from nbtrack.records.metric import Metric
from nbtrack.records.operation import CreateExperiment
from nbtrack.records.param import Param
from nbtrack.records.run import RunInfo
from nbtrack.store.duckdb import DuckDBStore

BEGIN = """
import os, sys
from pathlib import Path
from nbtrack.errors import AlreadyExists
from nbtrack.journal.folder import StoreFolder
from nbtrack.journal.writer import JournalWriter
from nbtrack.records.ids import next_time, uuid7
from nbtrack.records.metric import Metric
from nbtrack.records.operation import CreateExperiment
from nbtrack.records.run import RunInfo
from nbtrack.store.duckdb import DuckDBStore
folder = StoreFolder(Path(sys.argv[1]))
store = DuckDBStore(folder)
"""

WRITE = (
    BEGIN
    + """
count = int(sys.argv[2])
writer = JournalWriter(folder)
run_id = uuid7()
owner = writer.owner
writer.write(RunInfo(run_id, "0", status="RUNNING", owner=owner, time=next_time()))
for step in range(count):
    writer.write(Metric("m", step / 7, step, step, run_id=run_id))
    if step % 1000 == 0:
        store.drain()
writer.write(RunInfo(run_id, status="FINISHED", end_time=1, time=next_time()))
writer.close()
store.drain()
"""
)

DRAIN_FOREVER = (
    BEGIN
    + """
print("ready", flush=True)
while True:
    store.drain()
"""
)


def test_processes_write_while_others_read_and_the_counts_are_exact(folder, store, spawn, rows):
    writers = [spawn(WRITE, folder.path, 5_000) for _ in range(8)]
    seen = 0
    while any(process.poll() is None for process in writers):
        ((points, distinct),) = rows("select count(*), count(distinct (run_id, step)) from metrics")
        assert seen <= points == distinct
        seen = points
    for process in writers:
        assert process.wait() == 0, process.stderr.read()
    assert rows("select status, count(*) from runs group by all") == [("FINISHED", 8)]
    assert rows("select count(*), min(n), max(n) from latest_metrics") == [(8, 5_000, 5_000)]
    assert rows("select count(*), count(distinct (run_id, step)) from metrics") == [
        (40_000, 40_000)
    ]
    assert segments(folder) == []


@pytest.mark.parametrize("trial", range(2))
def test_drainers_killed_at_random_lose_nothing_and_double_nothing(
    folder, store, *, writer, start, spawn, rows, trial
):
    """Ten kills each."""
    chance = random.Random(trial)
    run_id = start()
    written = 0
    for _ in range(10):
        drainer = spawn(DRAIN_FOREVER, folder.path)
        assert drainer.stdout.readline() == "ready\n"
        deadline = time.monotonic() + chance.random() * 0.15
        while time.monotonic() < deadline:
            writer.write_all([Metric("m", 1.0, 1, written + n, run_id=run_id) for n in range(100)])
            written += 100
        drainer.kill()
        drainer.wait()
    assert rows("select count(*), count(distinct step) from metrics") == [(written, written)]
    assert rows("select n, step from latest_metrics") == [(written, written - 1)]


@pytest.mark.parametrize("trial", range(2))
def test_operations_of_killed_processes_are_done_once_or_not_at_all(
    folder, store, spawn, rows, trial
):
    """Five kills each; what a process was told is there."""
    chance = random.Random(trial)
    program = (
        BEGIN
        + """
for number in range(1000):
    print(*store.append([CreateExperiment(name=f"{sys.argv[2]}-{number}")]), flush=True)
"""
    )
    told = []
    for attempt in range(5):
        process = spawn(program, folder.path, attempt)
        told.append(process.stdout.readline())
        deadline = time.monotonic() + chance.random() * 0.1
        while time.monotonic() < deadline:
            told.append(process.stdout.readline())
        process.kill()
        told += process.communicate()[0].splitlines()
    ids = [line.strip() for line in told if line.strip()]
    found = {row[0]: row[1] for row in rows("select experiment_id, name from experiments")}
    assert set(ids) <= set(found)
    assert len(set(ids)) == len(ids)
    assert len(set(found.values())) == len(found)
    before = dict(found)
    folder.database.unlink()
    after = {row[0]: row[1] for row in rows("select experiment_id, name from experiments")}
    assert before == after


def test_killed_writers_lose_no_call_that_returned(folder, store, spawn, rows):
    program = (
        BEGIN
        + """
writer = JournalWriter(folder)
run_id = uuid7()
owner = writer.owner
writer.write(RunInfo(run_id, "0", status="RUNNING", owner=owner, time=next_time()))
step = 0
while True:
    writer.write(Metric("m", 1.0, 1, step, run_id=run_id))
    print(step, flush=True)
    step += 1
"""
    )
    chance = random.Random(5)
    told = []
    for _ in range(10):
        process = spawn(program, folder.path)
        for _ in range(chance.randrange(1, 300)):
            line = process.stdout.readline()
        process.kill()
        rest = process.communicate()[0].splitlines()
        told.append(int(rest[-1] if rest and rest[-1] else line))
    counts = rows("select n, step from latest_metrics join runs using (run_id) order by run_id")
    for last, (count, step) in zip(told, counts, strict=True):
        assert last <= step == count - 1
    assert rows("select status, count(*) from runs group by all") == [("KILLED", 10)]


def test_six_processes_make_one_experiment(folder, spawn, rows):
    program = (
        BEGIN
        + """
sys.stdin.readline()
try:
    store.append([CreateExperiment(name="shared")])
    print("made")
except AlreadyExists:
    print("there")
"""
    )
    processes = [spawn(program, folder.path) for _ in range(6)]
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    said = sorted(process.communicate()[0].strip() for process in processes)
    assert said == ["made"] + ["there"] * 5
    assert rows("select name from experiments where name = 'shared'") == [("shared",)]


def test_two_drainers_at_once_take_each_record_in_once(
    folder, store, *, writer, start, spawn, rows
):
    run_id = start()
    drainers = [spawn(DRAIN_FOREVER, folder.path) for _ in range(2)]
    for drainer in drainers:
        assert drainer.stdout.readline() == "ready\n"
    for step in range(20_000):
        writer.write(Metric("m", 1.0, 1, step, run_id=run_id))
    for drainer in drainers:
        assert drainer.poll() is None
        drainer.kill()
        drainer.wait()
    assert rows("select count(*), count(distinct step) from metrics") == [(20_000, 20_000)]


def test_threads_share_a_store(folder, store, writer, start, rows):
    run_id = start()

    def work(_):
        for _ in range(10):
            writer.write(Metric("m", 1.0, 1, run_id=run_id))
            rows("select count(*) from metrics")
            rows("select count(*) from metrics", of=DuckDBStore(folder))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert rows("select n from latest_metrics") == [(40,)]


@pytest.mark.parametrize("how", ["moved", "copied", "linked"])
def test_a_store_may_be_elsewhere_tomorrow(folder, store, *, writer, start, rows, tmp_path, how):
    run_id = start(owner=writer.owner)
    writer.write(Param("p", "1", run_id, 1))
    digest = store.put_blob(b"bytes")
    store.drain()
    writer.write(Param("q", "1", run_id, 1))
    place = tmp_path / "elsewhere" / "store"
    place.parent.mkdir()
    if how == "copied":
        shutil.copytree(folder.path, place)
    else:
        writer.close()
        if how == "moved":
            folder.path.rename(place)
        else:
            place.symlink_to(folder.path)
    there = DuckDBStore(StoreFolder(place))
    assert rows("select key from params order by key", of=there) == [("p",), ("q",)]
    assert rows("select status from runs", of=there) == [("KILLED",)]
    with there.open_blob(digest) as file:
        assert file.read() == b"bytes"
    assert there.append([CreateExperiment(name="a")]) == ["1"]
    assert (
        str(tmp_path) not in rows("select string_agg(columns(*)::varchar) from runs", of=there)[0]
    )


# Forks


def forked(work):
    """Run a function in a forked child; its exit code says whether it went well."""
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_forked_child_uses_the_store_with_an_instance_of_its_own(store, start, rows):
    start()
    assert rows("select count(*) from runs") == [(1,)]

    def work():
        assert rows("select count(*) from runs") == [(1,)]
        assert store.append([CreateExperiment(name="of the child")]) == ["1"]

    forked(work)
    assert store.append([CreateExperiment(name="of the parent")]) == ["2"]


def test_a_forked_child_that_ends_as_usual_does_not_hang(folder):
    program = (
        BEGIN
        + """
store.drain()
child = os.fork()
if not child:
    store.drain()
    sys.exit(0)
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
"""
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder.path)], check=False, timeout=60
    )
    assert done.returncode == 0


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_fork_in_the_midst_of_a_session_holds_nothing_up(store, start, rows):
    start()
    with store.session(write=True) as cursor:
        cursor.execute("select 1")
        child = os.fork()
        if not child:
            store.patience_seconds = 0.05
            code = 1
            try:
                store.fetch(Sql("select 1"))
            except StoreError:
                code = 0
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
    assert rows("select count(*) from runs") == [(1,)]


def test_a_ctrl_c_in_the_midst_leaves_the_store_usable(store, start, rows):
    start()

    def interrupted(cursor):
        cursor.execute("BEGIN")
        cursor.execute("DELETE FROM core.runs")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), store.session(write=True) as cursor:
        interrupted(cursor)
    assert rows("select count(*) from runs") == [(1,)]


def test_runs_of_several_journals_are_one(make_writer, rows):
    for number in range(5):
        make_writer().write(RunInfo("r", run_name=f"n{number}", time=number + 1))
    assert rows("select run_id, run_name from runs") == [("r", "n4")]

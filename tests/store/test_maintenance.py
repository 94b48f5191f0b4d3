"""A store is cleaned, and its file made smaller."""

from __future__ import annotations

import fcntl

import duckdb
import pytest

from nbtrack.errors import NotFound
from nbtrack.records.artifact import Artifact
from nbtrack.records.ids import next_time
from nbtrack.records.metric import Metric
from nbtrack.records.operation import CreateExperiment, SetLifecycle
from nbtrack.store import maintenance
from nbtrack.store.maintenance import gc, vacuum


@pytest.fixture
def deleted(store, start, writer):
    """A run and an experiment with a run that were deleted, each with a file."""
    store.append([CreateExperiment(name="a")])
    digests = [store.put_blob(name) for name in (b"kept", b"of the run", b"of the experiment")]
    runs = [start(), start(), start(experiment_id="1")]
    for run_id, digest in zip(runs, digests, strict=True):
        writer.write(Artifact(run_id, "file", digest, 4, next_time()))
    store.append(
        [
            SetLifecycle(noun="run", id=runs[1], stage="deleted"),
            SetLifecycle(noun="experiment", id="1", stage="deleted"),
        ]
    )
    return runs, digests


def test_what_was_deleted_goes_for_good_with_its_files(store, deleted, rows):
    (kept, *gone), (kept_digest, *gone_digests) = deleted
    told = []
    cleaned = gc(store, young_seconds=0, progress=lambda *done: told.append(done))
    assert (cleaned.runs, cleaned.experiments, cleaned.files) == (gone, ["1"], 2)
    assert cleaned.bytes == len(b"of the run" + b"of the experiment")
    assert told == [(3, 3)]
    assert rows("select run_id from runs") == [(kept,)]
    assert rows("select experiment_id from experiments") == [("0",)]
    store.open_blob(kept_digest).close()
    for digest in gone_digests:
        with pytest.raises(NotFound):
            store.open_blob(digest)
    assert gc(store, young_seconds=0) == ([], [], 0, 0, 0, [])


def test_a_dry_run_tells_the_same_and_changes_nothing(store, deleted, rows):
    told = gc(store, young_seconds=0, dry_run=True)
    assert rows("select count(*) from runs") == [(3,)]
    assert gc(store, young_seconds=0) == told


def test_what_was_deleted_lately_and_young_files_stay(store, deleted, rows):
    assert gc(store, older_than_seconds=3600) == ([], [], 0, 0, 0, [])
    cleaned = gc(store)
    assert (len(cleaned.runs), cleaned.files) == (2, 0)
    assert len(list(store.blobs.digests())) == 3


def test_many_runs_go_in_several_steps(store, start, rows, monkeypatch):
    monkeypatch.setattr(maintenance, "PURGED_AT_ONCE", 2)
    runs = [start() for _ in range(5)]
    store.append([SetLifecycle(noun="run", id=run_id, stage="deleted") for run_id in runs])
    told = []
    assert len(gc(store, progress=lambda *done: told.append(done)).runs) == 5
    assert told == [(2, 5), (4, 5), (5, 5)]
    assert rows("select * from runs") == []


def test_a_file_that_grew_in_many_small_drains_becomes_smaller(folder, store, start, writer, rows):
    runs = [start() for _ in range(20)]
    for step in range(40):
        writer.write_all(
            [Metric(f"m{key}", key * step, step, step, run_id=r) for r in runs for key in range(5)]
        )
        store.drain()
    with duckdb.connect(str(folder.database)) as database:
        database.execute("create table mine as select 42 as a")
        database.execute("delete from core.metrics where key in ('m1', 'm2', 'm3')")
    query = "select run_id, key, step, value from metrics order by all"
    before = rows(query)
    documented = "select count(*) from duckdb_columns() where comment is not null"
    ((sentences,),) = rows(documented)
    sizes = vacuum(store)
    assert sizes.after_bytes < sizes.before_bytes
    assert folder.database.stat().st_size == sizes.after_bytes
    assert rows(query) == before
    assert rows("select a from mine") == [(42,)]
    assert rows(documented) == [(sentences,)]
    assert sentences > 50
    start()
    assert rows("select count(*) from runs") == [(21,)]
    keys = "select table_name from duckdb_constraints() where constraint_type = 'PRIMARY KEY'"
    assert ("experiments",) in rows(keys)


def test_a_file_that_would_not_become_smaller_stays(folder, store, start):
    start()
    vacuum(store)
    there = folder.database.stat().st_ino
    sizes = vacuum(store)
    assert sizes.after_bytes == sizes.before_bytes
    assert folder.database.stat().st_ino == there
    assert not list(folder.path.glob("*smaller*"))


def test_a_segment_that_nobody_finished_making_goes_and_one_in_the_making_stays(store):
    store.drain()
    left, making = (store.folder.journal / f".{name}.jsonl" for name in ("left", "making"))
    left.write_text("{}")
    with making.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert gc(store, young_seconds=3600).unfinished_files == 0
        assert gc(store, dry_run=True, young_seconds=0).unfinished_files == 0
        assert gc(store, young_seconds=0).unfinished_files == 1
        assert (left.exists(), making.exists()) == (False, True)

"""What `nbtrack doctor` is told of a store."""

from __future__ import annotations

import os

import duckdb

from nbtrack.journal import reader
from nbtrack.journal.folder import StoreFolder
from nbtrack.records.ids import next_time, now_ms
from nbtrack.records.logged_model import ModelRecord
from nbtrack.records.metric import Metric
from nbtrack.records.operation import SetLifecycle
from nbtrack.records.param import Param
from nbtrack.records.registry_operation import CreateModelVersion
from nbtrack.store import health
from nbtrack.store.health import examine
from nbtrack.store.lock import lock_of


def findings(folder, level):
    return [verdict.finding for verdict in examine(folder).verdicts if verdict.level == level]


def test_a_store_that_is_not_there_yet_is_well(tmp_path):
    found = examine(StoreFolder(tmp_path / "nosuch"))
    assert found.is_good
    assert "no database yet" in found.verdicts[-1].finding
    assert not (tmp_path / "nosuch").exists()


def test_figures_of_a_store(folder, store, start, writer):
    alive, gone = start(owner=writer.owner), start(owner="x" * 32)
    deleted = start()
    writer.write(Metric("m", 1.0, 1, run_id=alive))
    store.append([SetLifecycle(noun="run", id=deleted, stage="deleted")])
    writer.write(Metric("m", 1.0, 1, run_id=gone))
    store.put_blob(b"12345")
    found = examine(folder)
    assert found.is_good
    assert found.verdicts[0].level == "good"
    assert (found.experiments, found.runs, found.deleted_runs) == (1, 2, 1)
    assert (found.running, found.killed, found.points) == (2, 1, 1)
    assert (found.artifacts_bytes, found.quarantined_lines) == (5, 0)
    assert found.schema_version == found.known_schema_version
    assert found.duckdb_version == duckdb.__version__
    assert len(found.store_id) == 32
    (journal,) = found.journals
    assert (journal.alive, journal.pid, journal.owner) == (True, os.getpid(), writer.owner)
    assert found.backlog_bytes == journal.backlog_bytes > 0
    assert found.free_bytes > 0
    assert found.database_bytes == folder.database.stat().st_size


def test_looking_changes_nothing(folder, store, start):
    store.drain()
    start()
    before = folder.database.read_bytes()
    examine(folder)
    assert folder.database.read_bytes() == before


def test_what_is_wrong_is_said(folder, store, *, start, writer, make_writer, monkeypatch):
    run_id = start()
    for value in ("1", "2"):
        make_writer().write(Param("p", value, run_id, now_ms()))
    writer.write(Param("p", "1", "without a start", 1))
    with reader.segments(folder)[0].path.open("ab") as segment:
        segment.write(b"garbage\n")
    store.drain()
    writer.write(Param("q", "1", run_id, 1))
    monkeypatch.setattr(health, "BACKLOG_BYTES", 0)
    monkeypatch.setattr(health, "FREE_BYTES", 1 << 62)
    said = " | ".join(findings(folder, "warning"))
    for words in (
        "1 params were written",
        "1 lines of journals",
        "1 runs have records",
        "wait in the journals",
        "are free",
    ):
        assert words in said
    assert not examine(folder).is_good


def test_a_database_that_cannot_be_read_is_an_error_that_is_said(folder, store, start):
    start()
    folder.database.write_bytes(b"x" * 10_000)
    (finding,) = findings(folder, "error")
    assert "left as it is" in finding
    assert examine(folder).backlog_bytes > 0


def test_a_newer_store_is_an_error_that_is_said(folder, store):
    store.drain()
    with duckdb.connect(str(folder.database)) as database:
        database.execute("update core.meta set value = '99' where key = 'schema_version'")
    assert "upgrade nbtrack" in findings(folder, "error")[0]


def test_a_database_with_a_table_missing_is_an_error_that_is_said(folder, store):
    store.drain()
    with duckdb.connect(str(folder.database)) as database:
        database.execute("drop table core.metrics")
    assert "cannot be" in findings(folder, "error")[0]


def test_who_holds_the_store_is_named(folder, store):
    store.drain()
    with lock_of(folder).held(exclusive=True, seconds=1):
        assert examine(folder).lock_holders == [os.getpid()]


def test_a_missing_and_an_old_backup_are_noted(folder, store, start):
    start()
    store.drain()
    assert any("there is no backup" in finding for finding in findings(folder, "note"))
    weeks_ago = now_ms() - 30 * 86_400_000
    with duckdb.connect(str(folder.database)) as database:
        database.execute("insert into core.meta values ('last_backup', ?)", [str(weeks_ago)])
    assert "the last backup is 30 days old" in findings(folder, "note")


def test_models_are_counted_and_their_files_looked_for(folder, store, writer):
    kept = store.put_blob(b"12345")
    told = {"experiment_id": "0", "name": "m", "creation_time": now_ms()}
    files = {"paths": ["a", "b"], "digests": [kept, "ab" * 32], "sizes": [5, 6], "seals": ["", ""]}
    for name, more in (
        ("1", files | {"status": "READY"}),
        ("2", {"status": "PENDING", "owner": writer.owner}),
        ("3", {"status": "PENDING", "owner": "x" * 32}),
    ):
        writer.write(ModelRecord(model_id="m-" + name * 32, time=next_time(), **told, **more))
    store.append([CreateModelVersion(name="churn", model_id="m-" + "1" * 32, create_model=True)])
    store.drain()
    found = examine(folder)
    assert (found.registered_models, found.model_versions) == (1, 1)
    assert (found.pending_models, found.failed_models, found.missing_model_files) == (1, 1, 1)
    assert (found.waiting_deliveries, found.failed_deliveries) == (0, 0)
    (missing,) = findings(folder, "error")
    assert missing.startswith("1 files of models are missing in ")
    assert "1 models were not logged to their end" in findings(folder, "note")

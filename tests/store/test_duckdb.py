"""The DuckDB store keeps to the contract, and to its own promises."""

from __future__ import annotations

import logging
import os
import shutil

import pytest
from contract import StoreContract

from nbtrack.errors import AlreadyExists
from nbtrack.query.tree import Sql
from nbtrack.records.operation import CreateExperiment
from nbtrack.store import lock as locks
from nbtrack.store import recovery
from nbtrack.store.backup import backup
from nbtrack.store.duckdb import DuckDBStore
from nbtrack.store.lock import holders


class TestDuckDBStore(StoreContract):
    """What every store keeps to."""


SERIES = """
import sys
from pathlib import Path
from nbtrack.journal.folder import StoreFolder
from nbtrack.records.operation import CreateExperiment
from nbtrack.store.duckdb import DuckDBStore
store = DuckDBStore(StoreFolder(Path(sys.argv[1])))
for number in range(3):
    store.append([CreateExperiment(name=f"elsewhere-{number}")])
print("staying" if store.lock.stay else "closed", flush=True)
"""


@pytest.fixture
def patient(monkeypatch):
    """What stays open does so for a minute, so that only what is tested lets go of it."""
    monkeypatch.setattr(locks, "STAY_SECONDS", 60.0)
    monkeypatch.setattr(locks, "LONGEST_STAY_SECONDS", 60.0)
    monkeypatch.setattr("nbtrack.store.duckdb.SERIES_SECONDS", 60.0)


@pytest.fixture
def series(store, patient):
    """Do several operations, after which the store is open."""

    def series(*names, of=store):
        for name in names or ("a", "b", "c"):
            of.append([CreateExperiment(name=name)])

    return series


def names(rows):
    return [name for (name,) in rows("select name from experiments order by name")]


def test_an_operation_alone_leaves_nothing_open(folder, store, patient):
    store.append([CreateExperiment(name="a")])
    assert store.lock.stay is None
    assert holders(folder.store_lock) == []


def test_operations_in_a_row_find_the_store_open(folder, store, series):
    series("a", "b")
    stay = store.lock.stay
    assert stay is not None
    assert holders(folder.store_lock) == [os.getpid()]
    series("c", "d")
    assert store.lock.stay is stay
    store.lock.settle()
    assert holders(folder.store_lock) == []
    assert not recovery.has_wal(folder.database)


def test_what_stays_open_is_let_go_of_when_nobody_comes(folder, store, series, monkeypatch):
    series()
    watcher = store.lock.watcher
    monkeypatch.setattr(store.lock, "stay_ends", 0.0)
    watcher.join(30)
    assert (store.lock.stay, store.lock.watcher) == (None, None)
    assert holders(folder.store_lock) == []
    assert not recovery.has_wal(folder.database)


def test_readers_let_a_series_end(folder, store, series, core, monkeypatch):
    series()
    monkeypatch.setattr(store.lock, "stay_ends", 0.0)
    assert core("select count(*) from core.experiments") == [(4,)]
    assert store.lock.stay is None
    assert holders(folder.store_lock) == []


def test_others_need_not_wait_for_the_end_of_a_series(folder, store, series, *, spawn, rows):
    series()
    assert store.lock.stay is not None
    process = spawn(SERIES, folder.path)
    assert process.stdout.readline() in {"staying\n", "closed\n"}
    assert process.wait() == 0
    assert store.lock.stay is None
    series("d")
    assert names(rows) == ["Default", "a", "b", "c", "d", *(f"elsewhere-{it}" for it in range(3))]


def test_a_process_that_ends_in_a_series_leaves_a_whole_file(folder, spawn):
    process = spawn(SERIES, folder.path)
    assert process.stdout.readline() == "staying\n"
    assert process.wait() == 0
    assert not recovery.has_wal(folder.database)


def test_readers_of_the_same_process_see_what_a_series_did(store, series, core, rows):
    series("a", "b")
    stay = store.lock.stay
    count = "select count(*) from core.experiments"
    assert core(count) == core(count, of=DuckDBStore(store.folder)) == [(3,)]
    assert names(rows) == ["Default", "a", "b"]
    assert store.lock.stay is not stay


def test_records_are_taken_in_among_operations(store, series, start, core):
    series()
    assert store.lock.stay is not None
    run_id = start()
    assert core("select run_id from core.runs") == [(run_id,)]
    series("d")
    assert core("select count(*) from core.experiments") == [(5,)]


def test_what_is_refused_in_a_series_is_undone(folder, store, series, core):
    series("a", "b")
    with pytest.raises(AlreadyExists):
        series("a")
    assert store.lock.stay is None
    assert holders(folder.store_lock) == []
    series("c")
    assert core("select name from core.experiments order by name") == [
        ("Default",), ("a",), ("b",), ("c",)
    ]  # fmt: skip


def test_a_database_that_is_gone_is_made_anew_in_a_series(folder, store, series, rows):
    series("a", "b")
    folder.database.unlink()
    recovery.wal_of(folder.database).unlink()
    series("c")
    assert names(rows) == ["Default", "a", "b", "c"]


def test_a_folder_that_is_gone_is_made_anew_in_a_series(folder, store, series, *, rows, caplog):
    series("a", "b")
    caplog.set_level(logging.CRITICAL)
    shutil.rmtree(folder.path)
    series("c")
    assert names(rows) == ["Default", "c"]


def test_a_backup_among_operations_is_whole(store, series, tmp_path):
    series()
    backup(store, tmp_path / "saved.tar.gz")
    assert store.lock.stay is None
    series("d")
    assert store.lock.stay is not None


def test_parent_and_forked_child_go_on_after_a_series(folder, store, series, rows):
    series("a", "b")
    assert store.lock.stay is not None
    child = os.fork()
    if not child:
        status = 1
        try:
            assert store.lock.stay is None
            found = DuckDBStore(folder).fetch(Sql("select count(*) as n from experiments"))
            status = 0 if list(found.columns["n"]) == [3] else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    series("c")
    assert names(rows) == ["Default", "a", "b", "c"]


def test_a_closed_store_holds_nothing(folder, store, series):
    series()
    store.close()
    assert store.lock.stay is None
    assert holders(folder.store_lock) == []

"""A backup holds all that a store held at one moment, and becomes a store again."""

from __future__ import annotations

import json
import re
import tarfile
import zipfile

import pytest

from nbtrack.errors import AlreadyExists, InvalidValue, NotFound, StoreBusy
from nbtrack.journal.folder import StoreFolder
from nbtrack.records.artifact import Artifact
from nbtrack.records.ids import next_time
from nbtrack.records.metric import Metric
from nbtrack.records.operation import CreateExperiment
from nbtrack.store.backup import backup, restore
from nbtrack.store.duckdb import DuckDBStore
from nbtrack.store.health import examine


@pytest.fixture
def filled(store, start, writer):
    """A store with an experiment, a run, points, a file and a line in the quarantine."""
    store.append([CreateExperiment(name="a")])
    run_id = start(experiment_id="1", owner=writer.owner)
    digest = store.put_blob(b"bytes")
    writer.write(Artifact(run_id, "file", digest, 5, next_time()))
    writer.write_all([Metric("m", 1.0, 1, step, run_id=run_id) for step in range(100)])
    (store.folder.quarantine / "x.jsonl").write_text('{"offset": 1, "problem": "p", "line": "l"}\n')
    return digest


QUERY = "select experiment_name, key, n from runs join latest_metrics using (run_id)"


@pytest.mark.parametrize("name", ["copy.zip", "copy.tar", "copy.tar.gz", "copy"])
def test_a_backup_becomes_a_store_again(store, filled, rows, *, tmp_path, name):
    told = []
    made = backup(store, tmp_path / "backups" / name, lambda *done: told.append(done))
    assert told[-1] == (made.bytes, made.bytes)
    assert told == sorted(told)
    assert made.path.exists()
    there = StoreFolder(tmp_path / "restored")
    assert restore(made.path, there) is None
    again = DuckDBStore(there)
    assert rows(QUERY, of=again) == [("a", "m", 100)]
    assert rows("select status from runs", of=again) == [("KILLED",)]
    with again.open_blob(filled) as file:
        assert file.read() == b"bytes"
    assert examine(there).quarantined_lines == 1
    assert again.append([CreateExperiment(name="b")]) == ["2"]
    assert not list(tmp_path.glob("**/.*copy*"))


def test_a_backup_knows_what_it_is_and_the_store_when_it_was_made(folder, store, filled, tmp_path):
    assert examine(folder).last_backup is None
    backup(store, tmp_path / "copy")
    note = json.loads((tmp_path / "copy" / "backup.json").read_text())
    assert note["store_id"] == examine(folder).store_id
    assert examine(folder).last_backup >= note["time"]


def test_a_backup_is_not_written_over_anything(store, filled, tmp_path):
    (tmp_path / "copy.zip").write_text("mine")
    with pytest.raises(AlreadyExists, match="is there already"):
        backup(store, tmp_path / "copy.zip")
    assert (tmp_path / "copy.zip").read_text() == "mine"


def test_a_backup_that_fails_leaves_nothing(store, filled, tmp_path):
    def fail(_done, _all):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        backup(store, tmp_path / "backups" / "copy.zip", fail)
    assert list((tmp_path / "backups").iterdir()) == []


def test_what_a_journal_holds_beyond_the_database_is_in_the_backup(
    store, filled, writer, rows, tmp_path
):
    """A process goes on logging while the backup is made."""
    (run_id,) = next(iter(rows("select run_id from runs")))

    def log_more(_done, _all):
        writer.write(Metric("late", 1.0, 1, run_id=run_id))

    backup(store, tmp_path / "copy", log_more)
    restore(tmp_path / "copy", StoreFolder(tmp_path / "restored"))
    again = DuckDBStore(StoreFolder(tmp_path / "restored"))
    assert (("a", "m", 100)) in rows(QUERY, of=again)
    assert examine(again.folder).quarantined_lines <= 2


def test_a_store_is_not_written_over_without_force(store, filled, rows, writer, tmp_path):
    made = backup(store, tmp_path / "copy.zip")
    store.append([CreateExperiment(name="later")])
    with pytest.raises(AlreadyExists, match="--force"):
        restore(made.path, store.folder)
    with pytest.raises(StoreBusy, match="log into"):
        restore(made.path, store.folder, force=True)
    writer.close()
    former = restore(made.path, store.folder, force=True)
    assert rows("select name from experiments order by experiment_id") == [("Default",), ("a",)]
    found = rows("select name from experiments", of=DuckDBStore(StoreFolder(former)))
    assert ("later",) in found


def test_a_folder_of_something_else_is_left_alone(store, filled, tmp_path):
    made = backup(store, tmp_path / "copy")
    place = tmp_path / "photos"
    place.mkdir()
    (place / "cat.jpg").write_bytes(b"meow")
    with pytest.raises(AlreadyExists):
        restore(made.path, StoreFolder(place))
    with pytest.raises(InvalidValue, match="no store of nbtrack"):
        restore(made.path, StoreFolder(place), force=True)
    assert (place / "cat.jpg").read_bytes() == b"meow"


def test_an_empty_folder_may_be_filled(store, filled, rows, tmp_path):
    made = backup(store, tmp_path / "copy")
    place = StoreFolder(tmp_path / "empty")
    place.prepare()
    assert restore(made.path, place) is None
    assert rows(QUERY, of=DuckDBStore(place)) == [("a", "m", 100)]


def test_what_is_no_backup_is_refused(folder, tmp_path):
    place = StoreFolder(tmp_path / "place")
    with pytest.raises(NotFound, match="there is no backup"):
        restore(tmp_path / "nosuch", place)
    (tmp_path / "text").write_text("some text")
    (tmp_path / "folder").mkdir()
    with zipfile.ZipFile(tmp_path / "some.zip", "w") as archive:
        archive.writestr("a", "b")
    with tarfile.open(tmp_path / "some.tar", "w") as archive:
        archive.add(tmp_path / "text")
    for name in ("text", "folder", "some.zip", "some.tar"):
        with pytest.raises(InvalidValue, match="no backup of a store"):
            restore(tmp_path / name, place)
    assert not place.path.exists()


@pytest.mark.parametrize("name", ["../out", "/nbtrack-out", "journal/../../out", "link"])
def test_a_file_that_leads_out_of_an_archive_is_refused(store, filled, tmp_path, name):
    backup(store, tmp_path / "copy.tar")
    with tarfile.open(tmp_path / "copy.tar", "a") as archive:
        entry = tarfile.TarInfo(name)
        if name == "link":
            entry.type, entry.linkname = tarfile.SYMTYPE, "/"
        archive.addfile(entry)
    with pytest.raises(InvalidValue, match=re.escape(repr(name))):
        restore(tmp_path / "copy.tar", StoreFolder(tmp_path / "place"))
    assert not (tmp_path / "place").exists()
    assert not (tmp_path / "out").exists()

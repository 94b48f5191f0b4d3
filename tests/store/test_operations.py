"""Operations are numbered, written down, and applied once, also to a database made anew."""

from __future__ import annotations

import os

import pytest

from nbtrack.errors import InvalidValue, StoreError
from nbtrack.journal.reader import segments
from nbtrack.records.codec import decode_op
from nbtrack.records.event import Op
from nbtrack.records.ids import next_time
from nbtrack.records.operation import (
    CorrectParam,
    CreateExperiment,
    Operation,
    Purge,
    RenameExperiment,
    SetExperimentTag,
    SetLifecycle,
)
from nbtrack.records.param import Param
from nbtrack.store import operations
from nbtrack.store.duckdb import DuckDBStore


@pytest.fixture
def written(folder):
    """What stands in `ops.jsonl`."""

    def written():
        return [decode_op(line) for line in folder.operations.read_bytes().splitlines()]

    return written


def test_each_kind_of_operation_has_its_function():
    assert set(operations.TABLE) == set(Op.__args__)


def test_operations_are_written_down_as_they_were_applied(store, written):
    store.append([CreateExperiment(name="a", actor="ada")])
    store.append([RenameExperiment(experiment_id="1", name="b", time=5)])
    first, second = written()
    assert (first.number, first.experiment_id, first.actor) == (1, "1", "ada")
    assert first.time > 0
    assert second == RenameExperiment(experiment_id="1", name="b", number=2, time=5)


def test_a_refused_operation_is_not_written_down(folder, store):
    with pytest.raises(InvalidValue):
        store.append([CreateExperiment(name="")])
    assert not folder.operations.exists()


def every_kind_of_operation(store, start, writer):
    """Do something of each kind; the ids of the runs that were there."""
    store.append([CreateExperiment(name=name) for name in ("a", "b", "c", "d")])
    runs = [start(experiment_id=number) for number in ("1", "1", "2", "3", "0")]
    for run_id in runs:
        writer.write(Param("p", "1", run_id, next_time()))
    store.append(
        [
            SetExperimentTag(experiment_id="1", key="k", value="v"),
            SetExperimentTag(experiment_id="1", key="gone", value="v"),
            SetExperimentTag(experiment_id="1", key="gone", value=None),
            RenameExperiment(experiment_id="1", name="aa"),
            SetLifecycle(noun="run", id=runs[0], stage="deleted"),
            SetLifecycle(noun="experiment", id="2", stage="deleted"),
            SetLifecycle(noun="experiment", id="4", stage="deleted"),
            SetLifecycle(noun="experiment", id="4", stage="active"),
            Purge(noun="experiment", id="3"),
            Purge(noun="run", id=runs[4]),
            CorrectParam(run_id=runs[1], key="p", value="2"),
            CorrectParam(run_id=runs[1], key="p", value="3"),
        ]
    )
    store.append([CreateExperiment(name="c")])


STATE = {
    "experiments": "select experiment_id, name, lifecycle_stage, creation_time from experiments",
    "tags": "select * from experiment_tags",
    "runs": "select run_id, experiment_id, lifecycle_stage from runs",
    "params": "select run_id, key, value from params",
}


def test_a_database_made_anew_is_the_same(folder, store, start, writer, rows):
    every_kind_of_operation(store, start, writer)
    before = {name: sorted(rows(query)) for name, query in STATE.items()}
    before["experiments"] = [row for row in before["experiments"] if row[0] != "0"]
    assert len(before["runs"]) == 3
    assert len(segments(folder)) == 1
    folder.database.unlink()
    after = {name: sorted(rows(query)) for name, query in STATE.items()}
    after["experiments"] = [row for row in after["experiments"] if row[0] != "0"]
    assert after == before
    assert store.append([CreateExperiment(name="e")]) == ["6"]


def test_replaying_again_changes_nothing(folder, store, start, writer, rows):
    every_kind_of_operation(store, start, writer)
    before = {name: sorted(rows(query)) for name, query in STATE.items()}
    with folder.operations.open("ab") as file:
        file.write(b"\n")
    assert {name: sorted(rows(query)) for name, query in STATE.items()} == before


def test_an_id_is_not_given_twice(store):
    assert store.append([CreateExperiment(name="a")]) == ["1"]
    store.append([Purge(noun="experiment", id="1")])
    assert store.append([CreateExperiment(name="b")]) == ["2"]


def test_an_experiment_may_bring_its_id(store, rows):
    assert store.append([CreateExperiment(name="a", experiment_id="7")]) == ["7"]
    assert store.append([CreateExperiment(name="b")]) == ["8"]
    assert store.append([CreateExperiment(name="b", experiment_id="9")]) == ["8"]
    assert store.append([CreateExperiment(name="z", experiment_id="9")]) == ["8"]
    found = rows("select experiment_id, name from experiments order by 1")
    assert found == [("0", "Default"), ("7", "a"), ("8", "b")]


def test_an_alias_stands_for_its_experiment_in_operations(store, rows):
    store.append([CreateExperiment(name="a"), CreateExperiment(name="a", experiment_id="77")])
    store.append([SetExperimentTag(experiment_id="77", key="k", value="v")])
    assert rows("select * from experiment_tags") == [("1", "k", "v")]
    store.append([Purge(noun="experiment", id="77")])
    assert rows("select name from experiments") == [("Default",)]


def test_what_changed_is_seen_by_its_number(store, start, core):
    run_id = start()
    ((before,),) = core("select updated_seq from core.runs")
    store.append([SetLifecycle(noun="run", id=run_id, stage="deleted")])
    ((after, deleted),) = core("select updated_seq, deleted_time is not null from core.runs")
    assert after > before
    assert deleted


def test_operations_that_cannot_be_written_down_are_not_done(folder, store, rows):
    store.drain()
    folder.operations.mkdir()
    with pytest.raises(OSError, match=r"ops\.jsonl"):
        store.append([CreateExperiment(name="a")])
    folder.operations.rmdir()
    assert rows("select name from experiments") == [("Default",)]
    assert store.append([CreateExperiment(name="a")]) == ["1"]


@pytest.mark.parametrize("broken", ["pwrite", "fdatasync"])
def test_a_disk_that_fails_leaves_the_operations_as_they_were(
    folder, store, rows, monkeypatch, broken
):
    store.append([CreateExperiment(name="a")])
    before = folder.operations.read_bytes()

    def fail(*_):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as disk:
        disk.setattr(os, broken, fail)
        with pytest.raises(StoreError, match="Input/output error"):
            store.append([CreateExperiment(name="b")])
    with monkeypatch.context() as disk:
        disk.setattr(os, "pwrite", lambda *_: 3)
        with pytest.raises(StoreError, match="disk is full"):
            store.append([CreateExperiment(name="b")])
    assert folder.operations.read_bytes() == before
    assert rows("select count(*) from experiments") == [(2,)]


def test_operations_know_which_of_them_need_the_journals():
    assert operations.needs_runs(SetLifecycle(noun="run", id="r", stage="deleted"))
    assert not operations.needs_runs(SetLifecycle(noun="experiment", id="1", stage="deleted"))
    assert not operations.needs_runs(CreateExperiment(name="a"))
    assert issubclass(CreateExperiment, Operation)


def test_a_store_in_use_applies_what_another_wrote_down(folder, store, rows):
    store.append([CreateExperiment(name="a")])
    DuckDBStore(folder).append([CreateExperiment(name="b")])
    assert rows("select count(*) from experiments") == [(3,)]

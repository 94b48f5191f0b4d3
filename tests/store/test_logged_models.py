"""Records of logged models become rows, whatever order their journals are read in."""

from __future__ import annotations

import random

import duckdb
import pytest

from nbtrack.errors import InvalidValue, NotFound
from nbtrack.journal.folder import StoreFolder
from nbtrack.query.tree import LoggedModels, ModelFiles, Rows, Runs
from nbtrack.records.artifact import Artifact
from nbtrack.records.codec import encode
from nbtrack.records.event import JournalHeader
from nbtrack.records.experiment import Experiment
from nbtrack.records.ids import next_time, uuid7
from nbtrack.records.logged_model import ModelLink, ModelRecord
from nbtrack.records.metric import Metric, Series
from nbtrack.records.operation import CreateExperiment, Purge, PurgeModel, SetLifecycle
from nbtrack.records.registry_operation import CreateModelVersion, DeleteModelVersion
from nbtrack.store import staging
from nbtrack.store.duckdb import DuckDBStore
from nbtrack.store.maintenance import gc

A, B, C = ("a" * 64, "b" * 64, "c" * 64)


def put_segment(folder, lines):
    """A segment whose owner is gone."""
    name = uuid7()
    head = encode(JournalHeader("a" * 32, "host", "boot", 1, 0))
    (folder.journal / f"{name}.jsonl").write_bytes(head + lines)
    return name


def begun(model_id="m-1", **fields):
    told = {"experiment_id": "0", "name": "clf", "status": "PENDING", "creation_time": 1000}
    return ModelRecord(model_id, **told | {"last_updated_time": 1000, "time": next_time()} | fields)


def changed(model_id="m-1", files=(), **fields):
    paths, digests, sizes, seals = ([it[place] for it in files] for place in range(4))
    told = {"paths": paths, "digests": digests, "sizes": sizes, "seals": seals}
    return ModelRecord(model_id, **told | {"last_updated_time": 2000, "time": next_time()} | fields)


def ready(model_id="m-1", files=(("MLmodel", A, 3, "s"),), **fields):
    return changed(model_id, files, status="READY", **fields)


def test_a_begin_and_an_end_are_one_model(writer, rows):
    writer.write(begun(params={"a": "1"}, tags={"t": "x", "u": "y"}, source_run_id="r"))
    writer.write(ready(params={"a": "2", "b": "3"}, tags={"t": None}, user_id="me"))
    assert rows(
        "select model_id, experiment_name, name, status, source_run_id, user_id, creation_time,"
        " last_updated_time, lifecycle_stage, created::varchar from logged_models"
    ) == [
        ("m-1", "Default", "clf", "READY", "r", "me", 1000, 2000, "active", "1970-01-01 00:00:01")
    ]
    assert rows("select key, value from model_params order by key") == [("a", "1"), ("b", "3")]
    assert rows("select key, value from model_tags") == [("u", "y")]
    assert rows("select path, digest, file_size from model_files") == [("MLmodel", A, 3)]


def records(chance):
    """What contradicting writers might say of four models."""
    made = []
    clock = iter(range(10**15, 10**15 + 10**6))
    for _ in range(100):
        time, word = next(clock) if chance.random() < 0.8 else 10**15, chance.choice("xyz")
        told = {
            "name": word,
            "experiment_id": chance.choice("01"),
            "status": chance.choice(["PENDING", "READY", "FAILED"]),
            "creation_time": chance.randrange(3),
            "params": {word: chance.choice("123")},
            "tags": {word: chance.choice(["1", "2", None])},
            "lifecycle_stage": chance.choice(["active", "deleted"]),
        }
        kept = {name: value for name, value in told.items() if chance.random() < 0.4}
        files = [(word, chance.choice([A, B, C]), 1, "")] if chance.random() < 0.4 else []
        made.append(changed(f"m-{chance.choice('1234')}", files, time=time, **kept))
        kind, model_id = chance.choice(["input", "output"]), f"m-{chance.choice('12')}"
        made.append(ModelLink(word, model_id, kind, chance.randrange(2), time))
    return made


@pytest.mark.parametrize("seed", range(2))
def test_journals_may_be_drained_in_any_order_and_in_any_parts(tmp_path, seed):
    chance = random.Random(seed)
    facts = records(chance)
    states = []
    for attempt in range(3):
        folder = StoreFolder(tmp_path / f"{attempt}")
        folder.prepare()
        store = DuckDBStore(folder)
        rest = list(facts)
        if attempt:
            chance.shuffle(rest)
        while rest:
            part = [rest.pop() for _ in range(min(len(rest), chance.randrange(1, 150)))]
            put_segment(folder, b"".join(map(encode, part)))
            if chance.random() < 0.7:
                store.drain()
        states.append([store.ask(all_of(query)) for query in EVERYTHING])
    assert len(states[0][0]) == 4
    assert states[0] == states[1] == states[2]


EVERYTHING = (
    "select * from core.logged_models order by all",
    "select * from core.model_params order by all",
    "select * from core.model_tags order by all",
    "select * from core.model_file_view order by all",
    "select run_id, kind, model_id, step from main.model_links order by all",
)


def all_of(query):
    return lambda cursor: cursor.execute(query).fetchall()


# What is seen only when it is read


def test_a_model_whose_process_died_has_failed_and_a_late_end_corrects_it(
    writer, make_writer, rows
):
    writer.write(begun(owner=writer.owner))
    query = "select status, status_message from logged_models"
    assert rows(query) == [("PENDING", None)]
    writer.close()
    assert rows(query) == [("FAILED", "the process that logged it ended before it was complete")]
    make_writer().write(ready())
    assert rows(query) == [("READY", None)]


def test_a_model_that_nobody_owns_stays_pending(writer, rows):
    writer.write(begun())
    writer.close()
    assert rows("select status from logged_models") == [("PENDING",)]


def test_of_a_torn_end_nothing_is_seen(folder, store, rows):
    end = encode(ready())
    for cut in (10, len(end) // 2, len(end) - 2):
        put_segment(folder, encode(begun("m-2", owner="a" * 32)) + encode(ready("m-2"))[:cut])
    assert store.drain().quarantined == 3
    assert rows("select status from logged_models") == [("FAILED",)]
    assert rows("select * from model_files") == []


def test_a_deleted_model_and_one_of_a_deleted_experiment_show_as_deleted(store, writer, rows):
    store.append([CreateExperiment(name="a")])
    writer.write_all([begun("m-1"), begun("m-2"), begun("m-3", experiment_id="1")])
    writer.write(changed("m-2", lifecycle_stage="deleted"))
    store.append([SetLifecycle(noun="experiment", id="1", stage="deleted")])
    query = "select model_id, lifecycle_stage from logged_models order by 1"
    assert rows(query) == [("m-1", "active"), ("m-2", "deleted"), ("m-3", "deleted")]
    writer.write(changed("m-2", lifecycle_stage="active"))
    store.append([SetLifecycle(noun="experiment", id="1", stage="active")])
    assert {stage for _, stage in rows(query)} == {"active"}


def test_a_model_of_a_provisional_experiment_belongs_to_the_one_it_became(store, writer, rows):
    store.append([CreateExperiment(name="a")])
    writer.write(Experiment("123456789012345678", "a"))
    writer.write(begun(experiment_id="123456789012345678"))
    assert rows("select experiment_id, experiment_name from logged_models") == [("1", "a")]


# Files


def test_a_path_that_is_kept_again_has_its_last_content_and_the_former_one_is_known(store, writer):
    writer.write(ready(files=[("MLmodel", A, 3, "s"), ("data", B, 1, "")], time=100))
    writer.write(changed(files=[("MLmodel", C, 4, "t")], time=200))
    now = store.fetch(ModelFiles("m-1")).columns
    assert now == {
        "path": ["MLmodel", "data"],
        "digest": [C, B],
        "size": [4, 1],
        "seal": ["t", ""],
    }
    assert store.fetch(ModelFiles("m-1", before=150)).columns["digest"] == [A, B]
    assert store.fetch(ModelFiles("m-1", before=50)).columns["path"] == []


def test_a_run_shows_the_files_of_its_newest_ready_models_below_their_names(store, writer, start):
    run_id = start()
    of_run = {"source_run_id": run_id}
    writer.write(Artifact(run_id, "notes.txt", B, 1, next_time()))
    writer.write(Artifact(run_id, "clf/MLmodel", B, 1, next_time()))
    writer.write(Artifact(run_id, "clf/beside", B, 1, next_time()))
    writer.write_all([begun("m-1", **of_run), ready("m-1", [("MLmodel", C, 9, "")])])
    writer.write_all([begun("m-2", creation_time=2000, **of_run), ready("m-2")])
    writer.write_all([begun("m-3", creation_time=3000, **of_run)])
    writer.write_all([begun("m-4", name="gone", **of_run), ready("m-4", lifecycle_stage="deleted")])
    found = store.fetch(Rows("run_files", (run_id,))).columns
    assert list(zip(found["path"], found["digest"], found["file_size"], strict=True)) == [
        ("clf/MLmodel", A, 3),
        ("clf/beside", B, 1),
        ("notes.txt", B, 1),
    ]
    plain = store.fetch(Rows("artifacts", (run_id,))).columns
    assert plain["path"] == ["clf/MLmodel", "clf/beside", "notes.txt"]


# Runs


def test_runs_know_which_models_they_made_and_read(store, writer, start, rows):
    run_id = start()
    for _ in range(2):
        writer.write(ModelLink(run_id, "m-2", "output", 1, next_time()))
        writer.write(ModelLink(run_id, "m-1", "input", 0, next_time()))
    found = store.fetch(Runs()).columns["models"]
    assert found == [[("input", "m-1", 0), ("output", "m-2", 1)]]
    writer.write(ModelLink(run_id, "m-2", "output", 1, next_time()))
    assert rows("select model_id, kind, step from model_links order by 1") == [
        ("m-1", "input", 0),
        ("m-2", "output", 1),
    ]


def test_metrics_of_a_model_are_the_latest_on_each_dataset(store, writer, start):
    run_id = start()
    writer.write(begun())
    for step, value, data in [(0, 0.5, None), (1, 0.7, None), (0, 0.9, "test"), (2, 0.1, "other")]:
        writer.write(Metric("acc", value, 5, step, "m-1", data, data and "d", run_id))
    writer.write(Metric("acc", 0.99, 9, 9, run_id=run_id))
    writer.write(Series(run_id, "curve", [1.0, 2.0], [0, 1], [5, 6], "m-1"))
    (metrics,) = store.fetch(LoggedModels()).columns["metrics"]
    assert sorted(metrics, key=str) == [
        ("acc", 0.1, 5, 2, "other", "d", run_id),
        ("acc", 0.7, 5, 1, None, None, run_id),
        ("acc", 0.9, 5, 0, "test", "d", run_id),
        ("curve", 2.0, 6, 1, None, None, run_id),
    ]


# Deleted for good


def test_a_model_deleted_for_good_is_gone_and_so_is_what_still_arrives(store, writer, start, core):
    run_id = start()
    writer.write_all(
        [begun(tags={"t": "x"}, params={"a": "1"}), ready(), begun("m-2"), ready("m-2")]
    )
    writer.write(ModelLink(run_id, "m-1", "output", 0, next_time()))
    store.append([PurgeModel(model_id="m-1")])
    writer.write(ready(tags={"t": "late"}))
    for table in ("logged_models", "model_files"):
        assert core(f"select distinct model_id from core.{table}") == [("m-2",)]
    for table in ("model_tags", "model_params", "model_links"):
        assert core(f"select * from core.{table}") == []
    with pytest.raises(NotFound, match="Logged model with ID 'm-9' not found"):
        store.append([PurgeModel(model_id="m-9")])


def test_models_go_with_their_experiment(store, writer, core):
    store.append([CreateExperiment(name="a")])
    writer.write_all([begun(experiment_id="1"), ready()])
    store.append([Purge(noun="experiment", id="1")])
    writer.write_all([begun("m-2", experiment_id="1"), ready("m-2")])
    assert core("select model_id from core.logged_models") == []
    assert core("select model_id from core.model_files") == []


def test_what_a_version_is_made_of_is_not_deleted_for_good(store, writer):
    store.append([CreateExperiment(name="a")])
    writer.write_all([begun(experiment_id="1"), ready()])
    version = CreateModelVersion(name="churn", model_id="m-1", create_model=True)
    store.append([version])
    with pytest.raises(InvalidValue, match="version 1 of the registered model 'churn'"):
        store.append([PurgeModel(model_id="m-1")])
    with pytest.raises(InvalidValue, match="delete the version before the experiment goes"):
        store.append([Purge(noun="experiment", id="1")])
    store.append([DeleteModelVersion(name="churn", version=1)])
    store.append([Purge(noun="experiment", id="1")])


def test_a_clean_up_keeps_files_of_models_and_of_versions(store, writer, start, rows):
    digests = [store.put_blob(name) for name in (b"active", b"former", b"deleted", b"version")]
    active, former, deleted, version = [("MLmodel", it, 1, "") for it in digests]
    run_id = start()
    writer.write(Artifact(run_id, "model/MLmodel", store.put_blob(b"of a run"), 1, next_time()))
    for model_id, files in [("m-1", [former]), ("m-2", [deleted]), ("m-3", [version])]:
        writer.write_all([begun(model_id), ready(model_id, files)])
    writer.write(changed("m-1", [active]))
    for source in ({"model_id": "m-3"}, {"source": f"runs:/{run_id}/model"}):
        store.append([CreateModelVersion(name="churn", create_model=True, **source)])
    for model_id in ("m-2", "m-3"):
        writer.write(changed(model_id, lifecycle_stage="deleted"))
    store.append([SetLifecycle(noun="run", id=run_id, stage="deleted")])
    told = gc(store, young_seconds=0, dry_run=True)
    assert gc(store, young_seconds=0) == told
    assert (told.runs, told.models, told.files) == ([], ["m-2"], 1)
    assert rows("select model_id from logged_models order by 1") == [("m-1",), ("m-3",)]
    assert not store.blobs.has(digests[2])
    assert len(list(store.blobs.digests())) == 4


# Bad lines and older stores


BAD = [
    b'{"type":"model","name":"a"}',
    b'{"type":"model","model_id":""}',
    b'{"type":"model","model_id":"b","paths":["a"],"digests":["x"],"sizes":[1]}',
    b'{"type":"model","model_id":"b","paths":["a","b"],"digests":["x"],"sizes":[1],"seals":["a"]}',
    b'{"type":"model","model_id":"b","paths":[null],"digests":["x"],"sizes":[1],"seals":["a"]}',
    b'{"type":"model","model_id":"b","params":{"a":1}}',
    b'{"type":"model","model_id":"b","params":{"a":null}}',
    b'{"type":"model","model_id":"b","tags":["a"]}',
    b'{"type":"model_link","run_id":"r","model_id":"m-1"}',
    b'{"type":"model_link","model_id":"m-1","kind":"output"}',
]


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_line_is_put_aside_and_the_others_are_taken_in(folder, store, rows, bad):
    good = begun(tags={'it\'s "é"\n': "{}", "gone": None})
    name = put_segment(folder, encode(good) + bad + b"\n" + encode(ready()))
    assert store.drain().quarantined == 1
    put_aside = staging.quarantined(folder.quarantine / f"{name}.jsonl")
    assert [it.line for it in put_aside] == [bad]
    assert rows("select model_id, status from logged_models") == [("m-1", "READY")]
    assert rows("select key, value from model_tags") == [('it\'s "é"\n', "{}")]


def test_an_older_store_gets_the_tables_and_views(folder, store, writer, rows):
    store.drain()
    with duckdb.connect(str(folder.database)) as database:
        for view in ("logged_models", "model_files", "model_params", "model_tags", "model_links"):
            database.execute(f"drop view main.{view}")
            database.execute(f"drop table core.{view}")
        for view in ("model_view", "model_metrics", "model_file_view"):
            database.execute(f"drop view core.{view}")
    writer.write_all([begun(), ready()])
    new = DuckDBStore(folder)
    assert rows(
        "select status, path from logged_models join model_files using (model_id)", of=new
    ) == [("READY", "MLmodel")]

from __future__ import annotations

import os

import pytest

from nbtrack.errors import NotFound
from nbtrack.query.tree import LoggedModels, VersionAt
from nbtrack.records.ids import next_time
from nbtrack.records.logged_model import ModelRecord
from nbtrack.records.registry_operation import (
    CreateModelVersion,
    DeleteModelAlias,
    DeleteRegisteredModel,
    SetModelAlias,
)
from nbtrack.store.duckdb import DuckDBStore
from nbtrack.store.protocol import Answer
from nbtrack.store.remembered import MOST, Remembered, stamp_of

CHAMPION = VersionAt("m", alias="champion")


@pytest.fixture
def model(store):
    """A model with two versions, one of which is the champion."""
    store.append([CreateModelVersion(name="m", create_model=True), CreateModelVersion(name="m")])
    store.append([SetModelAlias(name="m", alias="champion", version=1)])


def champion(store):
    return store.fetch(CHAMPION).columns["version"]


def test_an_answer_is_given_again_without_asking_the_database(folder, store, model):
    first = store.fetch(CHAMPION)
    folder.database.rename(folder.path / "away")
    assert store.fetch(CHAMPION) is first
    (folder.path / "away").rename(folder.database)


def test_what_another_process_does_is_seen_at_once(folder, store, model):
    other = DuckDBStore(folder)
    assert champion(store) == champion(other) == ["1"]
    other.append([SetModelAlias(name="m", alias="champion", version=2)])
    assert champion(store) == champion(other) == ["2"]
    store.append([DeleteModelAlias(name="m", alias="champion")])
    assert champion(store) == champion(other) == []
    other.append([DeleteRegisteredModel(name="m")])
    with pytest.raises(NotFound):
        champion(store)


def test_a_file_that_is_being_written_to_is_not_remembered(tmp_path):
    operations = tmp_path / "ops.jsonl"
    remembered = Remembered(operations)
    question, answer = VersionAt("m"), Answer({"version": ["1"]})
    remembered.put(question, answer, 0)
    assert remembered.get(question) is None
    operations.write_text("one\n")
    remembered.put(question, answer, 0)
    assert remembered.get(question) is None
    remembered.put(question, answer, 4)
    assert remembered.get(question) is answer
    operations.write_text("two\n")
    os.utime(operations, ns=(1, 1))
    assert remembered.get(question) is None


def test_only_so_much_is_remembered(tmp_path):
    operations = tmp_path / "ops.jsonl"
    operations.write_text("one\n")
    remembered = Remembered(operations)
    for number in range(MOST + 1):
        remembered.put(VersionAt("m", number), Answer({}), 4)
    assert remembered.get(VersionAt("m", 0)) is None
    assert remembered.get(VersionAt("m", MOST)) is not None


def test_a_file_that_was_just_written_to_is_not_remembered_as_of_then(tmp_path):
    file = tmp_path / "store.duckdb"
    remembered = Remembered(file)
    question, answer = LoggedModels(parts=("files",)), Answer({"model_id": ["m-1"]})
    remembered.put_as_of(question, answer, stamp_of(file))
    assert remembered.get(question) is None
    file.write_text("one")
    remembered.put_as_of(question, answer, stamp_of(file))
    assert remembered.get(question) is None
    os.utime(file, (1, 1))
    remembered.put_as_of(question, answer, stamp_of(file))
    assert remembered.get(question) is answer
    file.write_text("two")
    assert remembered.get(question) is None


def test_files_of_models_are_found_again_until_anything_is_logged(folder, store, writer):
    def log(name):
        told = {"paths": ["MLmodel"], "digests": ["d" * 64], "sizes": [1], "seals": ["s"]}
        facts = {"experiment_id": "0", "name": name, "status": "READY", "creation_time": 1}
        writer.write(ModelRecord(f"m-{name}", **facts, **told, time=next_time()))

    def names():
        return sorted(store.fetch(question).columns["name"])

    question = LoggedModels(parts=("files",))
    log("a")
    assert names() == ["a"]
    os.utime(folder.database, (1, 1))  # long ago
    first = store.fetch(question)
    assert store.fetch(question) is first
    log("b")
    assert names() == ["a", "b"]
    os.utime(folder.database, (1, 1))
    assert store.fetch(question) is store.fetch(question)
    other = DuckDBStore(folder)
    log("c")
    other.drain()
    assert names() == ["a", "b", "c"]

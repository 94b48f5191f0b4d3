"""A logged model that is written to: what it refuses, and the records it writes."""

from __future__ import annotations

import pytest

from nbtrack.capture import open_model
from nbtrack.capture.open_model import ModelFile, OpenModel
from nbtrack.capture.seal import is_sealed
from nbtrack.errors import InvalidValue
from nbtrack.journal.reader import read, segments
from nbtrack.journal.writer import JournalWriter
from nbtrack.records.codec import decode_event
from nbtrack.records.event import JournalHeader
from nbtrack.records.logged_model import ModelLink


@pytest.fixture
def writer(store_folder):
    writer = JournalWriter(store_folder)
    yield writer
    writer.close()


@pytest.fixture
def model(writer):
    return OpenModel(writer, "m-1", experiment_id="0", name="clf", source_run_id="r")


@pytest.fixture
def records(store_folder):
    """What the journal holds."""

    def records():
        found = []
        for segment in segments(store_folder):
            lines = read(segment.path, 0, 1 << 24).lines
            found += [decode_event(line) for line in lines.splitlines()]
        return [it for it in found if not isinstance(it, JournalHeader)]

    return records


def test_a_model_begins_as_pending_owned_by_its_process(model, writer, records):
    model.begin(model_type="agent", user_id="me", params={"a": 1}, tags={"t": True})
    model.link("r", 3)
    begun, link = records()
    assert (begun.status, begun.owner, begun.model_type) == ("PENDING", writer.owner, "agent")
    assert (begun.experiment_id, begun.name, begun.source_run_id) == ("0", "clf", "r")
    assert (begun.params, begun.tags, begun.user_id) == ({"a": "1"}, {"t": "True"}, "me")
    assert begun.creation_time == begun.last_updated_time == model.creation_time
    assert link == ModelLink("r", "m-1", "output", 3, link.time)


def test_a_model_that_nobody_owns_outlives_its_process(model, records):
    model.begin(owned=False)
    assert records()[0].owner is None


def test_the_record_that_says_ready_carries_the_files(model, records):
    model.begin()
    model.add_files([ModelFile("b", "2" * 64, 2), ModelFile("a", "1" * 64, 1).sealed()])
    assert len(records()) == 1
    model.finish()
    ready = records()[1]
    assert (ready.status, ready.paths, ready.sizes) == ("READY", ["a", "b"], [1, 2])
    assert ready.digests == ["1" * 64, "2" * 64]
    assert is_sealed("1" * 64, ready.seals[0])
    assert ready.seals[1] == ""
    assert model.status == "READY"


def test_of_very_many_files_the_last_part_says_ready(model, records, monkeypatch):
    monkeypatch.setattr(open_model, "FILES_AT_ONCE", 2)
    model.add_files(ModelFile(str(number), "0" * 64, 1) for number in range(5))
    model.finish()
    assert [(it.status, it.paths) for it in records()] == [
        (None, ["0", "1"]),
        (None, ["2", "3"]),
        ("READY", ["4"]),
    ]


def test_a_failure_says_why_without_secrets(model, records):
    model.finish("FAILED", "cannot reach postgres://me:hunter22@host/db")
    failed = records()[0]
    assert failed.status == "FAILED"
    assert "hunter22" not in failed.status_message
    assert failed.status_message.startswith("cannot reach postgres://")


@pytest.mark.parametrize("status", ["PENDING", "ready", "DONE"])
def test_a_model_ends_in_no_other_state(model, status):
    with pytest.raises(InvalidValue, match="ends as READY or FAILED"):
        model.finish(status)


def test_files_may_be_kept_before_it_is_finished(model, records):
    model.keep_files()
    model.add_files([ModelFile("a", "1" * 64, 1)])
    model.keep_files()
    model.finish()
    assert [(it.status, it.paths) for it in records()] == [(None, ["a"]), ("READY", [])]


def test_params_are_written_once(model, records):
    model.begin(params={"a": 1})
    model.log_params({"a": 1, "b": [2]})
    with pytest.raises(InvalidValue, match="param 'b' of model m-1 was logged already with"):
        model.log_params({"c": 3, "b": 4})
    assert records()[-1].params == {"a": "1", "b": "[2]"}


def test_tags_are_set_and_taken_away_without_secrets(model, records):
    model.set_tags({"api_key": "sk-abcdefgh12345678"})
    model.delete_tag("t")
    one, other = (it.tags for it in records())
    assert "sk-abc" not in one["api_key"]
    assert other == {"t": None}


def test_a_model_is_deleted_and_restored_by_records(model, records):
    model.change_stage("deleted")
    model.change_stage("active")
    assert [it.lifecycle_stage for it in records()] == ["deleted", "active"]

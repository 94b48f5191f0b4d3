"""Logged models as records and as MLflow's entities."""

from __future__ import annotations

import pytest

from nbtrack.errors import InvalidValue
from nbtrack.records.codec import decode_event, encode
from nbtrack.records.logged_model import (
    LoggedModel,
    LoggedModelInput,
    LoggedModelOutput,
    LoggedModelParameter,
    LoggedModelStatus,
    LoggedModelTag,
    ModelLink,
    ModelRecord,
    model_location,
)

FULL = ModelRecord(
    "m-1",
    "0",
    "clf",
    status="READY",
    params={"a": "1"},
    tags={"t": "x", "gone": None},
    paths=["MLmodel"],
    digests=["ab" * 32],
    sizes=[3],
    seals=["s"],
    time=7,
)


@pytest.mark.parametrize("record", [FULL, ModelLink("r", "m-1", "output", 3, 5)])
def test_a_record_reads_as_it_was_written(record):
    assert decode_event(encode(record)) == record


def test_what_says_nothing_is_left_out_of_the_line():
    assert encode(ModelRecord("m-1", time=1)) == b'{"type":"model","model_id":"m-1","time":1}\n'


def test_states_are_counted_as_mlflow_counts_them():
    numbers = [
        LoggedModelStatus(it).to_int() for it in ("UNSPECIFIED", "PENDING", "READY", "FAILED")
    ]
    assert numbers == [0, 1, 2, 3]
    assert [LoggedModelStatus.from_int(it).value for it in numbers] == [
        "UNSPECIFIED",
        "PENDING",
        "READY",
        "FAILED",
    ]
    with pytest.raises(InvalidValue, match="no state of a model has the number 9; there are 0"):
        LoggedModelStatus.from_int(9)


def test_a_finished_state_is_final():
    final = [it for it in LoggedModelStatus if LoggedModelStatus.is_finalized(it)]
    assert final == [LoggedModelStatus.READY, LoggedModelStatus.FAILED]


def logged(**fields):
    told = {"tags": {"t": "x"}, "params": {"a": "1"}, "metrics": []}
    return LoggedModel("0", "m-1", "clf", "where", 1, last_updated_timestamp=2, **told | fields)


def test_a_logged_model_knows_its_uri_and_gives_itself_as_mlflow_does():
    model = logged(status=2, source_run_id="r")
    assert model.model_uri == "models:/m-1"
    assert model.to_dictionary() == {
        "artifact_location": "where",
        "creation_timestamp": 1,
        "experiment_id": "0",
        "last_updated_timestamp": 2,
        "metrics": [],
        "model_id": "m-1",
        "model_type": None,
        "name": "clf",
        "params": {"a": "1"},
        "source_run_id": "r",
        "status": 2,
        "status_message": None,
        "tags": {"t": "x"},
    }


def test_a_logged_model_takes_a_state_in_any_form_and_pairs_as_entities():
    pairs = {"tags": [LoggedModelTag("t", "x")], "params": [LoggedModelParameter("a", "1")]}
    assert logged(status="READY") == logged(status=LoggedModelStatus.READY) == logged(**pairs)
    assert logged(tags=None).tags == {}


def test_a_logged_model_shows_its_facts_and_not_what_is_long():
    assert repr(logged(tags={"k": "v" * 9999})) == (
        "LoggedModel(artifact_location='where', creation_timestamp=1, experiment_id='0', "
        "last_updated_timestamp=2, model_id='m-1', model_type=None, model_uri='models:/m-1', "
        "name='clf', source_run_id=None, status=<LoggedModelStatus.READY: 'READY'>, "
        "status_message=None)"
    )


def test_links_of_runs_are_equal_by_what_they_hold():
    assert LoggedModelOutput("m-1", 2) == LoggedModelOutput("m-1", 2) != LoggedModelOutput("m-1")
    assert LoggedModelInput("m-1").to_dictionary() == {"model_id": "m-1"}


def test_a_model_is_in_the_store_or_at_its_experiments_own_place():
    assert model_location("3", "m-1") == "nbtrack-artifacts:/3/models/m-1/artifacts"
    assert model_location("3", "m-1", "s3://b/x/") == "s3://b/x/models/m-1/artifacts"

from __future__ import annotations

import json
import math

import msgspec
import pytest

from nbtrack.records.artifact import Artifact
from nbtrack.records.codec import decode_event, decode_op, encode, encode_lines, spelled
from nbtrack.records.dataset import Input
from nbtrack.records.event import FORMAT, JournalHeader
from nbtrack.records.experiment import Experiment
from nbtrack.records.metric import Metric, Series
from nbtrack.records.operation import (
    CorrectParam,
    CreateExperiment,
    Purge,
    RenameExperiment,
    SetExperimentTag,
    SetLifecycle,
)
from nbtrack.records.param import Param
from nbtrack.records.run import RunInfo
from nbtrack.records.tag import RunTag

EVENTS = [
    JournalHeader("owner", "host", "boot", 7, 5, segment=2),
    RunInfo("r", "0", "name", status="RUNNING", start_time=5, time=9),
    Metric("loss", 0.5, 5, 3, run_id="r"),
    Series("r", "loss", [0.5, 0.25], [0, 1], [5, 6]),
    Param("lr", "0.1", "r", 9),
    RunTag("team", None, "r", 9),
    Artifact("r", "plots/a.png", "d" * 64, 12, 9),
    Input("r", "train", "digest", tags={"context": "training"}),
    Experiment("12", "name", tags={"a": "b"}),
]

OPS = [
    CreateExperiment(name="a/b", tags={"x": "y"}, number=3, time=5, actor="me"),
    RenameExperiment(experiment_id="1", name="new"),
    SetExperimentTag(experiment_id="1", key="k", value=None),
    SetLifecycle(noun="run", id="r", stage="deleted"),
    Purge(noun="experiment", id="1"),
    CorrectParam(run_id="r", key="lr", value="0.2", reason="typo"),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_comes_back_as_it_was(event):
    assert decode_event(encode(event)) == event


@pytest.mark.parametrize("op", OPS, ids=lambda op: type(op).__name__)
def test_an_operation_comes_back_as_it_was(op):
    assert decode_op(encode(op)) == op


@pytest.mark.parametrize("record", [*EVENTS, *OPS], ids=lambda record: type(record).__name__)
def test_a_record_is_one_line_that_any_json_reader_takes(record):
    line = encode(record)
    assert line.count(b"\n") == 1
    assert json.loads(line)["type"] == type(record).__struct_config__.tag


def test_defaults_are_left_out_of_the_line():
    assert encode(Param("a", "1")) == b'{"type":"param","key":"a","value":"1"}\n'


@pytest.mark.parametrize(
    ("value", "word"), [(math.nan, "NaN"), (math.inf, "Infinity"), (-math.inf, "-Infinity")]
)
def test_what_json_has_no_number_for_travels_as_a_word(value, word):
    line = encode(Metric("loss", value, 5))
    assert json.loads(line)["value"] == word
    assert str(decode_event(line).value) == str(value)
    series = encode(Series("r", "loss", [1.0, value], [0, 1], [5, 6]))
    assert json.loads(series)["values"] == [1.0, word]
    assert str(decode_event(series).values) == str([1.0, value])


def test_numbers_are_spelled_as_they_are():
    assert spelled(0.1) == 0.1


@pytest.mark.parametrize(
    "text", ["quote ' \" `", "line\nbreak\r\n", "tab\t\0", "🎉 é 漢字", "\u2028", "x" * 10_000]
)
def test_any_text_fits_into_one_line(text):
    line = encode(Param(text, text))
    assert line.count(b"\n") == 1
    assert decode_event(line) == Param(text, text)


def test_half_characters_are_written_out():
    line = encode(RunInfo("r", run_name="old\udcff disk \u00e4", time=1))
    assert decode_event(line) == RunInfo("r", run_name="old\\udcff disk \u00e4", time=1)


def test_lines_that_are_written_together_are_the_lines_one_by_one():
    assert encode_lines(EVENTS) == b"".join(map(encode, EVENTS))
    assert encode_lines([]) == b""


def test_a_field_that_is_newer_than_this_code_is_passed_over():
    assert decode_event(b'{"type":"param","key":"a","value":"1","x":{"y":[1]}}') == Param("a", "1")


@pytest.mark.parametrize(
    "line", [b"", b"garbage", b"{}", b"[]", b'{"type":"param"}', b'{"type":"unheard of"}']
)
def test_what_is_no_record_is_refused(line):
    for decode in (decode_event, decode_op):
        with pytest.raises(msgspec.DecodeError):
            decode(line)


def test_records_are_frozen():
    with pytest.raises(AttributeError):
        Param("a", "1").key = "b"


def test_a_header_says_the_format():
    assert decode_event(encode(EVENTS[0])).format == FORMAT

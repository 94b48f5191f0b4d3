"""Gates from words and plain data."""

from __future__ import annotations

import pytest

from nbtrack.errors import InvalidValue
from nbtrack.gates import (
    Approved,
    BetterThanCurrent,
    ClassificationReport,
    Custom,
    MetricAtLeast,
    MetricAtMost,
    SameSchema,
    SmokePrediction,
)
from nbtrack.registry.promotion.gates.table import GATES, gate_from, gates_from, word_of


@pytest.mark.parametrize(
    ("given", "gate"),
    [
        ("accuracy >= 0.9", MetricAtLeast("accuracy", 0.9)),
        ("accuracy>=90%", MetricAtLeast("accuracy", 0.9)),
        ("val loss < 1e-3", MetricAtMost("val loss", 0.001, strictly=True)),
        ("f1 > 0.5", MetricAtLeast("f1", 0.5, strictly=True)),
        ("rmse <= 3", MetricAtMost("rmse", 3.0)),
        ("same schema", SameSchema()),
        ("schema", SameSchema()),
        ("smoke", SmokePrediction()),
        ("Smoke  prediction", SmokePrediction()),
        ("better than current", BetterThanCurrent()),
        ("better than current in f1", BetterThanCurrent(metric="f1")),
        ("better", BetterThanCurrent()),
        ("better in f1", BetterThanCurrent(metric="f1")),
        ("approved", Approved()),
        ("approved by ana", Approved("ana")),
        ("approved by Ana Maria within 7 days", Approved("Ana Maria", 7.0)),
        ({"metric": "accuracy", "at_least": 0.9}, MetricAtLeast("accuracy", 0.9)),
        ({"metric": "loss", "at_most": "0.3"}, MetricAtMost("loss", 0.3)),
        ({"gate": "same_schema", "allow_added_optional": False}, SameSchema(False)),
        (
            {"classification_report": {"thresholds": {"recall": 1}}},
            ClassificationReport({"recall": 1}),
        ),
        (SmokePrediction, SmokePrediction()),
        (Approved("ana"), Approved("ana")),
    ],
)
def test_a_gate_can_be_said_in_words_or_data(given, gate):
    assert gate_from(given) == gate


def test_a_function_is_a_gate_by_its_name():
    def no_worse(case):
        return True

    assert gate_from(no_worse) == Custom("no_worse", no_worse)


def test_one_gate_or_many_are_taken():
    assert gates_from("smoke") == [SmokePrediction()]
    assert gates_from(["smoke", {"gate": "approved"}]) == [SmokePrediction(), Approved()]
    assert gates_from({"gate": "approved"}) == [Approved()]
    assert gates_from(()) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("smok", "did you mean 'smoke'"),
        ("accuracy >= high", "'high' in the gate 'accuracy >= high' is no number"),
        ("", "a threshold is written"),
        ("custom", "lacks something"),
        ("classification report", "lacks something"),
        (3, "is no gate; a gate is a gate of nbtrack.gates"),
        (dict, "is no gate"),
        ({"gate": "same_shema"}, "did you mean 'same_schema'"),
        ({"gate": "approved", "bye": "ana"}, "no 'bye'.*did you mean 'by'"),
        ({"metric": "a", "at_least": 1, "at_most": 2}, "not both"),
        ({"metric": "a", "value": 1}, "is no gate"),
        ({}, "is no gate"),
    ],
)
def test_what_is_no_gate_is_told_with_what_is(given, words):
    with pytest.raises(InvalidValue, match=words):
        gate_from(given)


def test_every_gate_has_a_word():
    assert [word_of(kind) for kind in GATES.values()] == list(GATES)
    assert word_of(int) == "int"

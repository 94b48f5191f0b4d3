from __future__ import annotations

import json

from nbtrack.records.codec import decode_event, encode
from nbtrack.serving.predictions.batches import Gathered, Labelled, Source, gathered, label_batches
from nbtrack.serving.predictions.encoding import FEW_BYTES

SOURCE = Source("e-1", "churn", "champion", "churn", 3, "m-1")


def test_long_rows_are_spread_over_several_lines(scored):
    found = Gathered(SOURCE)
    for at in range(40):
        found.add(scored({"text": ["a" * 60_000]}, [at], f"r{at}"))
    batches = list(found.batches())
    assert [it for batch in batches for it in batch.prediction_ids] == [
        f"r{at}" for at in range(40)
    ]
    assert len(batches) > 2
    assert max(len(encode(it)) for it in batches) < 2 * FEW_BYTES


def test_many_rows_are_spread_over_several_lines(scored):
    found = Gathered(SOURCE)
    found.add(scored({"x": list(range(2500))}, list(range(2500)), "r"))
    assert [len(it.prediction_ids) for it in found.batches()] == [1000, 1000, 500]


def test_a_record_is_read_back_as_it_was_written(scored, plan_for):
    one = scored({"x": [0.5]}, [1], "r", key="ada", error="E", params={"p": 1})
    (batch,) = next(gathered(plan_for(), [one])).batches()
    line = encode(batch)
    again = decode_event(line)
    assert encode(again) == line
    assert json.loads(line)["input_rows"] == [{"x": 0.5}]
    assert (again.prediction_keys, again.prediction_errors) == (["ada"], ["E"])


def test_labels_that_are_told_alike_go_together():
    labels = [
        Labelled("reward", 1, 5, prediction_id="a"),
        Labelled("reward", 0, 6, prediction_id="b"),
        Labelled("label", "yes", 7, key="ada", endpoint="churn"),
        Labelled("reward", 1, 8, prediction_id="c"),
    ]
    batches = list(label_batches(labels))
    assert [(it.label, it.label_ids, it.label_keys, it.of_endpoint) for it in batches] == [
        ("reward", ["a", "b"], [], None),
        ("label", [], ["ada"], "churn"),
        ("reward", ["c"], [], None),
    ]
    assert [json.loads(bytes(it.label_values)) for it in batches] == [[1, 0], ["yes"], [1]]
    many = [Labelled("reward", 1, 5, prediction_id=str(at)) for at in range(1500)]
    assert [len(it.label_ids) for it in label_batches(many)] == [1000, 500]

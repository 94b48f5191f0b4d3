from __future__ import annotations

import msgspec
import numpy as np
import pandas as pd
import pytest

from nbtrack.errors import FilterSyntax
from nbtrack.journal.writer import JournalWriter
from nbtrack.questions import predictions
from nbtrack.records.prediction import LabelBatch, PredictionBatch


def raw(*values):
    return msgspec.Raw(msgspec.json.encode(values))


@pytest.fixture
def table(store, store_folder):
    """Five predictions, one of them an error; the table that a question gives."""
    writer = JournalWriter(store_folder)
    rows = [
        {"age": 31, "city": "Oslo", 'odd "name"': 1},
        {"age": 40, "city": "Rome"},
        {"age": 55.5, "city": None},
        {"age": None, "city": "Rome"},
        None,
    ]
    writer.write(
        PredictionBatch(
            endpoint_id="e-1",
            endpoint="churn",
            variant="champion",
            prediction_ids=list("abcde"),
            moments=[1_000_000 + at for at in range(5)],
            latencies=[0.25, 0.5, None, 0.5, 0.5],
            input_rows=raw(*rows),
            output_rows=raw(0, 1, 0.5, "yes", None),
            prediction_keys=["x", None, None, "y", None],
            prediction_errors=[None, None, None, None, "ValueError"],
        )
    )
    for name, value in (("label", True), ("key", "k")):
        writer.write(
            LabelBatch(label=name, label_values=raw(value), label_moments=[5], label_ids=["b"])
        )
    late = LabelBatch(
        label="paid", label_values=raw(3, 7), label_moments=[9, 8], label_ids=["b", "b"]
    )
    writer.write(late)
    writer.write(
        LabelBatch(
            label="paid", label_values=raw(4, None), label_moments=[5, 5], label_keys=["x", "y"]
        )
    )
    writer.close()
    return lambda **asked: predictions.table(store, predictions.asked_for(**asked))


def test_a_table_has_what_all_have_and_a_column_for_each_input(table):
    frame = table()
    assert list(frame) == [
        *predictions.HEAD,
        "inputs.age",
        "inputs.city",
        'inputs.odd "name"',
        "output",
        "label.key",
        "label",
        "paid",
        "error",
    ]
    assert frame["moment"].iloc[0] == pd.Timestamp(1_000_000, unit="ms", tz="UTC")
    np.testing.assert_array_equal(frame["inputs.age"], [31, 40, 55.5, np.nan, np.nan])
    assert frame["inputs.city"].tolist() == ["Oslo", "Rome", None, "Rome", None]
    assert frame["output"].tolist() == [0, 1, 0.5, "yes", None]
    assert frame["label"].tolist() == [None, True, None, None, None]
    assert frame["latency"].isna().tolist() == [False, False, True, False, False]
    assert str(frame["version"].dtype) == "Int64"


FILTERS = {
    "inputs.age > 35": "bc",
    "age > 35": "bc",
    "age between 31 and 40 and city = 'Rome'": "b",
    "not city = 'Rome'": "ace",
    "city != 'Rome'": "a",
    "inputs.city in ('Rome', 'Bergen')": "bd",
    "city like 'R%' or key = 'x'": "abd",
    'inputs.`odd "name"` = 1': "a",
    "inputs.city is null": "ce",
    "inputs.age is not null and output < 1": "ac",
    "output = 'yes'": "d",
    "output = 1": "b",
    "output is null": "e",
    "error is not null": "e",
    "latency <= 0.25 or error = 'ValueError'": "ae",
    "model is null and variant = 'champion' and moment > 1000003": "e",
    "nothing = 1": "",
    "labels.paid > 3": "a",  # of b's two the one counts that became known last
    "labels.paid in (3, 4) and not label.paid = 4": "b",
    "labels.paid is not null": "ab",
    "labels.paid is null and inputs.city = 'Rome'": "d",
    "labels.label = 'true' or labels.key like 'k%'": "b",
    "labels.nobody = 1": "",
}


def test_a_filter_may_ask_for_columns_of_inputs(table):
    found = {it: "".join(table(filter_string=it)["prediction_id"]) for it in FILTERS}
    assert found == FILTERS


def test_a_filter_that_cannot_be_read_is_refused():
    with pytest.raises(FilterSyntax, match="a value is missing"):
        predictions.asked_for(filter_string="inputs.age >")


def test_a_table_of_nothing_has_its_columns(table):
    frame = table(endpoint="fraud")
    assert list(frame) == [*predictions.HEAD, "output", "error"]
    assert frame.empty


def test_nothing_is_asked_for_no_ids(store):
    assert predictions.unknown(store) == []


@pytest.mark.parametrize("whole", [[], [True, False], [True, True]], ids=["none", "one", "both"])
@pytest.mark.parametrize("gap", [None, 7.0], ids=["gap", "full"])
def test_columns_of_numbers_are_the_same_whichever_way_they_are_read(
    store, store_folder, monkeypatch, whole, gap
):
    writer = JournalWriter(store_folder)
    writer.write(
        PredictionBatch(
            endpoint_id="e-1",
            endpoint="churn",
            prediction_ids=list("abc"),
            moments=[1, 2, 3],
            latencies=[0.5] * 3,
            input_columns=["age", 'odd "name"'],
            input_numbers=[[1.0, 2.0], [gap, 4.0], [5.0, 6.0]],
            whole_columns=whole,
            output_rows=raw(0, 1, 0),
        )
    )
    writer.close()
    frame = predictions.table(store, predictions.asked_for())
    monkeypatch.setattr(predictions, "matrix_of", lambda _: {})
    pd.testing.assert_frame_equal(predictions.table(store, predictions.asked_for()), frame)
    kinds = [str(frame[it].dtype) for it in ("inputs.age", 'inputs.odd "name"')]
    assert kinds[0] == ("int64" if whole and gap else "float64")
    assert kinds[1] == ("int64" if all(whole) and whole else "float64")

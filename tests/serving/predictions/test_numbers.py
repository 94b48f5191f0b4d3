from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from nbtrack.records.codec import encode
from nbtrack.registry.signatures.table import Table
from nbtrack.serving.predictions.batches import gathered, gathered_rows
from nbtrack.serving.predictions.encoding import FEW_BYTES
from nbtrack.serving.protocol import ScoredRow
from nbtrack.store.duckdb import DuckDBStore


@pytest.fixture
def records_of(plan_for):
    """The records of some requests, as they stand in a journal."""

    def made(requests, **options):
        are_rows = isinstance(requests[0], ScoredRow)
        found = (gathered_rows if are_rows else gathered)(plan_for(**options), requests)
        return [json.loads(encode(it)) for some in found for it in some.batches()]

    return made


@pytest.fixture
def rows(log, store_folder):
    """What SQL finds after some requests: each row's inputs, by its id."""

    def told(*requests):
        for it in requests:
            (log.offer_row if isinstance(it, ScoredRow) else log.offer)(it)
        log.close()
        store = DuckDBStore(store_folder)
        store.drain()
        with store.session(write=False) as cursor:
            found = cursor.execute("SELECT prediction_id, inputs FROM predictions").fetchall()
        store.close()
        return {name: None if text is None else json.loads(text) for name, text in found}

    return told


def test_rows_of_numbers_are_kept_as_numbers(records_of, scored, rows_of_table):
    table, said = Table(["a", "b"], matrix=np.array([[1.5, 2.0], [3.0, np.nan]])), np.array([0, 1])
    (record,) = records_of(rows_of_table(table, said))
    assert record["input_columns"] == ["a", "b"]
    assert record["input_numbers"] == [[1.5, 2.0], [3.0, None]]
    assert record["input_rows"] == []
    (record,) = records_of([scored(table, said, "r", params={"p": 1})])
    assert record["prediction_ids"] == ["r/0", "r/1"]
    assert record["input_numbers"] == [[1.5, 2.0], [3.0, None]]
    assert (record["output_rows"], record["param_rows"]) == ([0, 1], [{"p": 1}] * 2)


@pytest.mark.parametrize(
    "matrix",
    [
        np.array([[1.5, 1e300, -1e-300, 0.1]]),
        np.array([[np.nan, np.inf, -np.inf, -0.0]]),
        np.array([[1, 2, -3, 2**53]]),
        np.array([[1, 2, -3, 2**53 + 1]]),
        np.array([[1, 2, 3, 2**64 - 1]], dtype="uint64"),
        np.array([[1, 2, 3, 4]], dtype="int8"),
        np.array([[True, False, True, True]]),
        np.array([[0.1, 0.2, 0.3, 0.4]], dtype="float32"),
        np.array([[0.1, 0.2, 0.3, 0.4]], dtype="longdouble"),
    ],
    ids=["floats", "odd", "whole", "long", "longest", "short", "truths", "single", "more"],
)
def test_numbers_of_any_kind_are_read_as_they_were(rows, scored, rows_of_table, matrix):
    names = ["a", 'b "c" [d],', "ü\n", ""]
    found = rows(
        *rows_of_table(Table(names, matrix=matrix), np.array([1]), ["own"]),
        scored(Table(names, matrix=matrix), np.array([1]), "whole"),
        scored(matrix, [1], "array", columns=names),
    )
    kept = matrix.astype("float64") if matrix.dtype.itemsize > 8 else matrix
    told = [it if np.isfinite(it) else None for it in kept[0].tolist()]
    expected = dict(zip(names, told, strict=True))
    assert found == dict.fromkeys(("own", "whole", "array"), expected)
    kinds = {type(it) for row in found.values() for it in row.values() if it is not None}
    assert kinds == {type(it) for it in told if it is not None}


def test_an_array_without_names_has_numbered_columns(rows, scored):
    assert rows(scored(np.array([[1.5, 2.5]]), np.array([1]), "r")) == {"r": {"0": 1.5, "1": 2.5}}


@pytest.mark.parametrize("dtype", ["float64", "bool"])
def test_only_chosen_columns_are_kept(records_of, rows_of_table, dtype):
    table = Table(["age", "city", "zip"], matrix=np.array([[1, 0, 1]], dtype=dtype))
    (record,) = records_of(rows_of_table(table, np.array([1])), log_columns=("zip", "age", "gone"))
    if dtype == "bool":
        assert record["input_rows"] == [{"age": True, "zip": True}]
    else:
        assert (record["input_columns"], record["input_numbers"]) == (["age", "zip"], [[1, 1]])
    (record,) = records_of(rows_of_table(table, np.array([1])), log_columns=("gone",))
    assert record["input_rows"] == [{}]


def test_of_what_is_not_kept_as_numbers_each_finds_its_own_row(records_of, rows, rows_of_table):
    table, said = Table(["age", "cvv"], matrix=np.array([[31, 123], [55, 456]])), np.array([7, 8])
    found = rows(*rows_of_table(table, said, ["r0", "r1"]))
    assert [found["r0"]["age"], found["r1"]["age"]] == [31, 55]
    assert "123" not in str(found)
    assert "456" not in str(found)
    again = Table(["x", "x"], matrix=np.array([[1.0, 2.0]]))
    assert records_of(rows_of_table(again, said[:1]))[0]["input_rows"] == [{"x": 2.0}]


def test_answers_that_are_not_of_each_row_are_kept_all_the_same(rows, scored):
    table = Table(["a"], matrix=np.array([[1.5], [2.5]]))
    found = rows(
        scored(table, np.array(3), "scalar"),
        scored(table, "a summary", "text"),
        scored(table, pd.DataFrame({"p": [0.1, 0.2]}), "frame"),
        scored(table, None, "error", error="ValueError"),
        scored(table, np.array([1, 2, 3]), "more"),
    )
    assert found["frame/1"] == found["error/1"] == {"a": 2.5}
    assert found["text"] == {"inputs": [{"a": 1.5}, {"a": 2.5}]}
    assert sorted(found) == ["error/0", "error/1", "frame/0", "frame/1", "more", "scalar", "text"]


def test_secrets_in_answers_to_numbers_are_hidden(records_of, scored):
    table = Table(["a"], matrix=np.array([[1.5], [2.5]]))
    said = np.array(["stays", "ghp_" + "a1b2c3d4" * 5])
    for answers in (said, said.astype(object)):
        (record,) = records_of([scored(table, answers, "r")])
        assert record["input_numbers"] == [[1.5], [2.5]]
        assert record["output_rows"][0] == "stays"
        assert "redacted" in record["output_rows"][1]
        assert "a1b2c3d4" not in str(record)


def test_wide_rows_are_spread_over_several_lines(records_of, scored):
    matrix = np.random.default_rng(0).normal(size=(400, 2000))
    table = Table([f"column {at}" for at in range(2000)], matrix=matrix)
    lines = records_of([scored(table, np.zeros(400), "r")])
    assert sum(len(it["prediction_ids"]) for it in lines) == 400
    assert max(len(json.dumps(it)) for it in lines) < 2 * FEW_BYTES
    widest = Table([str(at) for at in range(20_000)], matrix=np.ones((1, 20_000)) / 3)
    assert records_of([scored(widest, np.zeros(1))])[0]["input_rows"] == [None]

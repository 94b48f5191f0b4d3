from __future__ import annotations

import datetime as dt
import decimal
import json
import logging

import numpy as np
import pandas as pd
import pytest

from nbtrack.serving.predictions.encoding import FEW_BYTES, MOST_ROW_BYTES, json_row, json_rows


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.array([1, 2]), [1, 2]),
        (float("nan"), None),
        (float("inf"), None),
        (pd.NaT, None),
        (pd.NA, None),
        (pd.Timestamp("2026-11-01 12:00"), "2026-11-01T12:00:00"),
        (dt.date(2026, 11, 1), "2026-11-01"),
        (decimal.Decimal("0.10"), "0.10"),
        (b"\x00\x01", "AAE="),
        (2**80, 2**80),
        ("half \ud800", "half \\ud800"),
        (3 + 4j, "(3+4j)"),
    ],
    ids=str,
)
def test_any_value_becomes_json(value, told):
    assert json.loads(bytes(json_rows([{"x": value}, {"y": 1}]))) == [{"x": told}, {"y": 1}]


def test_keys_that_are_no_texts_become_texts():
    assert json.loads(json_row({(1, 2): 0.5, 3: "x"})) == {"(1, 2)": 0.5, "3": "x"}


def test_a_row_that_is_too_long_is_left_out_and_told(caplog):
    caplog.set_level(logging.WARNING, "nbtrack")
    assert bytes(json_rows([{"text": "a" * MOST_ROW_BYTES}])) == b"[null]"
    rows = [{"text": "a" * FEW_BYTES}, {"text": "b"}]
    assert json.loads(bytes(json_rows(rows))) == [None, {"text": "b"}]
    assert "is not kept in the prediction log, which takes up to 262144" in caplog.text


def test_a_row_without_an_end_is_left_out(caplog):
    endless: list[object] = []
    endless.append(endless)
    assert json.loads(bytes(json_rows([endless, 1]))) == [None, 1]
    assert "RecursionError" in caplog.text

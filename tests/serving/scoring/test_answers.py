"""Answers of models as JSON: MLflow's forms, and never what is no JSON."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import math

import numpy as np
import pandas as pd
import pytest

from nbtrack.errors import ModelError
from nbtrack.serving.scoring.answers import answer_of

TIME = dt.datetime(2026, 1, 31, 8, 0, 0)  # noqa: DTZ001 - times of models have no zone


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (np.array([1, 2]), [1, 2]),
        (np.array([[0.25, math.inf]]), [[0.25, None]]),
        (np.array([0.1], "float32"), [0.10000000149011612]),
        (np.array(["a", None], object), ["a", None]),
        (np.asfortranarray(np.eye(2)), [[1.0, 0.0], [0.0, 1.0]]),
        (np.float32(0.1), 0.10000000149011612),
        (np.array(3), 3),
        (pd.DataFrame({"x": [1, 2], "y": ["a", None]}), [{"x": 1, "y": "a"}, {"x": 2, "y": None}]),
        (pd.DataFrame({("a", 1): [0.5]}), [{"('a', 1)": 0.5}]),
        (pd.Series([1.5, math.nan]), [{"0": 1.5}, {"0": None}]),
        (pd.Series([1], name="x"), [{"x": 1}]),
        (pd.DataFrame({"t": [pd.Timestamp(TIME), pd.NaT]}), [{"t": TIME.isoformat()}, {"t": None}]),
        ([np.int64(1), np.array([2.5])], [1, [2.5]]),
        ({"a": np.array([1]), 2: b"abc"}, {"a": [1], "2": "YWJj\n"}),
        ((1, {3}), [1, [3]]),
        (decimal.Decimal("1.5"), 1.5),
        ([2**70, math.nan, {"a": np.float32(0.5)}], [2**70, None, {"a": 0.5}]),
        ([TIME, TIME.date()], ["2026-01-31T08:00:00", "2026-01-31"]),
        ("text", "text"),
        (None, None),
    ],
)
def test_what_a_model_says_is_json(said, told):
    body = answer_of(said)
    assert json.loads(body, parse_constant=pytest.fail) == {"predictions": told}


def test_an_answer_to_a_bare_request_stands_alone():
    assert json.loads(answer_of({"choices": ["a"]}, is_bare=True)) == {"choices": ["a"]}


@pytest.mark.parametrize("said", [object(), {"a": object()}, lambda: 1])
def test_what_has_no_form_in_json_is_told_by_its_kind(said):
    with pytest.raises(ModelError, match="that JSON cannot hold"):
        answer_of(said)


def test_what_holds_itself_is_no_json():
    said = []
    said.append(said)
    with pytest.raises(ModelError):
        answer_of(said)

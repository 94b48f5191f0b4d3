"""Values as JSON holds them."""

from __future__ import annotations

import datetime as dt
import decimal
import json

import numpy as np
import pandas as pd
import pytest

from nbtrack.errors import InvalidValue
from nbtrack.registry.signatures.json_values import jsonable


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (float("nan"), None),
        (np.float32(1.5), 1.5),
        (np.float64("nan"), None),
        (np.bool_(True), True),
        (pd.NA, None),
        (pd.NaT, None),
        (np.array([[1, 2]]), [[1, 2]]),
        (np.array([1.5, np.nan]), [1.5, None]),
        (np.array(["2026-01-31"], "M8[D]"), ["2026-01-31"]),
        (np.datetime64("2026-01-31"), "2026-01-31"),
        (pd.Timestamp("2026-01-31T08:00"), "2026-01-31T08:00:00"),
        (dt.time(8), "08:00:00"),
        (b"abc", "YWJj\n"),
        (decimal.Decimal("1.5"), 1.5),
        ((1, "a", None), [1, "a", None]),
        ({1: 2, (3, 4): 5}, {1: 2, "(3, 4)": 5}),
    ],
)
def test_a_value_has_a_form_in_json(value, plain):
    assert jsonable(value) == plain
    json.dumps(jsonable(value), allow_nan=False)


def test_another_value_has_none():
    with pytest.raises(InvalidValue, match="a object is in it"):
        jsonable({"a": [object()]})


def test_a_model_of_pydantic_is_its_fields():
    pydantic = pytest.importorskip("pydantic")
    model = pydantic.create_model("Ask", when=(dt.date, ...))(when=dt.date(2026, 1, 31))
    assert jsonable([model]) == [{"when": "2026-01-31"}]

"""What a notebook holds, as plain documents."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import json
import math
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest

from nbtrack.api.files.documents import plain, read, written
from nbtrack.errors import InvalidValue


class Colour(enum.Enum):
    RED = 1


class Shade(enum.StrEnum):
    DARK = "dark"


@dataclasses.dataclass
class Point:
    x: int
    when: dt.date


class Record(msgspec.Struct):
    name: str


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ((1, (2, 3)), [1, [2, 3]]),
        ({3, 1, 2}, [1, 2, 3]),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.str_("text"), "text"),
        (np.arange(3), [0, 1, 2]),
        (np.datetime64("2020-01-01"), "2020-01-01"),
        (pd.Series([1, 2], index=["a", "b"]), {"a": 1, "b": 2}),
        (pd.DataFrame({"a": [1]}), {"a": {"0": 1}}),
        (pd.Index([1, 2]), [1, 2]),
        (pd.Timestamp("2020-01-01"), "2020-01-01T00:00:00"),
        (pd.NaT, None),
        (pd.NA, None),
        (dt.date(2020, 1, 1), "2020-01-01"),
        (dt.time(12, 30), "12:30:00"),
        (math.nan, "NaN"),
        (-math.inf, "-Infinity"),
        (Colour.RED, 1),
        (Shade.DARK, "dark"),
        (b"ab", "YWI="),
        (Path("a/b"), "a/b"),
        (Point(1, dt.date(2020, 1, 1)), {"x": 1, "when": "2020-01-01"}),
        (Record("n"), {"name": "n"}),
        (1 + 2j, "(1+2j)"),
        ({("a", 1): 1, None: 2, True: 3, 4: 5, dt.date(2020, 1, 1): 6}, None),
    ],
)
def test_a_value_becomes_plain(value, kept):
    if kept is None and isinstance(value, dict):
        kept = {"a.1": 1, "null": 2, "true": 3, "4": 5, "2020-01-01": 6}
    assert plain(value) == kept
    assert json.loads(json.dumps(plain(value), allow_nan=False)) == kept


def test_statistics_of_pandas_are_written():
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [3, 4]})
    assert json.loads(written(frame.describe().to_dict(), "s.json"))["a"]["mean"] == 1.5
    grouped = frame.groupby("b").agg({"a": ["mean", "max"]})
    assert json.loads(written(grouped.to_dict(), "s.json"))["a.mean"] == {"3": 1.0, "4": 2.0}


def test_two_keys_that_read_alike_are_refused():
    with pytest.raises(InvalidValue, match="read the same"):
        plain({1: "a", "1": "b"})


def test_what_contains_itself_is_refused():
    value = []
    value.append(value)
    with pytest.raises(InvalidValue, match="contains itself"):
        plain(value)


def test_the_extension_chooses_yaml():
    text = written({"b": [1, 2], "a": "ü"}, "x.YAML")
    assert text == "b:\n- 1\n- 2\na: ü\n"
    assert read(text, "x.yml") == {"b": [1, 2], "a": "ü"}


def test_any_other_extension_is_json():
    assert read(written({"a": "ü"}, "notes.txt"), "notes.txt") == {"a": "ü"}


def test_a_broken_document_is_named():
    with pytest.raises(InvalidValue, match=r"config\.json"):
        read("{", "config.json")
    with pytest.raises(InvalidValue, match=r"config\.yaml"):
        read("a: [", "config.yaml")

"""Facts of data: the same content the same digest, a changed column a changed digest."""

from __future__ import annotations

import datetime as dt
import json
import os

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from nbtrack.capture.sources import data
from nbtrack.capture.sources.data import file_facts, frame_facts


def frame():
    return pd.DataFrame(
        {
            "n": [1, 2, 3],
            "x": [1.0, np.nan, 3.0],
            "t": ["a", None, "ccc"],
            "when": pd.to_datetime(["2020-01-01", "2020-01-02", "2020-01-03"]),
            "zone": pd.to_datetime(["2020-01-01", "2020-01-02", "2020-01-03"], utc=True),
            "kind": pd.Categorical(["p", "q", "p"]),
            "maybe": pd.array([1, None, 3], dtype="Int64"),
            "any": [{"a": 1}, [2**70], (dt.date(2020, 1, 1), np.int64(3))],
            "arrow": pd.array(["x", "y", None], dtype=pd.ArrowDtype(pa.string())),
        }
    )


CHANGES = {
    "n": 9,
    "x": 9.0,
    "t": "z",
    "when": pd.Timestamp("2021-01-01"),
    "zone": pd.Timestamp("2021-01-01", tz="UTC"),
    "kind": "q",
    "maybe": 9,
    "any": "z",
    "arrow": "z",
}


def digests(value):
    return json.loads(frame_facts(value, "df").profile)["column_digests"]


def test_a_frame_has_a_digest_for_each_column():
    facts = frame_facts(frame(), "df", "data/train.csv")
    profile = json.loads(facts.profile)
    assert (facts.name, facts.source_type) == ("df", "local")
    assert json.loads(facts.source) == {"uri": "data/train.csv"}
    assert (profile["num_rows"], profile["num_columns"], profile["num_elements"]) == (3, 9, 27)
    assert list(profile["column_digests"]) == list(frame().columns)
    assert "digest_of_sample" not in profile
    kinds = {it["name"]: it["type"] for it in json.loads(facts.schema)["mlflow_colspec"]}
    assert kinds == {
        "n": "long",
        "x": "double",
        "t": "string",
        "when": "datetime",
        "zone": "datetime",
        "kind": "string",
        "maybe": "long",
        "any": "any",
        "arrow": "string",
    }


@pytest.mark.parametrize("column", list(CHANGES))
def test_a_changed_value_changes_its_column_alone(column):
    changed = frame()
    changed.loc[0, column] = CHANGES[column]
    before, after = digests(frame()), digests(changed)
    assert {name for name in before if before[name] != after[name]} == {column}


def test_equal_values_have_equal_digests_however_they_lie():
    values = {"t": ["a", None, "ccc", ""], "n": [1, 2, 3, 4]}
    whole = pd.DataFrame(values)
    sliced = pd.DataFrame({name: ["?", *them, "?"] for name, them in values.items()}).iloc[1:5]
    sliced = sliced.astype({"n": "int64"})
    joined = pd.concat([whole[:2], whole[2:]])
    assert digests(whole) == digests(sliced) == digests(joined)
    wide = pd.DataFrame(np.arange(8.0).reshape(4, 2), columns=["a", "b"])
    assert digests(wide) == digests(wide.copy()) == digests(pd.DataFrame(dict(wide.items())))


def test_a_table_of_arrow_has_its_values_digest_whatever_its_chunks():
    values = {"t": ["a", None, "ccc"], "n": [1, None, 3], "d": [dt.date(2020, 1, 1)] * 3}
    table = pa.table(values)
    parts = pa.concat_tables([table.slice(0, 1), table.slice(1)])
    assert digests(table) == digests(parts)
    assert digests(table) != digests(pa.table(values | {"n": [1, 0, 3]}))


def test_a_frame_of_polars_has_digests():
    values = {"t": ["a", None, "ccc"], "n": [1, 2, 3], "k": [[1], [2], [3]]}
    before, after = digests(pl.DataFrame(values)), digests(pl.DataFrame(values | {"n": [1, 2, 4]}))
    assert {name for name in before if before[name] != after[name]} == {"n"}
    kinds = json.loads(frame_facts(pl.DataFrame(values), "df").schema)["mlflow_colspec"]
    assert [it["type"] for it in kinds] == ["string", "long", "any"]


def test_an_array_has_digests_of_its_columns_if_they_are_few():
    array = np.arange(12.0).reshape(4, 3)
    changed = array.copy()
    changed[0, 1] = 9
    before, after = digests(array), digests(changed)
    assert [name for name in before if before[name] != after[name]] == ["1"]
    assert list(digests(np.zeros((2, 3, 4)))) == [""]
    assert list(digests(np.array(1.0))) == [""]


def test_a_series_and_columns_of_one_name_are_known():
    assert list(digests(pd.Series([1, 2], name="y"))) == ["y"]
    assert list(digests(pd.DataFrame([[1, 2, 3]], columns=["a", "a", "a"]))) == ["a", "a#2", "a#3"]


def test_what_is_no_frame_has_no_facts():
    assert frame_facts([1, 2], "x") is None


def test_a_big_frame_is_sampled_and_says_so(monkeypatch):
    monkeypatch.setattr(data, "BUDGET_BYTES", 80_000)
    values = np.arange(100_000.0)
    facts = frame_facts(pd.DataFrame({"x": values}), "df")
    assert json.loads(facts.profile)["digest_of_sample"] is True
    changed = values.copy()
    changed[-1] = 0
    assert frame_facts(pd.DataFrame({"x": changed}), "df").digest != facts.digest
    assert frame_facts(pd.DataFrame({"x": values[:-1]}), "df").digest != facts.digest


def test_columns_beyond_the_first_thousand_have_one_digest():
    before = digests(np.zeros((1, 200)))
    assert len(before) == 200
    wide = pd.DataFrame(np.zeros((1, 1200)))
    changed = wide.copy()
    changed.iloc[0, 1199] = 1
    assert len(digests(wide)) == 1001
    assert digests(wide)[data.OTHERS] != digests(changed)[data.OTHERS]


def test_no_code_of_an_object_is_run():
    class Loud:
        def __repr__(self):
            raise AssertionError

        def __getattr__(self, name):
            raise AssertionError(name)

    assert digests(pd.DataFrame({"x": [Loud()]}))


def test_a_file_below_the_notebook_is_known_by_its_path_from_there(tmp_path):
    file = tmp_path / "data" / "train.csv"
    file.parent.mkdir()
    file.write_text("a,b\n1,2\n")
    os.utime(file, (1_000, 1_000))
    facts = file_facts(file, tmp_path)
    assert facts.name == "data/train.csv"
    assert json.loads(facts.source) == {"uri": "data/train.csv"}
    assert json.loads(facts.profile) == {"num_bytes": 8, "modified": 1_000_000}
    assert file_facts(file, tmp_path / "else").name == str(file)
    file.write_text("a,b\n1,3\n")
    assert file_facts(file, tmp_path).digest != facts.digest
    assert file_facts(tmp_path / "none.csv") is None


def test_a_big_file_is_sampled_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "BUDGET_BYTES", 10_000)
    file = tmp_path / "big.bin"
    file.write_bytes(bytes(20_000))
    facts = file_facts(file)
    assert json.loads(facts.profile)["digest_of_sample"] is True
    file.write_bytes(bytes(19_999) + b"x")
    assert file_facts(file).digest != facts.digest
    file.write_bytes(bytes(20_001))
    assert file_facts(file).digest != facts.digest

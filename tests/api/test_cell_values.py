"""Tests of variables that are kept as files."""

from __future__ import annotations

import io
import json

import numpy as np
import pandas as pd
import pytest

from nbtrack.api.cells.values import file_of
from nbtrack.errors import InvalidValue


def test_a_frame_is_kept_as_csv():
    path, content = file_of("t", pd.DataFrame({"a": [1, 2]}))
    assert path == "data/t.csv"
    assert pd.read_csv(io.BytesIO(content), index_col=0).to_dict("list") == {"a": [1, 2]}


def test_an_array_is_kept_as_numpy_writes_it():
    path, content = file_of("a", np.arange(3))
    assert (path, np.load(io.BytesIO(content)).tolist()) == ("data/a.npy", [0, 1, 2])


def test_an_array_of_objects_is_refused_as_it_would_be_pickled():
    with pytest.raises(InvalidValue, match="array of objects"):
        file_of("a", np.array([object()], dtype=object))


def test_plain_values_are_kept_as_json_and_texts_as_texts():
    path, content = file_of("d", {"a": [1, None]})
    assert (path, json.loads(content)) == ("data/d.json", {"a": [1, None]})
    assert file_of("s", "é") == ("data/s.txt", "é".encode())
    assert file_of("b", b"\x00") == ("data/b.bin", b"\x00")


def test_secrets_are_taken_out():
    _, content = file_of("config", {"password": "hunter22hunter22"})
    assert b"hunter22" not in content


def test_a_list_that_holds_itself_is_refused():
    value = [1]
    value.append(value)
    with pytest.raises((InvalidValue, RecursionError)):
        file_of("x", value)


def test_of_other_classes_no_data_is_kept():
    with pytest.raises(InvalidValue, match="--keep x: of a object no data is kept"):
        file_of("x", object())

"""Digests of frames and arrays."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from nbtrack.api.datasets import fingerprint
from nbtrack.api.datasets.fingerprint import of_arrays, of_frame


def frame():
    return pd.DataFrame(
        {
            "number": [1.5, np.nan, 3.0],
            "whole": pd.array([1, None, 3], dtype="Int32"),
            "text": ["a", None, "ü🎉"],
            "kind": pd.Categorical(["x", "y", "x"]),
            "time": pd.date_range("2020", periods=3, tz="Europe/Berlin"),
            "naive": pd.date_range("2020", periods=3),
            "flag": [True, False, True],
            "object": [{1, 2}, {"k": [1]}, pd.Timestamp("2020")],
            "period": pd.period_range("2020", periods=3),
            "sparse": pd.arrays.SparseArray([0, 1, 0]),
        }
    )


def test_the_same_content_has_the_same_digest_wherever_it_lies():
    table = frame()
    wide = pd.DataFrame(np.asfortranarray(np.arange(6.0).reshape(3, 2)))
    assert of_frame(table) == of_frame(table.copy(deep=True))
    assert of_frame(table) == of_frame(table.iloc[[2, 1, 0]].iloc[[2, 1, 0]])
    assert of_frame(wide) == of_frame(pd.DataFrame({0: [0.0, 2.0, 4.0], 1: [1.0, 3.0, 5.0]}))
    assert of_frame(table).is_exact


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.assign(number=[1.5, np.nan, 3.1]),
        lambda table: table.assign(whole=pd.array([1, 0, 3], dtype="Int32")),
        lambda table: table.assign(text=["a", "", "ü🎉"]),
        lambda table: table.assign(kind=pd.Categorical(["y", "x", "y"])),
        lambda table: table.assign(flag=[1, 0, 1]),
        lambda table: table.assign(object=[{1, 3}, {"k": [1]}, pd.Timestamp("2020")]),
        lambda table: table.rename(columns={"text": "words"}),
        lambda table: table[[*table.columns[1:], table.columns[0]]],
        lambda table: table.iloc[[1, 0, 2]],
        lambda table: table.iloc[:2],
        lambda table: table.set_axis(["r1", "r2", "r3"]),
    ],
)
def test_another_content_has_another_digest(change):
    table = frame()
    assert of_frame(change(table)).digest != of_frame(table).digest


def test_a_digest_does_not_depend_on_the_process():
    script = (
        "import pandas as pd; from nbtrack.api.datasets.fingerprint import of_frame;"
        "print(of_frame(pd.DataFrame({'a': [{'x', 'y', 'z'}, object(), {1: 2}]})).digest)"
    )
    seeds = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(filter(None, sys.path))},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert seeds[0] == seeds[1] != ""


def test_a_frame_beyond_the_budget_is_sampled_and_says_so(monkeypatch):
    table = pd.DataFrame({"a": np.arange(10_000.0), "b": ["x"] * 10_000})
    assert of_frame(table).is_exact
    monkeypatch.setattr(fingerprint, "BUDGET_BYTES", 10_000)
    sampled = of_frame(table)
    assert not sampled.is_exact
    assert sampled == of_frame(table.copy())
    for row in (0, 9_999):
        changed = table.copy()
        changed.loc[row, "a"] = -1.0
        assert of_frame(changed).digest != sampled.digest


def test_an_array_is_known_by_type_shape_and_values():
    array = np.arange(6.0).reshape(2, 3)
    same = of_arrays({"x": array})
    assert same == of_arrays({"x": np.asfortranarray(array)})
    for other in (array.astype("f4"), array.reshape(3, 2), array + 1, array[:1]):
        assert of_arrays({"x": other}).digest != same.digest
    assert of_arrays({"y": array}).digest != same.digest


def test_arrays_of_any_kind_have_a_digest(monkeypatch):
    kinds = [np.float64(3), np.array([]), np.array(["a", "b"]), np.array([{1: 2}, None])]
    assert len({of_arrays({"x": kind}).digest for kind in kinds}) == 4
    monkeypatch.setattr(fingerprint, "BUDGET_OBJECTS", 10)
    assert not of_arrays({"x": np.array([object()] * 100)}).is_exact


def test_empty_frames_differ_by_their_names():
    assert of_frame(pd.DataFrame()).digest != of_frame(pd.DataFrame(columns=["a"])).digest

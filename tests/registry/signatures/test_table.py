"""Checked columns on their way to a model."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nbtrack.registry.signatures.table import Table

NUMBERS = Table(["a", "b"], matrix=np.array([[1.5, 2.5], [3.5, 4.5]]))
MIXED = Table(["a", "s"], [np.array([1, 2]), np.array(["x", "y"], dtype=object)])


def test_a_table_is_a_frame():
    pd.testing.assert_frame_equal(
        NUMBERS.to_frame(), pd.DataFrame({"a": [1.5, 3.5], "b": [2.5, 4.5]})
    )
    assert MIXED.to_frame().to_dict("list") == {"a": [1, 2], "s": ["x", "y"]}


def test_a_table_is_one_array():
    assert NUMBERS.to_numpy() is NUMBERS.matrix
    assert MIXED.to_numpy().tolist() == [[1, "x"], [2, "y"]]
    assert Table(["a", "b"], [np.array([1]), np.array([2.5])]).to_numpy().dtype == np.float64


def test_a_table_is_named_arrays():
    assert {name: it.tolist() for name, it in NUMBERS.to_dict().items()} == {
        "a": [1.5, 3.5],
        "b": [2.5, 4.5],
    }
    assert (len(NUMBERS), len(MIXED)) == (2, 2)

"""The first rows of data: copied, and of every kind that libraries are fitted on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from nbtrack.capture.samples import first_rows


def test_rows_of_arrays_and_frames_are_copies():
    array, frame = np.arange(6.0).reshape(3, 2), pd.DataFrame({"a": [1, 2, 3]})
    rows, some = first_rows(array, 2), first_rows(frame, 2)
    array[:] = 0
    frame.loc[0, "a"] = 9
    assert rows.tolist() == [[0.0, 1.0], [2.0, 3.0]]
    assert some["a"].tolist() == [1, 2]
    assert first_rows(frame["a"], 1).tolist() == [9]


def test_rows_of_lists_and_of_several_inputs():
    assert first_rows(([1], [2], [3]), 2) == [[1], [2]]
    found = first_rows({"left": np.arange(3), "right": ["a", "b"]}, 1)
    assert {key: list(it) for key, it in found.items()} == {"left": [0], "right": ["a"]}


def test_rows_of_sparse_matrices_are_sparse():
    matrix = sparse.coo_matrix(np.eye(3))
    assert first_rows(matrix, 2).toarray().tolist() == [[1, 0, 0], [0, 1, 0]]


def test_rows_of_other_libraries():
    polars = pytest.importorskip("polars")
    arrow = pytest.importorskip("pyarrow")
    assert first_rows(polars.DataFrame({"a": [1, 2]}), 1).to_dict(as_series=False) == {"a": [1]}
    assert first_rows(arrow.table({"a": [1, 2]}), 1).to_pydict() == {"a": [1]}


def test_what_has_to_be_read_to_know_has_none():
    assert first_rows(iter([1, 2])) is None
    assert first_rows(None) is None

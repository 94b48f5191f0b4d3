from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse

from nbtrack.registry.signatures.table import Table
from nbtrack.serving.predictions.rows import WHOLE, answers_of, rows_of

PEOPLE = {"age": [31, 40], "city": ["Oslo", "Rome"]}


@pytest.mark.parametrize(
    "data",
    [
        PEOPLE,
        {"age": np.array([31, 40]), "city": np.array(["Oslo", "Rome"])},
        pd.DataFrame(PEOPLE),
        pl.DataFrame(PEOPLE),
        Table(["age", "city"], [np.array([31, 40]), np.array(["Oslo", "Rome"], object)]),
    ],
    ids=["lists", "arrays", "pandas", "polars", "table"],
)
def test_a_table_of_any_kind_has_the_same_rows(data):
    assert rows_of(data) == (("age", "city"), [(31, "Oslo"), (40, "Rome")])


def test_records_keep_the_names_that_each_has():
    records = [{"age": 31}, {"age": 40, "city": "Rome"}]
    assert rows_of(records) == (("age", "city"), records)


def test_an_array_has_the_names_it_is_given_else_numbers():
    array = np.array([[1.5, 2.0]])
    assert rows_of(array, ["a", "b"]) == (("a", "b"), [[1.5, 2.0]])
    assert rows_of(array) == (("0", "1"), [[1.5, 2.0]])
    assert rows_of(array, ["a"]).names == ("0", "1")
    assert rows_of(Table(["a", "b"], matrix=array)) == (("a", "b"), [[1.5, 2.0]])
    assert rows_of(sparse.csr_matrix(array)).cells == [[1.5, 2.0]]
    assert rows_of([[1.5, 2.0]], ["a", "b"]) == (("a", "b"), [[1.5, 2.0]])


def test_what_is_no_table_is_one_column_or_one_row():
    assert rows_of(np.zeros((2, 1, 1))) == ((WHOLE,), [([[0.0]],), ([[0.0]],)])
    assert rows_of(np.array(3)) == ((WHOLE,), [(3,)])
    assert rows_of(["a", "b"]) == ((WHOLE,), [("a",), ("b",)])
    assert rows_of("a question") == ((WHOLE,), [("a question",)])
    assert rows_of({"text": "a question", "depth": 3}) == (
        ("text", "depth"),
        [("a question", 3)],
    )
    assert rows_of({"a": [1, 2], "b": [1]}).cells == [([1, 2], [1])]
    assert rows_of(pd.Series([1, 2], name="x")) == (("x",), [(1,), (2,)])
    assert rows_of(pd.DataFrame(index=[0, 1])).cells == [(), ()]


@pytest.mark.parametrize(
    ("said", "answers"),
    [
        ([0, 1], [0, 1]),
        (np.array([0, 1]), [0, 1]),
        (np.array([[0.5, 0.5], [1, 0]]), [[0.5, 0.5], [1.0, 0.0]]),
        (pd.Series([0, 1]), [0, 1]),
        (pd.Series([0, 1], name="p"), [0, 1]),
        (pd.DataFrame({"p": [0.5, 1]}), [0.5, 1.0]),
        ([{"p": 0.5}, {"p": 1}], [0.5, 1]),
        (pd.DataFrame({"p": [0.5, 1], "q": [1, 2]}), [{"p": 0.5, "q": 1}, {"p": 1.0, "q": 2}]),
        ({"p": [0.5, 1], "q": [1, 2]}, [{"p": 0.5, "q": 1}, {"p": 1, "q": 2}]),
        (("a", "b"), ["a", "b"]),
        (None, [None, None]),
        ("one text for all", None),
        ([1, 2, 3], None),
    ],
)
def test_a_model_says_one_thing_for_each_row(said, answers):
    assert answers_of(said, 2) == answers


def test_of_one_row_anything_may_be_said():
    assert answers_of("yes", 1) == ["yes"]
    assert answers_of({"text": "yes"}, 1) == ["yes"]
    assert answers_of({"text": "yes", "score": 1}, 1) == [{"text": "yes", "score": 1}]
    assert answers_of([1, 2], 1) == [[1, 2]]

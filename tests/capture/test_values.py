from __future__ import annotations

import array
import datetime as dt
from collections import deque
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from nbtrack.capture.values import (
    curve_of,
    key_of,
    number_of,
    step_of,
    steps_of,
    text_of,
    time_of,
)
from nbtrack.errors import InvalidValue


class Tensor:
    """What a tensor of torch or TensorFlow offers."""

    def __init__(self, values):
        self.values = np.asarray(values)

    @property
    def shape(self):
        return self.values.shape

    def item(self):
        return self.values.item()

    def numpy(self):
        return self.values

    def __float__(self):
        raise TypeError("not a Python number")


@pytest.mark.parametrize("key", ["loss", "a/b c:d", 'say "hi"', "zwei\nZeilen", "🚀", "x" * 250])
def test_any_text_of_up_to_250_characters_is_a_key(key):
    assert key_of(key, "metric") == key


@pytest.mark.parametrize("key", ["", None, 3, b"loss", ["loss"]])
def test_what_is_no_text_is_no_key(key):
    with pytest.raises(InvalidValue, match="key of a metric is a text of 1 to 250"):
        key_of(key, "metric")


def test_a_key_of_251_characters_is_refused_with_its_length():
    with pytest.raises(InvalidValue, match="has 251"):
        key_of("x" * 251, "tag")


def test_a_name_with_half_surrogates_is_spelled_out():
    assert key_of("caf\udce9", "param") == "caf\\udce9"
    assert text_of("caf\udce9", "p", "param") == "caf\\udce9"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        ([1, 2], "[1, 2]"),
        ((1, "a"), "(1, 'a')"),
        (True, "True"),
        (0.1, "0.1"),
        ("é", "é"),
        ({"a": 1}, "{'a': 1}"),
        ("x" * 1_000_000, "x" * 1_000_000),
    ],
)
def test_a_param_is_kept_as_text(value, text):
    assert text_of(value, "p", "param") == text


@pytest.mark.parametrize("text", ["x" * 1_000_001, "é" * 600_000])
def test_a_text_of_more_than_a_megabyte_is_for_an_artifact(text):
    with pytest.raises(InvalidValue, match="more than a megabyte; keep it as an artifact"):
        text_of(text, "p", "param")


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (1, 1.0),
        (True, 1.0),
        ("0.5", 0.5),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3.0),
        (np.bool_(1), 1.0),
        (np.array(2.5), 2.5),
        (np.array([[2.5]]), 2.5),
        (Tensor(1.5), 1.5),
        (Decimal("0.25"), 0.25),
        (Fraction(1, 4), 0.25),
        (float("inf"), float("inf")),
        ("-inf", float("-inf")),
    ],
)
def test_numbers_of_every_library_are_metrics(value, number):
    assert number_of(value, "m") == number


def test_nan_is_kept():
    assert np.isnan(number_of(np.float64("nan"), "m"))
    assert np.isnan(number_of("nan", "m"))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("high", "'high'"),
        ("x" * 100, "'x{80}…'"),
        (None, "None"),
        (1 + 2j, r"\(1\+2j\)"),
        (10**400, "an int of 401 digits"),
        ({"a": 1}, "a dict"),
        (dt.datetime.now(dt.UTC), "a datetime"),
        (pd.NA, "a NAType"),
        (np.zeros((2, 2)), r"a ndarray of shape \(2, 2\)"),
        (np.array(["x"]), r"a ndarray of shape \(1,\)"),
    ],
)
def test_what_is_no_number_is_refused_and_shown(value, shown):
    with pytest.raises(InvalidValue, match=f"metric 'm' is a number, not {shown}"):
        number_of(value, "m")


@pytest.mark.parametrize(
    "values",
    [
        [1, 2.5, 3],
        (1, 2.5, 3),
        np.array([1, 2.5, 3]),
        np.array([1, 2.5, 3], dtype=np.float32),
        pd.Series([1, 2.5, 3]),
        array.array("d", [1, 2.5, 3]),
        deque([1, 2.5, 3]),
        Tensor([1, 2.5, 3]),
    ],
    ids=lambda values: type(values).__name__,
)
def test_lists_arrays_and_series_are_curves(values):
    assert curve_of(values, "m") == [1.0, 2.5, 3.0]


def test_a_range_is_a_curve_and_an_empty_list_is_one_without_points():
    assert curve_of(range(3), "m") == [0.0, 1.0, 2.0]
    assert curve_of([], "m") == []
    assert curve_of(np.array([1, 2]), "m") == [1.0, 2.0]


@pytest.mark.parametrize("value", [1.0, "0.5", b"x", np.float64(1), np.array(1.0), {1: 2}, {1}])
def test_single_values_are_no_curve(value):
    assert curve_of(value, "m") is None


def test_an_array_of_one_element_in_two_dimensions_is_a_number():
    assert curve_of(np.array([[1.0]]), "m") is None


def test_a_matrix_is_no_curve_and_the_message_says_what_to_do():
    with pytest.raises(InvalidValue, match=r"not an array of shape \(2, 3\); log its columns"):
        curve_of(np.zeros((2, 3)), "m")


@pytest.mark.parametrize(
    ("step", "number"), [(None, 0), (3, 3), (-1, -1), (2.0, 2), (np.int32(7), 7), (True, 1)]
)
def test_whole_numbers_are_steps(step, number):
    assert step_of(step) == number


@pytest.mark.parametrize("step", [1.5, "x", [1], float("inf"), float("nan")])
def test_other_steps_are_refused(step):
    with pytest.raises(InvalidValue, match="a step is a whole number"):
        step_of(step)


def test_a_step_of_more_than_64_bits_is_refused():
    assert step_of(2**63 - 1) == 2**63 - 1
    with pytest.raises(InvalidValue, match="at most 64 bits"):
        step_of(2**63)


def test_steps_of_a_curve_are_given_counted_or_from_zero():
    assert steps_of(None, 3) == [0, 1, 2]
    assert steps_of(10, 3) == [10, 11, 12]
    assert steps_of([5, 7, 9], 3) == [5, 7, 9]
    assert steps_of(np.array([5, 7]), 2) == [5, 7]
    assert steps_of(np.array([5]), 1) == [5]
    assert steps_of(range(3), 3) == [0, 1, 2]
    with pytest.raises(InvalidValue, match="3 values have 2 steps"):
        steps_of([1, 2], 3)


def test_times_are_milliseconds_and_none_is_now():
    assert time_of(1_700_000_000_000) == 1_700_000_000_000
    assert time_of(1_700_000_000_000.7) == 1_700_000_000_000
    assert time_of(0) == 0
    assert time_of(None) > 1_700_000_000_000
    for wrong in (-1, "x", 2**63, float("nan")):
        with pytest.raises(InvalidValue, match="milliseconds since 1970"):
            time_of(wrong)

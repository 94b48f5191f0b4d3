"""Tests of displayed results by the names that reach them."""

from __future__ import annotations

import pytest

from nbtrack.capture.outputs import Outputs, is_output, number_of


@pytest.fixture
def outputs():
    """Results 3, 5 and 8, of the executions at places 0, 2 and 4."""
    made = Outputs()
    made.shown += [(3, 0), (5, 2), (8, 4)]
    return made


@pytest.mark.parametrize(
    ("name", "number"),
    [("_3", 3), ("Out[12]", 12), ("_", None), ("_x3", None), ("x_3", None), ("Out", None)],
)
def test_names_with_a_number_tell_it(name, number):
    assert number_of(name) == number


def test_names_of_results_are_told_from_others():
    names = ["_", "__", "___", "____", "_4", "Out", "_oh", "Out[4]", "out", "_a"]
    found = [name for name in names if is_output(name)]
    assert found == ["_", "__", "___", "_4", "Out", "_oh", "Out[4]"]


def test_the_last_results_are_reached_by_underscores(outputs):
    assert outputs.read_by(["___", "_", "__"], set()) == ["Out[3]", "Out[8]", "Out[5]"]


def test_underscores_before_the_first_result_reach_nothing():
    assert Outputs().read_by(["_", "__"], set()) == []


def test_a_number_beside_out_tells_which_is_read(outputs):
    assert outputs.read_by(["Out"], {5, 7}) == ["Out[5]"]


def test_out_without_a_number_is_every_result(outputs):
    assert outputs.read_by(["Out"], set()) == ["Out[3]", "Out[5]", "Out[8]"]


def test_a_result_that_two_names_reach_is_read_once(outputs):
    assert outputs.read_by(["_8", "_"], set()) == ["Out[8]"]


def test_double_underscores_depend_on_the_results_after_theirs(outputs):
    assert [outputs.since(name) for name in ("_", "__", "___")] == [set(), {4}, {2, 4}]

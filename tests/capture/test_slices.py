"""Tests of the executions behind a value, and of what no longer follows."""

from __future__ import annotations

import os

import pytest

from nbtrack.capture.provenance import Step
from nbtrack.capture.slices import (
    Reason,
    closure,
    displayed,
    slice_of,
    stale_variables,
    step_reasons,
    variable_reasons,
)


@pytest.fixture
def told(notebook):
    """Why variables are stale, in words."""

    def tell():
        found = stale_variables(notebook.session)
        return {name: [str(reason) for reason in reasons] for name, reasons in found.items()}

    return tell


def test_a_slice_holds_what_was_needed_in_order(notebook):
    notebook.run_all("x = 1", "z = 9", "y = x", "t = y + x")
    assert [step.source for step in slice_of(notebook.session, "t")] == [
        "x = 1",
        "y = x",
        "t = y + x",
    ]


def test_the_slice_of_an_unknown_name_is_empty(notebook):
    assert slice_of(notebook.session, "x") == []


def test_the_closure_of_several_executions_holds_each_once(notebook):
    notebook.run_all("x = 1", "y = x", "z = x")
    assert [step.number for step in closure(notebook.session, [2, 1])] == [1, 2, 3]


def test_a_value_made_from_an_older_one_is_stale(notebook, told):
    notebook.run_all("x = 1", "y = x", "x = 2")
    assert told() == {"y": ["x: [2] read it before [3] changed it"]}


def test_a_rerun_that_gives_the_same_value_makes_nothing_stale(notebook, told):
    notebook.run_all("x = 1", "y = x", "x = 1")
    assert told() == {}


def test_a_cell_that_changes_what_it_read_is_not_stale_by_itself(notebook, told):
    notebook.run_all("x = [1]", "x.append(2)", "x = x + [3]")
    assert told() == {}


def test_what_does_not_come_from_a_stale_value_of_its_cell_is_not_stale(notebook, told):
    notebook.run_all("x = 1", "y = x\nz = 4", "x = 2")
    assert list(told()) == ["y"]


def test_a_later_version_of_a_cell_makes_its_earlier_values_stale(notebook, told):
    notebook.run("x = 1", cell_id="a")
    notebook.run("y = 2", cell_id="a")
    assert told() == {"x": ["the cell of [1] was changed and run again"]}


def test_a_cell_that_was_run_again_as_it_was_makes_nothing_stale(notebook, told):
    notebook.run("x = 1", cell_id="a")
    notebook.run("x = 1  # again", cell_id="a")
    assert told() == {}


def test_a_file_that_was_changed_outside_makes_stale(notebook, told, tmp_path):
    path = tmp_path / "data.txt"
    path.write_text("one")
    os.utime(path, (0, 0))
    notebook.run(f"with open({str(path)!r}) as file:\n    text = file.read()")
    path.write_text("other")
    why = f"file {path}: [1] read it before it was changed outside this notebook"
    assert told()["text"] == [why]


def test_the_reasons_of_a_result_are_those_of_its_execution(notebook):
    notebook.run("x = 1")
    step = notebook.run("x + 1")
    notebook.run("x = 2")
    changed = notebook.session.steps[2]
    assert step_reasons(notebook.session, [step]) == [Reason(step, "x", (changed,))]
    assert variable_reasons(notebook.session, "x") == []


def test_the_last_result_of_each_cell_is_displayed(notebook):
    notebook.run("1", cell_id="a")
    notebook.run("2", cell_id="a")
    notebook.run("x = 1", cell_id="b")
    notebook.run("3")
    assert [step.number for step in displayed(notebook.session)] == [2, 4]


def test_a_reason_names_at_most_the_last_two_changes():
    steps = [Step(place, place + 1, "") for place in range(4)]
    reason = Reason(steps[0], "env:HOME", tuple(steps[1:]))
    assert str(reason) == "env HOME: [1] read it before [3], [4] changed it"

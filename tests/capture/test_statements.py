"""Tests of what the text of a cell shows."""

from __future__ import annotations

import pytest

from nbtrack.capture.statements import acted_on, are_left_alone, cell_key, code_hash, texts_stored


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("a.append(1)", {"a"}),
        ("a[0] = b", {"a"}),
        ("a.b.c[1].d = 2", {"a"}),
        ("del a[0]", {"a"}),
        ("x = f(a, *b, key=c.d)", {"f", "a", "b", "c"}),
        ("a().b()", {"a"}),
        ("x = a + b", set()),
        ("x = a.b", set()),
        ("this is no Python", set()),
    ],
)
def test_names_that_a_statement_acts_on(source, names):
    assert acted_on(source) == names


def test_comments_and_layout_do_not_change_the_hash_of_code():
    assert code_hash("x = f( 1 )  # one\n") == code_hash("# again\nx = f(1)")


def test_another_literal_changes_the_hash_of_code():
    assert code_hash("x = 1") != code_hash("x = 2")


def test_text_that_is_no_python_has_a_hash_without_trailing_spaces():
    assert code_hash("%%bash\nls  \n") == code_hash("%%bash\nls") != code_hash("%%bash\nls -l")


def test_text_with_half_a_surrogate_has_a_hash():
    assert len(code_hash("x = \ud800")) == 16


def test_the_key_of_a_cell_is_its_id():
    assert cell_key("abc", "x = 1") == "abc"


def test_without_an_id_cells_that_differ_in_literals_have_one_key():
    assert cell_key(None, "f(depth=1, name='a')") == cell_key(None, "f(depth=2, name='b')")


def test_without_an_id_cells_of_other_code_have_other_keys():
    assert cell_key(None, "f(depth=1)") != cell_key(None, "g(depth=1)")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a = f(1)", True),
        ("f(1)", True),
        ("a = b = f(1)\nprint(2)", True),
        ("a = f(1)\na.append(2)", False),
        ("a = f(1)\nprint(a)", False),
        ("a, b = f(1)", False),
        ("a.b = f(1)", False),
        ("f(1).append(2)", False),
        ("a = [f(1)]", False),
        ("for a in f(1): pass", False),
        ("a = x.total", True),
        ("x.total.append(2)", False),
        ("%time f(1)", False),
        ("g()", False),
    ],
)
def test_what_a_function_gave_is_left_alone(source, expected):
    assert are_left_alone(source, {"f"}, {"total"}, 1) is expected


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("globals()['x'] = 1", {"x"}),
        ("globals()['x'] = y; vars()['z'] = 2", {"x", "z"}),
        ("globals()['x'] += 1", set()),
        ("globals()['x'] = globals()['x'] + 1", set()),
        ("if y: globals()['x'] = 1", set()),
        ("names['x'] = 1", set()),
        ("globals().update(x=1, z=2)", {"x", "z"}),
        ("globals().update(x=1); print('x')", set()),
        ("names.update(x=1)", set()),
        ("%time globals()['x'] = 1", set()),
    ],
)
def test_texts_that_only_bind_are_told(source, names):
    assert texts_stored(source) == names

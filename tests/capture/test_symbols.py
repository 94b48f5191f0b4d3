"""Tests of the executions behind the values of variables."""

from __future__ import annotations

import pytest

from nbtrack.capture.identity import identity_of
from nbtrack.capture.symbols import Symbols


@pytest.fixture
def symbols():
    return Symbols()


def test_a_variable_comes_from_the_execution_that_bound_it(symbols):
    symbols.bind("a", 1, (3,))
    assert symbols.roots("a") == {3}


def test_a_name_that_was_never_bound_comes_from_nowhere(symbols):
    assert (symbols.roots("a"), symbols.digest("a"), "a" in symbols) == (set(), None, False)


def test_binding_again_ends_what_went_before(symbols):
    value = [1]
    symbols.bind("a", value, (1,))
    value.append(2)
    symbols.look_again(["a"], lambda _: value, 2)
    symbols.bind("a", [3], (3,))
    assert symbols.roots("a") == {3}


def test_a_change_is_another_origin_of_the_variable(symbols):
    value = [1]
    symbols.bind("a", value, (1,))
    value.append(2)
    assert symbols.look_again(["a"], lambda _: value, 2) == {"a"}
    assert symbols.roots("a") == {1, 2}


def test_looking_at_what_did_not_change_changes_nothing(symbols):
    value = [1]
    symbols.bind("a", value, (1,))
    assert symbols.look_again(["a"], lambda _: value, 2) == set()
    assert symbols.roots("a") == {1}


def test_a_change_through_one_name_is_known_to_the_others(symbols):
    inner = [1]
    variables = {"a": inner, "b": {"held": inner}, "c": [1]}
    for place, (name, value) in enumerate(variables.items()):
        symbols.bind(name, value, (place,))
    inner.append(2)
    assert symbols.look_again(["b"], variables.get, 7) == {"a", "b"}
    assert [symbols.roots(name) for name in "abc"] == [{0, 7}, {1, 7}, {2}]


def test_the_digest_of_an_alias_is_renewed_with_it(symbols):
    inner = [1]
    variables = {"a": inner, "b": [inner]}
    for name, value in variables.items():
        symbols.bind(name, value, (0,))
    before = symbols.digest("a")
    inner.append(2)
    symbols.look_again(["b"], variables.get, 1)
    assert symbols.digest("a") != before


def test_equal_values_have_equal_digests(symbols):
    symbols.bind("a", {"x": [1, 2.5]}, (0,))
    symbols.bind("b", {"x": [1, 2.5]}, (1,))
    assert symbols.digest("a") == symbols.digest("b")


def test_a_name_that_was_deleted_leads_nowhere(symbols):
    value = [1]
    symbols.bind("a", value, (0,))
    symbols.bind("b", value, (1,))
    symbols.delete("a")
    assert ("a" in symbols, symbols.holders_of(identity_of(value))) == (False, {"b"})


def test_objects_that_nobody_leads_to_are_forgotten(symbols):
    value = [1, [2]]
    symbols.bind("a", value, (0,))
    assert identity_of(value[1]) in symbols.parts
    symbols.bind("a", 1, (1,))
    assert symbols.parts == {}


def test_an_object_that_was_taken_out_is_followed_no_more(symbols):
    inner = [1]
    value = [inner]
    symbols.bind("a", value, (0,))
    value.clear()
    symbols.look_again(["a"], lambda _: value, 1)
    assert (symbols.holders_of(identity_of(inner)), symbols.holders_of(identity_of(value))) == (
        set(),
        {"a"},
    )


def test_an_object_that_is_marked_is_changed_for_all_who_lead_to_it(symbols):
    value = [1]
    symbols.bind("a", value, (0,))
    symbols.bind("b", (value,), (1,))
    assert symbols.mark([identity_of(value)], 5) == {"a", "b"}
    assert (symbols.roots("a"), symbols.roots("b")) == ({0, 5}, {1, 5})


def test_a_variable_may_have_several_binders(symbols):
    symbols.bind("a", 1, (1, 4))
    assert symbols.roots("a") == {1, 4}

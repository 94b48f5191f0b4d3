"""Two texts of code in a line: never cut where they differ."""

from __future__ import annotations

import ast

import pytest

from nbtrack.api.differences.wording import apart, item_words, narrowed

NAMES = [f"feature_{n:02d}" for n in range(12)]


def parsed(text):
    return ast.parse(text).body[0]


def test_short_texts_stay_whole():
    assert apart("a = 1", "a =\n 2") == ("a = 1", "a = 2")


def test_long_texts_are_told_from_where_they_differ():
    same = "x" * 80
    assert apart(f"{same} one", f"{same} two") == (f"…{'x' * 11} one", f"…{'x' * 11} two")


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (NAMES[1:], "without 'feature_00'"),
        ([*NAMES, "age"], "with 'age'"),
        ([*NAMES[1:], "age"], "with 'age', without 'feature_00'"),
        (NAMES[::-1], "in another order"),
        (NAMES[4:], "without 'feature_00', 'feature_01', 'feature_02' and 1 more"),
        (tuple(NAMES), None),
    ],
)
def test_long_lists_are_told_by_what_they_gained_and_lost(other, words):
    assert item_words(NAMES, other) == words


def test_of_a_long_statement_the_part_that_differs_is_told():
    text = "value = first_function(a_long_name, another_long_name) + second({}, a_long_name)"
    assert narrowed(parsed(text.format("1")), parsed(text.format("n"))) == (
        "second(1, a_long_name)",
        "second(n, a_long_name)",
    )


def test_of_a_long_call_the_arguments_that_differ_are_told():
    call = "model = RandomForestClassifier(n_estimators=800, max_depth=2, random_state=11{})"
    assert narrowed(parsed(call.format("")), parsed(call.format(", n_jobs=2"))) == (
        "RandomForestClassifier(…)",
        "RandomForestClassifier(…, n_jobs=2)",
    )

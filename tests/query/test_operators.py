from __future__ import annotations

import pytest

from nbtrack.errors import InvalidValue
from nbtrack.query.grammar import parse_filter
from nbtrack.query.operators import OPERATORS, operator_of, problem_of
from nbtrack.query.tree import Comparison, Field

EXAMPLES = {
    "=": ("params.x = 'a'", "a"),
    "!=": ("params.x != 'a'", "a"),
    ">": ("params.x > 1", 1),
    ">=": ("params.x >= 1", 1),
    "<": ("params.x < 1", 1),
    "<=": ("params.x <= 1", 1),
    "BETWEEN": ("params.x between 1 and 2", (1, 2)),
    "NOT BETWEEN": ("params.x not between 1 and 2", (1, 2)),
    "LIKE": ("params.x like 'a%'", "a%"),
    "NOT LIKE": ("params.x not like 'a%'", "a%"),
    "ILIKE": ("params.x ilike 'a%'", "a%"),
    "NOT ILIKE": ("params.x not ilike 'a%'", "a%"),
    "IN": ("params.x in ('a', 'b')", ("a", "b")),
    "NOT IN": ("params.x not in (1)", (1,)),
    "IS NULL": ("params.x is null", None),
    "IS NOT NULL": ("params.x Is Not Null", None),
}


@pytest.mark.parametrize("symbol", OPERATORS)
def test_each_operator_is_read_as_it_is_written(symbol):
    text, value = EXAMPLES[symbol]
    assert parse_filter(text) == Comparison(Field("param", "x"), symbol, value)


@pytest.mark.parametrize("symbol", OPERATORS)
def test_each_operator_is_a_sentence_and_sql(symbol):
    row = OPERATORS[symbol]
    assert "{left}" in row.sql
    assert ("{right}" in row.sql) == (row.shape != "nothing")
    assert ("{value}" in row.sentence) == (row.shape != "nothing")


@pytest.mark.parametrize(("alias", "symbol"), [("==", "="), ("<>", "!=")])
def test_other_spellings_are_the_same_operator(alias, symbol):
    assert operator_of(alias) is OPERATORS[symbol]


def test_an_unknown_operator_is_told_with_those_there_are():
    with pytest.raises(InvalidValue, match=r"no operator is written '~='; there are =, !=, .*LIKE"):
        operator_of("~=")


@pytest.mark.parametrize(
    ("kind", "symbol", "value", "problem"),
    [
        ("number", "=", "0.9", "a number is compared with a number, without quotes"),
        ("text", "=", 1, "a text is compared with a text, in quotes"),
        ("moment", "LIKE", "2026%", "LIKE compares texts, and this is a moment"),
        ("either", ">", "a", "> takes a number, not a text"),
        ("either", "=", True, "a value is a number or a text"),
        ("either", "IN", (1, "a"), "IN takes numbers or texts, not both at once"),
        ("either", "IN", (), "IN takes a list such as ('a', 'b')"),
        ("either", "=", (1,), "= takes one value"),
        ("either", "BETWEEN", (1, 2, 3), "BETWEEN takes two values, as in BETWEEN 1 AND 2"),
        ("either", "IS NULL", 1, "IS NULL takes no value"),
    ],
)
def test_what_an_operator_does_not_take_is_said(kind, symbol, value, problem):
    assert problem_of(kind, OPERATORS[symbol], value) == problem


@pytest.mark.parametrize(
    ("kind", "symbol", "value"),
    [
        ("number", "=", float("nan")),
        ("text", "NOT IN", ("a",)),
        ("moment", ">", "2026-11-01"),
        ("moment", "=", 5),
        ("either", "=", "a"),
        ("either", "<=", 1e-3),
        ("number", "IS NULL", None),
    ],
)
def test_what_an_operator_takes_is_no_problem(kind, symbol, value):
    assert problem_of(kind, OPERATORS[symbol], value) is None

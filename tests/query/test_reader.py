from __future__ import annotations

import pytest

from nbtrack.query.operators import OPERATORS
from nbtrack.query.reader import KEYWORDS, Reader, number


def test_the_words_of_every_operator_are_keywords():
    words = {word for symbol in OPERATORS for word in symbol.split() if word.isalpha()}
    assert words | {"AND", "OR"} == KEYWORDS


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        ("-7", -7),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("9" * 19, 1e19),
        ("9" * 400, float("inf")),
    ],
)
def test_a_number_is_whole_where_64_bits_hold_it(text, value):
    found = number(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "prefix", "key"),
    [
        ("acc", "", "acc"),
        ("`a.b`", "", "a.b"),
        ("a.b.c", "a", "b.c"),
        ("a.`b c`", "a", "b c"),
        ("`a b`.c.`d e`", "a b", "c.d e"),
        ("a`b`", "", "a"),
        ("a. `b`", "a", ""),
    ],
)
def test_a_name_is_parted_at_its_first_bare_dot(text, prefix, key):
    assert Reader(text, "run").parts() == (prefix, key)

from __future__ import annotations

import pytest

from nbtrack.errors import FilterSyntax
from nbtrack.query.lexer import fault, tokens_of


def pieces(text):
    return [(token.kind, token.text) for token in tokens_of(text)]


def test_a_filter_is_cut_into_words_symbols_and_texts():
    assert pieces("metrics.acc>=0.9 AND(x = 'it''s', \"b\")") == [
        ("word", "metrics.acc"),
        ("symbol", ">="),
        ("word", "0.9"),
        ("word", "AND"),
        ("(", "("),
        ("word", "x"),
        ("symbol", "="),
        ("quoted", "it's"),
        (",", ","),
        ("quoted", "b"),
        (")", ")"),
        ("end", ""),
    ]


def test_a_minus_a_slash_and_an_emoji_belong_to_a_word():
    assert pieces("val-loss/é🙂<-1e-3")[:3] == [
        ("word", "val-loss/é🙂"),
        ("symbol", "<"),
        ("word", "-1e-3"),
    ]


def test_a_token_knows_where_it_stands():
    token = tokens_of("  `a b` = 1")[0]
    assert (token.start, token.end, token.quote, token.text) == (2, 7, "`", "a b")


def test_what_is_quoted_is_no_keyword():
    quoted, bare = tokens_of("`and` and")[:2]
    assert (quoted.upper, bare.upper) == ("", "AND")


@pytest.mark.parametrize("quote", ["'", '"', "`"])
def test_a_quote_that_is_not_closed_is_pointed_at(quote):
    with pytest.raises(FilterSyntax) as raised:
        tokens_of(f"a = {quote}b{quote}{quote}")
    assert raised.value.position == 4
    assert f"write {quote}{quote} for a {quote}" in str(raised.value)


def test_half_of_a_character_is_refused():
    with pytest.raises(FilterSyntax, match="half of a character"):
        tokens_of("a = '\ud800'")


def test_a_long_filter_is_shown_around_the_place():
    text = "x" * 400 + "\n?" + "y" * 400
    error = fault(text, 401, "this is wrong")
    lines = str(error).splitlines()
    assert error.position == 401
    assert error.text == text
    assert len(lines[1]) < 100
    assert lines[1][lines[2].index("^")] == "?"

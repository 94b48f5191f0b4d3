"""Filter text to tokens: words, quoted texts, operators, brackets and commas."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from nbtrack.errors import FilterSyntax

__all__ = ["Token", "fault", "tokens_of"]

TokenKind = Literal["word", "quoted", "symbol", "(", ")", ",", "end"]

SPACE = re.compile(r"\s*")
WORD = re.compile(r"[^\s()=<>!~&|,'\"`]+")
SURROGATE = re.compile(r"[\ud800-\udfff]")
SYMBOL = re.compile(r"[=<>!~&|]+")
QUOTES = "'\"`"

SHOWN_BEFORE, SHOWN_AFTER = 50, 30
"""How much of a long filter an error shows around the place."""


class Token(NamedTuple):
    """A piece of the text, without its quotes, and where it stands."""

    kind: TokenKind
    text: str
    start: int
    end: int
    quote: str = ""

    @property
    def upper(self) -> str:
        """A bare word as keywords are compared; nothing for what is quoted."""
        return self.text.upper() if self.kind == "word" else ""


def tokens_of(text: str) -> list[Token]:
    """The tokens of a text, an empty one at its end.

    Raises:
        FilterSyntax: A quote is not closed, or a character is no text.
    """
    if broken := SURROGATE.search(text):
        readable = text.encode(errors="replace").decode()
        raise fault(readable, broken.start(), "half of a character stands here")
    found: list[Token] = []
    position = after_space(text, 0)
    while position < len(text):
        token = token_at(text, position)
        found.append(token)
        position = after_space(text, token.end)
    found.append(Token("end", "", len(text), len(text)))
    return found


def after_space(text: str, position: int) -> int:
    match = SPACE.match(text, position)
    return match.end() if match else position


def token_at(text: str, start: int) -> Token:
    """The token that begins at a place where no space stands."""
    sign = text[start]
    if sign in QUOTES:
        return quoted_at(text, start)
    if sign in "(),":
        return Token(sign, sign, start, start + 1)  # type: ignore[arg-type]
    if match := SYMBOL.match(text, start):
        return Token("symbol", match[0], start, match.end())
    match = WORD.match(text, start)
    end = match.end() if match else start + 1
    return Token("word", text[start:end], start, end)


def quoted_at(text: str, start: int) -> Token:
    """A quoted text; its quote is written twice to stand within."""
    quote = text[start]
    pieces, position = [], start + 1
    while True:
        end = text.find(quote, position)
        if end < 0:
            raise fault(
                text,
                start,
                f"the quote {quote} is not closed",
                f"write {quote}{quote} for a {quote} within the text",
            )
        pieces.append(text[position:end])
        if not text.startswith(quote, end + 1):
            return Token("quoted", quote.join(pieces), start, end + 1, quote)
        position = end + 2


def fault(text: str, position: int, problem: str, hint: str = "") -> FilterSyntax:
    """The error of a place in a text, of which a line around the place is shown."""
    line = re.sub(r"\s", " ", text)
    first = max(0, position - SHOWN_BEFORE)
    last = position + SHOWN_AFTER
    before = "…" if first else ""
    after = "…" if last < len(line) else ""
    shown = before + line[first:last] + after
    error = FilterSyntax(shown, position - first + len(before), problem, hint)
    if shown != text:
        error.text, error.position = text, position
    return error

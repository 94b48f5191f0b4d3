"""A magic's line as words: quotes, comments, and Python expressions in braces.

The words are kept as they were written; `value_of` looks up what their expressions stand for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from IPython.core.error import UsageError

__all__ = ["Word", "has_expression", "split", "text_of", "value_of"]

EXPRESSION = re.compile(r"\{\{|\}\}|\{|\$\$?(?=[A-Za-z_])")
NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
OPTION = re.compile(r"--[A-Za-z]|-[A-Za-z](?:$|[=\d])")


class Word(NamedTuple):
    """A word: its text without quotes, and as it stands in the line."""

    text: str
    raw: str
    start: int
    """Where it begins in the line."""

    @property
    def is_option(self) -> bool:
        """Whether it is an option; a quoted text and a negative number are none."""
        return OPTION.match(self.raw) is not None


def split(line: str) -> list[Word]:
    """The words of a line up to a comment.

    Raises:
        UsageError: A quote has no end.
    """
    words: list[Word] = []
    place = 0
    while place < len(line):
        if line[place].isspace():
            place += 1
        elif line[place] == "#":
            break
        else:
            words.append(word_at(line, place))
            place += len(words[-1].raw)
    return words


def word_at(line: str, start: int) -> Word:
    """The word that begins at a place."""
    pieces: list[str] = []
    place = start
    while place < len(line) and not line[place].isspace():
        if line[place] in "'\"" and opens_quote(line, start, place):
            end = end_of_quote(line, place)
            pieces.append(unquoted(line[place + 1 : end - 1], line[place]))
        else:
            end = end_of_braces(line, place) if line[place] == "{" else place + 1
            pieces.append(line[place:end])
        place = end
    return Word("".join(pieces), line[start:place], start)


def opens_quote(line: str, start: int, place: int) -> bool:
    """Whether a quote begins here: not in the middle of a word, as in `it's`."""
    return place == start or not (line[place - 1].isalnum() or line[place - 1] == "_")


def end_of_quote(line: str, start: int) -> int:
    """Where a quoted text ends, after its closing quote."""
    place = start + 1
    while place < len(line):
        if line[place] == line[start]:
            return place + 1
        if line[place] == "{":
            place = end_of_braces(line, place)
        else:
            place += 2 if line[place : place + 2] == "\\" + line[start] else 1
    raise UsageError(
        f"the quote {line[start]} at {line[start : start + 20]!r} has no end; close it, "
        "or leave it out"
    )


def unquoted(text: str, quote: str) -> str:
    """What stands between quotes, its escaped quotes plain."""
    return text.replace("\\" + quote, quote)


def end_of_braces(line: str, start: int) -> int:
    """Where an expression in braces ends; a brace that is doubled or has no end stands alone."""
    if line[start : start + 2] == "{{":
        return start + 2
    depth, quote = 0, ""
    for place in range(start, len(line)):
        letter = line[place]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "{}":
            depth += 1 if letter == "{" else -1
            if not depth:
                return place + 1
    return start + 1


def has_expression(text: str) -> bool:
    """Whether a text has a value to look up."""
    return EXPRESSION.search(text) is not None


def value_of(text: str, namespace: Mapping[str, object]) -> object:
    """What a word stands for: the object itself where it is one expression in braces.

    Raises:
        UsageError: An expression has no value; the message has Python's reason.
    """
    if text.startswith("{") and not text.startswith("{{") and end_of_braces(text, 0) == len(text):
        return evaluated(text, namespace)
    return text_of(text, namespace)


def text_of(text: str, namespace: Mapping[str, object]) -> str:
    """A text with its `{expressions}` and `$names` put in; `{{` and `$$` stand for themselves.

    A `$name` that is no variable stays: a text may speak of dollars.
    """
    pieces: list[str] = []
    place = 0
    while found := EXPRESSION.search(text, place):
        pieces.append(text[place : found.start()])
        mark, place = found[0], found.end()
        if mark in ("{{", "}}"):
            pieces.append(mark[0])
        elif mark == "{":
            place = end_of_braces(text, found.start())
            pieces.append(str(evaluated(text[found.start() : place], namespace)))
        elif mark == "$$":
            pieces.append("$")
        else:
            value, length = variable_at(text, place, namespace)
            pieces.append(value)
            place += length
    return "".join([*pieces, text[place:]])


def variable_at(text: str, place: int, namespace: Mapping[str, object]) -> tuple[str, int]:
    """The value of the name after a dollar sign, and the length of the name."""
    found = NAME.match(text, place)
    name, *attributes = found[0].split(".") if found else [""]
    if name not in namespace:
        return "$", 0
    value, length = namespace[name], len(name)
    for attribute in attributes:
        if not hasattr(value, attribute):
            break
        value, length = getattr(value, attribute), length + 1 + len(attribute)
    return str(value), length


def evaluated(braced: str, namespace: Mapping[str, object]) -> object:
    """The value of an expression in braces; with a format after it, as an f-string has it."""
    inner = braced[1:-1].strip()
    try:
        try:
            code = compile(inner, "<magic>", "eval")
        except SyntaxError:  # a format, such as {lr:.2f} or {lr!r}
            code = compile(f"f'''{braced}'''", "<magic>", "eval")
        # the user's own code, as IPython evaluates it on the lines of all magics
        return eval(code, dict(namespace))  # noqa: S307
    except Exception as error:  # noqa: BLE001 - whatever the user's code raises
        raise UsageError(
            f"{braced} has no value ({type(error).__name__}: {error}); "
            "double the braces to mean them themselves: {{ }}"
        ) from None

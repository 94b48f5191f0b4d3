"""A reader of tokens: the names, operators and values that conditions and orders are made of."""

from __future__ import annotations

import re

from nbtrack.errors import FilterSyntax
from nbtrack.query.fields import Subject, attribute_named, entity_of
from nbtrack.query.lexer import Token, fault, tokens_of
from nbtrack.query.operators import ALIASES, OPERATORS, Operator
from nbtrack.query.tree import Field

__all__ = ["KEYWORDS", "NUMBER", "Reader", "Value"]

Value = str | int | float | tuple[str | int | float, ...] | None

NUMBER = re.compile(
    r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf|infinity|nan)", re.IGNORECASE | re.ASCII
)
BIGGEST_INTEGER = 2**63 - 1

SPELLINGS: list[tuple[tuple[str, ...], Operator]] = sorted(
    (
        (tuple(spelling.split()), OPERATORS[symbol])
        for spelling, symbol in [*((it, it) for it in OPERATORS), *ALIASES.items()]
    ),
    key=lambda row: -len(row[0]),
)
"""The words each operator is written with, the longest first."""

KEYWORDS = {"AND", "OR", *(word for words, _ in SPELLINGS for word in words if word.isalpha())}

INSTEAD = {
    "&": "write 'and'",
    "&&": "write 'and'",
    "|": "write 'or'",
    "||": "write 'or'",
    "!": "write 'not'",
    "=>": "write '>='",
    "=<": "write '<='",
    "~": "write LIKE '%…%'",
}


class Reader:
    """A text, cut into tokens, and how far it was read."""

    def __init__(self, text: str, subject: Subject) -> None:
        self.text = text
        self.subject = subject
        self.tokens = tokens_of(text)
        self.place = 0

    def peek(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.peek()
        self.place += 1
        return token

    def fault(self, problem: str, hint: str = "", at: Token | None = None) -> FilterSyntax:
        return fault(self.text, (at or self.peek()).start, problem, hint)

    # Fields

    def field(self) -> Field:
        """A name: with a prefix, quoted or bare."""
        start = self.peek()
        if start.kind not in {"word", "quoted"} or start.quote == "'":
            raise self.fault(*self.no_name())
        if start.upper in KEYWORDS:
            raise self.fault(
                f"a name is expected, not the word {start.text}",
                f"put a name that is spelled so in backticks: `{start.text}`",
            )
        if start.kind == "word" and NUMBER.fullmatch(start.text):
            raise self.fault("a name is expected, not a number", "write the name first: acc > 0.9")
        prefix, key = self.parts()
        entity = entity_of(prefix, self.subject) if prefix else None
        if entity is None:
            name = f"{prefix}.{key}" if prefix else key
            found = attribute_named(name, self.subject)
            return Field("attribute", found.name) if found else Field("name", name)
        if not key:
            raise self.fault(f"a name is missing after {start.text!r}", at=start)
        if entity == "attribute":
            found = attribute_named(key, self.subject) or attribute_named(key.lower(), self.subject)
            return Field("attribute", found.name if found else key)
        return Field(entity, key)

    def parts(self) -> tuple[str, str]:
        """The text before the first dot that is not quoted, and what follows it."""
        first = self.take()
        glued = self.glued(first.end)
        if first.kind == "word":
            prefix, dot, rest = first.text.partition(".")
            if not dot:
                return "", first.text
            if glued and first.text.endswith("."):
                rest += self.take().text
            return prefix, rest
        if glued and glued.kind == "word" and glued.text.startswith("."):
            rest = self.take().text[1:]
            quoted = self.glued(self.tokens[self.place - 1].end)
            if quoted and (not rest or rest.endswith(".")):
                rest += self.take().text
            return first.text, rest
        return "", first.text

    def glued(self, end: int) -> Token | None:
        """The next token, if nothing stands between."""
        token = self.peek()
        return token if token.start == end and token.kind in {"word", "quoted"} else None

    def no_name(self) -> tuple[str, str]:
        """What to say where a name should stand."""
        token = self.peek()
        if token.kind == "end":
            return "the filter ends where a condition is expected", ""
        if token.quote == "'":
            return (
                "a name is expected, and this is a text in single quotes",
                f"put names in backticks: `{token.text}`",
            )
        return f"a name is expected, not {token.text!r}", INSTEAD.get(token.text, "")

    # Operators and values

    def operator(self, subject: Token) -> Operator:
        for words, row in SPELLINGS:
            following = self.tokens[self.place : self.place + len(words)]
            if tuple(it.upper or it.text for it in following if not it.quote) == words:
                self.place += len(words)
                return row
        token, known = self.peek(), ", ".join(OPERATORS)
        name = self.text[subject.start : self.tokens[self.place - 1].end]
        if token.kind == "end":
            raise self.fault(f"an operator and a value are missing after {name}", known)
        if token.kind == "symbol" or token.upper in KEYWORDS:
            hint = INSTEAD.get(token.text, f"there are {known}")
            raise self.fault(f"no operator is written {token.text!r}", hint)
        raise self.fault(
            f"an operator is expected after {name}, not {token.text!r}",
            f"a name with spaces stands in backticks; the operators are {known}",
        )

    def value(self, row: Operator) -> Value:
        match row.shape:
            case "nothing":
                return None
            case "one":
                return self.literal(row)
            case "pair":
                low = self.literal(row)
                if self.peek().upper != "AND":
                    raise self.fault(f"{row.symbol} takes two values with AND between them")
                self.take()
                return low, self.literal(row)
            case "list":
                return self.values(row)

    def values(self, row: Operator) -> tuple[str | int | float, ...]:
        """A list in parentheses."""
        if self.peek().kind != "(":
            raise self.fault(f"{row.symbol} takes a list", "such as ('a', 'b')")
        opened = self.take()
        found = [self.literal(row)]
        while self.peek().kind == ",":
            self.take()
            if self.peek().kind == ")":
                break
            found.append(self.literal(row))
        if self.peek().kind != ")":
            raise self.fault("this list is not closed", at=opened)
        self.take()
        return tuple(found)

    def literal(self, row: Operator) -> str | int | float:
        token = self.peek()
        if token.kind == "quoted" and token.quote != "`":
            return self.take().text
        if token.kind == "word" and NUMBER.fullmatch(token.text):
            return number(self.take().text)
        if token.kind == "end":
            raise self.fault(f"a value is missing after {row.symbol}")
        if token.kind == "(":
            raise self.fault(f"{row.symbol} takes one value, not a list", "IN takes a list")
        if token.upper in {"NULL", "NONE"}:
            raise self.fault(f"nothing is compared with {token.text}", "write IS NULL")
        if token.kind == "word" or token.quote == "`":
            raise self.fault(f"{token.text!r} is no number", f"write a text as '{token.text}'")
        raise self.fault(f"a value is expected, not {token.text!r}")

    def refuse_continuation(self) -> None:
        """Say what joins conditions, where another one follows without a word."""
        token = self.peek()
        if token.kind not in {"end", ")"}:
            hint = "write a text with spaces in quotes" if token.kind == "word" else ""
            raise self.fault(
                f"'and' or 'or' is expected, not {token.text!r}", INSTEAD.get(token.text, hint)
            )


def number(text: str) -> int | float:
    """A number as it is written; one beyond 64 bits as a float."""
    try:
        whole = int(text)
    except ValueError:
        return float(text)
    return whole if abs(whole) <= BIGGEST_INTEGER else float(text)

"""Filter and order text to trees: MLflow's grammar, with or, not, parentheses and bare names.

condition   := all { OR all }            all   := single { AND single }
single      := NOT single | ( condition ) | field operator [value]
field       := [prefix .] key            value := number | text | ( value, … ) | value AND value
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from nbtrack.errors import FilterSyntax, InvalidValue, UnknownName
from nbtrack.query.fields import Subject, attribute_named, entity_of, kind_of
from nbtrack.query.lexer import Token, fault, tokens_of
from nbtrack.query.moment import milliseconds
from nbtrack.query.operators import ALIASES, OPERATORS, Kind, Operator, problem_of
from nbtrack.query.tree import All, Comparison, Condition, Either, Field, Not, Order

__all__ = ["DEEPEST", "KEYWORDS", "MOST_CONDITIONS", "NUMBER", "parse_filter", "parse_order"]

DEEPEST = 50
"""How many parentheses and nots may stand within each other."""

MOST_CONDITIONS = 500

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


def parse_filter(text: str | None, subject: Subject = "run") -> Condition | None:
    """The condition that a filter states; None for an empty one.

    Args:
        text: The filter, such as `metrics.acc > 0.9 and not params.lr = '0.1'`.
        subject: What is searched: runs or experiments.

    Raises:
        FilterSyntax: It cannot be read; a caret shows where.
        UnknownName: It names an attribute that there is not.
    """
    if text is None:
        return None
    if not isinstance(text, str):
        raise InvalidValue(f"a filter is a text, not {type(text).__name__}: {text!r}")
    parser = Parser(text, subject)
    if parser.peek().kind == "end":
        return None
    found = parser.condition(0)
    parser.expect_end()
    return found


def parse_order(texts: str | Iterable[str] | None, subject: Subject = "run") -> tuple[Order, ...]:
    """The terms of an order, such as `["metrics.acc DESC", "start_time"]`.

    Raises:
        FilterSyntax: A term cannot be read.
        UnknownName: It names an attribute that there is not.
        InvalidValue: A field stands twice.
    """
    terms: dict[Field, Order] = {}
    for text in [texts] if isinstance(texts, str) else texts or ():
        if not isinstance(text, str):
            raise InvalidValue(f"a term of an order is a text, not {type(text).__name__}: {text!r}")
        term = Parser(text, subject).order_term()
        if term.field in terms:
            raise InvalidValue(
                f"`order_by` contains duplicate fields: {text!r} orders by what an earlier term "
                f"orders by already; leave one of them out"
            )
        terms[term.field] = term
    return tuple(terms.values())


class Parser:
    """A reader of tokens, one ahead."""

    def __init__(self, text: str, subject: Subject) -> None:
        self.text = text
        self.subject = subject
        self.tokens = tokens_of(text)
        self.place = 0
        self.conditions = 0

    def peek(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.peek()
        self.place += 1
        return token

    def fault(self, problem: str, hint: str = "", at: Token | None = None) -> FilterSyntax:
        return fault(self.text, (at or self.peek()).start, problem, hint)

    # Conditions

    def condition(self, depth: int) -> Condition:
        items = [self.all(depth)]
        while self.peek().upper == "OR":
            self.take()
            items.append(self.all(depth))
        return items[0] if len(items) == 1 else Either(tuple(items))

    def all(self, depth: int) -> Condition:
        items = [self.single(depth)]
        while self.peek().upper == "AND":
            self.take()
            items.append(self.single(depth))
        return items[0] if len(items) == 1 else All(tuple(items))

    def single(self, depth: int) -> Condition:
        if depth > DEEPEST:
            raise self.fault(f"more than {DEEPEST} parentheses or nots stand within each other")
        if self.peek().upper == "NOT":
            self.take()
            return Not(self.single(depth + 1))
        if self.peek().kind == "(":
            opened = self.take()
            found = self.condition(depth + 1)
            if self.peek().kind != ")":
                self.refuse_continuation()
                raise self.fault("this parenthesis is not closed", at=opened)
            self.take()
            return found
        return self.comparison()

    def comparison(self) -> Condition:
        self.conditions += 1
        if self.conditions > MOST_CONDITIONS:
            raise self.fault(f"more than {MOST_CONDITIONS} conditions stand in one filter")
        start = self.peek()
        field = self.field()
        kind = self.kind(field, start)
        sign = self.peek()
        row = self.operator(start)
        first = self.peek()
        value = self.value(row)
        problem = problem_of(kind, row, value)
        if problem:
            at = first if row.shape != "nothing" else sign
            raise self.fault(problem, self.hint_for(kind, row, value), at)
        if kind == "moment":
            self.check_moments(value, first)
        return Comparison(field, row.symbol, value)

    def kind(self, field: Field, start: Token) -> Kind:
        try:
            return kind_of(field, self.subject)
        except UnknownName as error:
            raise UnknownName(error.kind, error.name, error.known, self.place_of(start)) from None

    def place_of(self, token: Token) -> str:
        return f"it stands at position {token.start} of the filter"

    def hint_for(self, kind: Kind, row: Operator, value: object) -> str:
        """What to write instead of a value that an operator does not take."""
        if kind in {"number", "moment"} or row.literals == {"number"}:
            return f"such as: {row.symbol} {'0.5' if row.shape == 'one' else '0.5 AND 0.9'}"
        first = value[0] if isinstance(value, tuple) and value else value
        return f"write '{first}'" if isinstance(first, int | float) else ""

    def check_moments(self, value: object, at: Token) -> None:
        """Refuse a text that is no moment."""
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str) and milliseconds(text) is None:
                raise self.fault(
                    f"{text!r} is no date",
                    "write '2026-11-01', '2026-11-01 12:30', '2 days ago' or a number of ms",
                    at,
                )

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

    def value(self, row: Operator) -> str | int | float | tuple[str | int | float, ...] | None:
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

    # Ends

    def expect_end(self) -> None:
        """Refuse what follows a whole condition."""
        if self.peek().kind == "end":
            return
        self.refuse_continuation()
        raise self.fault("there is nothing to close here")

    def refuse_continuation(self) -> None:
        """Say what joins conditions, where another one follows without a word."""
        token = self.peek()
        if token.kind not in {"end", ")"}:
            hint = "write a text with spaces in quotes" if token.kind == "word" else ""
            raise self.fault(
                f"'and' or 'or' is expected, not {token.text!r}", INSTEAD.get(token.text, hint)
            )

    def order_term(self) -> Order:
        """A field, and which way."""
        start = self.peek()
        if start.kind == "end":
            raise self.fault("a term of an order is empty", "such as 'metrics.acc DESC'")
        field = self.field()
        self.kind(field, start)
        if field.entity == "dataset":
            raise self.fault("runs are not ordered by datasets: a run may have several", at=start)
        direction = self.peek().upper
        if direction in {"ASC", "DESC"}:
            self.take()
        if self.peek().kind != "end":
            raise self.fault(
                f"ASC, DESC or the end is expected, not {self.peek().text!r}",
                "each term of an order is an item of the list of its own",
            )
        return Order(field, descending=direction == "DESC")


def number(text: str) -> int | float:
    """A number as it is written; one beyond 64 bits as a float."""
    try:
        whole = int(text)
    except ValueError:
        return float(text)
    return whole if abs(whole) <= BIGGEST_INTEGER else float(text)

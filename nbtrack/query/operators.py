"""The operators of the filter language, one row each: grammar, SQL and documentation read them."""

from __future__ import annotations

from typing import Literal, NamedTuple

from nbtrack.errors import InvalidValue, listing

__all__ = ["ALIASES", "OPERATORS", "Operator", "operator_of", "problem_of"]

Shape = Literal["one", "list", "pair", "nothing"]
LiteralKind = Literal["number", "text"]
Kind = Literal["text", "number", "moment", "either"]
"""What a field holds; a param or tag is `either`: text that may be compared as a number."""

BOTH: frozenset[LiteralKind] = frozenset({"number", "text"})
NUMBER: frozenset[LiteralKind] = frozenset({"number"})
TEXT: frozenset[LiteralKind] = frozenset({"text"})


class Operator(NamedTuple):
    """One operator: how it is written, what it becomes, what it takes."""

    symbol: str
    sql: str
    """With {left} and {right}; the right side is made of placeholders."""
    sentence: str
    literals: frozenset[LiteralKind] = BOTH
    shape: Shape = "one"
    orders: bool = False
    """Whether it asks for more or less: no NaN is either."""
    absent: bool = False
    """Whether it holds for what lacks the field."""


OPERATORS: dict[str, Operator] = {
    row.symbol: row
    for row in (
        Operator("=", "{left} = {right}", "{field} is {value}"),
        Operator("!=", "{left} IS DISTINCT FROM {right}", "{field} is there and is not {value}"),
        Operator(">", "{left} > {right}", "{field} is more than {value}", NUMBER, orders=True),
        Operator(">=", "{left} >= {right}", "{field} is at least {value}", NUMBER, orders=True),
        Operator("<", "{left} < {right}", "{field} is less than {value}", NUMBER, orders=True),
        Operator("<=", "{left} <= {right}", "{field} is at most {value}", NUMBER, orders=True),
        Operator(
            "BETWEEN",
            "{left} BETWEEN {right}",
            "{field} lies within {value}, ends included",
            NUMBER,
            "pair",
            orders=True,
        ),
        Operator(
            "NOT BETWEEN",
            "{left} NOT BETWEEN {right}",
            "{field} lies outside {value}",
            NUMBER,
            "pair",
            orders=True,
        ),
        Operator(
            "LIKE", "{left} LIKE {right}", "{field} has the shape {value} (% any, _ one)", TEXT
        ),
        Operator(
            "NOT LIKE",
            "{left} NOT LIKE {right}",
            "{field} is there and has not the shape {value}",
            TEXT,
        ),
        Operator(
            "ILIKE", "{left} ILIKE {right}", "{field} has the shape {value} in any case", TEXT
        ),
        Operator(
            "NOT ILIKE",
            "{left} NOT ILIKE {right}",
            "{field} is there and has not the shape {value} in any case",
            TEXT,
        ),
        Operator("IN", "{left} IN {right}", "{field} is one of {value}", shape="list"),
        Operator(
            "NOT IN",
            "coalesce({left} NOT IN {right}, true)",
            "{field} is there and is none of {value}",
            shape="list",
        ),
        Operator("IS NULL", "{left} IS NULL", "{field} is not there", shape="nothing", absent=True),
        Operator("IS NOT NULL", "{left} IS NOT NULL", "{field} is there", shape="nothing"),
    )
}

ALIASES = {"==": "=", "<>": "!="}
"""Other spellings that are understood."""

TAKES = {
    "one": "one value",
    "list": "a list such as ('a', 'b')",
    "pair": "two values, as in BETWEEN 1 AND 2",
    "nothing": "no value",
}


def operator_of(symbol: str) -> Operator:
    """The row of an operator.

    Raises:
        InvalidValue: There is none of that symbol.
    """
    row = OPERATORS.get(ALIASES.get(symbol, symbol))
    if row is None:
        raise InvalidValue(
            f"no operator is written {symbol!r}; {listing([*OPERATORS], symbol, 99)}"
        )
    return row


def problem_of(kind: Kind, row: Operator, value: object) -> str | None:
    """What keeps an operator from comparing a field of a kind with a value; None if nothing."""
    if not has_shape(value, row.shape):
        return f"{row.symbol} takes {TAKES[row.shape]}"
    literals = value if isinstance(value, tuple) else () if value is None else (value,)
    kinds = {literal_kind(literal) for literal in literals}
    if len(kinds) > 1 and kind != "moment":
        return f"{row.symbol} takes numbers or texts, not both at once"
    problems = (problem_between(kind, row, given) for given in kinds)
    return next((problem for problem in problems if problem), None)


def problem_between(kind: Kind, row: Operator, given: LiteralKind | None) -> str | None:
    """What keeps an operator from comparing a kind of field with a kind of literal."""
    problems = {
        "a value is a number or a text": given is None,
        "a number is compared with a number, without quotes": kind == "number" and given == "text",
        "a text is compared with a text, in quotes": kind == "text" and given == "number",
        f"{row.symbol} compares texts, and this is a moment": kind == "moment"
        and row.literals == TEXT,
        f"{row.symbol} takes a {' or a '.join(sorted(row.literals))}, not a {given}": kind
        != "moment"
        and given not in row.literals,
    }
    return next((problem for problem, is_so in problems.items() if is_so), None)


def has_shape(value: object, shape: Shape) -> bool:
    """Whether as many values stand there as an operator takes."""
    match shape:
        case "one":
            return value is not None and not isinstance(value, tuple)
        case "list":
            return isinstance(value, tuple) and len(value) > 0
        case "pair":
            return isinstance(value, tuple) and len(value) == 2
        case "nothing":
            return value is None


def literal_kind(value: object) -> LiteralKind | None:
    """What a literal is."""
    if isinstance(value, str):
        return "text"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "number"
    return None

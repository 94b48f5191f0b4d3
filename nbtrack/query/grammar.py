"""Filter and order text to trees: MLflow's grammar, with or, not, parentheses and bare names.

A condition is `all {OR all}`, all is `single {AND single}`, and a single one is `NOT single`,
`(condition)` or `field operator [value]`; a field is `[prefix.]key`; a value is a number, a quoted
text, a list `(value, …)` or a pair `value AND value`, as the operator takes it.
"""

from __future__ import annotations

from collections.abc import Iterable

from nbtrack.errors import InvalidValue, UnknownName
from nbtrack.query.fields import Subject, kind_of
from nbtrack.query.lexer import Token
from nbtrack.query.moment import milliseconds
from nbtrack.query.operators import Kind, Operator, problem_of
from nbtrack.query.reader import Reader
from nbtrack.query.tree import All, Comparison, Condition, Either, Field, Not, Order

__all__ = ["DEEPEST", "MOST_CONDITIONS", "parse_filter", "parse_order"]

DEEPEST = 50
"""How many parentheses and nots may stand within each other."""

MOST_CONDITIONS = 500


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


class Parser(Reader):
    """A reader of whole conditions and terms."""

    def __init__(self, text: str, subject: Subject) -> None:
        super().__init__(text, subject)
        self.conditions = 0

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

    def expect_end(self) -> None:
        """Refuse what follows a whole condition."""
        if self.peek().kind == "end":
            return
        self.refuse_continuation()
        raise self.fault("there is nothing to close here")

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

"""Trees back to filter text, which reads to the same tree."""

from __future__ import annotations

import re

from nbtrack.query.fields import PREFIXES, attribute_named, entity_of
from nbtrack.query.operators import operator_of
from nbtrack.query.reader import KEYWORDS, NUMBER
from nbtrack.query.tree import All, Comparison, Condition, Either, Field, Not

__all__ = ["describe"]

PLAIN = re.compile(r"[\w.-]+")


def describe(node: Condition) -> str:
    """A condition of runs as filter text."""
    match node:
        case All(items):
            return " and ".join(map(nested, items))
        case Either(items):
            return " or ".join(map(nested, items))
        case Not(item):
            return f"not {nested(item)}"
        case Comparison(field, operator, value):
            return f"{named(field)} {operator}{written(operator, value)}"


def nested(node: Condition) -> str:
    """A condition as part of another one."""
    return f"({describe(node)})" if isinstance(node, All | Either) else describe(node)


def named(field: Field) -> str:
    """A field, in backticks where its key could be read as something else."""
    key = field.key
    if field.entity == "attribute":
        return key
    is_plain = PLAIN.fullmatch(key) and not key.startswith(".")
    if field.entity != "name":
        return f"{PREFIXES[field.entity]}.{key if is_plain else ticked(key)}"
    means_else = (
        key.upper() in KEYWORDS
        or NUMBER.fullmatch(key)
        or entity_of(key.partition(".")[0], "run")
        or attribute_named(key, "run")
    )
    return ticked(key) if means_else or not is_plain else key


def ticked(key: str) -> str:
    return "`" + key.replace("`", "``") + "`"


def written(operator: str, value: object) -> str:
    """The right side of an operator, with a space before it."""
    match operator_of(operator).shape, value:
        case "list", tuple():
            return f" ({', '.join(map(literal, value))})"
        case "pair", (low, high):
            return f" {literal(low)} AND {literal(high)}"
        case "nothing", _:
            return ""
    return f" {literal(value)}"


def literal(value: object) -> str:
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)

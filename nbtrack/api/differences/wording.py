"""Two texts of code as a line can tell them: short, and never cut where they differ."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

__all__ = ["LONGEST", "apart", "item_words", "narrowed", "short"]

LONGEST = 60
AROUND = 12
"""Characters that stay before the place where two long texts differ."""

MOST_ITEMS = 3


def short(text: str, longest: int = LONGEST) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def apart(one: str, other: str) -> tuple[str, str]:
    """Two texts, short; of two long ones what is before the first difference is left out."""
    lines = [" ".join(text.split()) for text in (one, other)]
    if max(map(len, lines)) <= LONGEST:
        return lines[0], lines[1]
    same = next((n for n, (a, b) in enumerate(zip(*lines, strict=False)) if a != b), 0)
    first = max(same - AROUND, 0) if same > LONGEST - 2 * AROUND else 0
    told = [f"{'…' * (first > 0)}{short(line[first:])}" for line in lines]
    return told[0], told[1]


def item_words(one: Any, other: Any) -> str | None:
    """Which items a long list or dict gained and lost; None for anything else."""
    kinds = (list, tuple, set, dict)
    if type(one) is not type(other) or not isinstance(one, kinds):
        return None
    if max(len(repr(one)), len(repr(other))) <= LONGEST:
        return None
    items = [told_items(it) for it in (one, other)]
    new = [it for it in items[1] if it not in items[0]]
    gone = [it for it in items[0] if it not in items[1]]
    if not (new or gone):
        return "in another order" if len(items[0]) == len(items[1]) else None
    parts = [("with", new), ("without", gone)]
    return ", ".join(f"{word} {listed(them)}" for word, them in parts if them)


def told_items(value: Any) -> list[str]:
    """The items of a container as texts."""
    if isinstance(value, dict):
        return [f"{key!r}: {it!r}" for key, it in value.items()]
    return [repr(it) for it in value]


def listed(texts: Sequence[str]) -> str:
    """Some texts; the rest of many by their number."""
    rest = f" and {len(texts) - MOST_ITEMS} more" if len(texts) > MOST_ITEMS else ""
    return ", ".join(short(it, 30) for it in texts[:MOST_ITEMS]) + rest


def narrowed(one: ast.AST, other: ast.AST) -> tuple[str, str]:
    """The texts of two trees; of long ones the smallest part that has all of the difference."""
    texts = ast.unparse(one), ast.unparse(other)
    while max(map(len, texts)) > LONGEST:
        inner = only_difference(one, other)
        if inner is None:
            return folded(one, other) or texts
        one, other = inner
        texts = ast.unparse(one), ast.unparse(other)
    return texts


def only_difference(one: ast.AST, other: ast.AST) -> tuple[ast.AST, ast.AST] | None:
    """The only parts in which two trees differ, if those can be told by themselves."""
    if type(one) is not type(other):
        return None
    found: list[tuple[Any, Any]] = []
    for field in one._fields:
        a, b = getattr(one, field, None), getattr(other, field, None)
        if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
            found += [it for it in zip(a, b, strict=True) if dumped(it[0]) != dumped(it[1])]
        elif dumped(a) != dumped(b):
            found.append((a, b))
    if len(found) != 1:
        return None
    a, b = found[0]
    kinds = (ast.expr, ast.keyword, ast.stmt)
    return (a, b) if isinstance(a, kinds) and isinstance(b, kinds) else None


def folded(one: ast.AST, other: ast.AST) -> tuple[str, str] | None:
    """Two calls of one function, with those of their arguments alone that only one of them has."""
    if not (isinstance(one, ast.Call) and isinstance(other, ast.Call)):
        return None
    function = ast.unparse(other.func)
    if ast.unparse(one.func) != function:
        return None
    items = [[ast.unparse(it) for it in (*call.args, *call.keywords)] for call in (one, other)]
    told = []
    for mine, others in (items, items[::-1]):
        own = [it for it in mine if it not in others]
        rest = ["…"] if len(own) < len(mine) else []
        told.append(f"{short(function, 30)}({', '.join([*rest, *own])})")
    return (told[0], told[1]) if told[0] != told[1] else None


def dumped(node: Any) -> str:
    """A part of a tree as text, whatever it is."""
    if isinstance(node, list):
        return " ".join(map(dumped, node))
    return ast.dump(node) if isinstance(node, ast.AST) else repr(node)

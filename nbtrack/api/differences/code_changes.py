"""What changed between two sources of a cell: literals, statements, other lines, in words."""

from __future__ import annotations

import ast
import copy
import difflib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from nbtrack.api.cells.lines import CellLine, cell_magic, lines_of, python_of
from nbtrack.api.differences.literal_changes import Act, Change, Place, same_but_literals
from nbtrack.api.differences.wording import narrowed

__all__ = ["Change", "code_changes"]

SHOWING = {
    "print",
    "display",
    "show",
    "head",
    "tail",
    "describe",
    "info",
    "plot",
    "hist",
    "savefig",
}
"""Calls whose results are only looked at."""

QUIET_MAGICS = {"track", "time", "timeit", "capture", "prun", "matplotlib", "config", "load_ext"}
QUIET_MAGICS |= {"reload_ext", "autoreload", "lineage", "diff", "runs", "stale", "run_info"}
"""Magics that change no result."""


def code_changes(before: str, after: str) -> list[Change]:
    """The changes from one source of a cell to another; none where only layout differs."""
    try:
        trees = [ast.parse(python_of(source)) for source in (before, after)]
    except (SyntaxError, ValueError, RecursionError):
        every = [
            [Line(text, number) for number, text in enumerate(source.splitlines(), 1)]
            for source in (before, after)
        ]
        return line_changes(*every)
    found = list(statements(trees[0].body, trees[1].body, Place()))
    return found + line_changes(other_lines(before), other_lines(after))


class Line(NamedTuple):
    """A line that is no Python."""

    text: str
    number: int


def other_lines(source: str, first: int = 1) -> list[Line]:
    """The lines of a cell that are no Python and may matter: shell lines and magics."""
    magic = cell_magic(source)
    if magic is None:
        return [
            Line(typed(line), first + line.number - 1)
            for line in lines_of(source)
            if line.kind == "shell" or (line.kind == "magic" and line.name not in QUIET_MAGICS)
        ]
    if magic.name not in QUIET_MAGICS:
        return [Line(text, first + place) for place, text in enumerate(source.splitlines())]
    return other_lines(magic.body, first + source.count("\n") - magic.body.count("\n"))


def typed(line: CellLine) -> str:
    """A line as it was typed."""
    mark = f"!{line.text}" if line.kind == "shell" else f"%{line.name} {line.text}".rstrip()
    return f"{line.target} = {mark}" if line.target else mark


def line_changes(before: Sequence[Line], after: Sequence[Line]) -> list[Change]:
    """Lines that differ, where there is no Python to read."""
    texts = [[line.text for line in lines] for lines in (before, after)]
    found = []
    for act, a, b, c, d in difflib.SequenceMatcher(
        None, texts[0], texts[1], autojunk=False
    ).get_opcodes():
        pairs = [] if act == "equal" else paired(before[a:b], after[c:d])
        for one, other in pairs:
            kind: Act = "added" if one is None else "removed" if other is None else "changed"
            number = (other or one).number
            was, now = ("" if it is None else it.text for it in (one, other))
            found.append(Change(kind, number, was, now))
    return found


def paired(before: Sequence[Any], after: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Two lists side by side; what has no partner stands beside None."""
    for place in range(max(len(before), len(after))):
        yield (
            before[place] if place < len(before) else None,
            after[place] if place < len(after) else None,
        )


def statements(
    before: Sequence[ast.stmt], after: Sequence[ast.stmt], place: Place
) -> Iterator[Change]:
    """The changes between two blocks; statements that are equal are left out."""
    told = [[ast.dump(it) for it in block] for block in (before, after)]
    matcher = difflib.SequenceMatcher(None, told[0], told[1], autojunk=False)
    for act, a, b, c, d in matcher.get_opcodes():
        if act == "equal":
            continue
        for one, other in partners(before[a:b], after[c:d]):
            yield from statement(one, other, place)


def partners(
    before: Sequence[ast.stmt], after: Sequence[ast.stmt]
) -> list[tuple[ast.stmt | None, ast.stmt | None]]:
    """Which statement became which: by what they define, else the most alike, in order."""
    if len(before) == len(after):
        return list(zip(before, after, strict=True))
    left = list(after)
    pairs: list[tuple[ast.stmt | None, ast.stmt | None]] = []
    for one in before:
        near = max(left, key=lambda it: alike(one, it), default=None)
        if near is not None and alike(one, near) >= 0.6:
            left = left[left.index(near) + 1 :] if before[0] is not one else left
            left = [it for it in left if it is not near]
            pairs.append((one, near))
        else:
            pairs.append((one, None))
    taken = {id(other) for _, other in pairs if other is not None}
    return pairs + [(None, it) for it in after if id(it) not in taken]


def alike(one: ast.stmt, other: ast.stmt) -> float:
    """How much of one statement is in another; 1 if they define the same name."""
    if type(one) is not type(other):
        return 0.0
    name = getattr(one, "name", None)
    if name is not None and name == getattr(other, "name", None):
        return 1.0
    return difflib.SequenceMatcher(None, ast.unparse(one), ast.unparse(other)).ratio()


def statement(one: ast.stmt | None, other: ast.stmt | None, place: Place) -> Iterator[Change]:
    """The changes of one statement."""
    told = other if other is not None else one
    if told is None:
        return
    at = place._replace(line=told.lineno)
    if one is None or other is None:
        text = ast.unparse(told)
        act: Act = "added" if one is None else "removed"
        yield Change(
            act,
            at.line,
            "" if one is None else text,
            "" if other is None else text,
            (),
            place.scope,
            matters(told),
        )
        return
    if not (matters(one) or matters(other)):
        at = at._replace(matters=False)
    literals: list[Change] = []
    if same_but_literals(one, other, at, literals):
        yield from literals
    elif is_block(one, other):
        yield from block(one, other, at)
    else:
        yield Change("changed", at.line, *narrowed(one, other), (), place.scope, at.matters)


def matters(node: ast.stmt) -> bool:
    """Whether a statement may change a result: a call that shows something does not."""
    if not isinstance(node, ast.Expr):
        return not isinstance(node, ast.Pass)
    value = node.value
    if isinstance(value, ast.Call):
        return called(value.func) not in SHOWING
    return not isinstance(value, ast.Name | ast.Constant | ast.Attribute)


def called(node: ast.expr) -> str:
    """The last name of what is called."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def is_block(one: ast.stmt, other: ast.stmt) -> bool:
    """Whether two statements are blocks of one kind and, if they have one, of one name."""
    return (
        type(one) is type(other)
        and hasattr(one, "body")
        and getattr(one, "name", "") == getattr(other, "name", "")
    )


BLOCKS = ("body", "orelse", "finalbody", "handlers")


def block(one: ast.stmt, other: ast.stmt, place: Place) -> Iterator[Change]:
    """The changes of a block: of its head, then of what is in it."""
    name = getattr(other, "name", "")
    inside = place._replace(scope=".".join(filter(None, (place.scope, name))))
    heads = [headless(node) for node in (one, other)]
    if ast.dump(heads[0]) != ast.dump(heads[1]):
        literals: list[Change] = []
        if same_but_literals(heads[0], heads[1], place, literals):
            yield from literals
        else:
            texts = [head_text(node) for node in (one, other)]
            yield Change("changed", place.line, texts[0], texts[1], (), inside.scope)
    for field in BLOCKS:
        parts = [getattr(node, field, None) or [] for node in (one, other)]
        yield from statements(parts[0], parts[1], inside)


def headless(node: ast.stmt) -> ast.stmt:
    """A block without what is in it."""
    bare: ast.stmt = copy.copy(node)
    for name in BLOCKS:
        if name in node._fields:
            setattr(bare, name, [])
    return bare


def head_text(node: ast.stmt) -> str:
    """The first line of a block, without decorators."""
    lines = ast.unparse(node).split("\n")
    return next((line for line in lines if not line.startswith("@")), lines[0])

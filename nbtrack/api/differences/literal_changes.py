"""Where two trees of code differ in literals alone, and what those literals are called."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from nbtrack.api.differences.wording import LONGEST, apart, item_words, short

__all__ = ["Act", "Change", "Place", "literal_value", "same_but_literals"]

Act = Literal["literal", "changed", "added", "removed"]


class Change(NamedTuple):
    """One thing that is otherwise."""

    act: Act
    line: int
    """In the later source; of what was removed, in the earlier one."""
    before: str
    after: str
    names: tuple[str, ...] = ()
    """Of a literal: what it stands for, the nearest name last."""
    scope: str = ""
    """The function or class it is in."""
    matters: bool = True
    """False for what only shows something."""
    around: tuple[str, str] | None = None
    """The expressions that a literal is a part of, before and after."""

    @property
    def text(self) -> str:
        """What was added or removed."""
        return self.after or self.before

    def words(self) -> str:
        """The change in a line."""
        if self.act == "added":
            return f"added {short(self.after)}"
        if self.act == "removed":
            return f"removed {short(self.before)}"
        name = self.names[-1] if self.names else ""
        if self.around is not None:
            before, after = apart(*self.around)
            is_in_it = not name or name in self.around[0]
            return f"{before} → {after}" if is_in_it else f"{name}: {before} → {after}"
        items = item_words(literal_value(self.before), literal_value(self.after))
        before, after = apart(self.before, self.after)
        told = items or f"{before} → {after}"
        return f"{name} {told}" if name else told


def literal_value(text: str) -> Any:
    """The value of a literal; None for what is none."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


class Place(NamedTuple):
    """Where in a source a comparison stands."""

    names: tuple[str, ...] = ()
    scope: str = ""
    line: int = 0
    matters: bool = True
    around: tuple[ast.expr, ast.expr] | None = None
    """The expressions that stand there, where a literal in them says too little by itself."""

    def named(self, *names: str) -> Place:
        """The same place, with names for what stands there."""
        return self._replace(names=(*self.names, *names), around=None)


def same_but_literals(one: Any, other: Any, place: Place, found: list[Change]) -> bool:
    """Whether two trees differ in literals alone; the literals that differ are added to `found`."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            same_but_literals(a, b, place, found) for a, b in zip(one, other, strict=True)
        )
    if not (isinstance(one, ast.AST) and isinstance(other, ast.AST)):
        return type(one) is type(other) and one == other
    place = place._replace(line=getattr(other, "lineno", place.line))
    if is_literal(one) and is_literal(other) and not is_inner(one, other):
        if ast.dump(one) != ast.dump(other):
            found.append(literal_change(one, other, place))
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, COMPUTED) and isinstance(other, COMPUTED):
        is_inner_part = place.around is not None and not isinstance(one, ast.Compare)
        place = place if is_inner_part else place._replace(around=(one, other))
    return all(same_but_literals(a, b, at, found) for at, a, b in parts_of(one, other, place))


COMPUTED = (ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Subscript, ast.JoinedStr)
"""Expressions in which a literal is not what the name beside them stands for."""


def literal_change(one: ast.AST, other: ast.AST, place: Place) -> Change:
    """A literal that differs, with the expression it is a part of if that is short."""
    around = None
    if place.around is not None:
        texts = ast.unparse(place.around[0]), ast.unparse(place.around[1])
        around = texts if max(map(len, texts)) <= LONGEST else None
    told = ast.unparse(one), ast.unparse(other)
    return Change("literal", place.line, *told, place.names, place.scope, place.matters, around)


def is_literal(node: ast.AST) -> bool:
    """Whether a tree is a value that is written out."""
    if not isinstance(node, ast.Constant | ast.UnaryOp | ast.List | ast.Tuple | ast.Dict | ast.Set):
        return False
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def is_inner(one: ast.AST, other: ast.AST) -> bool:
    """Whether two literals are dicts with the same keys, so that a value of theirs changed."""
    if not (isinstance(one, ast.Dict) and isinstance(other, ast.Dict)):
        return False
    keys = [[ast.dump(key) for key in node.keys if key] for node in (one, other)]
    return keys[0] == keys[1] and len(keys[0]) == len(one.keys)


def parts_of(one: ast.AST, other: ast.AST, place: Place) -> Iterator[tuple[Place, Any, Any]]:
    """The parts of two trees of one type, each with the names that its literals have."""
    if isinstance(one, ast.Dict) and isinstance(other, ast.Dict):
        yield from items_of(one, other, place)
    elif isinstance(one, ast.arguments) and isinstance(other, ast.arguments):
        yield from defaults_of(one, other, place)
    elif isinstance(one, ast.Assign) and isinstance(other, ast.Assign) and is_unpacking(one, other):
        yield from unpacked(one, other, place)
    else:
        for field in one._fields:
            inner = part_place(one, field, place)
            yield inner, getattr(one, field, None), getattr(other, field, None)


def is_unpacking(one: ast.Assign, other: ast.Assign) -> bool:
    """Whether two statements give as many names as many values: `low, high = 20, 60`."""
    tuples = [it for node in (one, other) for it in (node.targets[0], node.value)]
    lengths = {len(it.elts) for it in tuples if isinstance(it, ast.Tuple)}
    is_whole = all(isinstance(it, ast.Tuple) for it in tuples) and len(lengths) == 1
    return is_whole and len(one.targets) == len(other.targets) == 1


def unpacked(one: ast.Assign, other: ast.Assign, place: Place) -> Iterator[tuple[Place, Any, Any]]:
    """The targets of two statements, and each value named after its own."""
    yield place, one.targets, other.targets
    targets, *values = (
        getattr(it, "elts", []) for it in (other.targets[0], one.value, other.value)
    )
    for target, a, b in zip(targets, *values, strict=True):
        yield place.named(plain(target)), a, b


def items_of(one: ast.Dict, other: ast.Dict, place: Place) -> Iterator[tuple[Place, Any, Any]]:
    """The keys and values of two dicts, each value named after its key."""
    yield place, one.keys, other.keys
    for key, a, b in zip(one.keys, one.values, other.values, strict=False):
        yield place if key is None else place.named(plain(key)), a, b


def part_place(node: ast.AST, field: str, place: Place) -> Place:
    """The place of a field, named after what the field belongs to."""
    match node, field:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(
            name=name
        ), _:
            return place._replace(scope=".".join(filter(None, (place.scope, name))))
        case ast.keyword(arg=str(name)), "value":
            return place.named(name)
        case (
            ast.Assign(targets=[target])
            | ast.AnnAssign(target=target)
            | ast.AugAssign(target=target),
            "value",
        ):
            return place.named(plain(target))
        case ast.Call(func=inner), "args":
            return place.named(ast.unparse(inner))
        case ast.Compare(left=inner), "comparators":
            return place.named(ast.unparse(inner))._replace(around=place.around)
        case _:
            return place


def plain(node: ast.expr) -> str:
    """What a target or a key is called: `cfg["lr"]` is lr."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    return ast.unparse(node)


def defaults_of(
    one: ast.arguments, other: ast.arguments, place: Place
) -> Iterator[tuple[Place, Any, Any]]:
    """The arguments of a function, each default named after its argument."""
    lists = [
        [*it.posonlyargs, *it.args, it.vararg, *it.kwonlyargs, it.kwarg] for it in (one, other)
    ]
    yield place, [it for it in lists[0] if it], [it for it in lists[1] if it]
    names = [arg.arg for arg in [*other.posonlyargs, *other.args]]
    late = names[len(names) - len(other.defaults) :]
    yield place, [None] * len(one.defaults), [None] * len(other.defaults)
    for name, a, b in zip(late, one.defaults, other.defaults, strict=False):
        yield place.named(name), a, b
    pairs = zip(one.kw_defaults, other.kw_defaults, strict=False)
    for arg, (early, late_one) in zip(other.kwonlyargs, pairs, strict=False):
        yield place.named(arg.arg), early, late_one

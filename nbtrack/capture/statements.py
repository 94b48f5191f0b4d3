"""What the text of a cell shows: which names it acts on, and whether two cells do the same."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

__all__ = ["acted_on", "are_left_alone", "cell_key", "code_hash", "texts_stored"]


def acted_on(source: str) -> set[str]:
    """The names that statements act on without keeping a result: `name.append(1)`, `name[0] = 1`.

    Also those that are handed to a call: what is called may act on them.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return set()
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            found.add(root_of(node.func))
            found |= {root_of(it) for it in (*node.args, *(kw.value for kw in node.keywords))}
        elif isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            found.add(root_of(node))
    return found - {""}


def texts_stored(source: str) -> set[str]:
    """The texts by which a cell only binds names: `globals()["x"] = 1`, `globals().update(x=1)`."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return set()
    stored = [name for statement in tree.body for name in texts_stored_in(statement)]
    every = [it.value for it in ast.walk(tree) if isinstance(it, ast.Constant)]
    every += [it.arg for it in ast.walk(tree) if isinstance(it, ast.keyword)]
    return {it for it in stored if every.count(it) == stored.count(it)}


def texts_stored_in(statement: ast.stmt) -> Iterator[str]:
    """The same of one statement."""
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Call):
                name = target.slice.value if isinstance(target.slice, ast.Constant) else None
                if isinstance(name, str):
                    yield name
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        called = statement.value.func
        if not isinstance(called, ast.Attribute) or called.attr != "update":
            return
        if isinstance(called.value, ast.Call):
            yield from (it.arg for it in statement.value.keywords if it.arg)


def are_left_alone(
    source: str, functions: AbstractSet[str], properties: AbstractSet[str], count: int
) -> bool:
    """Whether what functions and properties gave is only kept under names, or shown.

    Args:
        source: A cell.
        functions: The names of functions, or of what holds them.
        properties: The names of attributes.
        count: How often they were asked.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return False
    kept = set()
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and all(
            isinstance(it, ast.Name) for it in statement.targets
        ):
            kept |= {it.id for it in statement.targets if isinstance(it, ast.Name)}
        elif not isinstance(statement, ast.Expr):
            continue
        if is_getting(statement.value, functions, properties):
            statement.value = ast.Constant(None)
            count -= 1
    is_used = count > 0 or any(is_getting(it, functions, properties) for it in ast.walk(tree))
    return not is_used and kept.isdisjoint(acted_on(source))


def is_getting(node: ast.AST, functions: AbstractSet[str], properties: AbstractSet[str]) -> bool:
    """Whether code calls one of some functions, or asks for one of some attributes."""
    if isinstance(node, ast.Call):
        called = node.func
        while isinstance(called, ast.Attribute):
            called = called.value
        return isinstance(called, ast.Name) and called.id in functions
    return isinstance(node, ast.Attribute) and node.attr in properties


def root_of(node: ast.expr) -> str:
    """The name that a chain of attributes, subscripts and calls begins with."""
    while True:
        if isinstance(node, ast.Attribute | ast.Subscript | ast.Starred | ast.Await):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return node.id if isinstance(node, ast.Name) else ""


def code_hash(source: str) -> str:
    """The digest of code without comments and layout; of text that is no Python as it stands."""
    try:
        told = ast.dump(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        told = "\n".join(line.rstrip() for line in source.strip().splitlines())
    return hashlib.blake2s(told.encode(errors="replace"), digest_size=8).hexdigest()


def cell_key(cell_id: str | None, source: str) -> str:
    """What the runs of one cell have in common: its id, else its code but for the literals."""
    if cell_id:
        return cell_id
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        told = source
    else:
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant):
                node.value = type(node.value).__name__
        told = ast.dump(tree)
    return "code:" + hashlib.blake2s(told.encode(errors="replace"), digest_size=8).hexdigest()

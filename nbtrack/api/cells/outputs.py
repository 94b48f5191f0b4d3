"""Results of cells by name: `_`, `_3` and `Out[3]` mean another cell once cells are left out."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import NamedTuple

from nbtrack.api.cells.lines import python_of
from nbtrack.records.execution import Execution

__all__ = ["with_named_outputs"]

MENTIONS = re.compile(r"\b(?:_{1,3}|_\d+|Out)\b")
NUMBERED = re.compile(r"_(\d+)")


class Use(NamedTuple):
    """A place in a cell that means the result of another one."""

    line: int
    start: int
    end: int
    number: int
    """The execution whose result is meant."""


def with_named_outputs(executions: Sequence[Execution], *, shown: bool = True) -> dict[str, str]:
    """The source of each execution by its id, with results passed on under names.

    Only cells that use such a result, and those that made it, are other than they were.

    Args:
        executions: In order.
        shown: Whether a cell goes on to display the result that it gives a name.
    """
    sources = {it.execution_id: it.source or "" for it in executions}
    makers: dict[tuple[str | None, int], Execution] = {}
    wanted: dict[str, int] = {}
    for execution in executions:
        source = sources[execution.execution_id]
        if MENTIONS.search(source):
            numbers = [n for session, n in makers if session == execution.session_id]
            uses = [use for use in uses_of(source, numbers) if use.number in numbers]
            sources[execution.execution_id] = replaced(source, uses)
            for use in uses:
                maker = makers[execution.session_id, use.number]
                wanted[maker.execution_id] = use.number
        if execution.number is not None and gives_result(execution):
            makers[execution.session_id, execution.number] = execution
    for execution_id, number in wanted.items():
        sources[execution_id] = naming(sources[execution_id], number, shown=shown)
    return sources


def gives_result(execution: Execution) -> bool:
    """Whether an execution ended in an expression with a result."""
    if execution.shows is not None and not execution.shows:
        return False
    return last_expression(execution.source or "") is not None


def last_expression(source: str) -> ast.Expr | None:
    """The expression that a cell ends in; a semicolon behind it keeps its result to itself."""
    if source.rstrip().endswith(";"):
        return None
    try:
        body = ast.parse(python_of(source)).body
    except (SyntaxError, ValueError, RecursionError):
        return None
    last = body[-1] if body else None
    return last if isinstance(last, ast.Expr) else None


def uses_of(source: str, numbers: Sequence[int]) -> list[Use]:
    """Where a cell means the results of earlier ones, of which there are some numbers."""
    text = python_of(source)
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return []
    nodes = list(ast.walk(tree))
    own = {node.id for node in nodes if isinstance(node, ast.Name) and not is_load(node)}
    own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    found = []
    for node in nodes:
        number = None
        if isinstance(node, ast.Name) and is_load(node) and node.id not in own:
            number = number_of(node.id, numbers)
        elif isinstance(node, ast.Subscript) and is_load(node) and "Out" not in own:
            number = number_of_item(node, numbers)
        if number is not None and isinstance(node, ast.expr) and node.end_lineno == node.lineno:
            found.append(Use(node.lineno, node.col_offset, node.end_col_offset or 0, number))
    return found


def is_load(node: ast.Name | ast.Subscript) -> bool:
    """Whether a name is read, not written."""
    return isinstance(node.ctx, ast.Load)


def number_of(name: str, numbers: Sequence[int]) -> int | None:
    """The execution that `_`, `__`, `___` or `_3` mean."""
    if name in {"_", "__", "___"}:
        return numbers[-len(name)] if len(numbers) >= len(name) else None
    found = NUMBERED.fullmatch(name)
    return int(found[1]) if found else None


def number_of_item(node: ast.Subscript, numbers: Sequence[int]) -> int | None:
    """The execution that `Out[3]` means."""
    if not (isinstance(node.value, ast.Name) and node.value.id == "Out"):
        return None
    try:
        number = ast.literal_eval(node.slice)
    except ValueError:
        return None
    return number if number in numbers else None


def replaced(source: str, uses: Sequence[Use]) -> str:
    """A source with names in place of what means results."""
    lines, plain = source.split("\n"), python_of(source).split("\n")
    for use in sorted(uses, reverse=True):
        place = use.line - 1
        if place < len(lines) and lines[place] == plain[place]:
            told = lines[place].encode()
            named = told[: use.start] + name_of(use.number).encode() + told[use.end :]
            lines[place] = named.decode()
            plain[place] = lines[place]
    return "\n".join(lines)


def name_of(number: int) -> str:
    """What the result of an execution is called."""
    return f"out_{number}"


def naming(source: str, number: int, *, shown: bool) -> str:
    """A source that gives the result of its last expression a name."""
    last = last_expression(source)
    lines, name = source.split("\n"), name_of(number)
    if last is None or lines[last.lineno - 1] != python_of(source).split("\n")[last.lineno - 1]:
        return source
    told = lines[last.lineno - 1].encode()
    first = told[: last.col_offset] + f"{name} = ".encode() + told[last.col_offset :]
    lines[last.lineno - 1] = first.decode()
    return "\n".join([*lines, name] if shown else lines)

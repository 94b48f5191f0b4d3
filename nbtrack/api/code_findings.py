"""Findings in the code of two runs; a literal that is a param, a seed or a file is told as that."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Any

from nbtrack.api.code_changes import code_changes
from nbtrack.api.comparison import Comparison, Side, same_file
from nbtrack.api.finding import Finding, Kind, Role
from nbtrack.api.literal_changes import Change, short
from nbtrack.api.matched_cells import Pair, label
from nbtrack.records.execution import Execution

__all__ = ["code_findings"]

SEED_WORDS = re.compile(r"seed|random_?state|default_rng|prngkey|\brng\b", re.IGNORECASE)
"""Names that a seed goes by."""


def code_findings(comparison: Comparison) -> Iterator[Finding]:
    """What cells do otherwise, in their order."""
    for pair in comparison.pairs:
        if pair.before is None or pair.after is None:
            yield lone_cell(comparison, pair)
        elif not pair.is_same_code:
            changes = code_changes(pair.before.source or "", pair.after.source or "")
            rest = []
            for change in changes:
                named = of_literal(comparison, pair, change)
                if named is not None:
                    yield named
                else:
                    rest.append(change)
            if rest:
                yield of_cell(pair, rest)


def lone_cell(comparison: Comparison, pair: Pair) -> Finding:
    """An execution that only one of the runs came from."""
    told, is_new = pair.told, pair.before is None
    other = comparison.before if is_new else comparison.after
    verb = "is new" if is_new else "is gone"
    if (told.code_hash or told.source) in {it.code_hash or it.source for it in other.executions}:
        verb = "ran once more" if is_new else "ran once less"
    old, new = sources(pair)
    title = f"{label(told)} {verb}: {first_line(told.source or '')}"
    return Finding("code", title, old, new, label(told), "cause", pair.position)


def sources(pair: Pair) -> tuple[str, str]:
    """The code of both sides; empty where there is none."""
    return source_of(pair.before), source_of(pair.after)


def source_of(execution: Execution | None) -> str:
    """The code of an execution, if there is one."""
    return "" if execution is None else execution.source or ""


def first_line(source: str) -> str:
    """The first line of a cell that says something."""
    lines = [line.strip() for line in source.splitlines()]
    told = [line for line in lines if line and not line.startswith(("#", "%%"))]
    return short(told[0] if told else source)


def of_cell(pair: Pair, changes: list[Change]) -> Finding:
    """The changes of one cell as one finding, named by the first that matters."""
    mattering = [change for change in changes if change.matters]
    first, *more = mattering or changes
    place = place_of(pair, first)
    rest = f" and {len(more)} more change{'s' * (len(more) > 1)}" if more else ""
    old, new = sources(pair)
    role: Role = "cause" if mattering else "aside"
    title = f"{place}: {first.words()}{rest}"
    return Finding("code", title, old, new, place, role, pair.position)


def place_of(pair: Pair, change: Change) -> str:
    """Where a change is: its line, its cell, and the function it is in."""
    inside = f", in {change.scope}" if change.scope else ""
    return f"line {change.line} of {label(pair.told)}{inside}"


def of_literal(comparison: Comparison, pair: Pair, change: Change) -> Finding | None:
    """A changed literal under the name it is known by; None if only the code knows it."""
    if change.act != "literal" or not change.matters:
        return None
    values = literal_text(change.before), literal_text(change.after)
    param = param_of(comparison, change, values)
    if param is not None:
        comparison.told.add(("param", param))

    def finding(kind: Kind, title: str) -> Finding:
        return Finding(
            kind, title, values[0], values[1], place_of(pair, change), "cause", pair.position
        )

    if change.names and any(SEED_WORDS.search(name) for name in change.names):
        comparison.told.add(("seed", ""))
        return finding("seed", f"seed {values[0]} → {values[1]} ({change.names[-1]})")
    if param is not None:
        logged = comparison.params[param]
        return finding("param", f"param {param}: {logged[0]} → {logged[1]}")
    files = [
        known
        for side, text in zip(comparison.sides, values, strict=True)
        for known in files_called(side, text)
    ]
    if files and isinstance(parsed(change.before), str):
        comparison.told |= {("data", name) for name in files}
        return finding("data", f"another file was read: {values[0]} → {values[1]}")
    return None


def param_of(comparison: Comparison, change: Change, values: Sequence[str]) -> str | None:
    """The logged param that a literal is: of its values and its name, or the only one of them."""
    same = [
        key
        for key, told in comparison.params.items()
        if all(
            known is not None and is_same_value(known, value)
            for known, value in zip(told, values, strict=True)
        )
    ]
    for name in reversed(change.names):
        for key in same:
            if last_part(key) == last_part(name):
                return key
    free = [key for key in same if ("param", key) not in comparison.told]
    return free[0] if len(free) == 1 else None


def last_part(name: str) -> str:
    """A name without what stands before its last dot, and without regard to capitals."""
    return re.split(r"[./]|__", name)[-1].lower()


def is_same_value(known: str, value: str) -> bool:
    """Whether a logged text and a literal are one value."""
    if known == value:
        return True
    try:
        return float(known) == float(value)
    except ValueError:
        return False


def parsed(text: str) -> Any:
    """The value of a literal; None for what is none."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


def literal_text(text: str) -> str:
    """A literal as a param logs it: a text without its quotes."""
    value = parsed(text)
    return text if value is None else str(value)


def files_called(side: Side, text: str) -> list[str]:
    """The datasets, and the paths of files, that a text in the code means."""
    named = [name for name, state in side.data.items() if same_file(text, state.place or name)]
    return named + [path for path in side.files if same_file(text, path)]

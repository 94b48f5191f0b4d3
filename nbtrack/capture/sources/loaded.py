"""What a cell read from files, as data: the frame that came of each file, or its settings.

Looked at as soon as the cell has run: a cell below may change the frame, or give its name away.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any

from nbtrack.capture.classes import is_of
from nbtrack.capture.guard import guarded
from nbtrack.capture.hidden import CellFacts, Touch
from nbtrack.capture.sources.data import DataFacts, frame_facts, portable, settings_facts

__all__ = ["loaded_data"]

FILE = "file:"
MOST_FILES = 8
"""Of one cell: one that reads more reads pictures, or parts of one whole."""


@guarded
def loaded_data(touches: Iterable[Touch], cell: CellFacts) -> dict[str, DataFacts]:
    """The frames and settings that a cell read, by the symbols of their files."""
    paths = [it.symbol.removeprefix(FILE) for it in touches if is_read_file(it)]
    if not 0 < len(paths) <= MOST_FILES:
        return {}
    named = frames_by_path(paths, cell)
    found = {path: facts_of(path, named.get(path), cell) for path in paths}
    return {f"{FILE}{path}": facts for path, facts in found.items() if facts is not None}


def is_read_file(touch: Touch) -> bool:
    """Whether a touch is the reading of a file that is no code."""
    is_file = touch.symbol.startswith(FILE) and touch.act == "read" and bool(touch.before)
    return is_file and not touch.symbol.endswith((".py", ".pyc", ".ipynb"))


def facts_of(path: str, frame: tuple[str, bool] | None, cell: CellFacts) -> DataFacts | None:
    """A file as its frame, called as the file if nothing was done to it; else as settings."""
    folder = os.getcwd()  # noqa: PTH109 - it stays a text
    if frame is not None:
        variable, is_plain = frame
        place = portable(path, folder)
        value = cell.value_of(variable)
        if found := frame_facts(value, place if is_plain else variable, place):
            return found
    return settings_facts(path, folder)


def frames_by_path(paths: list[str], cell: CellFacts) -> dict[str, tuple[str, bool]]:
    """The variable that each file was read into, and whether nothing else was done to it there."""
    assigned = list(assignments(cell))
    found: dict[str, tuple[str, bool]] = {}
    for path in paths:
        for name, value in assigned:
            if any(is_same(path, it) for it in texts_in(value, cell)):
                found.setdefault(path, (name, is_reading(value)))
    if not found and len(paths) == 1 and len(assigned) == 1:
        found[paths[0]] = assigned[0][0], is_reading(assigned[0][1])
    return found


def assignments(cell: CellFacts) -> Iterator[tuple[str, ast.expr]]:
    """The names that a cell gave values by calls, with what it gave them."""
    lines = cell.source.splitlines()
    source = "\n".join("" if it.lstrip().startswith(("%", "!")) else it for it in lines)
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name in cell.usage.writes and isinstance(node.value, ast.Call):
                yield name, node.value


def texts_in(value: ast.expr, cell: CellFacts) -> Iterator[str]:
    """The texts in an expression, and those that its variables are."""
    for node in ast.walk(value):
        if isinstance(node, ast.Constant) and type(node.value) is str:
            yield node.value
        elif isinstance(node, ast.Name):
            known: Any = cell.value_of(node.id)
            if type(known) is str or is_of(known, PurePath):
                yield str(known)


def is_same(path: str, text: str) -> bool:
    """Whether a text in the code means a file."""
    parts = PurePath(text).parts
    return bool(parts) and PurePath(path).parts[-len(parts) :] == parts


def is_reading(value: ast.expr) -> bool:
    """Whether an expression is one call of a function, with nothing done to its result."""
    return isinstance(value, ast.Call) and not any(
        isinstance(node, ast.Call) for node in ast.walk(value.func)
    )

"""Reads and writes of a cell: what it took from the cells before, what it left to those after.

From the instructions that were executed (`observation`) where all were seen; where not, what may
have been executed counts as executed, so that a slice may be too large and never too small.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import CodeType, FunctionType, TracebackType
from typing import Any

from nbtrack.capture.instructions import inner_codes, shape_of
from nbtrack.capture.observation import Ran

__all__ = ["Usage", "last_offsets", "reached", "usage_of"]

Functions = Callable[[object], Iterable[object]]
"""The functions and classes of the notebook that a value holds."""


@dataclass
class Usage:
    """What the code of one cell did with names."""

    reads: dict[str, None] = field(default_factory=dict)
    """Names whose value from before the cell was read, in order."""
    writes: dict[str, None] = field(default_factory=dict)
    """Names that were bound."""
    maybe: dict[str, None] = field(default_factory=dict)
    """Names that may have been bound."""
    deletes: dict[str, None] = field(default_factory=dict)
    attributes: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    numbers: set[int] = field(default_factory=set)
    builtins: set[str] = field(default_factory=set)
    """Names that were loaded and had no value before the cell: builtins, most of them."""
    imports: dict[str, None] = field(default_factory=dict)
    stores: set[tuple[str, str]] = field(default_factory=set)
    """`module.attribute = …`"""


def usage_of(ran: Iterable[Ran], limits: dict[int, int], namespace: Callable[[str], bool]) -> Usage:
    """What ran, in order, as reads and writes.

    Args:
        ran: The code objects, statements of the cell and functions that they called.
        limits: Where an exception left a code object, by its identity: the last offset.
        namespace: Whether a name had a value before the cell.
    """
    usage = Usage()
    pending: dict[str, None] = {}
    for item in ran:
        if item.is_top:
            usage.writes |= pending
            pending = {}
        add_code(usage, item, limits.get(id(item.code)), pending, namespace)
    usage.writes |= pending
    usage.maybe = {name: None for name in usage.maybe if name not in usage.writes}
    return usage


def add_code(
    usage: Usage,
    item: Ran,
    limit: int | None,
    pending: dict[str, None],
    namespace: Callable[[str], bool],
) -> None:
    """Add one code object's names; `pending` are those its statement wrote so far."""
    shape = shape_of(item.code)
    is_body = not item.is_top and not item.code.co_flags & 1
    local: set[str] = set()
    for offset, act, name in shape.names:
        certain = was_executed(item, offset, limit)
        if certain is False:
            continue
        if act == "load":
            known = name in local or name in usage.writes or (item.is_top and name in pending)
            if not known and namespace(name):
                usage.reads[name] = None
            elif not known:
                usage.builtins.add(name)
        elif is_body:
            local.add(name)  # a class's own attribute
        elif act == "delete":
            usage.deletes[name] = None
            usage.writes.pop(name, None)
            pending.pop(name, None)
        elif certain:
            pending[name] = None
            usage.deletes.pop(name, None)
        else:
            usage.maybe[name] = None
    add_marks(usage, item.code)


def was_executed(item: Ran, offset: int, limit: int | None) -> bool | None:
    """Whether an instruction was; None where it was not seen and may have been."""
    if item.executed is not None:
        return True if offset in item.executed else None if not item.is_whole else False
    # A function may have been called before the call that failed: its limit says nothing.
    return limit is None or not item.is_top or offset <= limit


def add_marks(usage: Usage, code: CodeType) -> None:
    """Add attributes, constants and imports, which hidden state is known by."""
    shape = shape_of(code)
    usage.attributes |= shape.attributes
    usage.texts.update(shape.texts)
    usage.numbers |= shape.numbers
    usage.imports |= dict.fromkeys(shape.imports)
    usage.stores |= set(shape.attribute_stores)
    for module in shape.star_imports:
        for name in names_of_star(module):
            usage.writes[name] = None


def names_of_star(module: str) -> list[str]:
    """The names that `from module import *` binds."""
    found = sys.modules.get(module)
    if found is None:
        return []
    names = vars(found).get("__all__")
    return list(names) if names is not None else [n for n in vars(found) if not n.startswith("_")]


def last_offsets(traceback: TracebackType | None) -> dict[int, int]:
    """For each code object that an exception left: the offset it came to."""
    found: dict[int, int] = {}
    while traceback is not None:
        code = traceback.tb_frame.f_code
        found[id(code)] = max(traceback.tb_lasti, found.get(id(code), -1))
        traceback = traceback.tb_next
    return found


def reached(names: Iterable[str], value_of: Callable[[str], Any], functions: Functions) -> Usage:
    """What may be read when every function that some names lead to is called.

    Args:
        names: Where to begin.
        value_of: A name's value; a missing one has none.
        functions: The notebook's functions and classes that a value holds.
    """
    usage = Usage()
    queue, seen = list(names), set[int]()
    known = set(queue)
    for name in queue:
        for code in codes_of(functions(value_of(name))):
            if id(code) in seen:
                continue
            seen.add(id(code))
            add_marks(usage, code)
            for _, act, other in shape_of(code).names:
                if act == "load" and other not in known:
                    known.add(other)
                    queue.append(other)
                    usage.reads[other] = None
                elif act == "store" and code.co_flags & 1:
                    usage.maybe[other] = None
    return usage


def codes_of(found: Iterable[object]) -> Iterable[CodeType]:
    """The code of functions, and of all methods of classes."""
    for item in found:
        if isinstance(item, FunctionType):
            yield from inner_codes(item.__code__)
        elif isinstance(item, type):
            for value in vars(item).values():
                function = getattr(value, "__func__", getattr(value, "fget", value))
                if isinstance(function, FunctionType):
                    yield from inner_codes(function.__code__)

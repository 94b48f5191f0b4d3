"""Reads and writes of a cell: what it took from the cells before, what it left to those after.

From the instructions that were executed (`observation`) where all were seen; where not, what may
have been executed counts as executed, so that a slice may be too large and never too small.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from types import CodeType, FunctionType, ModuleType, TracebackType
from typing import Any, cast

from nbtrack.capture.classes import is_exactly
from nbtrack.capture.identity import identity_of
from nbtrack.capture.instructions import inner_codes, is_function, shape_of
from nbtrack.capture.objects.names import namespace_of
from nbtrack.capture.ran import Ran

__all__ = ["Usage", "codes_within", "last_offsets", "reached", "usage_of"]

module_names = vars(ModuleType)["__dict__"].__get__

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
    loads: dict[str, None] = field(default_factory=dict)
    """All names that were loaded, also those that the cell itself bound."""
    attributes: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    numbers: set[int] = field(default_factory=set)
    builtins: set[str] = field(default_factory=set)
    """Names that were loaded and had no value before the cell: builtins, most of them."""
    imports: dict[str, None] = field(default_factory=dict)
    stores: set[tuple[str, str]] = field(default_factory=set)
    """`module.attribute = …`"""
    handed: set[str] = field(default_factory=set)
    """Names that are not only asked for an attribute."""


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
        add_code(usage, item, limits.get(identity_of(item.code)), pending, namespace)
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
    is_body = not item.is_top and not is_function(item.code)
    local: set[str] = set()
    for offset, act, name in shape.names:
        certain = was_executed(item, offset, limit)
        if certain is False:
            continue
        if act == "load":
            usage.loads[name] = None
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
    usage.handed |= shape.handed
    for module in shape.star_imports:
        for name in names_of_star(module):
            usage.writes[name] = None


def names_of_star(module: str) -> list[str]:
    """The names that `from module import *` binds."""
    found = sys.modules.get(module)
    if not issubclass(type(found), ModuleType):
        return []
    names = module_names(found)
    told = names.get("__all__")
    if is_exactly(told, (list, tuple)):
        return [name for name in cast("list[object]", told) if isinstance(name, str)]
    return [name for name in names if not name.startswith("_")]


def last_offsets(traceback: TracebackType | None) -> dict[int, int]:
    """For each code object that an exception left: the offset it came to."""
    found: dict[int, int] = {}
    while traceback is not None:
        code = traceback.tb_frame.f_code
        found[identity_of(code)] = max(traceback.tb_lasti, found.get(identity_of(code), -1))
        traceback = traceback.tb_next
    return found


def reached(
    names: Iterable[str],
    codes: Iterable[CodeType],
    value_of: Callable[[str], Any],
    functions: Functions,
) -> Usage:
    """What may be read when some code runs, and every function that some names lead to.

    Args:
        names: Where to begin.
        codes: What else may run.
        value_of: A name's value; a missing one has none.
        functions: The notebook's functions and classes that a value holds.
    """
    usage = Usage()
    queue, seen = list(names), set[int]()
    known = set(queue)

    def take(code: CodeType) -> None:
        if identity_of(code) in seen:
            return
        seen.add(identity_of(code))
        add_marks(usage, code)
        for _, act, other in shape_of(code).names:
            if act == "load":
                usage.reads[other] = None
                if other not in known:
                    known.add(other)
                    queue.append(other)
            elif act == "store" and is_function(code):
                usage.maybe[other] = None

    for code in codes:
        take(code)
    for name in queue:
        for code in codes_of(functions(value_of(name))):
            take(code)
    return usage


def codes_of(found: Iterable[object]) -> Iterable[CodeType]:
    """The code of functions, and of all methods of classes."""
    for item in found:
        if type(item) is FunctionType:
            yield from inner_codes(item.__code__)
        elif issubclass(type(item), type):
            for value in namespace_of(cast("type", item)).values():
                for function in functions_in(value):
                    yield from inner_codes(function.__code__)


def functions_in(value: object) -> list[FunctionType]:
    """The functions of one attribute of a class; nothing of another's making is asked."""
    found: tuple[object, ...] = (value,)
    if type(value) is staticmethod or type(value) is classmethod:
        found = (value.__func__,)
    elif type(value) is property:
        found = (value.fget, value.fset, value.fdel)
    elif type(value) is cached_property:
        found = (value.func,)
    return [it for it in found if type(it) is FunctionType]


def codes_within(ran: Iterable[Ran]) -> Iterable[CodeType]:
    """The functions that code made which ran, but for those a statement bound by their name."""
    for item in ran:
        bound = {name for _, act, name in shape_of(item.code).names if act == "store"}
        for inner in item.code.co_consts:
            if type(inner) is CodeType and not (item.is_top and inner.co_name in bound):
                yield from inner_codes(inner)

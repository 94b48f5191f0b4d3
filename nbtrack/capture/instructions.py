"""What a code object does with global names, read from its bytecode.

`observation` says which of these instructions were executed, `usage` makes reads and writes of
them.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Iterable, Iterator
from types import CodeType
from typing import Literal, NamedTuple

from nbtrack.capture.identity import identity_of

__all__ = ["Act", "Shape", "inner_codes", "is_function", "shape_of", "shapes"]

Act = Literal["load", "store", "delete"]

OPTIMIZED = 0x1
"""The flag of code whose locals are no dictionary: functions, not modules and class bodies."""

SUSPENDED = 0x20 | 0x80 | 0x200
"""The flags of generators and coroutines, which need not be run to their end."""

ACTS: dict[str, Act] = {
    "LOAD_NAME": "load",
    "LOAD_GLOBAL": "load",
    "LOAD_FROM_DICT_OR_GLOBALS": "load",
    "STORE_NAME": "store",
    "STORE_GLOBAL": "store",
    "DELETE_NAME": "delete",
    "DELETE_GLOBAL": "delete",
}
acts = {dis.opmap[name]: act for name, act in ACTS.items() if name in dis.opmap}
jumps = frozenset(dis.hasjrel) | frozenset(dis.hasjabs)
extended = dis.opmap["EXTENDED_ARG"]
load_global = dis.opmap["LOAD_GLOBAL"]
named = frozenset(dis.hasname)
store_attribute = dis.opmap["STORE_ATTR"]
import_name = dis.opmap["IMPORT_NAME"]
import_star = dis.opmap.get("IMPORT_STAR", -1)
attribute_loads = frozenset(
    dis.opmap[name] for name in ("LOAD_ATTR", "LOAD_METHOD") if name in dis.opmap
)
keeping = named | {
    dis.opmap[name]
    for name in (
        "POP_TOP",
        "RETURN_VALUE",
        "PRINT_EXPR",
        "CALL_INTRINSIC_1",
        "STORE_FAST",
        "STORE_DEREF",
    )
    if name in dis.opmap
}
keeping -= {dis.opmap[name] for name in ("LOAD_NAME", "LOAD_GLOBAL") if name in dis.opmap}
"""What may follow the loading of a name without handing it to anything."""
intrinsic = dis.opmap.get("CALL_INTRINSIC_1", -1)
STAR_INTRINSIC = 2
cache = dis.opmap.get("CACHE", -1)

SHIFTS: dict[int, int] = (
    {dis.opmap["LOAD_ATTR"]: 1, dis.opmap["LOAD_SUPER_ATTR"]: 2}
    if sys.version_info >= (3, 12)
    else {}
)
"""Bits of an argument that say how an attribute is loaded, from 3.12 on."""


class Shape(NamedTuple):
    """The global names of one code object, in the order of its instructions."""

    names: tuple[tuple[int, Act, str], ...]
    """Offset, act and name; the offset is that of the prefix of an instruction that has one."""
    is_linear: bool
    """Whether all of it is executed, unless an exception leaves it."""
    attributes: frozenset[str]
    imports: tuple[str, ...]
    star_imports: tuple[str, ...]
    """Modules whose names are all imported."""
    attribute_stores: tuple[tuple[str, str], ...]
    """`name.attribute = …`, also of what the name leads to: the name and the attribute."""
    handed: frozenset[str]
    """Names that are not only asked for an attribute: `f(name)`."""
    texts: tuple[str, ...]
    numbers: frozenset[int]

    @property
    def binds(self) -> bool:
        """Whether it binds or deletes a name."""
        return any(act != "load" for _, act, _ in self.names)


def is_function(code: CodeType) -> bool:
    """Whether its plain names are locals; in modules and class bodies they are not."""
    return bool(code.co_flags & OPTIMIZED)


shapes: dict[int, tuple[CodeType, Shape]] = {}
"""By identity: hashing a code object takes longer than reading a short one."""

MOST_SHAPES = 5000


def shape_of(code: CodeType) -> Shape:
    """The shape of a code object."""
    known = shapes.get(identity_of(code))
    if known is not None and known[0] is code:
        return known[1]
    if len(shapes) >= MOST_SHAPES:
        shapes.clear()
    shape = read_shape(code)
    shapes[identity_of(code)] = (code, shape)
    return shape


def read_shape(code: CodeType) -> Shape:
    """Read the bytecode once."""
    names: list[tuple[int, Act, str]] = []
    attributes: set[str] = set()
    imports: list[str] = []
    stars: list[str] = []
    stores: list[tuple[str, str]] = []
    is_linear = not code.co_exceptiontable and not code.co_flags & SUSPENDED
    argument, last_name, begun = 0, "", -1
    raw, table = code.co_code, code.co_names
    for offset in range(0, len(raw), 2):
        op = raw[offset]
        if op == cache:
            continue
        argument = argument << 8 | raw[offset + 1]
        begun = offset if begun < 0 else begun
        if op == extended:
            continue
        name = ""
        if op in acts:
            name = table[argument >> 1 if op == load_global else argument]
            names.append((begun, acts[op], name))
        elif op in jumps:
            is_linear = False
        elif op == import_name:
            imports.append(table[argument])
        elif op == import_star or (op == intrinsic and argument == STAR_INTRINSIC):
            stars += imports[-1:]
        elif op in named:
            attribute = table[argument >> SHIFTS.get(op, 0)]
            attributes.add(attribute)
            if op == store_attribute and last_name:
                stores.append((last_name, attribute))
            name = last_name if op in attribute_loads else ""
        last_name, argument, begun = name, 0, -1
    texts, numbers = constants(code.co_consts)
    return Shape(
        tuple(names),
        is_linear,
        frozenset(attributes),
        tuple(imports),
        tuple(stars),
        tuple(stores),
        frozenset(handed(raw, names)),
        texts,
        numbers,
    )


def handed(raw: bytes, names: Iterable[tuple[int, Act, str]]) -> Iterator[str]:
    """The names whose values are handed to what comes next, not only asked for an attribute."""
    prefixes = (cache, extended)
    for offset, act, name in names:
        place = offset
        while raw[place] == extended:
            place += 2
        place += 2
        while place < len(raw) and raw[place] in prefixes:
            place += 2
        if act == "load" and raw[place] not in keeping:
            yield name


def constants(values: tuple[object, ...]) -> tuple[tuple[str, ...], frozenset[int]]:
    """The texts and the whole numbers among constants, also in tuples."""
    texts: list[str] = []
    numbers: set[int] = set()
    for value in values:
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, int):
            numbers.add(value)
        elif isinstance(value, tuple):
            more, others = constants(value)
            texts += more
            numbers |= others
    return tuple(texts), frozenset(numbers)


def inner_codes(code: CodeType) -> list[CodeType]:
    """A code object with the functions, classes and comprehensions in it, however deep."""
    found = [code]
    for item in found:
        found += [it for it in item.co_consts if isinstance(it, CodeType)]
    return found

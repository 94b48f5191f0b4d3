"""What a code object does with global names, read from its bytecode.

`observation` says which of these instructions were executed, `usage` makes reads and writes of
them.
"""

from __future__ import annotations

import dis
import sys
from types import CodeType
from typing import Literal, NamedTuple

__all__ = ["Act", "Shape", "inner_codes", "is_function", "shape_of"]

Act = Literal["load", "store", "delete"]

OPTIMIZED = 0x1
"""The flag of code whose locals are no dictionary: functions, not modules and class bodies."""

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
load_attribute = dis.opmap["LOAD_ATTR"]
named = frozenset(dis.hasname)
store_attribute = dis.opmap["STORE_ATTR"]
import_name = dis.opmap["IMPORT_NAME"]
import_star = dis.opmap.get("IMPORT_STAR", -1)
intrinsic = dis.opmap.get("CALL_INTRINSIC_1", -1)
STAR_INTRINSIC = 2
cache = dis.opmap.get("CACHE", -1)

ATTRIBUTES_ARE_SHIFTED = sys.version_info >= (3, 12)
"""From 3.12 on the lowest bit of LOAD_ATTR's argument says whether a method is loaded."""


class Shape(NamedTuple):
    """The global names of one code object, in the order of its instructions."""

    names: tuple[tuple[int, Act, str], ...]
    """Offset, act and name."""
    first_jump: int
    """The offset of the first jump; what stands before it is always executed."""
    attributes: frozenset[str]
    imports: tuple[str, ...]
    star_imports: tuple[str, ...]
    """Modules whose names are all imported."""
    attribute_stores: tuple[tuple[str, str], ...]
    """`name.attribute = …` at the top: the name and the attribute."""
    texts: tuple[str, ...]
    numbers: frozenset[int]

    @property
    def has_jumps(self) -> bool:
        """Whether some of it may be left out or repeated."""
        return self.first_jump != NEVER


NEVER = 1 << 60


def is_function(code: CodeType) -> bool:
    """Whether its plain names are locals; in modules and class bodies they are not."""
    return bool(code.co_flags & OPTIMIZED)


shapes: dict[int, tuple[CodeType, Shape]] = {}
"""By identity: hashing a code object takes longer than reading a short one."""

MOST_SHAPES = 5000


def shape_of(code: CodeType) -> Shape:
    """The shape of a code object."""
    known = shapes.get(id(code))
    if known is not None and known[0] is code:
        return known[1]
    if len(shapes) >= MOST_SHAPES:
        shapes.clear()
    shape = read_shape(code)
    shapes[id(code)] = (code, shape)
    return shape


def read_shape(code: CodeType) -> Shape:
    """Read the bytecode once."""
    names: list[tuple[int, Act, str]] = []
    attributes: set[str] = set()
    imports: list[str] = []
    stars: list[str] = []
    stores: list[tuple[str, str]] = []
    first_jump, argument, last_name = NEVER, 0, ""
    raw, table = code.co_code, code.co_names
    for offset in range(0, len(raw), 2):
        op = raw[offset]
        if op == cache:
            continue
        argument = argument << 8 | raw[offset + 1]
        if op == extended:
            continue
        name = ""
        if op in acts:
            name = table[argument >> 1 if op == load_global else argument]
            names.append((offset, acts[op], name))
        elif op in jumps:
            first_jump = min(first_jump, offset)
        elif op == import_name:
            imports.append(table[argument])
        elif op == import_star or (op == intrinsic and argument == STAR_INTRINSIC):
            stars += imports[-1:]
        elif op in named:
            is_shifted = ATTRIBUTES_ARE_SHIFTED and op == load_attribute
            attribute = table[argument >> 1 if is_shifted else argument]
            attributes.add(attribute)
            if op == store_attribute and last_name:
                stores.append((last_name, attribute))
        last_name, argument = name, 0
    texts, numbers = constants(code.co_consts)
    return Shape(
        tuple(names),
        first_jump,
        frozenset(attributes),
        tuple(imports),
        tuple(stars),
        tuple(stores),
        texts,
        numbers,
    )


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

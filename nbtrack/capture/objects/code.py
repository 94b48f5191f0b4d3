"""What code does, whatever its file, its lines and its docstring."""

from __future__ import annotations

import dis
import inspect
import marshal
import weakref
from types import CodeType

from xxhash import xxh3_64_digest

__all__ = ["code_digest"]

HAS_DOCSTRING = 0x4000000
"""Python 3.13 says so in the code's flags; earlier, the first constant is a docstring or None."""

MANY = 10_000
known: dict[int, tuple[weakref.ref[CodeType], bytes]] = {}


def code_digest(code: CodeType) -> bytes:
    """Eight bytes, equal for code that does the same."""
    entry = known.get(id(code))
    if entry is not None and entry[0]() is code:
        return entry[1]
    digest = xxh3_64_digest(b"".join(pieces(code)))
    if len(known) > MANY:
        known.clear()
    known[id(code)] = (weakref.ref(code), digest)
    return digest


def pieces(code: CodeType) -> list[bytes]:
    """The parts of code that count."""
    counts = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount)
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    constants, first = code.co_consts, 0
    if has_docstring(code):
        first = constants_before(code)
        constants = constants[1:] if first else (None, *constants[1:])
    return [
        dumped((*counts, code.co_flags & ~HAS_DOCSTRING, code.co_name)),
        dumped(names),
        code.co_exceptiontable,
        moved(code.co_code, first) if first else code.co_code,
        *(constant(it) for it in constants),
    ]


def has_docstring(code: CodeType) -> bool:
    """Whether the first constant is only a docstring."""
    is_function = code.co_flags & inspect.CO_OPTIMIZED and not code.co_name.startswith("<")
    if not is_function or not code.co_consts or type(code.co_consts[0]) is not str:
        return False
    return bool(code.co_flags & HAS_DOCSTRING) or not knows_docstring()


def knows_docstring() -> bool:
    return bool(dis.COMPILER_FLAG_NAMES.get(HAS_DOCSTRING))


def constants_before(code: CodeType) -> int:
    """How many constants a docstring moves the others by."""
    return int(knows_docstring() and len(code.co_consts) < 256)


def moved(bytecode: bytes, by: int) -> bytes:
    """Bytecode whose constants are numbered as if there were no docstring."""
    found = bytearray(bytecode)
    loads = {dis.opmap[it] for it in ("LOAD_CONST", "RETURN_CONST") if it in dis.opmap}
    for place in range(0, len(found), 2):
        if found[place] in loads and found[place + 1] >= by:
            found[place + 1] -= by
    return bytes(found)


def constant(value: object) -> bytes:
    """A constant of code; sets are written in an order of their own."""
    if isinstance(value, CodeType):
        return b"c" + code_digest(value)
    if isinstance(value, frozenset):
        return b"s" + b"".join(sorted(constant(it) for it in value)) + b"."
    if isinstance(value, tuple):
        return b"t" + b"".join(constant(it) for it in value) + b"."
    return dumped(value)


def dumped(value: object) -> bytes:
    return marshal.dumps(value, 2)  # type: ignore[arg-type]

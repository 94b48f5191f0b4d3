"""What code does, whatever its file, its lines and its docstring."""

from __future__ import annotations

import dis
import marshal
import weakref
from types import CodeType

from xxhash import xxh3_64_digest

from nbtrack.capture.identity import identity_of

__all__ = ["code_digest"]

KIND = 0x3FF
"""Flags that tell a function from a generator or a coroutine; above are the compiler's own."""

WITH_CONSTANT = frozenset(dis.hasconst)

MANY = 10_000
known: dict[int, tuple[weakref.ref[CodeType], bytes]] = {}


def code_digest(code: CodeType) -> bytes:
    """Eight bytes, equal for code that does the same."""
    entry = known.get(identity_of(code))
    if entry is not None and entry[0]() is code:
        return entry[1]
    digest = xxh3_64_digest(b"".join(pieces(code)))
    if len(known) > MANY:
        known.clear()
    known[identity_of(code)] = (weakref.ref(code), digest)
    return digest


def pieces(code: CodeType) -> list[bytes]:
    """The parts of code that count."""
    counts = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount)
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    about = dumped((*counts, code.co_flags & KIND, code.co_name, *names))
    return [about, code.co_exceptiontable, *instructions(code)]


def instructions(code: CodeType) -> list[bytes]:
    """The bytecode, and the constants in the order of their use: a docstring is never used."""
    stream, used, extended = bytearray(code.co_code), [], 0
    for place in range(0, len(stream), 2):
        operation, argument = stream[place], extended | stream[place + 1]
        if operation == dis.EXTENDED_ARG:
            extended = argument << 8
            continue
        if operation in WITH_CONSTANT:
            used.append(constant(code.co_consts[argument]))
            stream[place + 1] = 0
            if extended:
                stream[place - 1] = 0
        extended = 0
    return [bytes(stream), *used]


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

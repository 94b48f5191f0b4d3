"""Many plain values at once: hashed at the speed of marshal, without a step in Python for each."""

from __future__ import annotations

import marshal
from collections.abc import Iterable
from itertools import chain, repeat
from operator import is_
from typing import Any

from xxhash import xxh3_64, xxh3_64_digest

from nbtrack.capture.identity import identity_of
from nbtrack.capture.objects.look import Look

__all__ = ["PLAIN", "dumped", "flat", "flat_set"]

PLAIN_TYPES = (type(None), bool, int, float, complex, str, bytes, type(Ellipsis))

PLAIN = frozenset(map(identity_of, PLAIN_TYPES))
"""Identities of types whose values say all by marshal; a type's hash may be a user's code."""

SIZED = frozenset(map(identity_of, (str, bytes)))

STRIDES = {identity_of(int): (5, b"i"), identity_of(float): (9, b"g")}
"""How long each value is in marshal's format and what it begins with; longer ints differ."""

CHUNK = 4096
OVERHEAD = 512
"""What a container costs besides its items."""

DEPTH = 3
"""Tuples in tuples that are still taken at once."""


def dumped(value: Any) -> bytes:
    """A plain value as bytes that end by themselves; version 2 knows no references."""
    data = marshal.dumps(value, 2)
    return data if len(data) <= 64 else b"\x04" + xxh3_64_digest(data)


def flat(items: list[Any], look: Look) -> bytes | None:
    """The hash of items that are all plain; None where one is not, or they are too many."""
    if not look.afford(OVERHEAD + 5 * len(items)):
        return None
    if len(items) <= CHUNK:
        data = chunk(items, look)
        return None if data is None else xxh3_64_digest(data)
    hasher = xxh3_64()
    for start in range(0, len(items), CHUNK):
        data = chunk(items[start : start + CHUNK], look)
        if data is None or not look.afford(max(len(data) - 5 * CHUNK, 0)):
            return None
        hasher.update(data)
    return hasher.digest()


def chunk(items: list[Any], look: Look) -> bytes | None:
    """The bytes of some items, if all are plain or tuples of what is plain."""
    if len(items) == CHUNK and (data := strided(items)) is not None:
        return data
    if not are_plain(items, look, DEPTH):
        return None
    return marshal.dumps(items, 2)


def strided(items: list[Any]) -> bytes | None:
    """Bytes of numbers of one kind, told by their format: half the cost of asking each its type."""
    kind = type(items[0])
    first = identity_of(kind)
    if first not in STRIDES or type(items[-1]) is not kind or type(items[CHUNK // 2]) is not kind:
        return None
    try:
        data = marshal.dumps(items, 2)
    except ValueError:
        return None
    length, mark = STRIDES[first]
    is_regular = len(data) == 5 + length * CHUNK and data[5::length] == mark * CHUNK
    return data if is_regular else None


def are_plain(items: list[Any], look: Look, depth: int) -> bool:
    """Whether items are plain, and texts among them no longer than may be looked at."""
    if not items:
        return True
    first = type(items[0])
    if all(map(is_, map(type, items), repeat(first))):
        kinds = {identity_of(first)}
    else:
        kinds = set(map(identity_of, map(type, items)))
    if identity_of(tuple) in kinds:
        kinds.discard(identity_of(tuple))
        inner = list(chain.from_iterable(it for it in items if type(it) is tuple))
        if depth == 0 or not look.afford(len(inner)) or not are_plain(inner, look, depth - 1):
            return False
    if not kinds <= PLAIN:
        return False
    return not kinds & SIZED or look.afford(length_of(items, is_uniform=len(kinds) == 1))


def length_of(items: list[Any], *, is_uniform: bool) -> int:
    """Characters of the texts among items."""
    if is_uniform and type(items[0]) is not tuple and type(items[-1]) is not tuple:
        try:
            return sum(map(len, items))
        except TypeError:
            return sum(map(len, texts(items)))
    return sum(map(len, texts(items)))


def texts(items: Iterable[Any]) -> Iterable[Any]:
    return (it for it in items if identity_of(type(it)) in SIZED)


def flat_set(items: list[Any], look: Look) -> bytes | None:
    """The hash of plain items whatever their order; None where one is not plain."""
    if not look.afford(OVERHEAD + 5 * len(items)) or not are_plain(items, look, DEPTH):
        return None
    if not items:
        return b"\x05"
    first = type(items[0])
    if first in {int, str, bytes} and all(map(is_, map(type, items), repeat(first))):
        return xxh3_64_digest(marshal.dumps(sorted(items), 2))
    return xxh3_64_digest(b"".join(sorted(marshal.dumps(it, 2) for it in items)))

"""Values of a notebook looked at without running any code of the user's.

Provenance scans each variable that a cell read or wrote, before and after; what changed in
between is told by the parts that differ, also through an alias.
"""

from __future__ import annotations

from types import FunctionType
from typing import NamedTuple

from xxhash import xxh3_64_hexdigest

from nbtrack.capture.identity import identity_of
from nbtrack.capture.objects.flat import PLAIN, dumped
from nbtrack.capture.objects.look import Budget, Look
from nbtrack.capture.objects.walk import DIGEST, give_up, walk

__all__ = ["Budget", "Scan", "scan"]

USUAL = Budget()
NONE: frozenset[int] = frozenset()


class Scan(NamedTuple):
    """A value as it was when it was looked at."""

    digest: str
    """Of the content: equal for equal values, in other processes too; 16 hex digits."""
    parts: dict[int, int]
    """The own state of each mutable object and piece of memory in it, by identity."""
    is_exact: bool
    """Whether all of it was seen."""
    doubts: str
    """Why it was not."""
    opaque: frozenset[int]
    """Mutable objects whose state cannot be seen."""
    functions: tuple[FunctionType | type, ...]
    """The user's functions and classes in it."""
    remembering: tuple[object, ...] = ()
    """What remembers results: functions of `lru_cache`, objects with cached properties."""
    is_lazy: bool = False
    """Whether something in it is computed only when asked: its digest says nothing of that."""


def scan(value: object, budget: Budget | None = None) -> Scan:
    """What a value holds, and the state of each mutable object it is made of; never raises."""
    if identity_of(type(value)) in PLAIN:
        return Scan(xxh3_64_hexdigest(dumped(value)), {}, True, "", NONE, ())
    look = Look(budget or USUAL)
    try:
        content = walk(value, look)
    except Exception as error:  # noqa: BLE001 - tracking never stops the user's code; it is told
        give_up(error, value, look)
        content = b"unseen"
    return Scan(
        content[1:].hex() if content[:1] == DIGEST else xxh3_64_hexdigest(content),
        look.parts,
        not look.doubts,
        look.doubts,
        frozenset(look.opaque),
        tuple(look.functions.values()),
        tuple(look.remembering.values()),
        look.is_lazy,
    )

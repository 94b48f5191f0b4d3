"""Which variant a key belongs to: the same in every process, every version and in any language.

The MD5 of salt and key, as a whole number, is cut to a place from 0 to 9999: its last two decimal
digits first, the two before them next. The variants own the places in their order, from 0 on. So
`int(md5(key).hexdigest(), 16) % 100 < 20`, which many write by hand, sends the same users to the
first variant as a share of 0.2 does here without a salt.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from math import isfinite
from typing import Any

from nbtrack.errors import InvalidValue

__all__ = ["PLACES", "ends_of", "key_header", "key_of", "owner_of", "place_of"]

PLACES = 10_000


def key_of(value: Any) -> str | None:
    """A key as it is hashed: a whole number is written without a fraction; None for none.

    Example:
        >>> from nbtrack.serving.traffic.keys import key_of
        >>> key_of(42.0), key_of("42"), key_of(""), key_of(float("nan"))
        ('42', '42', None, None)
    """
    if hasattr(value, "item") and not getattr(value, "shape", ()):
        value = value.item()
    if isinstance(value, float):
        if not isfinite(value):
            return None
        value = int(value) if value.is_integer() else value
    return None if value is None else str(value) or None


def key_header(key: Any) -> bytes:
    """A key as the header `X-Nbtrack-Key` holds it: UTF-8, which is what workers read.

    Raises:
        InvalidValue: It cannot stand there.
    """
    told = key_of(key) if isinstance(key, str | int | float) or hasattr(key, "item") else None
    if told is None or not told.isprintable():
        raise InvalidValue(f"a key is a number or a text of one line, such as 'ada', not {key!r}")
    return told.encode()


def place_of(key: str, salt: str = "") -> int:
    """The place of a key, 0 to 9999.

    Example:
        >>> from nbtrack.serving.traffic.keys import place_of
        >>> place_of("user123"), place_of("user123", "another experiment")
        (8738, 472)
    """
    number = int.from_bytes(hashlib.md5((salt + key).encode(), usedforsecurity=False).digest())
    return number % 100 * 100 + number // 100 % 100


def ends_of(shares: Sequence[float]) -> list[int]:
    """Where the places of each variant end, by the part of the traffic that each shall get.

    Parts are kept to a ten-thousandth; what rounding leaves goes where most was cut off.

    Raises:
        InvalidValue: A share is negative or no number, or none gets anything.
    """
    whole = sum(shares)
    if not all(isfinite(it) and it >= 0 for it in shares) or not whole > 0:
        raise InvalidValue(
            f"shares of traffic are numbers from 0 on, at least one of them above 0, not "
            f"{', '.join(map(str, shares)) or 'none'}"
        )
    exact = [it / whole * PLACES for it in shares]
    parts = [int(it + 1e-9) for it in exact]
    cut = sorted(range(len(parts)), key=lambda at: parts[at] - exact[at])
    for at in cut[: PLACES - sum(parts)]:
        parts[at] += 1
    return list(accumulate(parts))


def owner_of(place: int, ends: Sequence[int]) -> int:
    """Whose place it is."""
    return bisect_right(ends, place)

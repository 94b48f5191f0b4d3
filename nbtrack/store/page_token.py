"""Page tokens: where a page ended and which question it answered, opaque to whoever carries it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence

import msgspec

from nbtrack.errors import InvalidValue
from nbtrack.query.fields import Searched
from nbtrack.query.tree import Runs
from nbtrack.store.compile import Key

__all__ = ["read", "written"]


def written(question: Searched, values: Sequence[object]) -> str:
    """The token of a page that ended with a row of these order values."""
    text = json.dumps([digest(question), *values], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def read(token: str | None, question: Searched, keys: Sequence[Key]) -> tuple[object, ...] | None:
    """The order values of the last row of the page before; None for the first page.

    Raises:
        InvalidValue: The token is broken, or belongs to another question.
    """
    if not token:
        return None
    try:
        found = json.loads(base64.b64decode(token, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise InvalidValue(
            f"page_token {token[:40]!r} is none of nbtrack's; begin without one"
        ) from None
    if not isinstance(found, list) or found[:1] != [digest(question)]:
        raise InvalidValue(
            f"page_token {token[:40]!r} belongs to another question: ask with the filter, order, "
            f"experiments and view of the page it came with, or begin without one"
        )
    values = found[1:]
    if len(values) != len(keys) or not all(map(fits, values, keys)):
        raise InvalidValue(f"page_token {token[:40]!r} is damaged; begin without one")
    return tuple(values)


def fits(value: object, key: Key) -> bool:
    """Whether a value can stand where a key is compared."""
    if value is None:
        return True
    if type(value) is int and abs(value) >= 2**63:
        return False
    return type(value) in ({int, float} if key.type is float else {key.type})


def digest(question: Searched) -> str:
    """A short sum of what decides which rows come, and in which order."""
    plain = {"after": None, "limit": None}
    if isinstance(question, Runs):
        plain["parts"] = ()  # type: ignore[assignment]
    text = msgspec.json.encode(msgspec.structs.replace(question, **plain))
    return hashlib.sha256(text).hexdigest()[:16]

"""What of a row may be written: columns that were chosen, without what looks like a secret."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from nbtrack.capture.redaction import (
    is_secret_key,
    is_wanted,
    mark,
    redact_error,
    redact_text,
    redact_tree,
)

__all__ = ["Discretion", "discreet_error", "discreet_key", "discreet_value", "discretion_of"]

LONGEST_REMEMBERED = 256
SHORTEST = 8
"""Characters of the shortest text that can look like a secret."""


class Discretion:
    """What may be written of rows with some columns.

    Args:
        names: The columns.
        wanted: Those that may be kept; None for all that are not named like a secret.
    """

    def __init__(self, names: Sequence[str], wanted: Sequence[str] | None) -> None:
        self.names = tuple(names)
        self.kept = [at for at, name in enumerate(names) if wanted is None or name in wanted]
        self.is_whole = len(self.kept) == len(names)
        redacts = is_wanted()
        self.secret = {name for name in names if redacts and is_secret_key(name)}

    def row(self, cells: Any) -> dict[str, Any]:
        """A row by name, with what may be written of it."""
        if isinstance(cells, dict):
            kept = {self.names[at] for at in self.kept}
            found = {name: value for name, value in cells.items() if name in kept}
        elif self.is_whole:
            found = dict(zip(self.names, cells, strict=True))
        else:
            found = {self.names[at]: cells[at] for at in self.kept}
        for name in self.secret:
            if found.get(name) is not None:
                found[name] = mark(str(found[name]))
        for name, value in found.items():
            if type(value) not in PLAIN:
                found[name] = discreet_value(value)
        return found


@functools.lru_cache(maxsize=64)
def discretion_of(
    names: tuple[str, ...],
    wanted: Sequence[str] | None,
    *,
    redacts: bool,  # noqa: ARG001 - another answer where the user changes it
) -> Discretion:
    """What may be written of rows with some columns, found once for all of them."""
    return Discretion(names, wanted)


PLAIN = frozenset({float, int, bool, type(None)})
"""Values that can be no secret by their look."""


def discreet_value(value: Any) -> Any:
    """A value without what looks like a secret in it."""
    if isinstance(value, str):
        return discreet_text(value)
    if isinstance(value, dict | list | tuple):
        return redact_tree(value)
    return value


def discreet_text(text: str) -> str:
    """A text; short ones are remembered, as columns repeat their values."""
    if len(text) < SHORTEST:
        return text
    return remembered(text) if len(text) <= LONGEST_REMEMBERED else redact_text(text)


remembered = functools.lru_cache(maxsize=16_384)(redact_text)


def discreet_key(key: str | None) -> str | None:
    """A key; a label that names the same one finds it, as equal secrets stay equal."""
    return key if key is None or key.isdigit() else discreet_text(key)


def discreet_error(error: str | None) -> str | None:
    """An error's message."""
    return None if error is None else redact_error(error)

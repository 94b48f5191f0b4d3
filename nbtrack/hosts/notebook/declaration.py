"""What a magic's line is declared with, and what was declared, read back."""

from __future__ import annotations

import functools
from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

import msgspec

__all__ = ["Completes", "Part", "Takes", "argument", "declared", "option"]

Completes = Literal[
    "experiment",
    "run",
    "variable",
    "target",
    "metric",
    "param",
    "filter",
    "choice",
    "model",
    "address",
    "endpoint",
    "",
]
"""What the tab key offers for a value."""

Takes = Literal["nothing", "word", "text", "texts", "names", "pairs"]
"""How many words a value is: `text` keeps them as they stand, names and pairs are several.

An option that takes `texts` is said once for each of them.
"""


def argument(value: str, doc: str, completes: Completes = "", *, text: bool = False) -> Any:
    """Declare what is said by its place, inside `Annotated`."""
    return msgspec.Meta(
        description=doc, extra={"flags": (), "value": value, "completes": completes, "text": text}
    )


def option(
    flags: str, doc: str, value: str = "", completes: Completes = "", *, text: bool = False
) -> Any:
    """Declare an option, inside `Annotated`: its spellings, apart by spaces."""
    return msgspec.Meta(
        description=doc,
        extra={
            "flags": tuple(flags.split()),
            "value": value,
            "completes": completes,
            "text": text,
        },
    )


class Part(NamedTuple):
    """What a line may hold, as it was declared."""

    name: str
    type: Any
    flags: tuple[str, ...]
    """The spellings of an option; an argument has none."""
    value: str
    doc: str
    completes: Completes
    takes: Takes

    @property
    def label(self) -> str:
        """How messages call it."""
        return self.flags[0] if self.flags else self.value

    @property
    def choices(self) -> tuple[str, ...]:
        """The values it can have, if they are few."""
        return get_args(self.type) if get_origin(self.type) is Literal else ()


@functools.cache
def declared(line: type[msgspec.Struct]) -> tuple[Part, ...]:
    """All that a line may hold: arguments and options, in order."""
    found = []
    for name, hint in get_type_hints(line, include_extras=True).items():
        kind, meta = get_args(hint)
        extra = meta.extra
        found.append(
            Part(
                name,
                kind,
                extra["flags"],
                extra["value"],
                meta.description,
                extra["completes"],
                taken(kind, is_text=extra["text"]),
            )
        )
    return tuple(found)


def taken(kind: Any, *, is_text: bool) -> Takes:
    """How many words a value of a type is."""
    if is_text:
        return "texts" if kind == list[str] else "text"
    if kind is bool:
        return "nothing"
    if kind == list[str]:
        return "names"
    return "pairs" if kind == dict[str, str] else "word"

"""What one scan has seen so far, and what a handler tells of one object."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import NamedTuple, TypeAlias

from nbtrack.capture.identity import identity_of

__all__ = ["Budget", "Copied", "Handler", "Look", "Node", "standing"]

IDENTITY = b"\x01"

MEMORY_IS_CHEAPER = 8
"""Hashing a byte of memory costs a fraction of turning a Python object into one."""

ITEMS_A_NODE = 16
"""Items that may be turned over for each object that may be looked into."""


@dataclass(frozen=True)
class Budget:
    """How much of a value is looked at before it is sampled."""

    nodes: int = 3000
    bytes: int = 64 << 20


class Node:
    """One object as its handler tells it; children are visited, asides only for their parts.

    `state` counts for the content and for the object's own state, `content` and `own` for one.
    """

    __slots__ = (
        "asides",
        "children",
        "content",
        "is_deep",
        "is_mutable",
        "is_sealed",
        "is_unordered",
        "own",
        "state",
    )

    def __init__(
        self,
        state: bytes,
        children: Sequence[object] = (),
        *,
        asides: Sequence[object] = (),
        content: bytes = b"",
        own: bytes = b"",
        is_mutable: bool = True,
        is_unordered: bool = False,
        is_deep: bool = False,
        is_sealed: bool = False,
    ) -> None:
        self.state = state
        self.children = children
        self.asides = asides
        self.content = content
        self.own = own
        self.is_mutable = is_mutable
        self.is_unordered = is_unordered
        self.is_deep = is_deep
        """Its own state is all it holds, whatever objects hold it."""
        self.is_sealed = is_sealed
        """Its children are copies made for this look: they count, their identities do not."""


class Copied(NamedTuple):
    """What was made for this look: its content counts, its identities do not."""

    item: object


class Look:
    """One scan under way: what it may still cost, and what it noticed."""

    __slots__ = (
        "budget",
        "bytes",
        "doubts",
        "functions",
        "is_lazy",
        "is_sealed",
        "items",
        "memory",
        "nodes",
        "opaque",
        "parts",
        "remembering",
    )

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.nodes = budget.nodes
        self.bytes = budget.bytes
        self.items = budget.nodes * ITEMS_A_NODE
        self.parts: dict[int, int] = {}
        self.opaque: set[int] = set()
        self.functions: dict[int, FunctionType | type] = {}
        self.remembering: dict[int, object] = {}
        """What remembers results, by identity."""
        self.memory: dict[tuple[int, int], bytes] = {}
        """Hashes of memory by address and length: columns share their block's."""
        self.doubts = ""
        self.is_lazy = False
        """Whether something in it is computed only when asked."""
        self.is_sealed = False

    def doubt(self, why: str) -> None:
        """Say why the value was not seen whole; the first reason is kept."""
        self.doubts = self.doubts or why

    def hide(self, value: object, name: str) -> None:
        """An object that may change unseen."""
        self.doubt(f"a {name} cannot be looked into")
        if not self.is_sealed:
            self.opaque.add(identity_of(value))

    def part(self, identity: int, own: int) -> None:
        """Note the own state of a mutable object or of a piece of memory."""
        if not self.is_sealed:
            self.parts[identity] = own

    def afford(self, size: int) -> bool:
        """Whether so many bytes of Python objects may be looked at; they are charged then."""
        if size > self.bytes:
            return False
        self.bytes -= size
        return True

    def afford_memory(self, size: int) -> bool:
        """Whether so many bytes of plain memory may be looked at."""
        return self.afford(size // MEMORY_IS_CHEAPER)

    def sample(self, items: Sequence[object], what: str) -> Sequence[object]:
        """All items, or evenly spread ones where there are more than may be turned over."""
        count = len(items)
        if count <= self.items:
            self.items -= count
            return items
        self.doubt(f"a {what} of {count:,} items was sampled")
        taken = max(self.nodes // 2, 2)
        step = (count - 1) / (taken - 1)
        return [items[round(number * step)] for number in range(taken)]


Handler: TypeAlias = Callable[[object, Look], "Node | bytes"]
"""Tells an object: a node, or the bytes that are all of an immutable one."""


def standing(value: object) -> bytes:
    """A mutable object in the state of what holds it."""
    return IDENTITY + identity_of(value).to_bytes(8, "little", signed=True)

"""The walk over an object graph, with a stack of its own: cycles end, depth does not matter."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from xxhash import xxh3_64_digest, xxh3_64_intdigest

from nbtrack.capture.guard import report
from nbtrack.capture.identity import identity_of
from nbtrack.capture.objects.flat import PLAIN, dumped
from nbtrack.capture.objects.kinds import handler_of
from nbtrack.capture.objects.look import Look, Node, standing
from nbtrack.capture.objects.names import name_of, short_name_of

__all__ = ["DIGEST", "give_up", "walk"]

ATTEMPTS = 3
"""How often an object is looked at anew that another thread changes meanwhile."""

# What the bytes of a child begin with, where marshal's letters do not; `IDENTITY` is of these.
DIGEST, CYCLE, UNSEEN = b"\x00", b"\x02", b"\x03"

Found = tuple[bytes, bytes]
"""An object's content, and what stands for it in the own state of what holds it."""


class Visit:
    """An object whose children are being visited."""

    __slots__ = ("contents", "node", "pending", "seals", "stands", "value")

    def __init__(self, value: object, node: Node, *, seals: bool) -> None:
        self.value = value
        self.node = node
        self.pending: Iterator[object] = chain(node.children, node.asides)
        self.contents: list[bytes] = []
        self.stands: list[bytes] = []
        self.seals = seals


def walk(root: object, look: Look) -> bytes:
    """The content of a value; what else is noticed is noted in the look."""
    walker = Walker(look)
    found = walker.glance(root)
    stack = walker.stack
    while stack:
        visit = stack[-1]
        contents, stands = visit.contents, visit.stands
        for child in visit.pending:
            if identity_of(type(child)) in PLAIN:
                data = dumped(child)
                contents.append(data)
                stands.append(data)
                continue
            found = walker.glance(child)
            if found is None:
                break
            contents.append(found[0])
            stands.append(found[1])
        else:
            found = walker.leave()
            if stack:
                stack[-1].contents.append(found[0])
                stack[-1].stands.append(found[1])
    assert found is not None  # noqa: S101 - the last visit that is left has found
    return found[0]


class Walker:
    """The stack of a walk, and what was found at objects seen before."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.stack: list[Visit] = []
        self.known: dict[int, Found] = {}
        self.under_way: dict[int, int] = {}
        self.kept: list[object] = []
        """What was made for this walk lives as long as it, so that identities stay apart."""

    def glance(self, value: object) -> Found | None:
        """What is found at once; None when the value has children, which are next then."""
        if identity_of(type(value)) in PLAIN:
            data = dumped(value)
            return data, data
        identity = identity_of(value)
        if identity in self.known or identity in self.under_way:
            return self.known.get(identity) or self.cycle(identity)
        node = self.node_of(value)
        if isinstance(node, bytes):
            return node, node
        if node.children or node.asides:
            if self.look.nodes <= 0:
                return self.unseen(value)
            self.look.nodes -= 1
            self.enter(value, node)
            return None
        self.kept.append(value)
        return self.concluded(value, node, [], [])

    def node_of(self, value: object) -> Node | bytes:
        """What the handler of its type tells of a value."""
        for _ in range(ATTEMPTS):
            try:
                return handler_of(type(value))(value, self.look)
            except RuntimeError as error:
                changing = error
            except Exception as error:  # noqa: BLE001 - a kind not thought of; it is told
                give_up(error, value, self.look)
                return name_of(type(value)).encode(errors="replace")
        name = short_name_of(type(value))
        self.look.doubt(f"a {name} could not be read: {changing}")
        self.look.hide(value, name)
        return name_of(type(value)).encode(errors="replace")

    def enter(self, value: object, node: Node) -> None:
        seals = node.is_sealed and not self.look.is_sealed
        self.look.is_sealed = self.look.is_sealed or seals
        self.under_way[identity_of(value)] = len(self.stack)
        self.kept.append(value)
        self.stack.append(Visit(value, node, seals=seals))

    def leave(self) -> Found:
        """What was found at the value on top, whose children were all visited."""
        visit = self.stack.pop()
        del self.under_way[identity_of(visit.value)]
        if visit.seals:
            self.look.is_sealed = False
        count = len(visit.node.children)
        return self.concluded(visit.value, visit.node, visit.contents[:count], visit.stands[:count])

    def concluded(
        self, value: object, node: Node, contents: list[bytes], stands: list[bytes]
    ) -> Found:
        if node.is_unordered:
            contents.sort()
            stands.sort()
        content = DIGEST + xxh3_64_digest(node.state + node.content + b"".join(contents))
        own = node.state + node.own + b"".join(contents if node.is_deep else stands)
        if self.look.is_sealed:
            found = content, content
        elif node.is_mutable:
            self.look.parts[identity_of(value)] = xxh3_64_intdigest(own)
            found = content, standing(value)
        else:
            found = content, DIGEST + xxh3_64_digest(own)
        self.known[identity_of(value)] = found
        return found

    def cycle(self, identity: int) -> Found:
        """A value met again inside itself: told by how far up it is."""
        depth = self.under_way[identity]
        up = CYCLE + (len(self.stack) - depth).to_bytes(8, "little")
        visit = self.stack[depth]
        is_part = visit.node.is_mutable and not self.look.is_sealed
        return up, standing(visit.value) if is_part else up

    def unseen(self, value: object) -> Found:
        """A value that there is no budget left for."""
        self.look.doubt(f"of more than {self.look.budget.nodes:,} objects the rest was not seen")
        content = UNSEEN + name_of(type(value)).encode(errors="replace") + b"\x00"
        return content, content if self.look.is_sealed else standing(value)


def give_up(error: Exception, value: object, look: Look) -> None:
    """Tell an error once; what it befell may change unseen."""
    if isinstance(error, AttributeError):
        error.obj = None  # a traceback asks it for names like the one that is missing
    name = short_name_of(type(value))
    report(error, f"looking at a {name}")
    look.hide(value, name)

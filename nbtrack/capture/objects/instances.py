"""Instances of classes in Python: their attributes and slots, and what a builtin base holds."""

from __future__ import annotations

import contextlib
import functools
import marshal
import types
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from xxhash import xxh3_64_digest, xxh3_64_intdigest

from nbtrack.capture.identity import identity_of
from nbtrack.capture.objects.flat import PLAIN, dumped
from nbtrack.capture.objects.look import Copied, Handler, Look, Node, standing
from nbtrack.capture.objects.names import (
    is_users,
    leaf,
    mro_of,
    name_of,
    namespace_of,
    short_name_of,
)

__all__ = ["HANDLERS", "Plan", "extended", "instance", "plan_of"]

BASIC_SIZE = type.__dict__["__basicsize__"].__get__
DICT_OFFSET = type.__dict__["__dictoffset__"].__get__
WEAK_OFFSET = type.__dict__["__weakrefoffset__"].__get__

PANDAS_CACHES = {"_cache", "_item_cache", "_cacher"}

SHORT = PLAIN - {identity_of(bytes)}
"""Types of attributes that are taken at once."""

SCALARS: dict[int, Callable[[Any], bytes]] = {}
"""What tells a scalar of a library, by the identity of its type.

A forest's trees have one each: as children of theirs they would take longer than all the rest.
"""

LEAVES: dict[int, Handler] = {}
"""The same for what can change and holds no other object, such as the arrays of each tree."""

AWAITED: list[Callable[[], bool]] = []
"""What completes these tables once a library is loaded, and says whether it did.

Before anything of it is looked at: what is told at once is told so from the first time on.
"""

WORD = 8
EMPTY = object.__basicsize__


class Plan(NamedTuple):
    """Where instances of a type keep what they hold."""

    kind: type
    attributes: Callable[[object], dict[str, Any]] | None
    slots: tuple[tuple[str, Any], ...]
    users: type | None
    """The class itself if it is the user's: its methods and attributes are part of the value."""
    caches: frozenset[str]
    """Attributes that only remember what was computed: they are no change."""
    hides: bool
    """Whether it is larger than what can be seen of it."""


def plan_of(kind: type, below: int | None = None) -> Plan:
    """The plan of a type; a handler knows what classes of its mro from `below` on hold."""
    mro = mro_of(kind)
    attributes, slots = None, []
    for cls in mro[:below]:
        for name, member in namespace_of(cls).items():
            if name == "__dict__" and type(member) is types.GetSetDescriptorType:
                attributes = member.__get__
            elif type(member) is types.MemberDescriptorType and name != "__weakref__":
                slots.append((name, member))
    size = EMPTY + WORD * (len(slots) + (DICT_OFFSET(kind) > 0) + (WEAK_OFFSET(kind) > 0))
    users = kind if any(map(is_users, mro)) else None
    hides = below is None and BASIC_SIZE(kind) > size
    return Plan(kind, attributes, tuple(slots), users, caches_of(mro), hides)


def caches_of(mro: tuple[type, ...]) -> frozenset[str]:
    """The names of cached properties, and where pandas keeps its own."""
    found = {
        name
        for cls in mro
        for name, it in namespace_of(cls).items()
        if type(it) is functools.cached_property
    }
    return frozenset(found | PANDAS_CACHES if name_of(mro[0]).startswith("pandas.") else found)


def instance(plan: Plan) -> Handler:
    """The handler of a type that derives from no builtin type that holds something."""
    name = leaf(plan.kind)

    def handler(value: object, look: Look) -> Node:
        if plan.hides:
            look.hide(value, short_name_of(plan.kind))
        if plan.users is not None and plan.caches:
            look.remembering[identity_of(value)] = value
        node = held(plan, value, look)
        node.state = name + node.state
        node.asides = remembered(plan, value)
        return node

    return handler


def extended(plan: Plan, handler: Handler) -> Handler:
    """The handler of a subclass of a type that has one."""
    name = leaf(plan.kind)

    def wider(value: object, look: Look) -> Node:
        found = handler(value, look)
        if isinstance(found, bytes):
            found = Node(found, is_mutable=False)
        own = held(plan, value, look)
        more = own.children
        found.state += name + own.state
        found.content += own.content
        found.own += own.own
        if found.is_unordered:
            found.is_unordered = False
            more = [Bag(found.children), *more]
            found.children = more
        else:
            found.children = [*found.children, *more]
        found.is_mutable = found.is_mutable or bool(plan.attributes or plan.slots)
        return found

    return wider


class Bag(NamedTuple):
    """Items without an order among others that have one."""

    items: Any


def bag(value: Any, look: Look) -> Node:  # noqa: ARG001
    return Node(b"b", value.items, is_mutable=False, is_unordered=True)


def copied(value: Any, look: Look) -> Node:  # noqa: ARG001
    return Node(b"m", (value.item,), is_mutable=False, is_sealed=True)


def held(plan: Plan, value: object, look: Look) -> Node:
    """What an instance holds: what is told at once, and others, slots and class to visit."""
    rest: list[Any] = [] if plan.users is None else [plan.users]
    rest += in_slots(plan, value)
    node = Node(b"", rest)
    if plan.attributes is None:
        return node
    if AWAITED:
        AWAITED[:] = [complete for complete in AWAITED if not complete()]
    simple: list[Any] = []
    for name, it in plan.attributes(value).copy().items():
        if name in plan.caches:
            continue
        kind = identity_of(type(it))
        if type(name) is not str:
            rest += (name, it)
        elif kind in SHORT:
            simple += (name, it)
        elif kind in SCALARS:
            simple += (name, SCALARS[kind](it))
        elif kind in LEAVES and told_at_once(node, it, LEAVES[kind], look):
            simple.append(name)
        else:
            rest += (name, it)
    node.state = marshal.dumps(simple, 2)
    return node


def in_slots(plan: Plan, value: object) -> Iterator[Any]:
    """The names of an instance's slots, each with what is in it, if anything is."""
    for name, member in plan.slots:
        yield name
        with contextlib.suppress(AttributeError):
            yield member.__get__(value)


def told_at_once(node: Node, value: object, handler: Handler, look: Look) -> bool:
    """Whether a value is a leaf after all; then it is told with what holds it, and is a part."""
    leaf_node = handler(value, look)
    if isinstance(leaf_node, bytes) or leaf_node.children or leaf_node.asides:
        return False  # an array of objects
    content = xxh3_64_digest(leaf_node.state + leaf_node.content)
    look.part(identity_of(value), xxh3_64_intdigest(leaf_node.state + leaf_node.own))
    node.content += content
    node.own += content if look.is_sealed else standing(value)
    return True


def remembered(plan: Plan, value: object) -> list[Any]:
    """Cached results: not part of the value, but what they are made of may be changed."""
    if not plan.caches or plan.attributes is None:
        return []
    return [it for name, it in plan.attributes(value).copy().items() if name in plan.caches]


def namespace(value: Any, look: Look) -> Node:  # noqa: ARG001
    state = namespace_of(types.SimpleNamespace)["__dict__"].__get__(value).copy()
    return Node(leaf(type(value)), [it for pair in state.items() for it in pair])


def failure(value: Any, look: Look) -> Node:  # noqa: ARG001
    """An exception: its arguments, attributes and cause; not where it was raised."""
    fields = BaseException.__dict__
    state = fields["__dict__"].__get__(value) or {}
    cause = fields["__cause__"].__get__(value)
    args = fields["args"].__get__(value)
    rest = [it for pair in state.items() for it in pair]
    return Node(leaf(type(value)), [args, cause, dumped(len(rest)), *rest])


HANDLERS: dict[type, Handler] = {
    Bag: bag,
    Copied: copied,
    types.SimpleNamespace: namespace,
    BaseException: failure,
}

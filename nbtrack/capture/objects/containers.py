"""Lists, dicts, sets and their kin; plain items are hashed at once, others are visited."""

from __future__ import annotations

import types
from array import array
from collections import OrderedDict, deque
from collections.abc import Sequence
from typing import Any

from xxhash import xxh3_64_digest

from nbtrack.capture.identity import identity_of
from nbtrack.capture.objects.flat import dumped, flat, flat_set
from nbtrack.capture.objects.look import Handler, Look, Node
from nbtrack.capture.objects.names import held_by, leaf

__all__ = ["HANDLERS"]

ORDERED = leaf(OrderedDict)
LIST, TUPLE, DICT, SET, FROZEN, DEQUE = (
    leaf(it) for it in (list, tuple, dict, set, frozenset, deque)
)


def items_of(kind: bytes, items: Sequence[Any], look: Look, what: str) -> Node:
    """Items in their order: one hash where all are plain, else children."""
    count = dumped(len(items))
    data = flat(items if type(items) is list else list(items), look)
    if data is not None:
        return Node(kind + count + b"f" + data)
    taken = look.sample(items, what)
    own = b"" if taken is items else identities(items)
    return Node(kind + count, taken, own=own)


def identities(items: Sequence[Any]) -> bytes:
    """Which objects a container holds, for one that holds too many to look at each."""
    return xxh3_64_digest(array("q", map(identity_of, items)))


def a_list(value: Any, look: Look) -> Node:
    return items_of(LIST, list.__getitem__(value, slice(None)), look, "list")


def a_deque(value: Any, look: Look) -> Node:
    items = list(deque.__iter__(value))
    node = items_of(DEQUE, items, look, "deque")
    node.state += dumped(deque.__dict__["maxlen"].__get__(value))
    return node


def a_tuple(value: Any, look: Look) -> Node:
    node = items_of(TUPLE, list(tuple.__iter__(value)), look, "tuple")
    node.is_mutable = False
    return node


def a_dict(value: Any, look: Look) -> Node:
    return pairs(list(dict.keys(value)), list(dict.values(value)), look)


def an_ordered_dict(value: Any, look: Look) -> Node:
    """In its own order, which moving a key to the end changes and a dict's view does not tell."""
    held = {identity_of(key): it for key, it in dict.items(value)}
    keys = list(OrderedDict.keys(value))
    node = pairs(keys, [held[identity_of(key)] for key in keys], look)
    node.state += ORDERED
    return node


def a_view(value: Any, look: Look) -> Node:  # noqa: ARG001
    """A read-only view of a mapping, or one of its keys or values."""
    return Node(leaf(type(value)), held_by(value), is_mutable=False)


def pairs(keys: list[Any], values: list[Any], look: Look) -> Node:
    """A mapping in the order of its keys."""
    count = dumped(len(keys))
    of_keys, of_values = flat(keys, look), flat(values, look)
    if of_keys is not None and of_values is not None:
        return Node(DICT + count + b"f" + of_keys + of_values)
    if of_keys is not None:
        node = items_of_dict(values, look)
        node.state = DICT + count + b"k" + of_keys
        return node
    if len(keys) * 2 <= look.items:
        both = [it for pair in zip(keys, values, strict=True) for it in pair]
        return Node(DICT + count, look.sample(both, "dict"))
    taken = [*look.sample(keys, "dict"), *look.sample(values, "dict")]
    return Node(DICT + count, taken, own=identities(keys) + identities(values))


def items_of_dict(values: list[Any], look: Look) -> Node:
    taken = look.sample(values, "dict")
    return Node(b"", taken, own=b"" if taken is values else identities(values))


def a_set(value: Any, look: Look) -> Node:
    return members(SET, list(set.__iter__(value)), look)


def a_frozen_set(value: Any, look: Look) -> Node:
    node = members(FROZEN, list(frozenset.__iter__(value)), look)
    node.is_mutable = False
    return node


def members(kind: bytes, items: list[Any], look: Look) -> Node:
    """Items in no order."""
    count = dumped(len(items))
    data = flat_set(items, look)
    if data is not None:
        return Node(kind + count + b"f" + data)
    taken = look.sample(items, "set")
    own = b"" if taken is items else identities(sorted(items, key=id))
    return Node(kind + count, taken, own=own, is_unordered=True)


HANDLERS: dict[type, Handler] = {
    list: a_list,
    tuple: a_tuple,
    dict: a_dict,
    OrderedDict: an_ordered_dict,
    set: a_set,
    frozenset: a_frozen_set,
    deque: a_deque,
    types.MappingProxyType: a_view,
    type({}.keys()): a_view,
    type({}.values()): a_view,
    type({}.items()): a_view,
    type(OrderedDict().keys()): a_view,
    type(OrderedDict().values()): a_view,
    type(OrderedDict().items()): a_view,
}

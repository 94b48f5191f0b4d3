"""Types by name, mro and namespace, read without asking their metaclass."""

from __future__ import annotations

from gc import get_referents
from types import GetSetDescriptorType, MappingProxyType
from typing import Any, cast

from xxhash import xxh3_64_digest

__all__ = [
    "attributes_of",
    "held_by",
    "is_users",
    "leaf",
    "leaf_called",
    "module_of",
    "mro_of",
    "name_of",
    "namespace_of",
    "short_name_of",
]

TYPE = type.__dict__


def mro_of(kind: type) -> tuple[type, ...]:
    """The classes a type is made of, itself first."""
    return cast("tuple[type, ...]", TYPE["__mro__"].__get__(kind))


def namespace_of(kind: type) -> MappingProxyType[str, Any]:
    """The names that a class itself defines."""
    return cast("MappingProxyType[str, Any]", TYPE["__dict__"].__get__(kind))


def attributes_of(value: object) -> dict[str, Any]:
    """The attributes of an instance, from where its class really keeps them."""
    for cls in mro_of(type(value)):
        found = namespace_of(cls).get("__dict__")
        if type(found) is GetSetDescriptorType:
            return cast("dict[str, Any]", found.__get__(value))
    return {}


def module_of(kind: type) -> str:
    """The module that a class says it is from."""
    module = TYPE["__module__"].__get__(kind)
    return module if type(module) is str else "?"


def name_of(kind: type) -> str:
    """Module and qualified name, as in `collections.deque`."""
    return f"{module_of(kind)}.{TYPE['__qualname__'].__get__(kind)}"


def short_name_of(kind: type) -> str:
    """The name as a person would say it."""
    return name_of(kind).removeprefix("builtins.").removeprefix("__main__.")


def is_users(kind: type) -> bool:
    """Whether a class was written in the notebook."""
    return module_of(kind) == "__main__"


def held_by(value: object) -> list[Any]:
    """What an object in C refers to; types made at run time are among it and do not count."""
    kind = type(value)
    return [it for it in get_referents(value) if it is not kind]


def leaf(kind: type, data: bytes = b"") -> bytes:
    """All of an immutable value, in bytes that end by themselves."""
    return leaf_called(name_of(kind).encode(errors="replace"), data)


def leaf_called(name: bytes, data: bytes = b"") -> bytes:
    """The same by the name of its type, where that is known and many are told."""
    return b"\x06" + xxh3_64_digest(name + b"\x00" + data)

"""Functions and classes: a user's by what they do, a library's by name."""

from __future__ import annotations

import functools
import sys
import types
from typing import Any

from nbtrack.capture.identity import identity_of
from nbtrack.capture.objects.code import code_digest
from nbtrack.capture.objects.flat import PLAIN, dumped
from nbtrack.capture.objects.look import Handler, Look, Node
from nbtrack.capture.objects.names import (
    held_by,
    is_users,
    leaf,
    mro_of,
    name_of,
    namespace_of,
)

__all__ = ["HANDLERS", "results_in"]

FUNCTION = types.FunctionType.__dict__

CLASS_NOISE = frozenset(
    {
        "__dict__",
        "__doc__",
        "__firstlineno__",
        "__module__",
        "__qualname__",
        "__static_attributes__",
        "__weakref__",
        "_abc_impl",
    }
)
"""What a class body holds that says nothing of what the class does."""


def function(value: Any, look: Look) -> Node | bytes:
    """A user's function by its code, defaults and closure; of a library's only the closure."""
    where = FUNCTION["__globals__"].__get__(value)
    attributes = FUNCTION["__dict__"].__get__(value)
    closure = value.__closure__ or ()
    if where.get("__name__") != "__main__":
        name = leaf(types.FunctionType, f"{value.__module__}.{value.__qualname__}".encode())
        if is_of_module(value):
            return name  # what is in its closure is the library's own
        rest = [it for pair in attributes.items() for it in pair]
        return Node(name, [*closure, *rest], is_mutable=False) if closure or rest else name
    look.functions[identity_of(value)] = value
    children = [value.__defaults__, value.__kwdefaults__, *closure]
    children += [it for pair in attributes.items() for it in pair]
    return Node(leaf(types.FunctionType) + code_digest(value.__code__), children)


def is_of_module(value: Any) -> bool:
    """Whether a function is what its module holds under its name."""
    home = sys.modules.get(value.__module__) if type(value.__module__) is str else None
    return type(home) is types.ModuleType and vars(home).get(value.__qualname__) is value


def cell(value: Any, look: Look) -> Node:  # noqa: ARG001
    """A variable that a function shares with the one around it."""
    try:
        return Node(b"cell", (value.cell_contents,))
    except ValueError:
        return Node(b"cell, empty")


def code(value: Any, look: Look) -> bytes:  # noqa: ARG001
    return leaf(types.CodeType, code_digest(value))


def method(value: Any, look: Look) -> Node:  # noqa: ARG001
    return Node(leaf(type(value)), (value.__self__, value.__func__), is_mutable=False)


def builtin(value: Any, look: Look) -> Node | bytes:  # noqa: ARG001
    """A function in C; one that is bound to an object has that object's state."""
    owner = value.__self__
    name = leaf(type(value), value.__qualname__.encode())
    if owner is None or isinstance_exactly(owner, types.ModuleType):
        module = value.__module__
        return leaf(type(value), f"{module}.{value.__qualname__}".encode())
    return Node(name, (owner,), is_mutable=False)


def isinstance_exactly(value: object, kind: type) -> bool:
    """Whether a value is of a kind, without asking the value for its class."""
    return any(it is kind for it in mro_of(type(value)))


def a_class(value: Any, look: Look) -> Node | bytes:
    """A user's class by what its body defines; a library's by name."""
    if not is_users(value):
        return leaf(type, name_of(value).encode(errors="replace"))
    look.functions[identity_of(value)] = value
    names = [it for it in namespace_of(value) if it not in CLASS_NOISE]
    space = namespace_of(value)
    children = [it for name in names if not is_slot(space[name]) for it in (name, space[name])]
    bases = type.__dict__["__bases__"].__get__(value)
    name = leaf(type(value), name_of(value).encode(errors="replace"))
    return Node(name + dumped(len(bases)), [*bases, *children])


def is_slot(member: object) -> bool:
    """Whether an entry of a class is made from `__slots__`, which names it too."""
    return type(member) in {types.MemberDescriptorType, types.GetSetDescriptorType}


def wrapped(value: Any, look: Look) -> Node:  # noqa: ARG001
    """A static or class method."""
    return Node(leaf(type(value)), (value.__func__,), is_mutable=False)


def a_property(value: Any, look: Look) -> Node:  # noqa: ARG001
    return Node(leaf(property), (value.fget, value.fset, value.fdel), is_mutable=False)


def cached_property(value: Any, look: Look) -> Node:  # noqa: ARG001
    """Its function; the lock that some versions keep is nobody's data."""
    return Node(leaf(functools.cached_property), (vars(value)["func"],), is_mutable=False)


def partial(value: Any, look: Look) -> Node:  # noqa: ARG001
    fields = functools.partial.__dict__
    children = [fields[it].__get__(value) for it in ("func", "args", "keywords")]
    children += [it for pair in fields["__dict__"].__get__(value).items() for it in pair]
    return Node(leaf(functools.partial), children)


def cached(value: Any, look: Look) -> Node:
    """A function that remembers results: they are not part of it, but may be changed themselves."""
    state = vars(value)
    function = state.get("__wrapped__")
    look.remembering[identity_of(value)] = value
    results = look.sample(results_in(value, function), "cache")
    return Node(leaf(type(value)), [function], asides=results, is_mutable=False)


def results_in(value: object, function: object) -> list[object]:
    """The results that a function remembers, without the plain ones, which nothing can change.

    The dict of the cache stands before the function. It holds the results if it has no limit; if it
    has one, they stand beside its keys before it.
    """
    held = held_by(value)
    place = next((it for it in reversed(range(len(held))) if held[it] is function), 0) - 1
    store = held[place] if place >= 0 else None
    if type(store) is not dict:
        return []
    keys = set(map(identity_of, store))
    found = (*held[:place], *store.values())
    return [it for it in found if identity_of(it) not in keys and not is_inert(type(it))]


def is_inert(kind: type) -> bool:
    """Whether values of a type are plain, or what a cache itself is made of."""
    return identity_of(kind) in PLAIN or kind is type or name_of(kind) == "functools._lru_list_elem"


HANDLERS: dict[type, Handler] = {
    types.FunctionType: function,
    types.CellType: cell,
    types.CodeType: code,
    types.MethodType: method,
    types.BuiltinFunctionType: builtin,
    types.MethodWrapperType: builtin,
    type: a_class,
    staticmethod: wrapped,
    classmethod: wrapped,
    property: a_property,
    functools.cached_property: cached_property,
    functools.partial: partial,
    type(functools.lru_cache(len)): cached,
}

"""Objects in C of scientific libraries, by the state that they would be pickled with."""

from __future__ import annotations

from typing import Any

from nbtrack.capture.objects.instances import Plan, held
from nbtrack.capture.objects.look import Copied, Handler, Look, Node
from nbtrack.capture.objects.names import leaf, mro_of, name_of, namespace_of, short_name_of

__all__ = ["CYTHON_FUNCTIONS", "LIBRARY", "compiled_function", "extension", "is_trusted"]

TRUSTED = frozenset({"numpy", "pandas", "pyarrow", "scipy", "sklearn"})
"""Libraries whose pickling is their own code, and a copy of what they hold."""

CYTHON_FUNCTIONS = frozenset({"cython_function_or_method", "fused_cython_function"})


def compiled_function(value: Any, look: Look) -> bytes:  # noqa: ARG001
    """A function of a compiled library, by name."""
    return leaf(type(value), f"{value.__module__}.{value.__qualname__}".encode())


def extension(plan: Plan) -> Handler:
    """The handler of a type in C; without a state to tell, its instances may change unseen."""
    spaces = map(namespace_of, mro_of(plan.kind))
    reduce = next(space["__reduce__"] for space in spaces if "__reduce__" in space)
    name, short = leaf(plan.kind), short_name_of(plan.kind)
    is_plain = reduce is namespace_of(object)["__reduce__"]

    def handler(value: object, look: Look) -> Node | bytes:
        try:
            told = object.__reduce_ex__(value, 2) if is_plain else reduce(value)
        except TypeError:
            look.hide(value, short)
            node = held(plan, value, look)
            node.state = name + node.state
            return node
        if isinstance(told, str):
            return leaf(plan.kind, told.encode())
        node = held(plan, value, look)
        node.state = name + node.state
        node.children = (Copied(list(told[1:3])), *node.children)
        return node

    return handler


def search_tree(value: Any, look: Look) -> Node:  # noqa: ARG001
    """A tree of neighbours by its arrays; that it counts how often it was asked is no change."""
    return Node(leaf(type(value)), (Copied(list(value.get_arrays())),), is_mutable=False)


LIBRARY: dict[str, Handler] = {
    "sklearn.neighbors.BallTree": search_tree,
    "sklearn.neighbors.KDTree": search_tree,
}


def is_trusted(kind: type) -> bool:
    """Whether a class comes from a library whose pickling may be run."""
    return name_of(kind).split(".")[0] in TRUSTED

"""The table of what can be looked at: a type's handler, found once and remembered."""

from __future__ import annotations

import sys
import weakref

from nbtrack.capture.identity import identity_of
from nbtrack.capture.objects import (
    arrays,
    boosters,
    containers,
    extensions,
    frames,
    functions,
    instances,
    iterators,
    plain,
    randomness,
    streams,
    tables,
    tensors,
    trees,
)
from nbtrack.capture.objects.look import Handler
from nbtrack.capture.objects.names import mro_of, name_of, short_name_of

__all__ = ["handler_of"]

SOURCES = (
    arrays,
    boosters,
    containers,
    extensions,
    frames,
    functions,
    instances,
    iterators,
    plain,
    randomness,
    streams,
    tables,
    tensors,
    trees,
)

BUILTIN: dict[int, Handler] = {
    identity_of(kind): handler
    for source in SOURCES
    for kind, handler in getattr(source, "HANDLERS", {}).items()
}
"""By identity of the type: asking a type for its hash may run a metaclass of the user's."""

LIBRARY: dict[str, Handler] = {
    name: handler for source in SOURCES for name, handler in getattr(source, "LIBRARY", {}).items()
}
"""By the name a library offers a type under, so that it need not be imported."""

ROOTS: dict[str, list[str]] = {}
for known in LIBRARY:
    ROOTS.setdefault(known.split(".")[0], []).append(known)

LAZY = frozenset({"dask", "dask_expr", "distributed", "ibis", "pyspark"})
"""Libraries whose objects stand for work to be done."""

MANY = 10_000

learnt: dict[int, tuple[weakref.ref[type], Handler]] = {}


def handler_of(kind: type) -> Handler:
    """How values of a type are looked at."""
    handler = BUILTIN.get(identity_of(kind))
    if handler is not None:
        return handler
    entry = learnt.get(identity_of(kind))
    if entry is not None and entry[0]() is kind:
        return entry[1]
    handler = learn(kind)
    if len(learnt) > MANY:
        learnt.clear()
    learnt[identity_of(kind)] = (weakref.ref(kind), handler)
    return handler


def learn(kind: type) -> Handler:
    """The handler of a type not seen before: its own, one of a base, or that of instances."""
    if root_of(kind) in LAZY:
        return tables.uncomputed
    for place, cls in enumerate(mro_of(kind)[:-1]):
        known = BUILTIN.get(identity_of(cls))
        handler = known or of_library(cls)
        if handler is None:
            continue
        is_whole = known is None and root_of(cls) == root_of(kind)
        if place == 0 or cls is type or is_whole:
            return handler
        return instances.extended(instances.plan_of(kind, place), handler)
    plan = instances.plan_of(kind)
    return of_hidden(plan) if plan.hides else instances.instance(plan)


def root_of(kind: type) -> str:
    """The library a class is from; what a library derives from its own, its handler knows."""
    return name_of(kind).split(".")[0]


def of_hidden(plan: instances.Plan) -> Handler:
    """The handler of a type in C that no table knows."""
    if short_name_of(plan.kind).rpartition(".")[2] in extensions.CYTHON_FUNCTIONS:
        return extensions.compiled_function
    if extensions.is_trusted(plan.kind):
        return extensions.extension(plan)
    return instances.instance(plan)


def of_library(kind: type) -> Handler | None:
    """The handler of a class that a loaded library offers under a known name."""
    for name in ROOTS.get(root_of(kind), ()):
        module, _, attribute = name.rpartition(".")
        loaded = sys.modules.get(module)
        if loaded is not None and vars(loaded).get(attribute) is kind:
            return LIBRARY[name]
    return None

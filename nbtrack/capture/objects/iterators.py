"""Iterators and generators: where they stand, and what they go through."""

from __future__ import annotations

import itertools
import types
from contextvars import ContextVar
from typing import Any

from nbtrack.capture.identity import identity_of
from nbtrack.capture.objects.code import code_digest
from nbtrack.capture.objects.flat import PLAIN, dumped
from nbtrack.capture.objects.look import Handler, Look, Node
from nbtrack.capture.objects.names import held_by, leaf, short_name_of

__all__ = ["HANDLERS"]


def told(value: Any, look: Look) -> Node:  # noqa: ARG001
    """An iterator of the language that tells what it goes through and where it stands."""
    args, *place = value.__reduce__()[1:]
    is_ended = len(args) == 1 and type(args[0]) in {list, tuple, str, bytes} and not args[0]
    if is_ended and type(value) not in WRAPPERS:
        return Node(leaf(type(value)) + b"ended")  # its list is another with each look
    return Node(leaf(type(value)), [*args, *place])


def counted(value: Any, look: Look) -> Node:  # noqa: ARG001
    """An iterator that would copy what is left to tell it: what it goes through, what is left."""
    return Node(leaf(type(value)) + dumped(value.__length_hint__()), held_by(value))


def followed(value: Any, look: Look) -> Node:  # noqa: ARG001
    """An iterator over iterators, which stand where it stands."""
    return Node(leaf(type(value)), held_by(value))


def count(value: Any, look: Look) -> Node:
    """A counter, whose representation is its state as long as it counts plain numbers."""
    held = held_by(value)
    if not all(identity_of(type(it)) in PLAIN for it in held):
        look.hide(value, "itertools.count")
        return Node(leaf(type(value)), held)
    return Node(leaf(type(value)) + dumped(repr(value)))


def hidden(value: Any, look: Look) -> Node:
    """An iterator that does not tell where it stands."""
    look.hide(value, short_name_of(type(value)))
    return Node(leaf(type(value)), held_by(value))


def generator(value: Any, look: Look) -> Node:  # noqa: ARG001
    return suspended(value, value.gi_frame, value.gi_code)


def coroutine(value: Any, look: Look) -> Node:  # noqa: ARG001
    return suspended(value, value.cr_frame, value.cr_code)


def async_generator(value: Any, look: Look) -> Node:  # noqa: ARG001
    return suspended(value, value.ag_frame, value.ag_code)


def suspended(value: Any, frame: types.FrameType | None, code: types.CodeType) -> Node:
    """Code that stands still: where, with which variables and iterators in use."""
    state = leaf(type(value)) + code_digest(code)
    if frame is None:
        return Node(state + b"ended")
    variables = [it for pair in dict(frame.f_locals).items() for it in pair]
    in_use = [it for it in held_by(value) if type(it) in ITERATORS]
    return Node(state + dumped(frame.f_lasti), [*variables, *in_use])


def context_variable(value: Any, look: Look) -> Node:  # noqa: ARG001
    return Node(leaf(ContextVar) + dumped(value.name), (value.get(None),))


TOLD = (
    *map(type, map(iter, ([], (), "", "é", b"", bytearray(), range(0), range(1 << 70)))),
    type(iter(int, 1)),
    type(reversed([])),
    reversed,
    enumerate,
    zip,
    map,
    filter,
)

WRAPPERS = frozenset({reversed, enumerate, zip, map, filter})

COUNTED = (
    *map(type, map(iter, ({}, {}.values(), {}.items(), set()))),
    type(reversed({})),
    type(reversed({}.values())),
    type(reversed({}.items())),
    itertools.repeat,
)

FOLLOWED = (
    itertools.accumulate,
    itertools.chain,
    itertools.combinations,
    itertools.combinations_with_replacement,
    itertools.compress,
    itertools.dropwhile,
    itertools.filterfalse,
    itertools.groupby,
    itertools.islice,
    itertools.pairwise,
    itertools.permutations,
    itertools.product,
    itertools.starmap,
    itertools.takewhile,
    itertools.zip_longest,
)

ITERATORS = frozenset({*TOLD, *COUNTED, *FOLLOWED, itertools.cycle, types.GeneratorType})

HANDLERS: dict[type, Handler] = {
    **dict.fromkeys(TOLD, told),
    **dict.fromkeys(COUNTED, counted),
    **dict.fromkeys(FOLLOWED, followed),
    itertools.count: count,
    itertools.cycle: hidden,
    itertools.tee(())[0].__class__: hidden,
    types.GeneratorType: generator,
    types.CoroutineType: coroutine,
    types.AsyncGeneratorType: async_generator,
    ContextVar: context_variable,
}

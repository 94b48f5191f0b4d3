"""Sources of random numbers, by their state."""

from __future__ import annotations

import _random
from typing import Any

from nbtrack.capture.objects.look import Copied, Handler, Look, Node
from nbtrack.capture.objects.names import leaf

__all__ = ["HANDLERS", "LIBRARY"]


def standard(value: Any, look: Look) -> Node:  # noqa: ARG001
    return Node(b"random", (_random.Random.getstate(value),))


def bit_generator(value: Any, look: Look) -> Node:  # noqa: ARG001
    """The state of a source of bits, and how many sources were made from its seed."""
    seed = value.seed_seq
    spawned = getattr(seed, "n_children_spawned", None)
    return Node(leaf(type(value)), (Copied(value.state), spawned))


def seed_sequence(value: Any, look: Look) -> Node:  # noqa: ARG001
    return Node(leaf(type(value)), (Copied(value.state),))


def generator(value: Any, look: Look) -> Node:  # noqa: ARG001
    return Node(leaf(type(value)), (value.bit_generator,), is_mutable=False)


def random_state(value: Any, look: Look) -> Node:  # noqa: ARG001
    """The legacy source, which keeps a number in stock besides its bits."""
    state = value.get_state(legacy=False)
    stock = (state["has_gauss"], state["gauss"])
    return Node(leaf(type(value)), (stock, Copied(state)), asides=(value._bit_generator,))  # noqa: SLF001


HANDLERS: dict[type, Handler] = {_random.Random: standard}

LIBRARY: dict[str, Handler] = {
    "numpy.random.BitGenerator": bit_generator,
    "numpy.random.SeedSequence": seed_sequence,
    "numpy.random.Generator": generator,
    "numpy.random.RandomState": random_state,
}

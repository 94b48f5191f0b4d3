"""Decision trees in C, of which a forest has hundreds: their nodes hashed at once."""

from __future__ import annotations

from typing import Any

from nbtrack.capture.objects.flat import dumped
from nbtrack.capture.objects.look import Handler, Look, Node
from nbtrack.capture.objects.memory import buffer_digest, octets_of
from nbtrack.capture.objects.names import leaf

__all__ = ["LIBRARY"]


def decision_tree(value: Any, look: Look) -> Node:
    """A tree by what it is pickled with; its arrays are its own, no other object shows them."""
    _, (features, classes, outputs), state = value.__reduce__()
    digests = [buffer_digest(octets_of(it), look) for it in (state["nodes"], state["values"])]
    shape = (features, classes.tolist(), outputs, state["max_depth"], state["values"].shape)
    return Node(leaf(type(value)) + dumped(repr(shape)) + b"".join(digests))


LIBRARY: dict[str, Handler] = {"sklearn.tree._tree.Tree": decision_tree}

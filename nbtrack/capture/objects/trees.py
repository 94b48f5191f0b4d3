"""Decision trees in C, of which a forest has hundreds: their nodes hashed at once."""

from __future__ import annotations

from typing import Any

from nbtrack.capture.objects.flat import dumped
from nbtrack.capture.objects.look import Handler, Look, Node
from nbtrack.capture.objects.memory import buffer_digest
from nbtrack.capture.objects.names import leaf

__all__ = ["LIBRARY"]


def decision_tree(value: Any, look: Look) -> Node:
    """A tree by what it is pickled with; its arrays are its own, no other object shows them."""
    _, (features, classes, outputs), state = value.__reduce__()
    nodes, values = state["nodes"], state["values"]
    shape = (features, classes.tobytes(), outputs, state["max_depth"], values.shape)
    digests = buffer_digest(nodes, look) + buffer_digest(values, look)
    return Node(leaf(type(value)) + dumped(shape) + digests)


LIBRARY: dict[str, Handler] = {"sklearn.tree._tree.Tree": decision_tree}

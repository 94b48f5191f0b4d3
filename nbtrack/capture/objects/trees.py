"""Decision trees in C, of which a forest has hundreds: their nodes hashed at once."""

from __future__ import annotations

import sys
from typing import Any

from nbtrack.capture.identity import identity_of
from nbtrack.capture.objects.flat import dumped
from nbtrack.capture.objects.instances import AWAITED, LEAVES
from nbtrack.capture.objects.look import Handler, Look, Node
from nbtrack.capture.objects.memory import buffer_digest
from nbtrack.capture.objects.names import leaf_called

__all__ = ["LIBRARY"]


def decision_tree(value: Any, look: Look) -> Node:
    """A tree by what it is pickled with; its arrays are its own, no other object shows them."""
    _, (features, classes, outputs), state = value.__reduce__()
    nodes, values = state["nodes"], state["values"]
    shape = (features, classes.tobytes(), outputs, state["max_depth"], values.shape)
    digests = buffer_digest(nodes, look) + buffer_digest(values, look)
    return Node(TREE + dumped(shape) + digests)


def trees_are_loaded() -> bool:
    """Have trees told with the estimator that has them as attributes."""
    kind = getattr(sys.modules.get("sklearn.tree._tree"), "Tree", None)
    if kind is None:
        return False
    LEAVES[identity_of(kind)] = decision_tree
    return True


AWAITED.append(trees_are_loaded)

NAME = "sklearn.tree._tree.Tree"
TREE = leaf_called(NAME.encode())

LIBRARY: dict[str, Handler] = {NAME: decision_tree}

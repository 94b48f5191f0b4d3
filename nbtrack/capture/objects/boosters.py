"""Boosted trees in C++: by the model that they would write."""

from __future__ import annotations

from typing import Any

from xxhash import xxh3_64_digest

from nbtrack.capture.objects.look import Handler, Look, Node
from nbtrack.capture.objects.names import attributes_of, leaf

__all__ = ["LIBRARY"]


def xgboost(value: Any, look: Look) -> Node:  # noqa: ARG001
    return Node(leaf(type(value)) + xxh3_64_digest(value.save_raw("ubj")))


def lightgbm(value: Any, look: Look) -> Node:  # noqa: ARG001
    written = value.model_to_string(num_iteration=-1)
    attributes = attributes_of(value)
    state = (attributes.get("best_iteration"), attributes.get("best_score"))
    return Node(leaf(type(value)) + xxh3_64_digest(written.encode()), state)


LIBRARY: dict[str, Handler] = {
    "xgboost.Booster": xgboost,
    "lightgbm.Booster": lightgbm,
}

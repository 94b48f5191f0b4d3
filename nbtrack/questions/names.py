"""Which metrics, params and tags there are: for completion, columns and messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from nbtrack.query.tree import Names
from nbtrack.questions.runs import ids_of
from nbtrack.store.protocol import Store

__all__ = ["known"]


def known(
    store: Store,
    entity: Literal["metric", "param", "tag"],
    experiment_ids: Sequence[str] | None = None,
) -> list[str]:
    """The keys that runs of some experiments, or of all, have."""
    keys: list[str] = store.fetch(Names(entity, ids_of(experiment_ids))).columns["key"]
    return keys

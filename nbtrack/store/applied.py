"""What applying an operation gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from nbtrack.records.event import Op
from nbtrack.records.model_event import ModelEvent

__all__ = ["Applied"]


class Applied(NamedTuple):
    """An operation as it is written down, and what its caller gets."""

    op: Op
    result: Any = None
    told: Mapping[str, Any] = {}
    """What the registry's log says of it beyond the operation, such as the stage before."""
    events: tuple[ModelEvent, ...] = ()
    """What webhooks and handlers are told of it."""

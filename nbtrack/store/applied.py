"""What applying an operation gives."""

from __future__ import annotations

from typing import Any, NamedTuple

from nbtrack.records.event import Op

__all__ = ["Applied"]


class Applied(NamedTuple):
    """An operation as it is written down, and what its caller gets."""

    op: Op
    result: Any = None

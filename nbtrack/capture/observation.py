"""Which code of the notebook ran during a cell, and which of its instructions: the seam.

Only code whose globals are the notebook's namespace is looked at.
"""

from __future__ import annotations

import sys
from types import CodeType
from typing import Any, Protocol

from nbtrack.capture.ran import Ran
from nbtrack.capture.tracing import TraceObserver

__all__ = ["Observer", "observer_for"]


class Observer(Protocol):
    """Watches one cell after another."""

    is_complete: bool

    def start(self) -> None: ...
    def statement(self, code: CodeType) -> None: ...
    def thread_started(self) -> None: ...
    def stop(self) -> list[Ran]: ...
    def forget(self) -> None: ...
    def close(self) -> None: ...


def observer_for(namespace: dict[str, Any]) -> Observer:
    """What observes under this Python."""
    if sys.version_info >= (3, 12):
        from nbtrack.capture.monitoring import MonitoringObserver

        return MonitoringObserver.begun(namespace) or TraceObserver(namespace)
    return TraceObserver(namespace)

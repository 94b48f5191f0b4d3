"""Whether a cell left something behind that goes on running: threads of its own, tasks."""

from __future__ import annotations

import asyncio
import sys
import threading

__all__ = ["is_left"]

QUIET_THREADS = frozenset(
    ["MainThread", "IOPub", "Heartbeat", "Control", "IPythonHistorySavingThread", "nbtrack-upkeep"]
)
"""Threads of the kernel and ours, which change no variables."""


def is_left() -> bool:
    """Whether more threads or tasks are there than a kernel has by itself."""
    alive = [it for it in threading.enumerate() if it.name not in QUIET_THREADS]
    return len(alive) > 1 or ("asyncio" in sys.modules and count_tasks() > 1)


def count_tasks() -> int:
    """How many asyncio tasks this thread's loop has."""
    try:
        return len(asyncio.all_tasks())
    except RuntimeError:
        return 0

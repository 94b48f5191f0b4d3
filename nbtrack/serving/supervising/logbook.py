"""An endpoint's log: a JSON line for each thing said, in a file that does not grow for ever."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections import deque
from pathlib import Path
from typing import Any

import msgspec

from nbtrack.decoding import decode

__all__ = ["Logbook", "last_lines"]

LARGEST = 8 << 20
LONGEST_TEXT = 10_000
TAIL_BYTES = 1 << 16

TOLD_OTHERWISE = {"started", "healthy", "stopped"}
"""Events of which a terminal learns by what else is said there."""


class Logbook:
    """Writes the log; where the disk refuses, lines are lost and serving goes on.

    Args:
        path: The file; what is full is moved aside to `.1`, in place of the one before.
        echoes: Whether everything is said on stderr as well.
    """

    def __init__(self, path: Path, *, echoes: bool = False) -> None:
        self.path = path
        self.echoes = echoes
        self.descriptor: int | None = None
        self.size = 0

    def say(self, message: str, level: str = "info", **more: Any) -> None:
        """Write a line of the supervisor's own."""
        self.write({"moment": now_ms(), "level": level, "message": message, **more})

    def take(self, pid: int, line: bytes) -> None:
        """Write a line that a worker put on its output: JSON is kept, else it is a text."""
        try:
            found = msgspec.json.decode(line)
        except msgspec.MsgspecError:
            found = None
        if not isinstance(found, dict):
            text = line.decode(errors="replace").rstrip()[:LONGEST_TEXT]
            found = {"level": "info", "message": text}
        self.write({"moment": now_ms(), **found, "pid": pid})

    def write(self, line: dict[str, Any]) -> None:
        """Append a line."""
        if self.echoes and line.get("event") not in TOLD_OTHERWISE:
            with contextlib.suppress(OSError, ValueError):
                sys.stderr.write(f"{line.get('level', 'info')}: {line.get('message', line)}\n")
                sys.stderr.flush()
        with contextlib.suppress(OSError):
            self.append(msgspec.json.encode(line) + b"\n")

    def append(self, line: bytes) -> None:
        if self.descriptor is None or self.size > LARGEST:
            self.descriptor = self.opened()
        self.size += os.write(self.descriptor, line)

    def opened(self) -> int:
        """Begin a file, or go on with the one that is there."""
        self.close()
        if self.path.exists() and self.path.stat().st_size > LARGEST:
            self.path.replace(self.path.with_suffix(".1.jsonl"))
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        descriptor = os.open(self.path, flags, 0o600)
        self.size = os.fstat(descriptor).st_size
        return descriptor

    def close(self) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None


def last_lines(path: Path, most: int) -> list[dict[str, Any]]:
    """The last lines of a log, the oldest first."""
    found: deque[dict[str, Any]] = deque(maxlen=most)
    for one in (path.with_suffix(".1.jsonl"), path):
        for line in tail(one, most):
            with contextlib.suppress(msgspec.MsgspecError):
                found.append(decode(line, dict[str, Any]))
    return list(found)


def tail(path: Path, most: int) -> list[bytes]:
    """The last whole lines of a file, read from its end."""
    try:
        with path.open("rb") as file:
            end = start = file.seek(0, os.SEEK_END)
            block = b""
            while start and block.count(b"\n") <= most:
                start = max(0, start - TAIL_BYTES)
                file.seek(start)
                block = file.read(end - start)
    except OSError:
        return []
    lines = block.split(b"\n")
    return [it for it in (lines if start == 0 else lines[1:]) if it][-most:]


def now_ms() -> int:
    return time.time_ns() // 1_000_000

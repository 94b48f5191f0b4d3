"""Follows the aliases of an endpoint: when the store's log of acts names its models, one looks.

The supervisor knows no database: it reads what the log grew by, and a short-lived process resolves.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import msgspec

from nbtrack.journal.folder import StoreFolder
from nbtrack.records.endpoint import EndpointPlan

__all__ = ["Follower", "size_of"]

FIRST_PAUSE_SECONDS = 15.0
LAST_PAUSE_SECONDS = 600.0
"""A look that failed, as the store was busy, is repeated, the later the more often it did."""

MOST_BYTES = 1 << 20
"""Whatever grew by more is taken to name the models."""


class Follower:
    """Has the addresses of a plan asked anew whenever an act on its models was written.

    Args:
        name: The endpoint.
        seen_bytes: How long the log of acts was when its addresses were asked last.
        tell: Who is told of a look that failed; None once one succeeds again.
    """

    def __init__(self, name: str, seen_bytes: int, tell: Callable[[str | None], None]) -> None:
        self.name, self.seen_bytes, self.tell = name, seen_bytes, tell
        self.again_at: float | None = None
        self.pause = FIRST_PAUSE_SECONDS
        self.process: subprocess.Popen[bytes] | None = None
        self.said: IO[bytes] | None = None

    def tick(self, plan: EndpointPlan) -> None:
        """Look, if there is reason to."""
        self.end_look()
        if not plan.options.follow or plan.store is None or self.process is not None:
            return
        store = StoreFolder(Path(plan.store))
        size = size_of(store.operations)
        if size != self.seen_bytes:
            names = {it.model_name for it in plan.variants if it.model_name}
            is_told = names_any(store.operations, self.seen_bytes, size, names)
            self.seen_bytes = size
            if is_told:
                self.look(store)
                return
        if self.again_at is not None and time.monotonic() >= self.again_at:
            self.look(store)

    def look(self, store: StoreFolder) -> None:
        """Send a process that writes another plan if there is one, and tells the supervisor."""
        self.again_at = None
        try:
            self.said = tempfile.TemporaryFile()  # noqa: SIM115 - it is open as long as the process
            self.process = subprocess.Popen(  # noqa: S603 - nbtrack itself
                [
                    *(sys.executable, "-m", "nbtrack", "endpoints", "reload", self.name),
                    *("--if-moved", "--no-wait", "--store", str(store.path)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self.said,
            )
        except OSError as error:
            self.fail(error.strerror or str(error))

    def fail(self, problem: str) -> None:
        """Say why nothing was found out, and look again later."""
        self.tell(f"the alias cannot be followed: {problem}")
        self.again_at = time.monotonic() + self.pause
        self.pause = min(2 * self.pause, LAST_PAUSE_SECONDS)
        self.close()

    def end_look(self) -> None:
        """Tell how a look went."""
        if self.process is None or self.said is None or self.process.poll() is None:
            return
        self.said.seek(0)
        lines = self.said.read().decode(errors="replace").strip().splitlines()
        problem = lines[-1].removeprefix("error: ") if lines else f"{self.process.returncode}"
        if self.process.returncode:
            self.fail(problem)
            return
        self.tell(None)
        self.pause = FIRST_PAUSE_SECONDS
        self.close()

    def close(self) -> None:
        """Stop looking."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.said is not None:
            self.said.close()
        self.process = self.said = None


def size_of(path: Path) -> int:
    """How long a file is; nothing if there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def names_any(path: Path, start: int, end: int, names: set[str]) -> bool:
    """Whether what a log grew by names one of the models; what cannot be told counts as named."""
    if not 0 <= end - start <= MOST_BYTES:
        return True
    try:
        with path.open("rb") as file:
            file.seek(start)
            lines = file.read(end - start)
    except OSError:
        return True
    return any(msgspec.json.encode(name) in lines for name in names)

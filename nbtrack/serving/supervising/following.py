"""Follows the aliases of an endpoint: when the store's log of acts grows, somebody is sent to look.

The supervisor knows no database: it looks at a file's size, and lets a short-lived process resolve.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from nbtrack.journal.folder import StoreFolder
from nbtrack.records.endpoint import EndpointPlan

__all__ = ["Follower"]


class Follower:
    """Asks anew what a plan's addresses mean whenever an alias may have moved.

    Args:
        name: The endpoint.
        tell: Who is told of a look that failed; None once one succeeds again.
    """

    def __init__(self, name: str, tell: Callable[[str | None], None]) -> None:
        self.name, self.tell = name, tell
        self.seen: tuple[int, int] | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self.said: IO[bytes] | None = None

    def tick(self, plan: EndpointPlan) -> None:
        """Look, if there is reason to."""
        self.end_look()
        if not plan.options.follow or plan.store is None or self.process is not None:
            return
        store = StoreFolder(Path(plan.store))
        now = stamp_of(store.operations)
        if now != self.seen:
            self.seen = now
            self.look(store)

    def look(self, store: StoreFolder) -> None:
        """Send a process that writes another plan if there is one, and tells the supervisor."""
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

    def end_look(self) -> None:
        """Tell how a look went."""
        if self.process is None or self.said is None or self.process.poll() is None:
            return
        self.said.seek(0)
        lines = self.said.read().decode(errors="replace").strip().splitlines()
        problem = lines[-1].removeprefix("error: ") if lines else f"{self.process.returncode}"
        self.tell(f"the alias cannot be followed: {problem}" if self.process.returncode else None)
        self.close()

    def close(self) -> None:
        """Stop looking."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.said is not None:
            self.said.close()
        self.process = self.said = None


def stamp_of(path: Path) -> tuple[int, int]:
    """What tells that a file has changed."""
    try:
        state = path.stat()
    except OSError:
        return 0, 0
    return state.st_size, state.st_mtime_ns

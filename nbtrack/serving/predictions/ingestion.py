"""Takes the journals of busy endpoints into the store, by a process of its own with low priority.

A worker must not load a database; without this a store that nobody reads would have to take in
gigabytes at its next reading. It is also `python -m nbtrack.serving.predictions.ingestion STORE`.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

from nbtrack.errors import StoreError
from nbtrack.journal.folder import StoreFolder

__all__ = ["Ingestion", "main"]

SEGMENTS = 8
"""After so many full segments of 8 MB a process is started."""

NICENESS = 10
PATIENCE_SECONDS = 10.0

logger = logging.getLogger("nbtrack")


class Ingestion:
    """Starts a process whenever a writer has filled some segments; one at a time.

    Args:
        folder: The store.
    """

    def __init__(self, folder: StoreFolder, segments: int = SEGMENTS) -> None:
        self.folder, self.segments = folder, segments
        self.done = 0
        self.process: subprocess.Popen[bytes] | None = None

    def look(self, number: int) -> None:
        """See how many segments the writer has begun."""
        if number - self.done < self.segments:
            return
        if self.process is not None and self.process.poll() is None:
            return
        self.done = number
        command = [sys.executable, "-m", __name__, str(self.folder.path)]
        try:
            self.process = subprocess.Popen(  # noqa: S603 - this very module
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            logger.warning("the journals wait for the store's next reading: %s", error)


def main(arguments: list[str]) -> int:
    """Take the journals of a store in; a busy store is left for later."""
    from nbtrack.store.duckdb import DuckDBStore
    from nbtrack.store.engine import engine

    os.nice(NICENESS)
    engine.threads = 1  # the other processors are the workers'; two threads take 8% more in all
    store = DuckDBStore(StoreFolder(Path(arguments[0])), patience_seconds=PATIENCE_SECONDS)
    try:
        store.drain()
    except StoreError:
        return 1
    finally:
        store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Where records wait while a store's folder cannot be written, and how they come back.

A spill file is a segment in the user's state folder. It comes back under its own name, so that a
process that dies half-way through leaves nothing twice.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import logging
import os
import shutil
from collections import deque
from pathlib import Path

from nbtrack.journal.folder import StoreFolder, state_folder
from nbtrack.journal.segment import OpenSegment, open_segment
from nbtrack.records.event import JournalHeader

__all__ = ["Backlog", "spill_folder", "take_back"]

MEMORY_BYTES = 64 << 20

logger = logging.getLogger("nbtrack")


class Backlog:
    """What could not be written yet: lines in memory, put into a spill file when that works.

    It has no lock of its own: the writer's is held, but for `land`.
    """

    def __init__(self, folder: StoreFolder) -> None:
        self.folder = folder
        self.lines: deque[bytes] = deque()
        self.size = 0
        self.lost = 0
        self.file: OpenSegment | None = None
        self.spills = False
        """Whether the last attempt to spill went well."""

    def hold(self, lines: bytes) -> None:
        """Queue lines; beyond the bound of memory the newest are counted as lost."""
        if self.size + len(lines) > MEMORY_BYTES:
            self.lost += lines.count(b"\n")
        else:
            self.lines.append(lines)
            self.size += len(lines)

    def write_to(self, segment: OpenSegment) -> None:
        """Empty the queue into a segment, as far as it goes."""
        try:
            segment.put(self.lines)
        finally:
            self.size = sum(map(len, self.lines))

    def spill(self, header: JournalHeader) -> None:
        """Empty the queue into the spill file, where it survives this process."""
        try:
            if self.file is None and self.lines:
                self.file = open_spill(self.folder, header)
            if self.file is not None:
                self.write_to(self.file)
        except OSError as error:
            logger.debug("the state folder cannot be written either: %s", error)
            self.spills = False
        else:
            self.spills = self.file is not None

    def detach(self) -> list[OpenSegment]:
        """Hand over the spill file, now that the journal can be written again."""
        file, self.file, self.spills = self.file, None, False
        return [] if file is None else [file]

    def whereabouts(self) -> str:
        """What waits where, for a person."""
        found = []
        if self.file is not None:
            found.append(f"records wait in {self.file.path}")
        if self.lines:
            count = sum(lines.count(b"\n") for lines in self.lines)
            found.append(f"{count} records wait in memory")
        if self.lost:
            found.append(f"{self.lost} records were dropped, as memory for them was full")
        return " and ".join(found) or "nothing waits"


def spill_folder(folder: StoreFolder) -> Path:
    """Where the records of one store wait."""
    name = hashlib.sha256(os.fsencode(folder.path)).hexdigest()[:16]
    return state_folder() / "spill" / name


def open_spill(folder: StoreFolder, header: JournalHeader) -> OpenSegment:
    """Begin a spill file; `store` beside it says which store it belongs to."""
    place = spill_folder(folder)
    place.mkdir(parents=True, exist_ok=True)
    (place / "store").write_bytes(os.fsencode(folder.path) + b"\n")
    return open_segment(place, header)


def take_back(folder: StoreFolder) -> int:
    """Bring home what processes that are gone have spilled; the result is how many files.

    Raises:
        OSError: The store's folder cannot be written still; nothing is lost then.
    """
    place = spill_folder(folder)
    if not place.is_dir():
        return 0
    taken = 0
    for path in sorted(place.glob("[!.]*.jsonl")):
        # Not found: another process has just brought it home.
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue  # its owner lives, and brings it home itself
            land(path, folder)
            taken += 1
    return taken


def land(path: Path, folder: StoreFolder) -> None:
    """Move a spill file into the journal, all of it or nothing; its lock is held by the caller."""
    folder.prepare()
    target = folder.journal / path.name
    hidden = target.with_name(f".{target.name}")
    try:
        shutil.copyfile(path, hidden)
        with hidden.open("rb") as file:
            os.fsync(file.fileno())
        hidden.rename(target)
    except OSError:
        with contextlib.suppress(OSError):
            hidden.unlink()
        raise
    path.unlink()

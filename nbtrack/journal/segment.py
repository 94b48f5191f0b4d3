"""One open file of a journal: appended to by its owner, locked as its sign of life."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
from collections import deque
from pathlib import Path

from nbtrack.records.codec import encode
from nbtrack.records.event import JournalHeader
from nbtrack.records.ids import uuid7

__all__ = ["LARGEST_WRITE", "OpenSegment", "open_segment", "replace_segment"]

LARGEST_WRITE = 1 << 20
"""Bytes of one `os.write` of several records."""


class OpenSegment:
    """A file that is being written, and how far."""

    __slots__ = ("descriptor", "overhead", "path", "size", "torn")

    def __init__(self, descriptor: int, path: Path, size: int) -> None:
        self.descriptor = descriptor
        self.path = path
        self.overhead = self.size = size
        self.torn = False

    @property
    def has_records(self) -> bool:
        """Whether any whole line was written to it since it was opened."""
        return self.size > self.overhead

    def put(self, held: deque[bytes]) -> None:
        """Write the lines of a queue, oldest first; what raises leaves in it what is not written.

        After a short write the next one begins with a newline, and the torn record is written
        again whole.
        """
        while held:
            data = take(held)
            if self.torn:
                data = b"\n" + data
            try:
                written = os.write(self.descriptor, data)
                if not written:
                    raise_full(self.path)
            except OSError:
                held.appendleft(data.removeprefix(b"\n"))
                raise
            rest = self.rest_after(data, written)
            if rest:
                held.appendleft(rest)

    def rest_after(self, data: bytes, written: int) -> bytes:
        """Count what a write took; the result are the lines it did not take whole."""
        self.size += written
        if written:
            self.torn = not data.endswith(b"\n", 0, written)
        whole = data.rfind(b"\n", 0, written) + 1
        self.overhead += written - whole
        return data[whole:]

    def is_deleted(self) -> bool:
        """Whether somebody deleted the file under its writer, and nobody made it again."""
        return os.fstat(self.descriptor).st_nlink == 0 and not self.path.exists()

    def close(self) -> None:
        """Let go of the file; its lock goes with the last process that has it open."""
        os.close(self.descriptor)


def take(held: deque[bytes]) -> bytes:
    """The next lines of a queue, as many as go into one write."""
    chunks = [held.popleft()]
    size = len(chunks[0])
    while held and size + len(held[0]) <= LARGEST_WRITE:
        size += len(held[0])
        chunks.append(held.popleft())
    return b"".join(chunks)


def raise_full(path: Path) -> None:
    """Say that a write took nothing."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


def open_segment(folder: Path, header: JournalHeader) -> OpenSegment:
    """Make a new segment with its header; nobody sees it before it is locked."""
    return place_segment(folder / f"{uuid7()}-{header.pid}.jsonl", encode(header))


def replace_segment(deleted: OpenSegment) -> OpenSegment:
    """Make a deleted segment again under its name, so that offsets into it stay true."""
    content = os.pread(deleted.descriptor, deleted.size, 0)
    segment = place_segment(deleted.path, content)
    segment.torn = deleted.torn
    return segment


def place_segment(path: Path, content: bytes) -> OpenSegment:
    """Make a locked segment of some content under a name."""
    hidden = path.with_name(f".{path.name}")
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
    descriptor = os.open(hidden, flags, 0o666)
    try:
        # A file system without locks is no reason not to write: there `reader.is_alive` looks
        # at the header.
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.write(descriptor, content) < len(content):
            raise_full(path)
        hidden.rename(path)
    except OSError:
        os.close(descriptor)
        with contextlib.suppress(OSError):
            hidden.unlink()
        raise
    return OpenSegment(descriptor, path, len(content))

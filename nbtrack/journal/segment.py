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

    __slots__ = ("descriptor", "first_size", "path", "size", "torn")

    def __init__(self, descriptor: int, path: Path) -> None:
        self.descriptor = descriptor
        self.path = path
        self.first_size = self.size = 0
        self.torn = False

    @property
    def has_records(self) -> bool:
        """Whether anything was written to it since it was opened."""
        return self.size > self.first_size

    def put(self, held: deque[bytes]) -> None:
        """Write the lines of a queue, oldest first; what raises leaves in it what is not written.

        A record that a short write has torn is cut off and written again whole; where it cannot
        be cut off, a newline ends it.
        """
        while held:
            data = take(held)
            if self.torn:
                data = b"\n" + data
            written = 0
            try:
                while written < len(data):
                    written += self.write_some(data[written:])
            except OSError:
                held.appendleft(self.rest_after(data, written).removeprefix(b"\n"))
                raise
            self.size += written
            self.torn = False

    def write_some(self, data: bytes) -> int:
        """Write as much as goes in; the result is how many bytes."""
        written = os.write(self.descriptor, data)
        if not written:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
        return written

    def rest_after(self, data: bytes, written: int) -> bytes:
        """Count what a short write took; the result are the lines it did not take whole."""
        self.size += written
        whole = data.rfind(b"\n", 0, written) + 1
        if written:
            self.torn = whole < written and not self.is_cut_off(data[whole:written])
        return data[whole:]

    def is_cut_off(self, end: bytes) -> bool:
        """Take a torn end away: if only its newline lacks, another would make it count twice."""
        try:
            start = os.fstat(self.descriptor).st_size - len(end)
            # The file is asked: a count that an interrupt left wrong would cut off records.
            if os.pread(self.descriptor, len(end), start) != end:
                return False
            os.ftruncate(self.descriptor, start)
        except OSError:
            return False
        self.size -= len(end)
        return True

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
        segment = OpenSegment(descriptor, path)
        while segment.size < len(content):
            segment.size += segment.write_some(content[segment.size :])
        hidden.rename(path)
    except OSError:
        os.close(descriptor)
        with contextlib.suppress(OSError):
            hidden.unlink()
        raise
    segment.first_size = segment.size
    return segment

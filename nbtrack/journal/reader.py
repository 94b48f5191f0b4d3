"""Reads segments of a journal: from an offset on, up to the last newline, and who writes them."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from pathlib import Path
from typing import NamedTuple

import msgspec

from nbtrack.journal.folder import StoreFolder
from nbtrack.journal.machine import boot_id, host_name
from nbtrack.records.codec import decode_event
from nbtrack.records.event import Event, JournalHeader

__all__ = [
    "Decoded",
    "Piece",
    "Segment",
    "decode",
    "header_of",
    "is_alive",
    "last_newline",
    "read",
    "segments",
]

BLOCK = 1 << 16
LONGEST_HEADER = 1 << 14
HEARTBEAT_SECONDS = 600


class Segment(NamedTuple):
    """One file of a journal as it stood when it was listed."""

    name: str
    path: Path
    size: int


class Piece(NamedTuple):
    """Whole lines of a segment, and the offset of what follows them."""

    lines: bytes
    next_offset: int


class Decoded(NamedTuple):
    """Records, and the lines that are none."""

    records: list[Event]
    bad: list[bytes]


def segments(folder: StoreFolder) -> list[Segment]:
    """The segments in a store's folder, oldest name first; none where there is no folder."""
    found = []
    for path in folder.journal.glob("[!.]*.jsonl"):  # a dot in front: a segment in the making
        with contextlib.suppress(FileNotFoundError):
            found.append(Segment(path.name, path, path.stat().st_size))
    return sorted(found)


def header_of(path: Path) -> JournalHeader | None:
    """The header of a segment; None where the first line is not whole or is none."""
    with path.open("rb") as file:
        line = file.readline(LONGEST_HEADER)
    if not line.endswith(b"\n"):
        return None
    try:
        header = decode_event(line)
    except msgspec.DecodeError:
        return None
    return header if isinstance(header, JournalHeader) else None


def is_alive(path: Path) -> bool:
    """Whether the process that writes a segment still holds it; changes nothing."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return seems_alive(path)
    else:
        return False
    finally:
        os.close(descriptor)


def seems_alive(path: Path) -> bool:
    """Whether the writer may live, where the file system knows no locks."""
    header = header_of(path)
    if header is not None and (header.host, header.boot_id) == (host_name(), boot_id()):
        import psutil

        return psutil.pid_exists(header.pid)
    return time.time() - path.stat().st_mtime < HEARTBEAT_SECONDS


def last_newline(path: Path, start: int, size: int) -> int:
    """The offset after the last newline of `[start, size)`; `start` if none stands there."""
    with path.open("rb") as file:
        end = size
        while end > start:
            begin = max(start, end - BLOCK)
            file.seek(begin)
            place = file.read(end - begin).rfind(b"\n")
            if place >= 0:
                return begin + place + 1
            end = begin
    return start


def read(path: Path, offset: int = 0, most: int | None = None) -> Piece:
    """Whole lines from an offset on; a torn last line is left for the next time.

    Args:
        path: The segment.
        offset: Where the last reading ended.
        most: About how many bytes at once; a longer line is read whole nevertheless.
    """
    size = path.stat().st_size
    end = last_newline(path, offset, size)
    if most is not None and end - offset > most:
        cut = last_newline(path, offset, offset + most)
        end = cut if cut > offset else first_newline(path, offset + most)
    if end <= offset:
        return Piece(b"", offset)
    with path.open("rb") as file:
        file.seek(offset)
        lines = file.read(end - offset)
    return Piece(lines, offset + len(lines))


def first_newline(path: Path, start: int) -> int:
    """The offset after the first newline from `start` on."""
    with path.open("rb") as file:
        file.seek(start)
        return start + len(file.readline())


def decode(lines: bytes) -> Decoded:
    """Lines as records, with those that are none kept apart for the quarantine."""
    decoded = Decoded([], [])
    for line in lines.split(b"\n"):
        if not line:
            continue
        try:
            decoded.records.append(decode_event(line))
        except (msgspec.DecodeError, UnicodeDecodeError):
            decoded.bad.append(line)
    return decoded

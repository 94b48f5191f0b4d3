"""Files in use, by name, mode and position; texts and bytes that are written to in memory."""

from __future__ import annotations

import io
from typing import Any

from nbtrack.capture.objects.flat import dumped
from nbtrack.capture.objects.look import Handler, Look, Node
from nbtrack.capture.objects.names import leaf, short_name_of

__all__ = ["HANDLERS"]


def in_memory(value: Any, look: Look) -> Node:  # noqa: ARG001
    """What was written, and where the next reading begins."""
    kind = io.StringIO if isinstance(value, io.StringIO) else io.BytesIO
    if kind.__dict__["closed"].__get__(value):
        return Node(leaf(kind) + b"closed")
    return Node(leaf(kind) + dumped(kind.tell(value)), (kind.getvalue(value),))  # type: ignore[arg-type]


def raw(value: Any, look: Look) -> Node:
    """A file without a buffer; a pipe has no position to tell."""
    return positioned(value, value, look, (value.name, value.mode))


def reader(value: Any, look: Look) -> Node:
    return positioned(value, value, look, (value.raw.name, value.raw.mode))


def positioned(value: Any, source: Any, look: Look, name: tuple[object, ...]) -> Node:
    """A stream by its position; one that tells none may change unseen."""
    place: object = "closed"
    if not source.closed:
        try:
            place = source.tell()
        except OSError:
            look.hide(value, short_name_of(type(value)))
    return Node(leaf(type(value)), (*name, place))


def writer(value: Any, look: Look) -> Node:
    """What waits to be written cannot be seen; each use of a writer is taken for a change."""
    if not value.closed:
        look.hide(value, short_name_of(type(value)))
    return Node(leaf(type(value)), (value.raw.name, value.raw.mode, value.closed))


def text(value: Any, look: Look) -> Node:
    """A text file; asking a writer for its position would write what waits."""
    buffer = value.buffer
    is_reader = type(buffer) is io.BufferedReader
    if is_reader or value.closed:
        return positioned(value, value, look, (value.name, value.mode, value.encoding))
    look.hide(value, short_name_of(type(value)))
    return Node(leaf(type(value)), (value.name, value.mode, value.encoding))


HANDLERS: dict[type, Handler] = {
    io.StringIO: in_memory,
    io.BytesIO: in_memory,
    io.FileIO: raw,
    io.BufferedReader: reader,
    io.BufferedWriter: writer,
    io.BufferedRandom: writer,
    io.TextIOWrapper: text,
}

"""Files in use, by name, mode and position; texts and bytes that are written to in memory."""

from __future__ import annotations

import io
from typing import Any

from nbtrack.capture.objects.flat import dumped
from nbtrack.capture.objects.look import Handler, Look, Node
from nbtrack.capture.objects.names import leaf, short_name_of

__all__ = ["HANDLERS"]


def texts(value: Any, look: Look) -> Node:  # noqa: ARG001
    """What was written, and where the next reading begins."""
    if io.StringIO.__dict__["closed"].__get__(value):
        return Node(leaf(io.StringIO) + b"closed")
    place = dumped(io.StringIO.tell(value))
    return Node(leaf(io.StringIO) + place, (io.StringIO.getvalue(value),))


def octets(value: Any, look: Look) -> Node:  # noqa: ARG001
    if io.BytesIO.__dict__["closed"].__get__(value):
        return Node(leaf(io.BytesIO) + b"closed")
    place = dumped(io.BytesIO.tell(value))
    return Node(leaf(io.BytesIO) + place, (io.BytesIO.getvalue(value),))


def raw(value: Any, look: Look) -> Node:
    """A file without a buffer; a pipe has no position to tell."""
    return positioned(value, value, look, named(value))


def reader(value: Any, look: Look) -> Node:
    return positioned(value, value, look, named(value.raw))


def named(value: Any) -> tuple[object, object]:
    """The name and the mode of a stream; one over memory or a socket has neither."""
    return getattr(value, "name", ""), getattr(value, "mode", "")


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
    return Node(leaf(type(value)), (*named(value.raw), value.closed))


def text(value: Any, look: Look) -> Node:
    """A text file; asking a writer for its position would write what waits."""
    buffer = value.buffer
    is_reader = type(buffer) is io.BufferedReader
    if is_reader or value.closed:
        return positioned(value, value, look, (*named(value), value.encoding))
    look.hide(value, short_name_of(type(value)))
    return Node(leaf(type(value)), (*named(value), value.encoding))


HANDLERS: dict[type, Handler] = {
    io.StringIO: texts,
    io.BytesIO: octets,
    io.FileIO: raw,
    io.BufferedReader: reader,
    io.BufferedWriter: writer,
    io.BufferedRandom: writer,
    io.TextIOWrapper: text,
}

"""Memory hashed: plain buffers, and arrays of NumPy whatever their layout."""

from __future__ import annotations

import math
import sys
from typing import Any

from xxhash import xxh3_64, xxh3_64_digest

from nbtrack.capture.identity import identity_of
from nbtrack.capture.objects.look import Look
from nbtrack.capture.objects.names import mro_of

__all__ = [
    "address_of",
    "array_digest",
    "buffer_digest",
    "is_array",
    "note_owner",
    "octets_of",
    "row_digests",
]

LONG_ROW = 4096
"""Rows from so many bytes on are hashed one by one: then a frame's column is its block's row."""

MANY_ROWS = 1 << 16

PIECE, PIECES = 4096, 1024
"""What is taken of memory that is too large, evenly spread."""

TILE = 4096
"""Items of a strided row that are copied at a time: a few rows of them stay in the cache."""


def is_array(value: object) -> bool:
    """Whether a value is an array of NumPy, without asking the value."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and any(it is numpy.ndarray for it in mro_of(type(value)))


def buffer_digest(buffer: Any, look: Look) -> bytes:
    """The hash of contiguous memory; of evenly spread pieces where it is too much."""
    size = memoryview(buffer).nbytes
    if look.afford_memory(size):
        return xxh3_64_digest(buffer)
    look.doubt(f"{size_in_words(size)} of memory were sampled")
    octets = memoryview(buffer).cast("B")
    hasher = xxh3_64()
    for number in range(PIECES):
        start = (size - PIECE) * number // (PIECES - 1)
        hasher.update(octets[start : start + PIECE])
    return hasher.digest()


def size_in_words(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e8 else f"{size / 1e6:.1f} MB"


def address_of(array: Any) -> int:
    """Where an array's items begin."""
    if array.dtype.names:
        array = array[array.dtype.names[0]]  # the description of all fields is dear, and unused
    return int(array.__array_interface__["data"][0])


def octets_of(array: Any) -> Any:
    """A contiguous array as bytes; dates do not offer their memory otherwise."""
    return array.reshape(-1).view("u1") if array.size else b""


def array_digest(array: Any, look: Look, address: int | None = None) -> bytes:
    """The hash of an array's items in their order, equal for every layout in memory.

    Args:
        array: Whose items.
        look: The look under way.
        address: Where they begin, if that was asked already: it takes longer than a short hash.
    """
    if has_long_rows(array):
        return xxh3_64_digest(b"".join(row_digests(array, look)))
    return items_digest(array, look, address)


def has_long_rows(array: Any) -> bool:
    if array.ndim < 2 or not array.shape[0] <= MANY_ROWS:
        return False
    return bool(math.prod(array.shape[1:]) * array.itemsize >= LONG_ROW)


def row_digests(array: Any, look: Look) -> list[bytes]:
    """The hash of each row of an array."""
    if array.ndim == 2 and array.shape[0] > 1 and abs(array.strides[1]) > abs(array.strides[0]):
        return strided_row_digests(array, look)
    return [items_digest(row, look) for row in array]


def items_digest(array: Any, look: Look, address: int | None = None) -> bytes:
    """The hash of an array's items; memory that was hashed in this look is not hashed again."""
    if not array.flags.c_contiguous:
        if not look.afford_memory(array.nbytes):
            return sample_digest(array, look)
        return copied_digest(array)
    key = (address_of(array) if address is None else address, array.nbytes)
    digest = look.memory.get(key)
    if digest is None:
        digest = look.memory[key] = buffer_digest(octets_of(array), look)
    return digest


def copied_digest(array: Any) -> bytes:
    """Items that do not lie side by side, copied a megabyte at a time."""
    if array.ndim == 0 or array.shape[0] == 0:
        return xxh3_64_digest(octets_of(array.copy()))
    step = max(1, (1 << 20) * array.shape[0] // max(array.nbytes, 1))
    hasher = xxh3_64()
    for start in range(0, array.shape[0], step):
        hasher.update(octets_of(array[start : start + step].copy()))
    return hasher.digest()


def strided_row_digests(array: Any, look: Look) -> list[bytes]:
    """Rows whose items lie apart, copied in tiles: memory is read once, not once a row."""
    if not look.afford_memory(array.nbytes):
        return [sample_digest(row, look) for row in array]
    hashers = [xxh3_64() for _ in range(array.shape[0])]
    for start in range(0, array.shape[1], TILE):
        tile = array[:, start : start + TILE].copy()
        for hasher, row in zip(hashers, tile, strict=True):
            hasher.update(octets_of(row))
    return [hasher.digest() for hasher in hashers]


def sample_digest(array: Any, look: Look) -> bytes:
    """Evenly spread items of an array that is too large to be copied."""
    look.doubt(f"an array of {size_in_words(array.nbytes)} was sampled")
    taken = int(1e6 ** (1 / max(array.ndim, 1)))
    sample = array[tuple(slice(None, None, -(-length // taken) or 1) for length in array.shape)]
    return xxh3_64_digest(octets_of(sample.copy()))


def note_owner(array: Any, look: Look) -> None:
    """Note the state of the memory that an array shows, whole: other views show it too."""
    numpy = sys.modules["numpy"]
    owner, size = array, numpy.ndarray.size.__get__(array)
    while (base := numpy.ndarray.base.__get__(owner)) is not None and is_array(base):
        owner = base
    if type(base) is memoryview:
        base = base.obj
    if type(base) is bytes or size == 0 or look.is_sealed:
        return
    if base is None or not is_buffer(base):
        plain = numpy.ndarray.view(owner, numpy.ndarray)
        digest = array_digest(in_memory_order(plain), look)
        look.part(address_of(plain), int.from_bytes(digest, "little"))
    else:
        digest = buffer_digest(base, look)
        look.part(identity_of(base), int.from_bytes(digest, "little"))


def is_buffer(value: object) -> bool:
    return f"{type(value).__module__}.{type(value).__qualname__}" in BUFFERS


BUFFERS = frozenset({"builtins.bytearray", "array.array", "mmap.mmap"})


def in_memory_order(array: Any) -> Any:
    """An owner's items as they lie in memory."""
    if array.flags.c_contiguous:
        return array
    return array.T if array.flags.f_contiguous else array.ravel("K")

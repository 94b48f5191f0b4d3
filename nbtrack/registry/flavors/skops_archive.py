"""The zip file of a skops model: its parts and arrays, read with a limit on what they may claim.

The reader of skops files asks it; nothing here makes objects other than bytes and plain arrays.
"""

from __future__ import annotations

import ast
import io
import struct
import zipfile
import zlib
from functools import lru_cache
from typing import Any, NamedTuple

from nbtrack.errors import ModelError, TamperedModel

__all__ = ["Archive", "array_of"]

FREE_BYTES = 64 << 20
"""What a file may unpack to without further questions."""

LARGEST_RATIO = 100
"""Beyond that, at most so many times the size of the file; trees compress some 4 to 20 times."""

LONGEST_HEADER = 10_000
"""NumPy's own limit for what it evaluates to learn an array's type."""

PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 0x1

LOCAL_HEADER = struct.Struct("<4s5H3L2H")
MAGIC = b"\x93NUMPY"


class Archive:
    """The parts of a skops file by name.

    Example:
        >>> import io, zipfile
        >>> buffer = io.BytesIO()
        >>> with zipfile.ZipFile(buffer, "w") as out:
        ...     out.writestr("schema.json", "{}")
        >>> bytes(Archive(buffer.getvalue(), "model.skops").part("schema.json"))
        b'{}'
    """

    def __init__(self, content: bytes, name: str) -> None:
        self.content = memoryview(content)
        self.name = name
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OverflowError, UnicodeError) as error:
            raise ModelError(
                f"{name} is not a skops file: {error}; it may have been cut off, log it again"
            ) from error
        self.parts = {it.filename: it for it in self.zip.infolist()}
        self.refuse_bombs()

    def refuse_bombs(self) -> None:
        """Go on only if all parts together unpack to a sensible size, each under its own name."""
        entries = self.zip.infolist()
        if len(self.parts) != len(entries):
            raise TamperedModel(f"{self.name} has two parts of one name; skops writes none")
        claimed = sum(it.file_size for it in entries)
        if claimed > max(FREE_BYTES, LARGEST_RATIO * len(self.content)):
            raise TamperedModel(
                f"{self.name} would unpack from {len(self.content):,} to {claimed:,} bytes; "
                f"no model does, so it is not read"
            )

    def part(self, name: str) -> memoryview | bytes:
        """The bytes of one part, whose checksum was right.

        Raises:
            TamperedModel: There is no such part, or it is not what was written.
        """
        entry = self.parts.get(name)
        if entry is None:
            raise TamperedModel(f"{self.name} names a part {name!r} that it does not have")
        if entry.compress_type in PLAIN and not entry.flag_bits & ENCRYPTED:
            return self.unpacked(entry)
        try:
            return self.zip.read(entry)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as why:
            raise self.damaged(name) from why

    def unpacked(self, entry: zipfile.ZipInfo) -> memoryview | bytes:
        """A part from where it lies, several times as fast as by `zipfile`."""
        start = entry.header_offset
        header = self.content[start : start + LOCAL_HEADER.size]
        if len(header) < LOCAL_HEADER.size:
            raise self.damaged(entry.filename)
        fields = LOCAL_HEADER.unpack(header)
        start += LOCAL_HEADER.size + fields[-2] + fields[-1]
        data: memoryview | bytes = self.content[start : start + entry.compress_size]
        if entry.compress_type == zipfile.ZIP_DEFLATED:
            data = self.inflated(data, entry)
        is_whole = fields[0] == b"PK\x03\x04" and len(data) == entry.file_size
        if not is_whole or zlib.crc32(data) != entry.CRC:
            raise self.damaged(entry.filename)
        return data

    def inflated(self, data: memoryview | bytes, entry: zipfile.ZipInfo) -> bytes:
        """The bytes of a compressed part, of which no more are made than it claims."""
        stream = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            found = stream.decompress(data, entry.file_size + 1)
        except zlib.error as error:
            raise self.damaged(entry.filename) from error
        if not stream.eof or stream.unused_data:
            raise self.damaged(entry.filename)
        return found

    def damaged(self, part: str) -> TamperedModel:
        """The error for a part whose bytes are not those that were written."""
        return TamperedModel(
            f"the part {part!r} of {self.name} is not what was written; log the model again"
        )


class Layout(NamedTuple):
    """What the header of a NumPy file says, and where its data begins."""

    dtype: Any
    shape: tuple[int, ...]
    fortran: bool
    start: int


def array_of(data: memoryview | bytes, place: str) -> Any:
    """The array of a NumPy file: never pickled, and never larger than the bytes that are there.

    Raises:
        TamperedModel: Its header says something else than its data.

    Example:
        >>> import io, numpy
        >>> buffer = io.BytesIO()
        >>> numpy.save(buffer, numpy.arange(3))
        >>> array_of(buffer.getvalue(), "x.npy")
        array([0, 1, 2])
    """
    import numpy as np

    try:
        layout = layout_of(bytes(data[: header_end(data)]))
    except (ValueError, SyntaxError, TypeError, KeyError, IndexError, struct.error) as error:
        raise TamperedModel(f"{place} is not an array NumPy wrote: {error}") from error
    count = 1
    for size in layout.shape:
        count *= size
    present = len(data) - layout.start
    itemsize = layout.dtype.itemsize
    if count * itemsize != present or (count and not itemsize):
        raise TamperedModel(
            f"{place} claims shape {layout.shape} of {layout.dtype}, which is not the "
            f"{present:,} bytes it has"
        )
    flat = np.frombuffer(data, layout.dtype, count, layout.start).copy()
    return flat.reshape(layout.shape, order="F" if layout.fortran else "C")


def header_end(data: memoryview | bytes) -> int:
    """Where the header of a NumPy file ends."""
    if bytes(data[:6]) != MAGIC or len(data) < 10:
        raise ValueError("it does not begin as one")
    if data[6] == 1:
        end = 10 + int.from_bytes(data[8:10], "little")
    else:
        end = 12 + int.from_bytes(data[8:12], "little")
    if end > LONGEST_HEADER or end > len(data):
        raise ValueError("its header is too long")
    return end


@lru_cache(maxsize=512)
def layout_of(header: bytes) -> Layout:
    """What a header says; a forest has the same few hundreds of times."""
    import numpy as np

    text = header[10 if header[6] == 1 else 12 :].decode("utf8" if header[6] == 3 else "latin1")
    said = ast.literal_eval(text.strip())
    if not isinstance(said, dict) or set(said) != {"descr", "fortran_order", "shape"}:
        raise ValueError("its header has other fields")
    dtype = np.lib.format.descr_to_dtype(said["descr"])
    shape = said["shape"]
    if dtype.hasobject:
        raise ValueError("it holds Python objects")
    if not isinstance(shape, tuple) or not all(type(it) is int and it >= 0 for it in shape):
        raise ValueError("its shape is no tuple of sizes")
    return Layout(dtype, shape, bool(said["fortran_order"]), len(header))

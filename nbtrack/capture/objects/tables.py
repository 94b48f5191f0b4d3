"""Tables of Arrow and polars, and what computes only when asked, which is never done here."""

from __future__ import annotations

import sys
from types import MemberDescriptorType
from typing import Any

from xxhash import xxh3_64, xxh3_64_digest

from nbtrack.capture.identity import identity_of
from nbtrack.capture.objects.flat import dumped
from nbtrack.capture.objects.look import Copied, Handler, Look, Node
from nbtrack.capture.objects.names import (
    attributes_of,
    leaf,
    mro_of,
    namespace_of,
    short_name_of,
)

__all__ = ["LIBRARY", "uncomputed"]


def table(value: Any, look: Look) -> Node:  # noqa: ARG001
    """A table of Arrow: it cannot change."""
    schema = value.schema.to_string(truncate_metadata=False).encode()
    return Node(leaf(type(value)) + xxh3_64_digest(schema), value.columns, is_mutable=False)


def column(value: Any, look: Look) -> Node:
    """A column of Arrow by its values, however they are cut into chunks."""
    chunks = getattr(value, "chunks", None)
    pieces = [value] if chunks is None else chunks
    state = b"arrow" + dumped(str(value.type)) + dumped(len(value))
    if not look.afford_memory(value.nbytes):
        look.doubt(f"an Arrow column of {value.nbytes / 1e6:,.0f} MB was sampled")
        pieces = [value.slice(0, 10_000), value.slice(len(value) - 10_000)]
        pieces = [it for piece in pieces for it in getattr(piece, "chunks", [piece])]
    return Node(state + values_digest(pieces, value.type), is_mutable=False)


def values_digest(pieces: list[Any], kind: Any) -> bytes:
    """The hash of validity, lengths and values, each as one stream."""
    types = sys.modules["pyarrow"].types
    streams = xxh3_64(), xxh3_64(), xxh3_64()
    has_nulls = any(it.null_count for it in pieces)
    for piece in filter(len, pieces):
        if has_nulls:
            streams[0].update(piece.is_valid().to_numpy(zero_copy_only=False))
        if any(getattr(types, f"is_{it}")(kind) for it in TEXTS):
            texts_into(streams[1], streams[2], piece, is_large="large" in str(kind))
        elif is_fixed(kind):
            fixed_into(streams[2], piece, kind.bit_width // 8)
        else:
            others_into(streams[1], streams[2], piece)
    return b"".join(it.digest() for it in streams)


TEXTS = ("string", "large_string", "binary", "large_binary")


def is_fixed(kind: Any) -> bool:
    """Whether values have whole bytes of their own, one after the other."""
    types = sys.modules["pyarrow"].types
    is_number = types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind)
    return bool(is_number or types.is_temporal(kind)) and kind.bit_width % 8 == 0


def texts_into(lengths: xxh3_64, data: xxh3_64, piece: Any, *, is_large: bool) -> None:
    """Texts by their lengths and their letters: offsets begin anywhere in a slice."""
    numpy = sys.modules["numpy"]
    _, offsets, letters = piece.buffers()
    kind = numpy.int64 if is_large else numpy.int32
    places = numpy.frombuffer(offsets, kind)[piece.offset : piece.offset + len(piece) + 1]
    sizes = numpy.diff(places)
    if piece.null_count and sizes[~piece.is_valid().to_numpy(zero_copy_only=False)].any():
        texts_into(lengths, data, piece.fill_null(""), is_large=is_large)
        return
    lengths.update(sizes.astype(numpy.int64, copy=False))
    if letters is not None:
        data.update(memoryview(letters)[int(places[0]) : int(places[-1])])


def fixed_into(data: xxh3_64, piece: Any, width: int) -> None:
    """Numbers by their bytes; under a null lies nobody's value."""
    if piece.null_count:
        piece = piece.drop_null()
    if len(piece):
        start = piece.offset * width
        data.update(memoryview(piece.buffers()[1]).cast("B")[start : start + len(piece) * width])


def others_into(form: xxh3_64, data: xxh3_64, piece: Any) -> None:
    """Lists, structures, booleans: their buffers as they are, and which part of them is shown."""
    form.update(dumped((piece.offset, len(piece))))
    for buffer in piece.buffers():
        if buffer is not None:
            data.update(memoryview(buffer))


def described(value: Any, look: Look) -> bytes:  # noqa: ARG001
    """A type, a field, a schema or a value of Arrow."""
    return leaf(type(value), str(value).encode(errors="replace"))


def polars_frame(value: Any, look: Look) -> Node:  # noqa: ARG001
    """A frame of polars by its columns; it may be changed in place."""
    return Node(leaf(type(value)), (Copied(value.get_columns()),), is_deep=True)


def polars_series(value: Any, look: Look) -> Node:
    """A series of polars by the hash it gives each of its items."""
    state = leaf(type(value)) + dumped((value.name, str(value.dtype), len(value)))
    if not look.afford_memory(value.estimated_size()):
        look.doubt(f"a polars Series of {len(value):,} items was sampled")
        value = value.gather_every(max(len(value) // 100_000, 1))
    hashes = value.hash(0).to_numpy()
    return Node(state + xxh3_64_digest(hashes))


def uncomputed(value: Any, look: Look) -> Node:
    """What is computed only when asked is not asked; it may be given another plan in place."""
    look.is_lazy = True
    parts = short_name_of(type(value)).split(".")
    look.doubt(f"a {parts[0].strip('_')} {parts[-1]} is not computed to be looked at")
    own = b"".join(dumped(identity_of(it)) for it in plans_of(value))
    return Node(leaf(type(value)), own=own, is_mutable=bool(own))


PLANS = ("_expr", "_name", "dask")
"""Attributes and slots where objects of dask keep what they stand for."""


def plans_of(value: Any) -> list[object]:
    """What an object stands for that is computed only when asked."""
    attributes = attributes_of(value)
    found = [it for name in PLANS if (it := attributes.get(name)) is not None]
    for kind in mro_of(type(value)):
        slots = map(namespace_of(kind).get, PLANS)
        members = [it for it in slots if type(it) is MemberDescriptorType]
        found += [it.__get__(value) for it in members]
    return found


LIBRARY: dict[str, Handler] = {
    "pyarrow.Table": table,
    "pyarrow.RecordBatch": table,
    "pyarrow.ChunkedArray": column,
    "pyarrow.Array": column,
    "pyarrow.DataType": described,
    "pyarrow.Field": described,
    "pyarrow.Schema": described,
    "pyarrow.Scalar": described,
    "polars.DataFrame": polars_frame,
    "polars.Series": polars_series,
    "polars.LazyFrame": uncomputed,
    "polars.Expr": uncomputed,
    "duckdb.DuckDBPyRelation": uncomputed,
}

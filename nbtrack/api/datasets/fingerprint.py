"""The digest of a frame or an array: the same content, the same digest, wherever it lies."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

__all__ = ["Fingerprint", "of_arrays", "of_frame"]

BUDGET_BYTES = 256_000_000
"""Hashing costs about a nanosecond a byte; of more than this, blocks are sampled."""

BUDGET_OBJECTS = 4_000_000
"""Texts and other objects cost about 60 ns each."""

SAMPLED = 0.1
"""What part of the budget a sample takes, so that a big frame costs less than a middling one."""

SAMPLE_BLOCKS = 64


def described(value: Any) -> Any:
    """An object of no type that msgpack knows; an address in memory is no content."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if "__repr__" not in {name for kind in type(value).__mro__[:-1] for name in vars(kind)}:
        return type(value).__qualname__
    return repr(value)


encoder = msgspec.msgpack.Encoder(order="deterministic", enc_hook=described)
"""Sets and dicts in one order, whatever the seed of Python's hashes."""


def encoded(values: list[Any]) -> bytes:
    """Objects as bytes; the fast way knows no mappings with other keys than texts."""
    try:
        return encoder.encode(values)
    except (TypeError, OverflowError):
        return encoder.encode([spelled_out(value) for value in values])


def spelled_out(value: Any) -> Any:
    """A container as lists, in one order; a number of any size as it is written."""
    if isinstance(value, Mapping):
        pairs = [[repr(key), spelled_out(item)] for key, item in value.items()]
        return ["mapping", *sorted(pairs, key=lambda pair: str(pair[0]))]
    if isinstance(value, list | tuple):
        return [spelled_out(item) for item in value]
    return repr(value) if isinstance(value, int) else value


class Fingerprint(NamedTuple):
    """A digest, and whether it covers every value."""

    digest: str
    is_exact: bool


def of_frame(frame: pd.DataFrame) -> Fingerprint:
    """The digest of a DataFrame: names, types and values, in order.

    An unnamed index of whole numbers is bookkeeping and does not count.
    """
    objects = sum(dtype.kind == "O" for dtype in frame.dtypes) * len(frame)
    size = int(frame.memory_usage(index=False, deep=False).sum())
    parts = parts_of(len(frame), max(size / BUDGET_BYTES, objects / BUDGET_OBJECTS))
    state = hashlib.blake2b(digest_size=8)
    state.update(encoded([list(frame.shape), [str(name) for name in frame.columns]]))
    if frame.index.names != [None] or frame.index.dtype.kind not in "iu":
        labels = [list(map(str, frame.index[part])) for part in parts]
        state.update(encoded([[str(name) for name in frame.index.names], labels]))
    for place in range(frame.shape[1]):
        column = frame.iloc[:, place]
        state.update(str(column.dtype).encode())
        for part in parts:
            for block in blocks_of(column.iloc[part]):
                state.update(block)
    return Fingerprint(state.hexdigest(), len(parts) == 1)


def parts_of(length: int, share: float) -> list[slice]:
    """Which rows to read: all if the budget allows it (`share` of it is wanted), else blocks.

    The blocks lie evenly spread, the first rows and the last among them.
    """
    if share <= 1 or length <= SAMPLE_BLOCKS:
        return [slice(None)]
    block = max(int(length / share * SAMPLED / SAMPLE_BLOCKS), 1)
    last = length - block
    starts = [last * place // (SAMPLE_BLOCKS - 1) for place in range(SAMPLE_BLOCKS)]
    return [slice(start, start + block) for start in starts]


def blocks_of(column: pd.Series[Any]) -> Iterator[Any]:
    """A column as bytes: numbers, times and categories as they lie in memory, objects encoded."""
    dtype = column.dtype
    if hasattr(dtype, "categories"):
        yield encoded(column.cat.categories.tolist())
        yield contiguous(column.cat.codes.to_numpy())
    elif hasattr(dtype, "tz"):
        yield contiguous(column.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy())
    elif hasattr(dtype, "numpy_dtype") and dtype.numpy_dtype.kind in "iufb":
        yield contiguous(column.isna().to_numpy())
        yield contiguous(column.to_numpy(dtype=dtype.numpy_dtype, na_value=0))
    elif dtype.kind in "iufbcmM" and not hasattr(dtype, "storage"):
        yield contiguous(column.to_numpy())
    else:
        yield encoded(column.tolist())


def contiguous(array: np.ndarray[Any, Any]) -> Any:
    """The bytes of an array in row order; copied only if it lies otherwise."""
    import numpy as np

    return np.ascontiguousarray(array).reshape(-1).view(np.uint8)


def of_arrays(arrays: dict[str, Any]) -> Fingerprint:
    """The digest of named arrays: names, types, shapes and values."""
    import numpy as np

    state = hashlib.blake2b(digest_size=8)
    is_exact = True
    for name, given in arrays.items():
        array = np.asarray(given)
        state.update(encoded([name, array.dtype.str, list(array.shape)]))
        rows = np.atleast_1d(array)
        share = (
            array.size / BUDGET_OBJECTS if array.dtype.hasobject else array.nbytes / BUDGET_BYTES
        )
        parts = parts_of(len(rows), share)
        is_exact = is_exact and len(parts) == 1
        for part in parts:
            read = rows[part]
            objects = array.dtype.hasobject
            state.update(encoded(read.tolist()) if objects else contiguous(read))
    return Fingerprint(state.hexdigest(), is_exact)

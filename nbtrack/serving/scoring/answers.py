"""What a model said, as JSON: MLflow's forms, but NaN and infinity are null, which is JSON."""

from __future__ import annotations

import base64
import datetime as dt
import decimal
from typing import Any

import numpy as np
import orjson

from nbtrack.errors import ModelError

__all__ = ["answer_of", "part_of"]

OPTIONS = (
    orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS
)
NATIVE = orjson.OPT_SERIALIZE_NUMPY
EXACT = (np.dtype("float64"), np.dtype("int64"), np.dtype("int32"), np.dtype("bool"))
"""Arrays that orjson writes as Python would; a float of 32 bits has other digits there."""


def answer_of(said: Any, *, is_bare: bool = False) -> bytes:
    """The body of an answer.

    Example:
        >>> answer_of(np.array([0.5, np.nan]))
        b'{"predictions":[0.5,null]}'

    Raises:
        ModelError: The model said what JSON has no form of.
    """
    plain = shaped(said)
    try:
        options = OPTIONS | NATIVE if isinstance(plain, np.ndarray) else OPTIONS
        return written(plain if is_bare else {"predictions": plain}, options)
    except (TypeError, ValueError, RecursionError) as error:
        raise ModelError(
            f"the model answered with a {type(said).__name__} that JSON cannot hold; it should "
            f"answer with an array, a frame, a list, a dict, numbers or text"
        ) from error


def written(body: Any, options: int) -> bytes:
    """JSON of plain values; of whole numbers beyond 64 bits, too, which orjson refuses."""
    try:
        return orjson.dumps(body, plain_value, options)
    except orjson.JSONEncodeError:
        import json

        return json.dumps(without_gaps(body), allow_nan=False, separators=(",", ":")).encode()


def without_gaps(value: Any) -> Any:
    """Values as the slower writer takes them."""
    if isinstance(value, dict):
        return {str(name): without_gaps(it) for name, it in value.items()}
    if isinstance(value, list | tuple):
        return [without_gaps(it) for it in value]
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if value is None or isinstance(value, str | int):
        return value
    return without_gaps(plain_value(value))


def shaped(said: Any) -> Any:
    """An answer in MLflow's form: a frame or a column as records, an array as lists."""
    if isinstance(said, np.ndarray):
        exact = said.dtype in EXACT and said.flags.c_contiguous and said.ndim
        return said if exact else said.tolist()
    if hasattr(said, "to_dict") and hasattr(said, "iloc"):
        return records(said)
    if hasattr(said, "toarray"):
        return said.toarray().tolist()
    return said


def records(said: Any) -> list[dict[Any, Any]]:
    """The rows of a frame; a column is a frame of one."""
    frame = (
        said if hasattr(said, "columns") else said.to_frame(0 if said.name is None else said.name)
    )
    names = [it if isinstance(it, str | int) else str(it) for it in frame.columns]
    columns = [it.tolist() for _, it in frame.items()]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def plain_value(value: Any) -> Any:
    """A value that JSON has no form of by itself."""
    if isinstance(value, np.ndarray | np.generic):
        return value.item() if isinstance(value, np.generic) else value.tolist()
    if type(value).__name__ in {"NAType", "NaTType"}:
        return None
    if isinstance(value, bytes | bytearray):
        return base64.encodebytes(value).decode("ascii")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    kinds: tuple[Any, ...] = (str, int, float, dict, list, tuple)
    for kind in kinds:  # of a class derived from it
        if isinstance(value, kind):
            return kind(value)
    return float(value) if isinstance(value, decimal.Decimal) else plain_object(value)


def plain_object(value: Any) -> Any:
    """An object of a library: pydantic's, pandas', a tensor."""
    if hasattr(value, "model_dump"):
        return value.model_dump()
    if hasattr(value, "iloc") and hasattr(value, "to_dict"):
        return records(value)
    if hasattr(value, "detach"):
        return value.detach().cpu().tolist()
    if hasattr(value, "to_dicts"):
        return value.to_dicts()
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, set | frozenset):
        return list(value)
    raise TypeError(type(value).__name__)


def part_of(said: Any, begin: int, end: int) -> Any:
    """The rows of an answer that belong to one of several requests."""
    return said.iloc[begin:end] if hasattr(said, "iloc") else said[begin:end]

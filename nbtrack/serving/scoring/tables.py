"""Bodies that are tables: CSV and Parquet."""

from __future__ import annotations

import io
import operator
from functools import partial
from typing import Any

from nbtrack.registry.signatures.lists import cast_list
from nbtrack.registry.signatures.schema import Schema
from nbtrack.registry.signatures.types import DataType
from nbtrack.serving.scoring.refusals import Refused, bad_request, unsupported

__all__ = ["read_csv", "read_parquet"]

READ_BY_PANDAS = {
    DataType.integer: "int32",
    DataType.long: "int64",
    DataType.float: "float32",
    DataType.double: "float64",
    DataType.string: "object",
}
"""Columns that have their type from the signature as they are read; others are cast after it."""


def read_csv(body: bytes, schema: Schema | None) -> Any:
    """A frame from CSV, whose first line names the columns.

    Raises:
        Refused: It cannot be read, or a column holds other values than the signature has.
    """
    import pandas as pd

    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise bad_request(f"the body is no UTF-8: byte {error.start} cannot be read") from None
    types = column_types(schema)
    try:
        frame = pd.read_csv(io.BytesIO(body), dtype=types or None)
    except pd.errors.EmptyDataError:
        raise bad_request("the body is empty; CSV begins with a line of names") from None
    except pd.errors.ParserError:
        raise bad_request(
            "the body is no CSV: a row has more values than there are names"
        ) from None
    except (ValueError, OverflowError, TypeError):
        raise wrong_column(body, types) from None
    return with_bytes(frame, schema)


def column_types(schema: Schema | None) -> dict[Any, str]:
    """The types that pandas reads columns in."""
    if schema is None or schema.is_tensor_spec() or not schema.has_input_names():
        return {}
    kinds = zip(schema.input_names(), schema.input_types(), strict=True)
    return {
        name: READ_BY_PANDAS[it]
        for name, it in kinds
        if isinstance(it, DataType) and it in READ_BY_PANDAS
    }


def with_bytes(frame: Any, schema: Schema | None) -> Any:
    """A frame whose columns of bytes came as base64, as in JSON."""
    if schema is None or schema.is_tensor_spec() or not schema.has_input_names():
        return frame
    for name, kind in zip(schema.input_names(), schema.input_types(), strict=True):
        if kind is DataType.binary and name in frame:
            frame[name] = cast_list(frame[name].tolist(), kind, wire=True)
    return frame


def wrong_column(body: bytes, types: dict[Any, str]) -> Refused:
    """Which column does not hold what it should, found by reading one at a time."""
    import pandas as pd

    for name, kind in types.items():
        try:
            pd.read_csv(io.BytesIO(body), dtype={name: kind}, usecols=partial(operator.eq, name))
        except (ValueError, OverflowError, TypeError):
            word = "whole numbers" if kind.startswith("int") else "numbers"
            return bad_request(f"column {name!r} holds {word} ({kind}), and another value came")
    return bad_request("the body is no CSV that fits the model's signature")


def read_parquet(body: bytes, _schema: Schema | None = None) -> Any:
    """A frame from Parquet.

    Raises:
        Refused: It cannot be read.
    """
    import pandas as pd

    try:
        return pd.read_parquet(io.BytesIO(body))
    except ImportError:
        raise unsupported("Parquet needs pyarrow, which this endpoint has not; send JSON") from None
    except (ValueError, OSError, KeyError):  # pyarrow's own errors are of these
        raise bad_request("the body is no Parquet that can be read") from None

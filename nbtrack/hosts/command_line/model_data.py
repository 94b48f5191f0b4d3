"""Data of a file or of stdin, for what asks models: CSV, Parquet, JSON and JSON lines."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from nbtrack.errors import InvalidValue, MissingPackage, NotFound, SchemaMismatch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.registry.signatures.signature import ModelSignature

__all__ = ["FORMATS", "Format", "content_of", "format_of", "read_data", "read_input"]

Format = Literal["csv", "json", "jsonl", "parquet"]

FORMATS: dict[str, Format] = {
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
    "csv": "csv",
    "json": "json",
    "jsonl": "jsonl",
    "parquet": "parquet",
    "text/csv": "csv",
    "application/json": "json",
    "application/jsonl": "jsonl",
    "application/vnd.apache.parquet": "parquet",
}
"""What is what, by a file's ending, by a word, or by a type of HTTP."""


def content_of(path: str | None) -> bytes:
    """The bytes of a file; of stdin for None and for `-`.

    Raises:
        NotFound: The file is not there.
    """
    if path in {None, "-"}:
        return sys.stdin.buffer.read()
    place = Path(str(path)).expanduser()
    if not place.is_file():
        raise NotFound(f"there is no file {str(place)!r} (working directory {Path.cwd()})")
    return place.read_bytes()


def format_of(path: str | None, told: str | None, content: bytes) -> Format:
    """What data is: as it was told, by the file's ending, or by how it begins.

    Raises:
        InvalidValue: It was told to be something that is not known.
    """
    if told is not None:
        known = FORMATS.get(told.strip().lower())
        if known is None:
            raise InvalidValue(f"{told!r} is no type of data; it is json, jsonl, csv or parquet")
        return known
    ending = FORMATS.get(Path(path).suffix.lower()) if path else None
    if ending is not None:
        return ending
    if content.startswith(b"PAR1"):
        return "parquet"
    return "json" if content.lstrip()[:1] in {b"{", b"["} else "csv"


def read_data(path: str) -> Any:
    """A frame from a file.

    Raises:
        NotFound: The file is not there.
        InvalidValue: It cannot be read, or holds no table.
    """
    content = content_of(path)
    kind = format_of(path, None, content)
    if kind != "json":
        return frame_of(content, kind, path)
    import pandas as pd

    plain = plain_json(content, path)
    if isinstance(plain, dict) and "data" in plain and "columns" in plain:
        return pd.DataFrame(plain["data"], columns=plain["columns"])
    try:
        return pd.DataFrame(plain)
    except (ValueError, TypeError) as error:
        raise InvalidValue(f"{path} holds no table: {error}") from error


def frame_of(
    content: bytes, kind: Format, path: str | None, types: Mapping[str, str] | None = None
) -> Any:
    """A frame from CSV, Parquet or JSON lines.

    Args:
        content: What was read.
        kind: What it is.
        path: Where from, for messages.
        types: The types of columns of CSV, as pandas names them.
    """
    import pandas as pd

    buffer = io.BytesIO(content)
    try:
        if kind == "parquet":
            return pd.read_parquet(buffer)
        if kind == "jsonl":
            return pd.read_json(buffer, lines=True)
        return pd.read_csv(buffer, dtype=dict(types) if types else None)
    except ImportError as error:
        raise MissingPackage("pyarrow", "to read Parquet") from error
    except (ValueError, OSError) as error:  # pandas' and pyarrow's own errors are of these
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise InvalidValue(f"{path or 'stdin'} cannot be read as {kind}: {reason}") from error


def plain_json(content: bytes, path: str | None) -> Any:
    """JSON as plain values."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InvalidValue(f"{path or 'stdin'} cannot be read as JSON: {error}") from error


def read_input(path: str | None, told: str | None, signature: ModelSignature | None) -> Any:
    """The data and the params of a question to a model, from a file or stdin.

    JSON is the body of a request (`dataframe_split`, `dataframe_records`, `inputs` or `instances`,
    with `params` if there are any), a list of records, or a list of values.

    Raises:
        NotFound: The file is not there.
        InvalidValue: It cannot be read.
        SchemaMismatch: The model takes something else.
    """
    content = content_of(path)
    kind = format_of(path, told, content)
    if kind != "json":
        return frame_of(content, kind, path, texts_in(signature)), None
    from nbtrack.registry.signatures.request import read_request

    plain = plain_json(content, path)
    if isinstance(plain, list):
        is_table = bool(plain) and all(isinstance(it, dict) for it in plain)
        plain = {"dataframe_records" if is_table else "inputs": plain}
    elif isinstance(plain, dict) and set(plain) == {"columns", "data"}:
        plain = {"dataframe_split": plain}
    elif not isinstance(plain, dict):
        raise SchemaMismatch(f"a question to a model is an object or a list, not {plain!r}")
    return read_request(plain, signature)


def texts_in(signature: ModelSignature | None) -> dict[str, str]:
    """The columns that are text, whatever they look like in a file: `007` stays it."""
    inputs = None if signature is None else signature.inputs
    if inputs is None or inputs.is_tensor_spec() or not inputs.has_input_names():
        return {}
    return {it.name: "str" for it in inputs if str(getattr(it.type, "name", "")) == "string"}

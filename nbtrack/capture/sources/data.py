"""What data is known by: a digest for each column of a frame, one for a file, in bounded time.

What is made here has the fields of a run's `Input`, under MLflow's names. A frame's `profile`:
`{"num_rows": 3, "num_columns": 1, "num_elements": 3, "num_bytes": 24, "column_digests":
{"age": "1f0c93ab12de4567"}}`, with `"digest_of_sample": true` where not every byte was read. A file
of settings has `"key_digests"`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import xxhash

from nbtrack.capture.redaction import is_secret_key, is_wanted, keyed_digest, redact_text
from nbtrack.capture.sources.columns import Column, columns_of, rows_of

__all__ = ["DataFacts", "file_facts", "frame_facts", "portable", "settings_facts"]

BUDGET_BYTES = 64 << 20
"""Hashing reads 10 GB a second; of more than this, a sample is read."""

BUDGET_OBJECTS = 500_000
"""Objects of Python cost about 60 ns each."""

SAMPLE_BLOCKS = 64
SAMPLE_PART = 0.1
"""What part of the budget a sample takes, so that a big frame costs less than a middling one."""

MOST_COLUMNS = 1000
"""Columns with a digest of their own; those after them have one together."""

OTHERS = "…"
"""What those after them are called."""

LARGEST_SETTINGS_BYTES = 256 << 10
MOST_SETTINGS = 200


class DataFacts(NamedTuple):
    """The fields of an `Input` but for its run."""

    name: str
    digest: str
    source_type: str
    source: str
    schema: str | None
    profile: str | None


def frame_facts(
    value: object, name: str, file: str | os.PathLike[str] | None = None
) -> DataFacts | None:
    """A frame or array of pandas, polars, Arrow or NumPy as an input; None for anything else.

    Args:
        value: The frame; no code of the user's is run for it.
        name: What the notebook calls it.
        file: The file it was read from, where that is known.
    """
    columns = columns_of(value)
    if columns is None:
        return None
    rows = rows_of(value)
    digests, is_exact = digests_of(columns, rows)
    profile: dict[str, Any] = {
        "num_rows": rows,
        "num_columns": len(columns),
        "num_elements": rows * len(columns),
        "num_bytes": sum(column.num_bytes for column in columns),
        "column_digests": digests,
    }
    if not is_exact:
        profile["digest_of_sample"] = True
    specs = [column.spec() for column in columns[:MOST_COLUMNS]]
    told = [[spec["name"], spec["dtype"]] for spec in specs]
    digest = xxhash.xxh3_64_hexdigest(written([rows, told, list(digests.values())]).encode())
    source_type, source = source_fields(file)
    return DataFacts(
        name, digest, source_type, source, written({"mlflow_colspec": specs}), written(profile)
    )


def digests_of(columns: list[Column], rows: int) -> tuple[dict[str, str], bool]:
    """Each column's digest by its name, and whether all rows were read.

    Columns of one name are told apart by a number.
    """
    parts = parts_of(rows, share_of(columns, rows))
    digests: dict[str, str] = {}
    for column in columns[:MOST_COLUMNS]:
        digests[free_name(column.name, digests)] = digest_of(column, parts)
    if rest := columns[MOST_COLUMNS:]:
        together = "".join(digest_of(column, parts) for column in rest)
        digests[OTHERS] = xxhash.xxh3_64_hexdigest(together.encode())
    return digests, parts == [slice(0, rows)]


def share_of(columns: list[Column], rows: int) -> float:
    """How many times the budget it would take to read everything."""
    size = sum(column.num_bytes for column in columns)
    objects = rows * sum(column.has_objects for column in columns)
    return max(size / BUDGET_BYTES, objects / BUDGET_OBJECTS)


def parts_of(rows: int, share: float) -> list[slice]:
    """Which rows to read: all within the budget, else blocks from the first row to the last."""
    if share <= 1 or rows <= SAMPLE_BLOCKS:
        return [slice(0, rows)]
    block = max(int(rows / share * SAMPLE_PART / SAMPLE_BLOCKS), 1)
    last = rows - block
    starts = (last * place // (SAMPLE_BLOCKS - 1) for place in range(SAMPLE_BLOCKS))
    return [slice(start, start + block) for start in starts]


def digest_of(column: Column, parts: list[slice]) -> str:
    """A column's digest: of its values, wherever and however they lie in memory."""
    state = xxhash.xxh3_64()
    for part in parts:
        for block in column.blocks(part):
            state.update(block)
    digest = state.hexdigest()
    return keyed_digest(digest) if is_secret_key(column.name) and is_wanted() else digest


def free_name(name: str, taken: dict[str, str]) -> str:
    """A column's name, with a number if another column has it."""
    number, free = 2, name
    while free in taken:
        free, number = f"{name}#{number}", number + 1
    return free


def source_fields(file: str | os.PathLike[str] | None) -> tuple[str, str]:
    """The type and the fields of a source: a file, an address, or code."""
    if file is None:
        return "code", "{}"
    uri = redact_text(os.fspath(file))
    scheme = uri.partition("://")[0].lower() if "://" in uri else ""
    if scheme in {"http", "https"}:
        return "http", written({"url": uri})
    return "local" if scheme in {"", "file"} else scheme, written({"uri": uri})


def written(value: Any) -> str:
    """Plain data as JSON."""
    return json.dumps(value, ensure_ascii=False)


def file_facts(
    path: str | os.PathLike[str], folder: str | os.PathLike[str] | None = None
) -> DataFacts | None:
    """A file as an input; None if it is not there or cannot be read.

    Args:
        path: Where it is.
        folder: The notebook's; a file below it is known by the path from there.
    """
    place = Path(path)
    try:
        told = place.stat()
        state = xxhash.xxh3_64()
        is_exact = told.st_size <= BUDGET_BYTES
        for block in blocks_of(place, told.st_size):
            state.update(block)
    except OSError:
        return None
    if not is_exact:
        state.update(str(told.st_size).encode())
    profile: dict[str, Any] = {"num_bytes": told.st_size, "modified": int(told.st_mtime * 1000)}
    if not is_exact:
        profile["digest_of_sample"] = True
    name = redact_text(portable(place, folder))
    return DataFacts(name, state.hexdigest(), *source_fields(name), None, written(profile))


def blocks_of(path: Path, size: int) -> Iterator[bytes]:
    """A file's bytes: all within the budget, else blocks from its head to its tail."""
    with path.open("rb") as file:
        if size <= BUDGET_BYTES:
            while block := file.read(1 << 20):
                yield block
            return
        length = int(BUDGET_BYTES * SAMPLE_PART) // SAMPLE_BLOCKS
        for place in range(SAMPLE_BLOCKS):
            file.seek((size - length) * place // (SAMPLE_BLOCKS - 1))
            yield file.read(length)


def settings_facts(
    path: str | os.PathLike[str], folder: str | os.PathLike[str] | None = None
) -> DataFacts | None:
    """A file of settings (JSON, TOML, YAML) with a digest for each key; None for any other file."""
    read = SETTINGS.get(Path(path).suffix.lower())
    if read is None:
        return None
    try:
        content = Path(path).read_bytes()
        told = read(content) if len(content) <= LARGEST_SETTINGS_BYTES else None
    except (OSError, ValueError, RecursionError):
        return None
    found = file_facts(path, folder) if type(told) is dict else None
    if found is None:
        return None
    digests = {name: setting_digest(name, value) for name, value in settings_in(told)}
    profile = json.loads(found.profile or "{}") | {"key_digests": digests}
    return found._replace(profile=written(profile))


def read_toml(content: bytes) -> Any:
    """The settings in TOML."""
    import tomllib

    return tomllib.loads(content.decode())


def read_yaml(content: bytes) -> Any:
    """The settings in YAML, where the cell has loaded what reads it."""
    library: Any = sys.modules.get("yaml")
    if library is None:
        return None
    try:
        return library.safe_load(content)
    except library.YAMLError:
        return None


SETTINGS: dict[str, Callable[[bytes], Any]] = {
    ".json": json.loads,
    ".toml": read_toml,
    ".yaml": read_yaml,
    ".yml": read_yaml,
}


def settings_in(told: Any) -> list[tuple[str, Any]]:
    """Settings by their names, those inside of others after a dot."""
    found: list[tuple[str, Any]] = []
    queue: list[tuple[str, Any]] = [("", told)]
    for prefix, value in queue:
        if type(value) is dict and value and len(queue) <= MOST_SETTINGS:
            queue += [(f"{prefix}.{key}" if prefix else str(key), it) for key, it in value.items()]
        else:
            found.append((prefix, value))
    return [(redact_text(name), value) for name, value in found[:MOST_SETTINGS]]


def setting_digest(name: str, value: Any) -> str:
    """The digest of a setting; one that may be a secret is under the user's key."""
    text = json.dumps(value, default=str, sort_keys=True)
    digest = xxhash.xxh3_64_hexdigest(text.encode(errors="replace"))
    is_secret = is_secret_key(name) or redact_text(text) != text
    return keyed_digest(digest) if is_secret and is_wanted() else digest


def portable(path: str | os.PathLike[str], folder: str | os.PathLike[str] | None) -> str:
    """A path from the notebook's folder if it is below it, else whole."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100 - a link keeps the name it is called by
    if folder is not None and whole.is_relative_to(home := Path(folder).absolute()):
        return whole.relative_to(home).as_posix()
    return str(whole)

"""Frames written to files, and the files of a table put together: Parquet, CSV, JSON lines."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import duckdb

from nbtrack.errors import InvalidValue
from nbtrack.store.table_streams import literal, quoted, scratch, types_of

__all__ = ["WrittenFormat", "alike", "joined", "written"]

WrittenFormat = Literal["csv", "jsonl", "parquet"]

OPTIONS: dict[str, str] = {
    "csv": "FORMAT csv, HEADER true",
    "jsonl": "FORMAT json",
    "parquet": "FORMAT parquet",
}


def written(
    cursor: Any, frame: Any, types: Mapping[str, str], path: Path, kind: WrittenFormat
) -> None:
    """Write a frame, whole or not at all.

    Args:
        cursor: An instance that writes, as `scratch` gives one.
        frame: The rows.
        types: Columns that get another type than their values in the frame have.
        path: The file; one that ends in `.gz` is compressed.
        kind: Its format.

    Raises:
        InvalidValue: A column holds what no file can.
    """
    cursor.register("part", frame)
    try:
        columns = [
            f"CAST({quoted(name)} AS {types[name]}) AS {quoted(name)}"
            if name in types
            else quoted(name)
            for name in map(str, frame.columns)
        ]
        copied(cursor, f"SELECT {', '.join(columns)} FROM part", path, kind)
    except duckdb.Error as error:
        if isinstance(error, duckdb.IOException):
            raise OSError(f"{path} cannot be written: {first(error)}") from error
        raise InvalidValue(f"the predictions are no table for a file: {first(error)}") from error
    finally:
        cursor.unregister("part")


def copied(cursor: Any, query: str, path: Path, kind: WrittenFormat) -> None:
    """Write what a query gives beside its place, then put it there."""
    beside = path.with_name(f".{path.name}.new")
    packed = ", COMPRESSION gzip" if path.suffix == ".gz" else ""
    cursor.execute(f"COPY ({query}) TO {literal(str(beside))} ({OPTIONS[kind]}{packed})")
    synced(beside)
    beside.replace(path)


def synced(path: Path) -> None:
    """Have a file's bytes on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def joined(parts: Sequence[Path], target: Path, kind: WrittenFormat) -> None:
    """Put the parts of a table into one file, which replaces the one that was there."""
    if len(parts) == 1:
        parts[0].replace(target)
    elif kind == "parquet":
        cursor = scratch()
        try:
            listed = ", ".join(literal(str(part)) for part in parts)
            query = f"SELECT * FROM read_parquet([{listed}], union_by_name = true)"
            copied(cursor, query, target, kind)
        finally:
            cursor.close()
    else:
        beside = target.with_name(f".{target.name}.new")
        with beside.open("wb") as whole:
            for number, part in enumerate(parts):
                append(part, whole, header=kind == "csv" and number > 0)
        synced(beside)
        beside.replace(target)


def append(part: Path, whole: Any, *, header: bool) -> None:
    """Copy a part to the end of a file, without its header if it has one to leave out.

    Compressed parts follow each other, as their format allows.
    """
    if part.suffix == ".gz":
        import gzip

        with gzip.open(part, "rb") as source, gzip.open(whole, "wb") as packed:
            if header:
                after_header(source)
            shutil.copyfileobj(source, packed, 1 << 20)
        return
    with part.open("rb") as source:
        if header:
            after_header(source)
        shutil.copyfileobj(source, whole, 1 << 20)


def after_header(source: Any) -> None:
    """Go behind the first record of CSV; a name of a column may hold a line's end in quotes."""
    line = source.readline()
    while line.count(b'"') % 2:
        line += source.readline()


def alike(parts: Sequence[Path]) -> None:
    """Give all files of a folder the same types, the widest of each column.

    A model may say whole numbers for some rows and fractions for others.
    """
    cursor = scratch()
    try:
        listed = ", ".join(literal(str(part)) for part in parts)
        wanted = types_of(cursor, f"read_parquet([{listed}], union_by_name = true)")
        for part in parts:
            source = f"read_parquet({literal(str(part))})"
            if types_of(cursor, source) != wanted:
                columns = [f"CAST({quoted(it)} AS {wanted[it]}) AS {quoted(it)}" for it in wanted]
                copied(cursor, f"SELECT {', '.join(columns)} FROM {source}", part, "parquet")
    finally:
        cursor.close()


def first(error: Exception) -> str:
    """The first line of what DuckDB says."""
    return str(error).splitlines()[0]

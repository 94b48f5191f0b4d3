"""Tables of any size, read batch by batch in bounded memory, for what scores them.

Files, SQL and what DuckDB can scan are read by an instance of its own, apart from the store.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

import duckdb

from nbtrack.errors import InvalidValue, MissingPackage

__all__ = [
    "INEXACT",
    "FileFormat",
    "RelationStream",
    "TableStream",
    "literal",
    "of_files",
    "of_relation",
    "of_sql",
    "of_view",
    "quoted",
    "reach",
    "reading",
    "scratch",
    "types_of",
]

FileFormat = Literal["csv", "json", "jsonl", "parquet"]

VECTOR_ROWS = 2048
"""DuckDB hands rows on in vectors of so many."""

MEMORY = "128MB"
"""Of an instance that reads; what sorts more goes to a temporary folder."""

LONGEST = 120
"""Characters that are shown of a line that cannot be read."""

MOST_THREADS = 2
"""Each has buffers of its own: more would let a machine with more cores take more memory."""

INEXACT = ("DECIMAL", "HUGEINT", "UHUGEINT", "TIME", "UUID", "BIT", "INTERVAL", "ENUM", "BIGNUM")
"""Types that a frame has no exact counterpart of: they pass through it as text."""


class TableStream(NamedTuple):
    """A table that can be read from its beginning, more than once.

    Attributes:
        cursor: The connection that reads.
        source: What stands after FROM.
        types: The type of each column, as DuckDB names it.
        is_text: Whether it is text, of which each type is a reading.
        total: How many rows there are, where that is known without reading them.
    """

    cursor: Any
    source: str
    types: dict[str, str]
    is_text: bool = False
    total: int | None = None

    def batches(
        self, wanted: Mapping[str, str | None], verbatim: Sequence[str], rows: int, skip: int = 0
    ) -> Iterator[Any]:
        """Frames of the rows from `skip` on, in their order.

        Args:
            wanted: The columns, each with the type it is cast to; None leaves it as it is.
            verbatim: Those of them that a frame must keep exactly, as text if need be.
            rows: About how many a frame has.
            skip: How many rows are left out at the beginning.

        Raises:
            InvalidValue: The data cannot be read; the message says where.
        """
        parts = [self.column(it, exact=it in verbatim) for it in wanted]
        tail = f" OFFSET {skip}" if skip else ""
        vectors = max(1, rows // VECTOR_ROWS)
        with reading():
            self.cursor.execute(f"SELECT {', '.join(parts)} FROM {self.source}{tail}")
            while len(frame := self.cursor.fetch_df_chunk(vectors)):
                yield frame

    def column(self, name: str, *, exact: bool) -> str:
        """How a column is read."""
        if exact and self.types[name].startswith(INEXACT):
            return f"CAST({quoted(name)} AS VARCHAR) AS {quoted(name)}"
        if self.types[name].startswith(("DECIMAL", "HUGEINT")):
            return f"CAST({quoted(name)} AS DOUBLE) AS {quoted(name)}"
        return quoted(name)


def of_files(paths: Sequence[str], kind: FileFormat) -> TableStream:
    """The table that files hold, one after the other.

    Raises:
        InvalidValue: They cannot be read, or not as this format.
        MissingPackage: They are elsewhere, and what fetches them is not installed.
    """
    cursor = scratch()
    reach(cursor, paths)
    listed = f"[{', '.join(map(literal, paths))}]"
    with reading():
        match kind:
            case "parquet":
                source = f"read_parquet({listed}, union_by_name = true)"
                count = rows_of_parquet(cursor, listed)
                return TableStream(cursor, source, types_of(cursor, source), total=count)
            case _:
                shape = "newline_delimited" if kind == "jsonl" else "auto"
                source = f"read_json({listed}, format = '{shape}', union_by_name = true)"
                return TableStream(cursor, source, types_of(cursor, source))


def of_sql(text: str) -> TableStream:
    """What a query gives.

    Raises:
        InvalidValue: It cannot be read.
    """
    cursor = scratch()
    source = f"({text.strip().rstrip(';')})"
    with reading():
        return TableStream(cursor, source, types_of(cursor, source))


def of_view(table: Any) -> TableStream:
    """What DuckDB can scan where it stands: Arrow's tables, polars' frames."""
    cursor = scratch()
    cursor.register("given", table)
    count = len(table) if hasattr(table, "__len__") else None
    return TableStream(cursor, "given", types_of(cursor, "given"), total=count)


class RelationStream(NamedTuple):
    """A relation of the user's own connection, which reads it."""

    relation: Any
    types: dict[str, str]
    is_text: bool = False
    total: int | None = None

    def batches(
        self, wanted: Mapping[str, str | None], verbatim: Sequence[str], rows: int, skip: int = 0
    ) -> Iterator[Any]:
        """Frames of the rows from `skip` on.

        Raises:
            InvalidValue: The relation cannot be read.
            MissingPackage: What hands batches from one connection to another is not installed.
        """
        read = getattr(self.relation, "to_arrow_reader", None) or self.relation.fetch_arrow_reader
        try:
            with reading():
                reader = read(rows)
        except ImportError as error:
            raise MissingPackage("pyarrow", "to score a relation of DuckDB") from error
        yield from of_view(reader).batches(wanted, verbatim, rows, skip)


def of_relation(relation: Any) -> RelationStream:
    """A relation of DuckDB."""
    types = dict(zip(relation.columns, map(str, relation.types), strict=True))
    return RelationStream(relation, types)


def scratch() -> Any:
    """An instance in memory, that spills to a temporary folder and loads nothing by itself."""
    threads = min(MOST_THREADS, os.cpu_count() or 1)
    cursor = duckdb.connect(
        config={
            "memory_limit": MEMORY,
            "threads": threads,
            "temp_directory": str(Path(tempfile.gettempdir(), f"nbtrack-spill-{os.getpid()}")),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
        }
    )
    cursor.execute("SET enable_progress_bar = false")  # it would stand beside our own
    return cursor


def reach(cursor: Any, paths: Sequence[str]) -> None:
    """Let an instance read addresses such as `s3://…` by fsspec."""
    schemes = {path.partition("://")[0] for path in paths if "://" in path}
    if not schemes:
        return
    try:
        import fsspec
    except ImportError as error:
        raise MissingPackage("fsspec", f"to read {paths[0]}", "remote") from error
    for scheme in schemes:
        cursor.register_filesystem(fsspec.filesystem(scheme))


def types_of(cursor: Any, source: str) -> dict[str, str]:
    """The columns of a table and their types."""
    cursor.execute(f"DESCRIBE SELECT * FROM {source}")
    return {str(row[0]): str(row[1]) for row in cursor.fetchall()}


def rows_of_parquet(cursor: Any, listed: str) -> int:
    """How many rows files say that they hold."""
    cursor.execute(f"SELECT sum(num_rows) FROM parquet_file_metadata({listed})")
    return int(cursor.fetchall()[0][0])


def quoted(name: str) -> str:
    """A name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"


def shorten(line: str) -> str:
    """The beginning of a line, which may be all of one of the data's."""
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


@contextmanager
def reading() -> Iterator[None]:
    """What DuckDB cannot read is the caller's data."""
    try:
        yield
    except duckdb.Error as error:
        lines = [shorten(it) for it in str(error).splitlines() if it.strip()][:3]
        raise InvalidValue(f"the data cannot be read: {' '.join(lines)}") from error

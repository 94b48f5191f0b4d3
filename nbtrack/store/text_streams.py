"""Tables in CSV, read batch by batch: fast while all of it is of its types, then with care.

Numbers are read as such until a text is none; from there on each text is looked at, so that the
row that is wrong can be named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import duckdb

from nbtrack.store.table_streams import (
    VECTOR_ROWS,
    literal,
    quoted,
    reach,
    reading,
    scratch,
    types_of,
)

__all__ = ["TROUBLE", "TextStream", "of_csv"]

TROUBLE = "nbtrack trouble"
"""The column that names those whose text in a row is not of their type; null else."""

MEMORY = "64MB"
"""Of an instance that reads text: it sorts nothing, and would keep what it has read."""

AHEAD = "4MB"
"""Of rows that wait to be taken."""

BUFFER = 4_194_304
"""Of text that is read ahead, for each thread and more."""

LONGEST_LINE = 8_388_608
"""Of text that is read ahead with care: no line may be longer."""

AT_ONCE = {"BOOLEAN", "DOUBLE", "FLOAT", "VARCHAR"}
"""Types that are read just as a cast of the text would have them."""

WHOLE = {"BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UBIGINT", "UINTEGER", "HUGEINT"}

WHOLE_TEXT = r"^\s*[+-]?[0-9]+(\.0+)?\s*$"
"""`3.5` as a whole number would be rounded by a cast, without a word."""

GAPS = ("NA", "N/A", "n/a", "#N/A", "<NA>", "NULL", "null", "None", "NaN", "nan")
"""What stands for no value in a column that is not of text, as pandas reads it."""


class TextStream(NamedTuple):
    """Files of CSV, one after the other.

    Attributes:
        cursor: The connection that reads.
        files: The files and how they are read, as `read_csv` takes them.
        types: The type of each column, by what stands in it.
        is_text: That all of it is text.
        total: How many rows there are, which is not known.
    """

    cursor: Any
    files: str
    types: dict[str, str]
    is_text: bool = True
    total: int | None = None

    def batches(
        self,
        wanted: Mapping[str, str | None],
        verbatim: Sequence[str],
        rows: int,
        skip: int = 0,
    ) -> Iterator[Any]:
        """Frames of the rows from `skip` on, in their order.

        Args:
            wanted: The columns, each with the type it is cast to; None has it as `types` says.
            verbatim: Those of which a file of text gets the same text.
            rows: About how many a frame has.
            skip: How many rows are left out at the beginning.

        Raises:
            InvalidValue: The data cannot be read; the message says where.
        """
        kinds = {name: kind or self.types[name] for name, kind in wanted.items()}
        vectors = max(1, rows // VECTOR_ROWS)
        numbers = [it for it in verbatim if kinds[it] == "VARCHAR" and self.types[it] in WHOLE]
        for columns in self.swiftly(kinds, numbers), self.swiftly(kinds, ()):
            try:
                for frame in self.selected(columns, vectors, skip):
                    skip += len(frame)
                    yield frame
            except duckdb.InterruptException:
                raise
            except duckdb.Error:  # some text is not of its type: what follows takes it, or tells
                continue
            return
        with reading():
            yield from self.selected(self.carefully(kinds), vectors, skip)

    def selected(self, columns: Columns, vectors: int, skip: int) -> Iterator[Any]:
        """The rows from `skip` on."""
        read = {it: columns.read.get(it, "VARCHAR") for it in self.types}
        types = ", ".join(f"{literal(it)}: '{kind}'" for it, kind in read.items())
        source = f"read_csv({self.files}, buffer_size = {columns.ahead}, types = {{{types}}})"
        tail = f" OFFSET {skip}" if skip else ""
        self.cursor.execute(f"SELECT {', '.join(columns.parts)} FROM {source}{tail}")
        while len(frame := self.cursor.fetch_df_chunk(vectors)):
            yield frame

    def swiftly(self, kinds: Mapping[str, str], numbers: Collection[str]) -> Columns:
        """Columns as what they should be; the first text that is not fails it all.

        Args:
            kinds: Their types.
            numbers: Those that are kept as text, and are whole numbers as one writes them.
        """
        read, parts = {}, []
        for name, kind in kinds.items():
            column = quoted(name)
            if kind in WHOLE:
                column = f"CASE WHEN {column} IS NOT NULL THEN {whole(name, kind)} END"
            elif name in numbers:
                column = whole(name, "BIGINT")
            elif kind in AT_ONCE:
                read[name] = kind
            else:
                column = f"CAST({column} AS {kind})"
            parts.append(f"{column} AS {quoted(name)}")
        return Columns(parts, read)

    def carefully(self, kinds: Mapping[str, str]) -> Columns:
        """Columns as what they should be, null where they are not, and what is wrong."""
        parts = [f"{cast_text(name, kind)} AS {quoted(name)}" for name, kind in kinds.items()]
        if cases := trouble_cases(kinds):
            told = f"NULLIF(concat_ws(', ', {', '.join(cases)}), '')"
            parts.append(f"{told} AS {quoted(TROUBLE)}")
        return Columns(parts, {}, LONGEST_LINE)


class Columns(NamedTuple):
    """What is selected, the types that columns are read as (text else), and the buffer."""

    parts: list[str]
    read: dict[str, str]
    ahead: int = BUFFER


def whole(name: str, kind: str) -> str:
    """Text as a whole number that would be written just so; anything else fails."""
    column = quoted(name)
    cast = f"CAST({column} AS {kind})"
    return f"CASE WHEN CAST({cast} AS VARCHAR) = {column} THEN {cast} ELSE error('other') END"


def trouble_cases(kinds: Mapping[str, str]) -> list[str]:
    """What is wrong with the text of each column, as SQL finds it."""
    gaps = ", ".join(map(literal, GAPS))
    return [
        f"CASE WHEN {cast_text(name, kind)} IS NULL AND trim({quoted(name)}) NOT IN ({gaps}) "
        f"THEN {literal(f'{name!r} is no {kind}: ')} || {shown(name)} END"
        for name, kind in kinds.items()
        if kind != "VARCHAR"
    ]


def shown(name: str) -> str:
    """The beginning of a column's text in quotes."""
    return f"'''' || left({quoted(name)}, 40) || ''''"


def cast_text(name: str, kind: str) -> str:
    """Text as a type; null where it is none of it."""
    column = quoted(name)
    if kind == "VARCHAR":
        return column
    if kind in WHOLE:
        whole = f"regexp_matches({column}, '{WHOLE_TEXT}')"
        return f"CASE WHEN {whole} THEN TRY_CAST({column} AS {kind}) END"
    return f"TRY_CAST({column} AS {kind})"


def of_csv(paths: Sequence[str]) -> TextStream:
    """The table that files of CSV hold, one after the other.

    Raises:
        InvalidValue: They cannot be read, or not as CSV.
        MissingPackage: They are elsewhere, and what fetches them is not installed.
    """
    cursor = scratch()
    reach(cursor, paths)
    cursor.execute(f"SET memory_limit = '{MEMORY}'; SET streaming_buffer_size = '{AHEAD}'")
    files = f"[{', '.join(map(literal, paths))}], union_by_name = true"
    gaps = ", ".join(map(literal, ("", *GAPS)))
    with reading():
        types = types_of(
            cursor, f"read_csv({files}, buffer_size = {LONGEST_LINE}, nullstr = [{gaps}])"
        )
    return TextStream(cursor, files, types)

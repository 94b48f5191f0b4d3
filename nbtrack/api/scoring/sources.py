"""What is scored: files, folders, SQL, relations, frames, read batch by batch in one order."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from glob import glob
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from nbtrack.api.datasets.fingerprint import of_frame
from nbtrack.api.datasets.kinds import Dataset
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.store.table_streams import FileFormat, of_files, of_relation, of_sql, of_view
from nbtrack.store.text_streams import of_csv

__all__ = ["FORMATS", "Source", "Stream", "ending_of", "expanded", "source_called"]

FORMATS: dict[str, FileFormat] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}
"""What a file holds, by its ending; `.gz` may follow."""

QUERY = re.compile(r"\s*(SELECT|WITH|FROM)\s", re.IGNORECASE)


class Stream(Protocol):
    """A table that is read in batches."""

    @property
    def types(self) -> Mapping[str, str]:
        """The columns and their types."""

    @property
    def is_text(self) -> bool:
        """Whether all columns are read as text."""

    @property
    def total(self) -> int | None:
        """How many rows there are, if that is known."""

    def batches(
        self, wanted: Mapping[str, str | None], verbatim: Sequence[str], rows: int, skip: int = 0
    ) -> Iterator[Any]:
        """Frames of the rows from `skip` on."""


class Source(NamedTuple):
    """The data of a scoring.

    Attributes:
        stream: How it is read.
        called: What it is called in messages.
        identity: By what it is known again, so that a scoring can go on; None for what may come
            in another order the next time.
        uri: Where it is, if it has a place.
        format: What its files hold, if it is files.
    """

    stream: Stream
    called: str
    identity: list[Any] | None
    uri: str | None = None
    format: FileFormat | None = None


class FrameStream(NamedTuple):
    """Frames of pandas, one after the other, cut into batches."""

    frames: Sequence[Any]
    types: dict[str, str]
    total: int | None
    is_text: bool = False

    def batches(
        self,
        wanted: Mapping[str, str | None],
        verbatim: Sequence[str],  # noqa: ARG002 - a frame is kept as it is
        rows: int,
        skip: int = 0,
    ) -> Iterator[Any]:
        """Slices of the frames."""
        for one in self.frames:
            frame = one.compute() if hasattr(one, "compute") else one
            for begin in range(skip, len(frame), rows):
                part = frame.iloc[begin : begin + rows][list(wanted)]
                yield part.reset_index(drop=True)
            skip = max(0, skip - len(frame))


def source_called(data: Any) -> Source:
    """The data that a caller means.

    Args:
        data: A path, a pattern, a folder, a list of paths, an address, SQL, a relation of DuckDB,
            a frame of pandas, polars or Dask, a table of Arrow, or a dataset of `nbtrack.data`.

    Raises:
        NotFound: There is no such file.
        InvalidValue: It is none of these.
    """
    if isinstance(data, Dataset):
        data = getattr(data, "df", None)
    if isinstance(data, str) and QUERY.match(data):
        return Source(of_sql(data), "the query", None)
    if isinstance(data, str | os.PathLike):
        return of_paths([os.fspath(data)])
    if isinstance(data, list | tuple) and data and all(isinstance(it, str | Path) for it in data):
        return of_paths([os.fspath(it) for it in data])
    if (found := of_library(data)) is not None:
        return found
    raise InvalidValue(
        f"data is a {type(data).__name__}; what can be scored is a file of Parquet, CSV or JSON "
        f"lines, a folder, a pattern, SQL, a relation of DuckDB, a frame, or a table of Arrow"
    )


def of_library(data: Any) -> Source | None:
    """A table as a library has it."""
    match type(data).__module__.partition(".")[0]:
        case "pandas" if hasattr(data, "columns"):
            return of_frame_given(data)
        case "dask" | "dask_expr" if hasattr(data, "partitions"):
            parts = [data.get_partition(number) for number in range(data.npartitions)]
            types = {str(name): str(kind) for name, kind in data.dtypes.items()}
            return Source(FrameStream(parts, types, None), "the Dask frame", None)
        case "duckdb" | "_duckdb" if hasattr(data, "query"):
            return Source(of_relation(data), "the relation", None)
        case "polars" if hasattr(data, "collect_schema"):
            table = data.collect() if hasattr(data, "collect") else data
            return Source(of_view(table), "the frame", None)
        case "pyarrow" if hasattr(data, "schema"):
            return Source(of_view(data), "the Arrow table", None)
    return None


def of_frame_given(frame: Any) -> Source:
    """A frame of pandas; its columns must have names of their own."""
    types = {str(name): str(kind) for name, kind in frame.dtypes.items()}
    if len(types) != frame.shape[1]:
        raise InvalidValue("the frame has several columns of one name; rename them first")
    named = frame.set_axis(list(types), axis=1)
    stream = FrameStream([named], types, len(frame))
    return Source(stream, "the frame", ["frame", of_frame(frame).digest])


def of_paths(given: Sequence[str]) -> Source:
    """Files, patterns and folders."""
    paths = [path for one in given for path in expanded(one)]
    kinds = {path: FORMATS.get(ending_of(path)) for path in paths}
    unknown = [path for path, kind in kinds.items() if kind is None]
    if unknown:
        known = ", ".join(FORMATS)
        raise InvalidValue(f"{unknown[0]!r} has no ending that is known; those are {known}")
    several = sorted({str(kind) for kind in kinds.values()})
    if len(several) > 1:
        raise InvalidValue(f"files of one format are scored together, not {' and '.join(several)}")
    kind = next(it for it in kinds.values() if it is not None)
    called = given[0] if len(given) == 1 else f"{len(paths)} files"
    uri = given[0] if len(given) == 1 else None
    if kind == "csv" and all("://" not in it and Path(it).stat().st_size == 0 for it in paths):
        raise InvalidValue(f"{called} is empty: it has no line with the names of its columns")
    stream = of_csv(paths) if kind == "csv" else of_files(paths, kind)
    return Source(stream, called, [known_by(it) for it in paths], uri, kind)


def expanded(given: str) -> list[str]:
    """The files that a path, a pattern or an address names, in the order of their names.

    Raises:
        NotFound: There are none.
    """
    if "://" in given and not given.startswith("file://"):
        return [given]
    place = Path(given.removeprefix("file://")).expanduser()
    if place.is_file():
        return [str(place)]
    if place.is_dir():
        found = sorted(str(it) for it in place.rglob("*") if is_data(it, place))
    else:
        found = sorted(it for it in glob(str(place), recursive=True) if Path(it).is_file())  # noqa: PTH207 - a pattern may begin anywhere
    if not found:
        what = "no data in the folder" if place.is_dir() else "no file"
        raise NotFound(f"there is {what} {given!r} (working directory {Path.cwd()})")
    return found


def is_data(path: Path, root: Path) -> bool:
    """Whether a file of a folder is of its table; `_SUCCESS`, `.crc` and their like are not."""
    inner = path.relative_to(root).parts
    return (
        path.is_file()
        and not any(it.startswith(("_", ".")) for it in inner)
        and ending_of(str(path)) in FORMATS
    )


def ending_of(path: str) -> str:
    """The ending of a file's name, without that of its compression."""
    return Path(path.lower().removesuffix(".gz")).suffix


def known_by(path: str) -> list[Any]:
    """By what a file is known again."""
    if "://" in path:
        return [path]
    found = Path(path).stat()
    return [str(Path(path).absolute()), found.st_size, found.st_mtime_ns]

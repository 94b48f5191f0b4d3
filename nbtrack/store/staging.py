"""The staged files of one transaction: whole lines of journals, bad ones put aside.

DuckDB reads files from their beginning to their end only, so what follows the stored offsets, or
may still grow, is copied; segments that are complete are read where they are.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from nbtrack.decoding import decode
from nbtrack.journal import reader
from nbtrack.journal.folder import StoreFolder
from nbtrack.records.codec import decode_event, encode
from nbtrack.records.event import FORMAT, Event, JournalHeader
from nbtrack.records.execution import Execution
from nbtrack.records.logged_model import ModelRecord
from nbtrack.records.metric import Series
from nbtrack.records.prediction import LabelBatch, PredictionBatch
from nbtrack.store.staged import LONGEST_READ

__all__ = ["Bad", "Look", "Part", "Staging", "look", "parts", "quarantined", "sift"]

READ_BYTES = 8 << 20
LONGEST_LINE = 8 << 20
"""A longer line is no record of ours: the writer splits what is larger than 1 MB."""

LARGEST_INTEGER = (1 << 63) - 1


class Look(NamedTuple):
    """A segment as `stat` and its lock show it, without opening the store."""

    name: str
    path: Path
    size: int
    alive: bool
    modified: int
    """When it was last written, µs since the epoch."""


class Part(NamedTuple):
    """Lines of a segment that are to become rows, with the offset they begin at."""

    segment: Look
    header: JournalHeader | None
    offset: int
    lines: bytes
    next_offset: int
    is_file: bool = False
    """Whether it is the whole segment, which nobody writes any more."""


class Bad(NamedTuple):
    """A line that is no record, with where it stood and why."""

    journal: str
    offset: int
    problem: str
    line: bytes


def look(folder: StoreFolder) -> list[Look]:
    """The segments as they stand now."""
    seen = []
    for segment in reader.segments(folder):
        # Life first, size second: a segment that is dead by now does not grow any more.
        alive = reader.is_alive(segment.path)
        try:
            state = segment.path.stat()
        except FileNotFoundError:  # cleared away by another process
            continue
        modified = state.st_mtime_ns // 1000
        seen.append(Look(segment.name, segment.path, state.st_size, alive, modified))
    return seen


def parts(segment: Look, offset: int) -> Iterator[Part]:
    """What a segment holds from an offset on, in parts of bounded size.

    A torn last line waits for its rest while the owner lives, and is taken as it is afterwards.
    A segment of a newer format is left alone.
    """
    header = reader.header_of(segment.path)
    if header is not None and header.format > FORMAT:
        return
    if offset == 0 and is_complete(segment):
        yield Part(segment, header, 0, b"", segment.size, is_file=True)
        return
    start = offset
    while offset < segment.size:
        piece = reader.read(segment.path, offset, READ_BYTES)
        if not piece.lines:
            break
        yield Part(segment, header, offset, piece.lines, piece.next_offset)
        offset = piece.next_offset
    tail = b"" if segment.alive else tail_of(segment, offset)
    if tail or offset == start:
        yield Part(segment, header, offset, tail + b"\n" if tail else b"", offset + len(tail))


def is_complete(segment: Look) -> bool:
    """Whether a segment can be read where it is: it ends with a line, and has no huge one."""
    if segment.alive or not 0 < segment.size <= LONGEST_READ:
        return False
    return tail_of(segment, segment.size - 1) == b"\n"


def tail_of(segment: Look, offset: int) -> bytes:
    with segment.path.open("rb") as file:
        file.seek(offset)
        return file.read()


class Staging:
    """Collects parts in a file until they are many enough for one transaction.

    Attributes:
        files: What is to be read: that file, and segments that are read where they are.
    """

    def __init__(self, folder: StoreFolder) -> None:
        self.path = folder.path / "staged.jsonl"
        self.files = [self.path]
        self.parts: list[Part] = []
        self.bytes = 0
        self.is_huge = False
        """Whether a line may be longer than DuckDB is told to expect."""
        self.file = self.path.open("wb")

    def add(self, part: Part) -> None:
        self.parts.append(part._replace(lines=b""))
        if part.is_file:
            self.files.append(part.segment.path)
            self.bytes += part.next_offset
            return
        self.file.write(part.lines)
        self.bytes += len(part.lines)
        self.is_huge |= len(part.lines) > READ_BYTES

    def finish(self) -> None:
        """All that was added stands in the file."""
        self.file.close()

    def is_steady(self) -> bool:
        """Whether no segment grew while it was read.

        Where a file system knows no locks, a writer that was silent for long is taken for gone.
        """
        whole = [it for it in self.parts if it.is_file]
        return all(it.segment.path.stat().st_size == it.next_offset for it in whole)

    def remove(self) -> None:
        self.file.close()
        self.path.unlink(missing_ok=True)

    def keep_good_lines(self) -> list[Bad]:
        """Write the file anew with what is a record, and return what is none."""
        bad: list[Bad] = []
        with self.path.open("wb") as file:
            for part in self.parts:
                with part.segment.path.open("rb") as source:
                    source.seek(part.offset)
                    lines = source.read(part.next_offset - part.offset)
                good, refused = sift(part.segment.name, part.offset, lines)
                file.write(good)
                bad += refused
        return bad


def sift(journal: str, offset: int, lines: bytes) -> tuple[bytes, list[Bad]]:
    """Lines that are records, written anew, and those that are none."""
    good, bad = [], []
    for line in lines.split(b"\n"):
        if line:
            try:
                good.append(rewritten(line))
            except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
                bad.append(Bad(journal, offset, str(error), line))
        offset += len(line) + 1
    return b"".join(good), bad


def rewritten(line: bytes) -> bytes:
    """A line as this code writes it; raises ValueError for what cannot become a row."""
    event = decode_event(line)
    if isinstance(event, Series):
        return b"".join(map(encode, short_series(event)))
    if len(line) > LONGEST_LINE:
        raise ValueError(f"a line of {len(line)} bytes; the longest that is taken is 8 MB")
    if isinstance(event, Execution):
        if not event.execution_id:
            raise ValueError("an execution without execution_id")
    elif isinstance(event, ModelRecord):
        check_files(event)
    elif isinstance(event, PredictionBatch):
        check_predictions(event)
    elif isinstance(event, LabelBatch):
        check_labels(event)
    elif not getattr(event, "run_id", "none is needed"):
        raise ValueError("a record without run_id")
    check_integers(event)
    return encode(event)


def short_series(series: Series, most: int = 10_000) -> Iterator[Series]:
    """A curve in pieces that fit into a line."""
    count = len(series.values)
    if not count == len(series.steps) == len(series.timestamps):
        raise ValueError(
            f"a series of {count} values, {len(series.steps)} steps and "
            f"{len(series.timestamps)} timestamps"
        )
    for start in range(0, count, most):
        end = start + most
        piece = msgspec.structs.replace(
            series,
            values=series.values[start:end],
            steps=series.steps[start:end],
            timestamps=series.timestamps[start:end],
        )
        check_integers(piece)
        yield piece


def check_files(model: ModelRecord) -> None:
    if not model.model_id:
        raise ValueError("a model without model_id")
    counts = {len(it) for it in (model.paths, model.digests, model.sizes, model.seals)}
    if len(counts) > 1:
        raise ValueError("lists of a model's files that are not of one length")


def check_predictions(batch: PredictionBatch) -> None:
    count = len(batch.prediction_ids)
    rows, numbers = length_of(batch.input_rows), batch.input_numbers
    needed = {len(batch.moments), len(batch.latencies), rows + len(numbers)}
    raws = (batch.output_rows, batch.param_rows)
    may_be_empty = {rows, *map(length_of, raws)}
    may_be_empty |= {len(it) for it in (batch.prediction_keys, batch.prediction_errors, numbers)}
    width = len(batch.input_columns)
    is_even = {len(it) for it in numbers} <= {width} and len(batch.whole_columns) in {0, width}
    if not count or needed != {count} or not may_be_empty <= {0, count} or not is_even:
        raise ValueError("lists of predictions that are not of one length")


def check_labels(batch: LabelBatch) -> None:
    counts = {len(batch.label_moments), length_of(batch.label_values)}
    named = [len(it) for it in (batch.label_ids, batch.label_keys) if it]
    if len(named) != 1 or {*named} != counts:
        raise ValueError("lists of labels that are not of one length")


def length_of(rows: msgspec.Raw) -> int:
    """How many items a list of JSON has."""
    return len(decode(rows, list[msgspec.Raw]))


def check_integers(event: Event) -> None:
    for name in event.__struct_fields__:
        value = getattr(event, name)
        numbers = value if isinstance(value, list) else [value]
        if any(isinstance(n, int) and abs(n) > LARGEST_INTEGER for n in numbers):
            raise ValueError(f"{name} is larger than 64 bits hold")


def put_aside(folder: StoreFolder, bad: list[Bad]) -> None:
    """Write bad lines to the quarantine; one that is there already is not written again."""
    for journal in {item.journal for item in bad}:
        path = folder.quarantine / journal
        there = {item.offset for item in quarantined(path)}
        with path.open("ab") as file:
            for item in bad:
                if item.journal == journal and item.offset not in there:
                    file.write(line_of(item))


def line_of(bad: Bad) -> bytes:
    """A bad line as it stands in the quarantine: as text, or in base64 where it is none."""
    entry: dict[str, object] = {"offset": bad.offset, "problem": bad.problem}
    try:
        entry["line"] = bad.line.decode()
    except UnicodeDecodeError:
        entry["base64"] = base64.b64encode(bad.line).decode()
    return json.dumps(entry).encode() + b"\n"


def quarantined(path: Path) -> list[Bad]:
    """The bad lines that were put aside of a segment."""
    found: list[Bad] = []
    if not path.exists():
        return found
    for line in path.read_bytes().splitlines():
        try:
            entry = json.loads(line)
            kept = entry.get("line")
            raw = kept.encode() if kept is not None else base64.b64decode(entry["base64"])
            found.append(Bad(path.name, entry["offset"], entry["problem"], raw))
        except (ValueError, KeyError):  # torn by a crash while it was written
            continue
    return found

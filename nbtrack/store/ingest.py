"""Journals to rows, exactly once and in any order; called by the store under its lock.

What a journal holds after its stored offset is staged, read by DuckDB, and becomes rows in the
transaction that also moves the offset. A segment is deleted when its owner is gone and all of it
stands in the checkpointed database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from nbtrack.decoding import decode
from nbtrack.journal.folder import StoreFolder
from nbtrack.records.codec import encode
from nbtrack.records.event import Event
from nbtrack.records.operation import CreateExperiment
from nbtrack.store import meta, operations, rows, staged
from nbtrack.store.protocol import Cursor
from nbtrack.store.staging import Look, Part, Staging, parts, put_aside, rewritten
from nbtrack.store.tables import TABLES

__all__ = [
    "CHUNK_BYTES",
    "DrainReport",
    "Known",
    "clear",
    "drain",
    "insert_events",
    "known",
    "pending",
    "transaction",
]

JOURNALS = next(table for table in TABLES if table.name == "journals")

CHUNK_BYTES = 64 << 20
"""About how much becomes rows in one transaction: bounds the memory a drain takes."""


class DrainReport(NamedTuple):
    """What a drain took in."""

    lines: int = 0
    bytes: int = 0
    quarantined: int = 0
    deleted_segments: int = 0


class Known(NamedTuple):
    """What the store says of a segment."""

    offset: int
    alive: bool


def known(cursor: Cursor, seen: Iterable[Look]) -> dict[str, Known]:
    """What the store has taken in of the segments there are, and of those it holds for alive.

    It remembers every segment there ever was, so that one that comes back is not taken in twice.
    """
    rows = cursor.execute(
        'SELECT journal, "offset", alive FROM core.journals'
        " WHERE alive OR journal IN (SELECT unnest(?::VARCHAR[]))",
        [[segment.name for segment in seen]],
    ).fetchall()
    return {name: Known(offset, alive) for name, offset, alive in rows}


def pending(seen: Iterable[Look], stored: dict[str, Known]) -> list[tuple[Look, int]]:
    """Segments with something new and the offset it begins at; a death is something new too."""
    found = []
    for segment in seen:
        before = stored.get(segment.name)
        if before is None:
            found.append((segment, 0))
        elif segment.size > before.offset or segment.alive != before.alive:
            found.append((segment, before.offset))
    return found


def drain(cursor: Cursor, folder: StoreFolder, seen: Sequence[Look]) -> DrainReport:
    """Take in what the journals hold, in transactions of bounded size; under the writer's lock."""
    report = DrainReport()
    staging: Staging | None = None
    stored = known(cursor, seen)
    try:
        for segment, offset in pending(seen, stored):
            for part in parts(segment, offset):
                staging = staging or Staging(folder)
                staging.add(part)
                if staging.bytes >= CHUNK_BYTES:
                    report = added(report, commit(cursor, folder, staging))
                    staging = None
        if staging is not None:
            report = added(report, commit(cursor, folder, staging))
            staging = None
    finally:
        if staging is not None:
            staging.remove()
    lost = {name for name, state in stored.items() if state.alive} - {item.name for item in seen}
    if lost:
        mark_dead(cursor, lost)
    return report


def added(one: DrainReport, other: DrainReport) -> DrainReport:
    return DrainReport(*(a + b for a, b in zip(one, other, strict=True)))


def commit(cursor: Cursor, folder: StoreFolder, staging: Staging) -> DrainReport:
    """One transaction: the staged lines as rows, and the offsets behind them."""
    try:
        staging.finish()
        lines, quarantined = stage(cursor, folder, staging)
        with operations.taken_back_on_failure(folder), transaction(cursor):
            insert_staged(cursor, folder)
            advance(cursor, staging.parts)
        return DrainReport(lines, staging.bytes, quarantined)
    finally:
        staging.remove()


def stage(cursor: Cursor, folder: StoreFolder, staging: Staging) -> tuple[int, int]:
    """Read what is staged; where a line is bad or new, once more without such."""
    if not staging.is_huge:
        lines = staged.stage(cursor, staging.files)
        if staging.is_steady() and staged.is_clean(cursor):
            return lines, 0
    bad = staging.keep_good_lines()
    put_aside(folder, bad)
    return staged.stage(cursor, [staging.path], staged.LONGEST_REWRITTEN), len(bad)


def insert_staged(cursor: Cursor, folder: StoreFolder) -> None:
    """Turn what is staged into rows; within a transaction."""
    kinds = staged.present(cursor)
    if "experiment" in kinds:
        provisional = [
            CreateExperiment(
                experiment_id=experiment_id,
                name=name,
                artifact_location=location,
                tags=decode_tags(tags),
                time=(moment or 0) * 1000,
                actor=user or "",
            )
            for experiment_id, name, location, tags, moment, user in staged.experiments(cursor)
        ]
        applied = operations.merge_provisional(cursor, provisional)
        operations.write_down(cursor, folder, applied)
    if kinds - {"journal", "experiment"}:
        updated_seq = meta.get_number(cursor, "updated_seq") + 1
        rows.insert(cursor, kinds, updated_seq)
        meta.put(cursor, "updated_seq", updated_seq)


def decode_tags(text: str | None) -> dict[str, str]:
    return decode(text, dict[str, str]) if text else {}


def advance(cursor: Cursor, parts: Sequence[Part]) -> None:
    """Move the offsets of segments, and say whether their owners live."""
    rows = {part.segment.name: state_of(part) for part in parts}
    columns = [list(column) for column in zip(*rows.values(), strict=True)]
    given = ", ".join(f"unnest(?::{type_}[])" for type_ in JOURNALS.columns.values())
    cursor.execute(
        f"INSERT INTO core.journals SELECT {given} ON CONFLICT DO UPDATE SET"
        ' "offset" = excluded."offset", alive = excluded.alive, last_time = excluded.last_time',
        columns,
    )


def state_of(part: Part) -> tuple[str | int | bool | None, ...]:
    """The row of a segment up to the end of a part."""
    segment, header = part.segment, part.header
    # A segment whose header cannot be read stands for itself.
    who = (
        (header.owner, header.host, header.boot_id, header.pid)
        if header
        else (segment.name, None, None, None)
    )
    return segment.name, part.next_offset, *who, segment.alive, segment.modified


def mark_dead(cursor: Cursor, journals: set[str]) -> None:
    """A segment that is not there any more has no owner that lives."""
    cursor.execute(
        "UPDATE core.journals SET alive = false WHERE journal IN (SELECT unnest(?::VARCHAR[]))",
        [sorted(journals)],
    )


def insert_events(cursor: Cursor, folder: StoreFolder, events: Sequence[Event]) -> None:
    """Turn records that came without a journal into rows; within a transaction."""
    lines = b"".join(rewritten(encode(event)) for event in events)
    path = folder.path / "staged.jsonl"
    try:
        path.write_bytes(lines)
        staged.stage(cursor, [path], staged.LONGEST_REWRITTEN)
        insert_staged(cursor, folder)
    finally:
        path.unlink(missing_ok=True)


def clear(seen: Sequence[Look], stored: dict[str, Known]) -> int:
    """Delete segments whose owner is gone and of which all stands in the checkpointed database."""
    count = 0
    for segment in seen:
        before = stored.get(segment.name)
        if before and not segment.alive and not before.alive and before.offset >= segment.size:
            segment.path.unlink(missing_ok=True)
            count += 1
    return count


@contextmanager
def transaction(cursor: Cursor) -> Iterator[None]:
    """All of it or nothing."""
    cursor.execute("BEGIN")
    try:
        yield
    except BaseException:
        cursor.execute("ROLLBACK")
        raise
    cursor.execute("COMMIT")

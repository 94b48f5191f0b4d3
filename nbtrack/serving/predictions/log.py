"""The prediction log of a worker: what is offered waits a moment, and a thread writes it.

The event loop appends to a queue, and makes lines of rows of numbers, a few at once: another thread
would take longer, as its processor has to fetch them from the first one's. The loop never waits for
a disk. The journal's writer holds back what the disk refuses; what is beyond its bound, or beyond
ours, is counted as dropped.
"""

from __future__ import annotations

import logging
import threading
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from nbtrack.capture.guard import guarded
from nbtrack.journal.folder import StoreFolder
from nbtrack.journal.ticker import Ticker
from nbtrack.journal.writer import JournalWriter, writer_for
from nbtrack.records.codec import encode
from nbtrack.records.endpoint import EndpointPlan
from nbtrack.records.ids import now_ms
from nbtrack.registry.signatures.table import Table
from nbtrack.serving.predictions.batches import (
    Gathered,
    Labelled,
    alone,
    gathered,
    gathered_rows,
    label_batches,
)
from nbtrack.serving.predictions.ingestion import Ingestion
from nbtrack.serving.protocol import Scored, ScoredRow

__all__ = ["JournalLog", "log_for"]

WRITE_SECONDS = 0.2
WRITE_AT = 1000
"""So many requests are written without waiting."""

SLICE = 256
"""So many rows of numbers become a line on the event loop, which takes 0.7 ms; of fewer each takes
longer, as the code is fetched anew each time.
"""

TOGETHER = 500
"""So many go into one record: of more, the allocator gives the memory back and gets it anew."""

MOST_WAITING = 100_000
"""Requests that may wait for the thread."""

MOST_BYTES = 128 << 20
"""About how much their inputs may take."""

HASHES = 1 << 32


class Waiting(NamedTuple):
    """A request that is not written yet."""

    plan: EndpointPlan
    scored: Scored
    size: int


class Lines(NamedTuple):
    """Requests as they are written."""

    lines: list[bytes]
    rows: int

    @property
    def size(self) -> int:
        """How many bytes they are."""
        return sum(map(len, self.lines))


logger = logging.getLogger("nbtrack")


def log_for(plan: EndpointPlan) -> JournalLog | None:
    """The log of an endpoint; None if it has no store to write to."""
    return None if plan.store is None else JournalLog(plan)


class JournalLog:
    """Writes predictions and labels to the journal of the endpoint's store.

    Args:
        plan: What is served; `apply` brings another.
        writer: The journal; that of this process, if none is given.
    """

    def __init__(self, plan: EndpointPlan, writer: JournalWriter | None = None) -> None:
        self.writer = writer or writer_for(StoreFolder(Path(plan.store or ".")))
        self.ingestion = Ingestion(self.writer.folder)
        self.logged = self.dropped = 0
        self.offered_bytes = self.taken_bytes = 0
        self.has_told = self.is_marked = False
        self.waiting: deque[Waiting] = deque()
        self.rows: deque[ScoredRow] = deque()
        """Rows of numbers, of requests under this plan."""
        self.made: deque[Lines] = deque()
        self.labels: deque[Labelled] = deque()
        self.ticker = Ticker(self.write, WRITE_SECONDS)
        self.lock = threading.Lock()
        self.plan = plan
        self.apply(plan)

    def apply(self, plan: EndpointPlan) -> None:
        """Go by another plan for what comes from now on."""
        with self.lock:
            self.make()
            self.plan = plan
        self.bound = round(min(max(plan.options.log_rate, 0.0), 1.0) * HASHES)

    # On the event loop

    def wants(self, prediction_id: str) -> bool:
        """Whether a request belongs to the sample: by a hash of its id."""
        bound = self.bound
        return bound == HASHES or zlib.crc32(prediction_id.encode()) < bound

    def offer(self, scored: Scored) -> None:
        """Take a request into the next batch."""
        size, count = weight_of(scored.inputs), len(self.waiting)
        if count >= MOST_WAITING or self.offered_bytes - self.taken_bytes > MOST_BYTES:
            self.drop(1)
            return
        self.offered_bytes += size
        self.waiting.append(Waiting(self.plan, scored, size))
        self.mark()
        if count == WRITE_AT:
            self.ticker.hurry()

    def offer_row(self, row: ScoredRow) -> None:
        """Take a row of numbers into the next batch."""
        rows = self.rows
        rows.append(row)
        if len(rows) >= SLICE:
            self.make()
        if not self.is_marked:
            self.mark()

    def make(self) -> None:
        """Make lines of the rows of numbers that there are."""
        rows = some(self.rows, SLICE)
        if rows and self.offered_bytes - self.taken_bytes > MOST_BYTES:
            self.drop(len(rows))
        elif rows:
            lines = self.lines_of_rows(self.plan, rows)
            self.offered_bytes += lines.size
            self.made.append(lines)

    def mark(self) -> None:
        """Have the thread write soon."""
        if not self.is_marked:
            self.is_marked = True
            self.ticker.mark()

    def label(
        self,
        value: Any,
        *,
        prediction_id: str | None = None,
        key: str | None = None,
        name: str = "label",
        moment: int | None = None,
    ) -> None:
        """Take in what a prediction, or all of a key, turned out to be."""
        if len(self.labels) >= MOST_WAITING:
            self.drop(1)
            return
        told = now_ms() if moment is None else moment
        of_endpoint = None if key is None else self.plan.name
        self.labels.append(Labelled(name, value, told, prediction_id, key, of_endpoint))
        self.mark()

    def close(self) -> None:
        """Write what is left."""
        self.ticker.stop()
        self.write()
        self.writer.sync()

    def drop(self, count: int) -> None:
        """Count what is not kept, and say so the first time."""
        self.dropped += count
        if not self.has_told:
            self.has_told = True
            logger.warning(
                "the prediction log of %s drops rows: %s",
                self.plan.name,
                self.writer.problem or "they come faster than they are written",
            )

    # On the thread

    def write(self) -> None:
        """Write what waits by now, in as few records as may be."""
        self.is_marked = False  # first: what is offered from here on marks again
        made = [self.made.popleft() for _ in range(len(self.made))]
        with self.lock:
            plan, rows = self.plan, some(self.rows, SLICE)
        self.put([*made, self.lines_of_rows(plan, rows)])
        self.taken_bytes += sum(it.size for it in made)
        for _ in range(0, len(self.waiting), TOGETHER):
            for plan, requests in by_plan(some(self.waiting, TOGETHER)):
                self.put([self.lines_of(plan, [it.scored for it in requests])])
                self.taken_bytes += sum(it.size for it in requests)
        while self.labels:
            labels = some(self.labels, TOGETHER)
            lines = lines_of_labels(labels)
            if lines is None:
                self.drop(len(labels))
            else:
                self.put([lines])

    def put(self, made: list[Lines]) -> None:
        """Write lines to the journal together: each write waits for the event loop."""
        rows = sum(it.rows for it in made)
        if not rows:
            return
        lost = self.writer.backlog.lost
        self.writer.append_all(line for it in made for line in it.lines)
        self.ingestion.look(self.writer.chain.number)
        if self.writer.backlog.lost > lost:
            self.drop(rows)
        else:
            self.logged += rows
            self.has_told = False

    # On either

    def lines_of_rows(self, plan: EndpointPlan, rows: list[ScoredRow]) -> Lines:
        """Rows of numbers as lines."""
        made = encoded(gathered_rows(plan, rows))
        return self.lines_of(plan, [*map(alone, rows)]) if made is None else made

    def lines_of(self, plan: EndpointPlan, requests: list[Scored]) -> Lines:
        """Requests as lines; where they cannot be made together, one by one."""
        made = encoded(gathered(plan, requests))
        if made is not None:
            return made
        each = [encoded(gathered(plan, [it])) for it in requests]
        self.drop(each.count(None))
        good = [it for it in each if it is not None]
        return Lines([it for lines, _ in good for it in lines], sum(it.rows for it in good))


Item = TypeVar("Item")


def some(queue: deque[Item], most: int) -> list[Item]:
    """The first items of a queue, whoever else takes from it."""
    found: list[Item] = []
    with suppress(IndexError):
        while len(found) < most:
            found.append(queue.popleft())
    return found


def by_plan(requests: list[Waiting]) -> Iterator[tuple[EndpointPlan, list[Waiting]]]:
    """Requests by the plan under which they were offered; to compare plans would take longer."""
    for _, group in groupby(requests, lambda it: id(it.plan)):
        its = [*group]
        yield its[0].plan, its


@guarded
def encoded(rows: Iterable[Gathered]) -> Lines:
    """Rows as lines of a journal."""
    made = Lines([], 0)
    for some_rows in rows:
        made.lines.extend(map(encode, some_rows.batches()))
        made = made._replace(rows=made.rows + len(some_rows))
    return made


@guarded
def lines_of_labels(labels: list[Labelled]) -> Lines:
    """Labels as lines; they count as rows that were logged."""
    return Lines([*map(encode, label_batches(labels))], len(labels))


def weight_of(data: Any) -> int:
    """About how many bytes data takes while it waits."""
    if type(data) is Table and data.columns is None:
        return int(data.matrix.nbytes)
    size = getattr(data, "nbytes", None)
    if type(size) is int:
        return size
    width = len(data.columns) if hasattr(data, "iloc") and hasattr(data, "columns") else 1
    return BYTES_AN_ITEM * width * (len(data) if hasattr(data, "__len__") else 1)


BYTES_AN_ITEM = 128

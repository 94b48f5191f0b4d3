"""The prediction log of a worker: what is offered waits a moment, and a thread writes it.

The event loop only appends to a queue. The journal's writer holds back what the disk refuses; what
is beyond its bound, or beyond ours, is counted as dropped.
"""

from __future__ import annotations

import logging
import zlib
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nbtrack.capture.guard import guarded
from nbtrack.journal.folder import StoreFolder
from nbtrack.journal.ticker import Ticker
from nbtrack.journal.writer import JournalWriter, writer_for
from nbtrack.records.endpoint import EndpointPlan
from nbtrack.records.ids import now_ms
from nbtrack.records.record import Record
from nbtrack.registry.signatures.table import Table
from nbtrack.serving.predictions.batches import Labelled, Source, gathered, label_batches
from nbtrack.serving.predictions.ingestion import Ingestion
from nbtrack.serving.protocol import Scored

__all__ = ["JournalLog", "log_for"]

WRITE_SECONDS = 0.2
WRITE_AT = 1000
"""So many requests are written without waiting."""

TOGETHER = 500
"""So many go into one record: of more, the allocator gives the memory back and gets it anew."""

MOST_WAITING = 20_000
"""Requests that may wait for the thread."""

MOST_BYTES = 128 << 20
"""About how much their inputs may take."""

HASHES = 1 << 32

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
        self.apply(plan)
        self.logged = self.dropped = 0
        self.offered_bytes = self.taken_bytes = 0
        self.has_told = False
        self.newest: Any = None
        """The inputs that were weighed last, which requests may share."""
        self.waiting: deque[tuple[EndpointPlan, Scored, int]] = deque()
        self.labels: deque[Labelled] = deque()
        self.ticker = Ticker(self.write, WRITE_SECONDS)

    def apply(self, plan: EndpointPlan) -> None:
        """Go by another plan for what comes from now on."""
        self.plan = plan
        self.bound = round(min(max(plan.options.log_rate, 0.0), 1.0) * HASHES)

    # On the event loop

    def wants(self, prediction_id: str) -> bool:
        """Whether a request belongs to the sample: by a hash of its id."""
        bound = self.bound
        return bound == HASHES or zlib.crc32(prediction_id.encode()) < bound

    def offer(self, scored: Scored) -> None:
        """Take a request into the next batch."""
        waiting, data = self.waiting, scored.inputs
        count = len(waiting)
        is_shared = scored.row is not None and data is self.newest
        size = 0 if is_shared else weight_of(data)
        if count >= MOST_WAITING or self.offered_bytes - self.taken_bytes > MOST_BYTES:
            self.drop(1)
            return
        self.newest = data
        self.offered_bytes += size
        waiting.append((self.plan, scored, size))
        if not count:
            self.ticker.mark()
        elif count == WRITE_AT:
            self.ticker.hurry()

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
        self.ticker.mark()

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
        """Write what waits, in as few records as may be."""
        self.newest = None
        while self.waiting:
            plan, first, size = self.waiting.popleft()
            taken = [first]
            while self.waiting and len(taken) < TOGETHER and self.waiting[0][0] is plan:
                _, scored, more = self.waiting.popleft()
                taken.append(scored)
                size += more
            self.put_predictions(plan, taken)
            self.taken_bytes += size
        while self.labels:
            some = [self.labels.popleft() for _ in range(min(len(self.labels), TOGETHER))]
            if self.put_labels(some) is None:
                self.drop(len(some))

    def put_predictions(self, plan: EndpointPlan, taken: list[Scored]) -> None:
        """Write some requests; where they cannot be made into records together, one by one."""
        if self.put_requests(plan, taken) is None:
            for scored in taken:
                if self.put_requests(plan, [scored]) is None:
                    self.drop(1)

    @guarded
    def put_requests(self, plan: EndpointPlan, taken: list[Scored]) -> bool:
        """Make records of requests, then write them: all of them or none."""
        records: list[Record] = []
        rows = 0
        for variant, is_shadow in dict.fromkeys((it.variant, it.is_shadow) for it in taken):
            source = source_of(plan, variant, is_shadow)
            its = [it for it in taken if it.variant == variant and it.is_shadow == is_shadow]
            for found in gathered(source, its, plan.options.log_columns):
                records += found.batches()
                rows += len(found)
        self.put(records, rows)
        return True

    @guarded
    def put_labels(self, labels: list[Labelled]) -> bool:
        """Write labels; they count as rows that were logged."""
        self.put(list(label_batches(labels)), len(labels))
        return True

    def put(self, records: Sequence[Record], rows: int) -> None:
        """Write records to the journal, and count their rows."""
        lost = self.writer.backlog.lost
        self.writer.write_all(records)
        self.ingestion.look(self.writer.chain.number)
        if self.writer.backlog.lost > lost:
            self.drop(rows)
        else:
            self.logged += rows
            self.has_told = False


def source_of(plan: EndpointPlan, variant: int, is_shadow: bool) -> Source:  # noqa: FBT001 - as a request has it
    """Who answered, as the plan says."""
    it = plan.variants[variant]
    return Source(
        plan.endpoint_id, plan.name, it.name, it.model_name, it.version, it.model_id, is_shadow
    )


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

"""A model asked by many requests at once: what queued while it was busy is asked together next.

There is no timer: a request that finds the model idle is asked at once. A model that answers within
a millisecond is asked in the event loop, all others in a thread of their own.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import Any, NamedTuple

import numpy as np

from nbtrack.records.ids import now_ms
from nbtrack.registry.signatures.table import Table
from nbtrack.serving.protocol import Together
from nbtrack.serving.scoring.answers import answer_of, part_of
from nbtrack.serving.scoring.asked import Asked, joined
from nbtrack.serving.scoring.lane import Lane
from nbtrack.serving.scoring.models import ServedModel
from nbtrack.serving.scoring.refusals import busy, not_in_time

__all__ = ["Job", "Outcome", "Scorer"]

MOST_ROWS = 16_384
"""How many rows are asked about together."""


class Outcome(NamedTuple):
    """How a request ended: an answer, or what the model raised.

    Of a table of numbers a copy is kept as data, which the model cannot write over. A request of
    one row of numbers has, in place of what was said, what was asked and said together.
    """

    body: bytes = b""
    said: Any = None
    error: BaseException | None = None
    data: Any = None
    together: Together | None = None
    place: int = 0
    """Which row of it."""


class Job:
    """A request that waits for the model."""

    __slots__ = ("asked", "began", "future")

    def __init__(self, asked: Asked, future: asyncio.Future[Outcome], began: float) -> None:
        self.asked, self.future, self.began = asked, future, began


class Scorer:
    """The queue before one model.

    Args:
        model: The model.
        most_waiting: How many requests may wait.
        timeout_seconds: How long one may take.
    """

    def __init__(self, model: ServedModel, most_waiting: int, timeout_seconds: float) -> None:
        self.model = model
        self.most_waiting, self.timeout_seconds = most_waiting, timeout_seconds
        self.loop = asyncio.get_running_loop()
        self.waiting: deque[Job] = deque()
        self.running: list[Job] = []
        self.running_since = 0.0
        self.is_called = False
        self.lane = Lane(f"predict {model.variant.name}")

    @property
    def is_hung(self) -> bool:
        """Whether the model is busy for longer than a request may take."""
        since = self.running_since
        return bool(since) and time.monotonic() - since > self.timeout_seconds

    @property
    def in_flight(self) -> int:
        """How many requests wait or are being answered."""
        return len(self.waiting) + len(self.running)

    def score(self, asked: Asked) -> asyncio.Future[Outcome]:
        """Put a request into the queue.

        Raises:
            Refused: Too many wait already, or the model hangs.
        """
        if len(self.waiting) >= self.most_waiting:
            raise busy(f"{self.most_waiting:,} requests wait for the model already; come later")
        if self.is_hung:
            raise busy("the model is busy with a request that does not end; come later", 5)
        future: asyncio.Future[Outcome] = self.loop.create_future()
        self.waiting.append(Job(asked, future, time.monotonic()))
        if not self.is_called and not self.running:
            # what arrives in the same turn of the loop is asked together
            self.is_called = True
            self.loop.call_soon(self.ask)
        return future

    def ask(self) -> None:
        """Ask the model about what waits, if it is idle."""
        self.is_called = False
        if self.running or not self.waiting:
            return
        batch = self.next_batch()
        rows = sum(it.asked.rows for it in batch)
        if self.model.cost.is_small(rows) and not self.model.is_own_code:
            self.settle(batch, answered(self.model, batch))
            self.again()
            return
        self.running, self.running_since = batch, time.monotonic()
        self.lane.do(lambda: answered(self.model, batch), self.finish_soon)

    def next_batch(self) -> list[Job]:
        """The requests that are asked next: as many as are of one shape, where rows are apart."""
        waiting = self.waiting
        first = waiting.popleft()
        batch = [first]
        shape, rows = first.asked.shape, first.asked.rows
        if shape is None or not self.model.joins:
            return batch
        while waiting and waiting[0].asked.shape == shape:
            rows += waiting[0].asked.rows
            if rows > MOST_ROWS:
                break
            batch.append(waiting.popleft())
        return batch

    def finish_soon(self, outcomes: list[Outcome]) -> None:
        """Go on in the event loop; called by the thread."""
        self.loop.call_soon_threadsafe(self.finish, outcomes)

    def finish(self, outcomes: list[Outcome]) -> None:
        """Hand out the answers, and ask about what came meanwhile."""
        batch, self.running, self.running_since = self.running, [], 0.0
        self.settle(batch, outcomes)
        self.ask()

    def again(self) -> None:
        """Ask about the rest in the next turn of the loop, so that others get theirs."""
        if self.waiting and not self.is_called:
            self.is_called = True
            self.loop.call_soon(self.ask)

    @staticmethod
    def settle(batch: list[Job], outcomes: list[Outcome]) -> None:
        """Give each request its answer; who waits no longer gets none."""
        for job, outcome in zip(batch, outcomes, strict=True):
            if not job.future.done():
                job.future.set_result(outcome)

    def end_late(self, now: float) -> None:
        """Tell those that wait for too long that they wait in vain; called a few times a second."""
        limit = now - self.timeout_seconds
        while self.waiting and self.waiting[0].began < limit:
            self.refuse(self.waiting.popleft())
        for job in self.running:
            if job.began < limit:
                self.refuse(job)

    def refuse(self, job: Job) -> None:
        """End a request without an answer."""
        if not job.future.done():
            job.future.set_exception(not_in_time(self.timeout_seconds))

    def close(self) -> None:
        """Let the thread end."""
        self.lane.close()


def answered(model: ServedModel, batch: list[Job]) -> list[Outcome]:
    """Ask a model about requests, together; one by one where that fails."""
    asked = [it.asked for it in batch]
    if len(asked) == 1:
        return [answered_alone(model, asked[0])]
    watch = model.cost.watch()
    rows = sum(it.rows for it in asked)
    try:
        data = joined(asked)
        kept = copy_of(data) if rows == len(asked) else None
        said = model.predict(data)
        if len(said) != rows:
            model.joins = False
            return [answered_alone(model, it) for it in asked]
        together = together_of(kept, said)
        outcomes, begin = [], 0
        for it in asked:
            part = part_of(said, begin, begin + it.rows)
            body = answer_of(part)
            if together is None:
                outcomes.append(Outcome(body, part))
            else:
                outcomes.append(Outcome(body, together=together, place=begin))
            begin += it.rows
    except Exception:  # noqa: BLE001 - a model may raise anything; which request it was shows next
        return [answered_alone(model, it) for it in asked]
    model.cost.learn(rows, watch)
    return outcomes


def answered_alone(model: ServedModel, asked: Asked) -> Outcome:
    """Ask a model about one request."""
    watch = model.cost.watch()
    kept = copy_of(asked.data)
    try:
        said = model.predict(asked.data, asked.params)
        body = answer_of(said, is_bare=asked.is_bare)
    except Exception as error:  # noqa: BLE001 - a model may raise anything
        return Outcome(error=error, data=kept)
    model.cost.learn(asked.rows, watch)
    if asked.rows == 1 and not asked.params:
        together = together_of(kept, said)
        if together is not None and len(said) == 1:
            return Outcome(body, together=together)
    return Outcome(body, said, data=kept)


def together_of(asked: Table | None, said: Any) -> Together | None:
    """What was asked and said together, if both are numbers."""
    if asked is None or not are_numbers(said):
        return None
    return Together(asked, said, now_ms())


def are_numbers(said: Any) -> bool:
    """Whether an answer is an array of numbers."""
    return type(said) is np.ndarray and said.ndim > 0 and said.dtype.kind in "biuf"


def copy_of(data: Any) -> Table | None:
    """A table of numbers as it is, whatever the model does to it; None for other data."""
    if type(data) is not Table or data.columns is not None:
        return None
    return data.with_matrix(data.matrix.copy())

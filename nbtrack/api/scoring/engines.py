"""Where batches are scored: in this process, in processes of its own, or on a Dask cluster.

An engine takes batches and gives their answers in the same order, with a few under way at once.
"""

from __future__ import annotations

import importlib
import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from nbtrack.api.scoring.rows import Answers, Asking, answers_of
from nbtrack.api.scoring.ticket import Ticket
from nbtrack.errors import InvalidValue, MissingPackage, ModelError

__all__ = ["Batch", "Engine", "answer_batch", "engine_called"]


class Batch(NamedTuple):
    """Some rows of the data.

    Attributes:
        first: The number of the first of them.
        frame: What the model is asked with.
        kept: What is written beside its answers.
        wrong: Rows that cannot be read, by their places, with what is wrong with them.
    """

    first: int
    frame: Any
    kept: Any
    wrong: dict[int, str]


Engine = Callable[[Iterator[Batch], Asking], Iterator[tuple[Batch, Answers]]]


def answer_batch(ticket: Ticket, frame: Any, asking: Asking, wrong: dict[int, str]) -> Answers:
    """Score a batch in whatever process this is."""
    return answers_of(ticket.model().predict, frame, asking, wrong)


@contextmanager
def engine_called(on: Any, ticket: Ticket) -> Iterator[Engine]:
    """The engine that `on` names, until its batches are scored.

    Args:
        on: None, `processes:4`, `dask`, `dask://host:port`, or a client of Dask.
        ticket: The model.

    Raises:
        InvalidValue: There is no such engine.
        MissingPackage: What it needs is not installed.
    """
    if on is None or on == "local":
        yield here(ticket)
    elif isinstance(on, str) and on.partition(":")[0] == "processes":
        with processes(number_in(on), ticket) as engine:
            yield engine
    elif type(on).__module__.partition(".")[0] == "distributed":
        yield on_dask(on, ticket)
    elif isinstance(on, str) and (on == "dask" or on.startswith(("dask://", "tcp://", "tls://"))):
        with dask_client(on) as client:
            yield on_dask(client, ticket)
    else:
        raise InvalidValue(
            f"on={on!r} names no place to score: it is 'processes:4', 'dask', "
            f"'dask://host:8786', a dask.distributed.Client, 'spark', or a SparkSession"
        )


def number_in(on: str) -> int:
    """How many processes are meant."""
    count = on.partition(":")[2]
    if not count.isdigit() or not 0 < int(count) <= 256:
        raise InvalidValue(f"on={on!r}: write how many processes, as in 'processes:4'")
    return int(count)


def here(ticket: Ticket) -> Engine:
    """This process, one batch after the other."""

    def engine(batches: Iterator[Batch], asking: Asking) -> Iterator[tuple[Batch, Answers]]:
        for batch in batches:
            with placed(batch):
                answers = answer_batch(ticket, batch.frame, asking, batch.wrong)
            yield batch, answers

    return engine


def in_order(
    batches: Iterator[Batch],
    submit: Callable[[Batch], Callable[[], Answers]],
    most: int,
) -> Iterator[tuple[Batch, Answers]]:
    """Keep up to `most` batches under way, and give them in their order."""
    under_way: deque[tuple[Batch, Callable[[], Answers]]] = deque()
    for batch in batches:
        under_way.append((batch, submit(batch)))
        if len(under_way) >= most:
            yield answered(*under_way.popleft())
    while under_way:
        yield answered(*under_way.popleft())


def answered(batch: Batch, result: Callable[[], Answers]) -> tuple[Batch, Answers]:
    """A batch with its answers, once they are there."""
    with placed(batch):
        return batch, result()


@contextmanager
def placed(batch: Batch) -> Iterator[None]:
    """An error of a batch says which rows it is of."""
    try:
        yield
    except ModelError as error:
        last = batch.first + len(batch.kept) - 1
        error.message = f"rows {batch.first:,} to {last:,}: {error.message}"
        raise


class Scorer:
    """A process that has the model and scores what comes through its pipe.

    It is started by its own command line: nothing of the caller's script is run again in it.
    """

    def __init__(self, ticket: Ticket) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "nbtrack.api.scoring.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"OMP_NUM_THREADS": "1", **os.environ},
        )
        self.lock = threading.Lock()
        self.send((ticket, list(sys.path)))

    def send(self, message: Any) -> None:
        assert self.process.stdin is not None  # noqa: S101 - Popen was told so
        pickle.dump(message, self.process.stdin, protocol=5)
        self.process.stdin.flush()

    def answers(self, batch: Batch, asking: Asking) -> Answers:
        """What the process says of a batch.

        Raises:
            ModelError: The process is gone.
        """
        assert self.process.stdout is not None  # noqa: S101 - Popen was told so
        with self.lock:
            try:
                self.send((batch.frame, asking, batch.wrong))
                answer = pickle.load(self.process.stdout)  # noqa: S301 - of our own process
            except (OSError, EOFError) as error:
                code = self.process.wait()
                raise ModelError(
                    f"a process that scores ended with code {code}: it was killed, ran out of "
                    f"memory, or the model ended it; what is done is kept, and the same call "
                    f"goes on from there"
                ) from error
        if isinstance(answer, Exception):
            raise answer
        found: Answers = answer
        return found

    def end(self) -> None:
        """Let the process end."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(OSError):  # it ended with something still to be written to it
                    pipe.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def processes(count: int, ticket: Ticket) -> Iterator[Engine]:
    """Processes of this machine, each with the model."""
    scorers = [Scorer(ticket) for _ in range(count)]
    idle = deque(scorers)

    def score(batch: Batch, asking: Asking) -> Answers:
        scorer = idle.popleft()
        try:
            return scorer.answers(batch, asking)
        finally:
            idle.append(scorer)

    def engine(batches: Iterator[Batch], asking: Asking) -> Iterator[tuple[Batch, Answers]]:
        def submit(batch: Batch) -> Callable[[], Answers]:
            return pool.submit(score, batch, asking).result

        return in_order(batches, submit, count + 1)

    pool = ThreadPoolExecutor(count, "nbtrack-scoring")
    try:
        yield engine
    finally:
        pool.shutdown(cancel_futures=True)
        for scorer in scorers:
            scorer.end()


@contextmanager
def dask_client(on: str) -> Iterator[Any]:
    """A client of a cluster; of one on this machine, if no address is told."""
    try:
        client_of: Any = importlib.import_module("distributed").Client
    except ImportError as error:
        raise MissingPackage("dask.distributed", f"to score on {on}", "dask") from error
    address = None if on == "dask" else on.replace("dask://", "tcp://")
    try:
        client = client_of(address, timeout=10) if address else client_of(dashboard_address=":0")
    except (OSError, ValueError) as error:
        raise InvalidValue(f"no Dask scheduler answers at {on}: {error}") from error
    try:
        yield client
    finally:
        client.close()


def on_dask(client: Any, ticket: Ticket) -> Engine:
    """A cluster; the model's files go to each worker once."""

    def engine(batches: Iterator[Batch], asking: Asking) -> Iterator[tuple[Batch, Answers]]:
        threads = sum(client.nthreads().values()) or 1
        model = client.scatter(ticket.packed(), broadcast=True, hash=False)

        def submit(batch: Batch) -> Callable[[], Answers]:
            future = client.submit(
                answer_batch, model, batch.frame, asking, batch.wrong, pure=False
            )
            found: Callable[[], Answers] = future.result
            return found

        return in_order(batches, submit, 2 * threads)

    return engine

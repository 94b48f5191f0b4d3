"""The earlier runs of each cell, for its card: those of this session, and those of the store.

The store is asked in a thread, so that no cell waits for it; who is told late may show it late.
It is asked again once others wrote to it: runs are deleted, and other kernels run the cell too.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from nbtrack.capture.guard import guarded
from nbtrack.errors import NotFound, StoreBusy

if TYPE_CHECKING:
    from nbtrack.api.session import Session
    from nbtrack.journal.folder import StoreFolder
    from nbtrack.store.duckdb import DuckDBStore

__all__ = ["CellHistory", "Earlier"]

MOST_RUNS = 50

FRESH_SECONDS = 10.0
"""An answer of the store is good for so long at least: asking costs 20 to 100 ms of CPU."""

HEAD_START_SECONDS = 1.0
"""Loading the database would slow a short cell down: it waits for the cell's end, or so long."""

PATIENCE_SECONDS = 30.0

DEFAULT_EXPERIMENT = "0"

Traces: TypeAlias = tuple[dict[str, int], int]
"""The lengths of the journals of others by name, and of the log of operations."""


class Earlier(NamedTuple):
    """An earlier run of a cell."""

    run_id: str
    status: str
    metrics: dict[str, float]
    params: dict[str, str]
    inputs: dict[str, str] | None = None
    """The digest of each dataset; None where nobody asked."""


class Known:
    """What is known of one cell in one store."""

    def __init__(self) -> None:
        self.runs: list[Earlier] = []
        """Newest first."""
        self.older = 0
        """How many the store has beyond those it told of."""
        self.asked_at = float("-inf")
        self.traces: Traces | None = None
        """What others had written when the store was asked."""
        self.cell_is_over = threading.Event()
        self.answered = threading.Event()
        self.answered.set()

    def merge(self, told: list[Earlier], before: set[str]) -> None:
        """Take in the store's answer: what it does not have any more was deleted.

        Args:
            told: The store's runs, newest first, at most `MOST_RUNS`.
            before: Those that were known when it was asked.
        """
        ids = {run.run_id for run in told}
        oldest = told[-1].run_id if len(told) >= MOST_RUNS else ""
        kept = {
            run.run_id: run
            for run in self.runs
            if run.run_id in ids or run.run_id not in before or run.run_id < oldest
        }
        for run in told:
            if run.run_id not in kept and run.status != "RUNNING":
                kept[run.run_id] = run
        self.runs = sorted(kept.values(), key=lambda run: run.run_id, reverse=True)


class CellHistory:
    """What is known of the runs of cells."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], Known] = {}
        self.names: dict[tuple[str, str], str] = {}
        """The names of experiments, by the store and their id."""
        self.lock = threading.Lock()
        self.threads: list[threading.Thread] = []

    def of(self, here: Session, key: str) -> Known:
        """What is known of a cell."""
        with self.lock:
            return self.known.setdefault((str(here.folder.path), key), Known())

    def ask(self, here: Session, key: str, experiment_id: str | None = None) -> None:
        """Have a thread read the runs of a cell from the store, if that was not done just now.

        It begins once the cell has run, which `release` tells; in a long one before.
        """
        known = self.of(here, key)
        now = time.monotonic()
        if not known.answered.is_set() or now - known.asked_at < FRESH_SECONDS:
            return
        traces = traces_of_others(here.folder)
        if traces is not None and traces == known.traces:
            return
        known.traces = traces
        known.asked_at, known.answered = now, threading.Event()
        known.cell_is_over.clear()
        self.start("nbtrack-history", lambda: self.read(here, key, known, experiment_id))

    def release(self, here: Session, key: str) -> None:
        """The cell has run: nothing is slowed down any more."""
        self.of(here, key).cell_is_over.set()

    def wait(self, here: Session, key: str) -> None:
        """Wait for the store's answer, where a card cannot be completed later."""
        self.release(here, key)
        self.of(here, key).answered.wait(PATIENCE_SECONDS)

    def start(self, name: str, act: Callable[[], object]) -> None:
        """Start a thread; no daemon: DuckDB must not be at work while the interpreter goes."""
        thread = threading.Thread(target=act, name=name, daemon=False)
        self.threads = [*(it for it in self.threads if it.is_alive()), thread]
        thread.start()

    def close(self) -> None:
        """Wait for the threads."""
        for known in list(self.known.values()):
            known.cell_is_over.set()
        for thread in self.threads:
            thread.join()

    @guarded
    def read(self, here: Session, key: str, known: Known, experiment_id: str | None) -> None:
        """Read them; runs in the thread."""
        try:
            known.cell_is_over.wait(HEAD_START_SECONDS)
            before = {run.run_id for run in known.runs}
            store = here.hasty_store
            told = told_by(store, key)
            self.name(here, store, experiment_id)
            older = count_of(store, key) - MOST_RUNS if len(told) >= MOST_RUNS else 0
            with self.lock:
                known.merge(told, before)
                known.older = max(older, 0)
        except (StoreBusy, OSError):  # without its folder, what the cell writes fails, and says so
            known.asked_at, known.traces = float("-inf"), None  # asked again by the next run
        finally:
            known.answered.set()

    def name(self, here: Session, store: DuckDBStore, experiment_id: str | None) -> None:
        """Learn what an experiment is called."""
        from nbtrack.questions import experiments

        place = (str(here.folder.path), str(experiment_id))
        if experiment_id in {None, DEFAULT_EXPERIMENT} or place in self.names:
            return
        try:
            self.names[place] = experiments.get(store, str(experiment_id)).name or ""
        except NotFound:
            self.names[place] = ""

    def name_of(self, here: Session, experiment_id: str | None) -> str:
        """What an experiment is called, if it is not the default one."""
        return self.names.get((str(here.folder.path), str(experiment_id)), "")

    def runs(self, here: Session, key: str, before: str = "") -> list[Earlier]:
        """The runs of a cell as far as they are known, newest first.

        Args:
            here: The store.
            key: The cell.
            before: The id of a run that they began before; all of them if it is empty.
        """
        with self.lock:
            known = self.known.get((str(here.folder.path), key))
            runs = list(known.runs) if known is not None else []
        return [run for run in runs if not before or run.run_id < before]

    def number(self, here: Session, key: str, run_id: str) -> int:
        """Which run of its cell a run is, counted from 1."""
        return len(self.runs(here, key, run_id)) + self.of(here, key).older + 1

    def is_complete(self, here: Session, key: str) -> bool:
        """Whether no answer of the store is awaited."""
        return self.of(here, key).answered.is_set()

    def when_complete(self, here: Session, key: str, act: Callable[[], None]) -> None:
        """Do something once the store has answered."""
        answered = self.of(here, key).answered

        @guarded
        def wait() -> None:
            if answered.wait(PATIENCE_SECONDS):
                act()

        self.start("nbtrack-card", wait)

    def add(self, here: Session, key: str, run: Earlier) -> None:
        """A run of a cell has ended."""
        known = self.of(here, key)
        with self.lock:
            known.runs = [run, *(it for it in known.runs if it.run_id != run.run_id)]


def traces_of_others(folder: StoreFolder) -> Traces | None:
    """What a look at the folder tells of the runs that other processes wrote, and of deletions."""
    own = f"-{os.getpid()}.jsonl"
    try:
        with os.scandir(folder.journal) as entries:
            journals = {it.name: it.stat().st_size for it in entries if not it.name.endswith(own)}
        is_there = folder.operations.exists()
        return journals, folder.operations.stat().st_size if is_there else 0
    except OSError:
        return None


def told_by(store: DuckDBStore, key: str) -> list[Earlier]:
    """The runs of a cell as the store has them; of the newest also what it read."""
    from nbtrack.questions import runs
    from nbtrack.questions.cell_history import previous_runs

    found = previous_runs(store, key, MOST_RUNS)
    newest = next((it.run_id for it in found if it.status != "RUNNING"), None)
    inputs = {}
    if newest is not None:
        read = runs.get(store, newest).inputs.dataset_inputs
        inputs = {it.dataset.name: it.dataset.digest for it in read}
    return [
        Earlier(
            it.run_id,
            it.status or "",
            it.metrics,
            it.params,
            inputs if it.run_id == newest else None,
        )
        for it in found
    ]


def count_of(store: DuckDBStore, key: str) -> int:
    """How many runs a cell has."""
    from nbtrack.questions import runs
    from nbtrack.questions.cell_history import CELL_TAG

    quoted = "'" + key.replace("'", "''") + "'"
    return runs.count(store, filter_string=f"tags.`{CELL_TAG}` = {quoted}")

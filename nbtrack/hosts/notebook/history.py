"""The earlier runs of each cell, for its card: those of this session, and those of the store.

The store is asked in a thread, so that no cell waits for it; who is told late may show it late.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from nbtrack.capture.guard import guarded

if TYPE_CHECKING:
    from nbtrack.api.session import Session
    from nbtrack.questions.cell_history import CellRun

__all__ = ["CellHistory"]

MOST_RUNS = 50


class CellHistory:
    """What is known of the runs of cells, newest first."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], list[CellRun]] = {}
        self.asked: dict[tuple[str, str], threading.Event] = {}
        self.lock = threading.Lock()

    def ask(self, here: Session, key: str) -> None:
        """Have a thread read the runs of a cell from the store, the first time it is met."""
        place = (str(here.folder.path), key)
        with self.lock:
            if place in self.asked:
                return
            self.asked[place] = threading.Event()
        if not here.folder.database.exists() and not any(here.folder.journal.glob("*.jsonl")):
            self.asked[place].set()
            return
        threading.Thread(
            target=self.read, args=(here, place), name="nbtrack-history", daemon=True
        ).start()

    @guarded
    def read(self, here: Session, place: tuple[str, str]) -> None:
        """Read them; runs in the thread."""
        from nbtrack.questions.cell_history import previous_runs

        try:
            found = previous_runs(here.hasty_store, place[1], MOST_RUNS)
            with self.lock:
                runs = self.known.setdefault(place, [])
                ids = {run.run_id for run in runs}
                runs += [run for run in found if run.run_id not in ids and run.status != "RUNNING"]
        finally:
            self.asked[place].set()

    def runs(self, here: Session, key: str) -> list[CellRun]:
        """The earlier runs of a cell, as far as they are known."""
        with self.lock:
            return list(self.known.get((str(here.folder.path), key), ()))

    def is_complete(self, here: Session, key: str) -> bool:
        """Whether the store has been asked."""
        event = self.asked.get((str(here.folder.path), key))
        return event is None or event.is_set()

    def when_complete(self, here: Session, key: str, act: Callable[[], None]) -> None:
        """Do something once the store has answered."""
        event = self.asked.get((str(here.folder.path), key))
        if event is None:
            return

        @guarded
        def wait() -> None:
            if event.wait(30):
                act()

        threading.Thread(target=wait, name="nbtrack-card", daemon=True).start()

    def add(self, here: Session, key: str, run: CellRun) -> None:
        """A run of a cell has ended."""
        with self.lock:
            self.known.setdefault((str(here.folder.path), key), []).insert(0, run)

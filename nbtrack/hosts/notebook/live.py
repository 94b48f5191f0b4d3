"""Panels that follow the store: a thread looks once a second whether something was written.

Where nothing was, a look costs some µs; what changed is shown in the output of the panel's cell.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Protocol

from nbtrack.capture.guard import guarded
from nbtrack.errors import NbtrackError

if TYPE_CHECKING:
    from nbtrack.journal.folder import StoreFolder
    from nbtrack.store.protocol import Store

__all__ = ["MOST", "Followers", "Live", "followers"]

SECONDS = 1.0
MOST = 8
"""So many panels are live at once; one more ends the oldest."""

SHARE = 10
"""Looking takes at most one part in so many of the time that passes."""


class Live(Protocol):
    """A panel that can be brought up to date."""

    cell_id: str | None
    """The cell that it is shown in: run again, it ends the panel of the time before."""

    def look(self, store: Store) -> bool:
        """Show what is new; whether something can still come."""

    def end(self) -> None:
        """Show the last state, which stays."""


Stamps = tuple[tuple[str, int, int], ...]


class Followers:
    """The live panels of a process, and the thread that looks for them."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self.panels: list[Live] = []
        self.lock = threading.Lock()
        self.over = threading.Event()
        self.thread: threading.Thread | None = None

    def follow(self, panel: Live) -> None:
        """Keep a panel up to date from now on."""
        with self.lock:
            same = [it for it in self.panels if panel.cell_id and it.cell_id == panel.cell_id]
            kept = [it for it in self.panels if it not in same]
            ended = same + kept[: max(len(kept) + 1 - MOST, 0)]
            self.panels = [*(it for it in kept if it not in ended), panel]
            if self.thread is None:
                self.over.clear()
                # no daemon: DuckDB must not be at work while the interpreter goes
                self.thread = threading.Thread(target=self.run, name="nbtrack-live")
                self.thread.start()
        for it in ended:
            it.end()

    def leave(self, panel: Live) -> None:
        """Look for it no more."""
        with self.lock:
            self.panels = [it for it in self.panels if it is not panel]

    def close(self) -> None:
        """End the thread; the panels stay as they are."""
        with self.lock:
            self.panels.clear()
            self.over.set()
            thread = self.thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def run(self) -> None:
        """Look until there is no panel any more; runs in the thread."""
        seen: dict[int, Stamps] = {}
        rest = self.seconds
        while self.is_wanted():
            self.over.wait(rest)
            begun = time.monotonic()
            self.look(seen)
            rest = max(self.seconds, SHARE * (time.monotonic() - begun))

    def is_wanted(self) -> bool:
        """Whether to go on; the thread is over once this is False."""
        with self.lock:
            is_wanted = bool(self.panels) and threading.main_thread().is_alive()
            if not is_wanted or self.over.is_set():
                self.thread = None
                return False
            return True

    def look(self, seen: dict[int, Stamps]) -> None:
        """Bring up to date what was not since the last line was written."""
        from nbtrack.api.session import chosen, session

        if chosen.current is None:
            return
        here = session()
        now = stamps_of(here.folder)
        for panel in list(self.panels):
            if seen.get(id(panel)) == now:
                continue
            try:
                goes_on = guarded(panel.look)(here.hasty_store)
            except NbtrackError:
                goes_on = False  # what it shows is not there any more
            if goes_on is not None:
                seen[id(panel)] = now
            if goes_on is False:
                self.leave(panel)
                panel.end()


def stamps_of(folder: StoreFolder) -> Stamps:
    """What changes whenever somebody writes to a store."""
    files = [folder.database, folder.operations]
    if folder.journal.is_dir():
        files += sorted(folder.journal.iterdir())
    found = []
    for it in files:
        try:
            told = it.stat()
        except FileNotFoundError:
            continue
        found.append((it.name, told.st_size, told.st_mtime_ns))
    return tuple(found)


followers = Followers()
"""Those of this process."""

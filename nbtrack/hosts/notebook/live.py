"""Panels that follow the store: a thread looks once a second whether something was written.

Where nothing was, a look costs some µs; what changed is shown in the output of the panel's cell.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from nbtrack.capture.guard import guarded
from nbtrack.errors import NbtrackError

if TYPE_CHECKING:
    from nbtrack.journal.folder import StoreFolder
    from nbtrack.store.protocol import Store

__all__ = ["MOST", "Followers", "FollowsFiles", "Live", "Stamps", "followers", "stamps_of"]

SECONDS = 1.0
MOST = 8
"""So many panels are live at once; one more ends the oldest."""

SHARE = 10
"""Looking takes at most one part in so many of the processor's time."""


class Live(Protocol):
    """A panel that can be brought up to date."""

    cell_id: str | None
    """The cell that it is shown in: run again, it ends the panel of the time before."""

    def look(self, store: Store) -> bool:
        """Show what is new; whether something can still come."""

    def end(self) -> None:
        """Show the last state, which stays."""


Stamps = tuple[tuple[str, int, int], ...]


@runtime_checkable
class FollowsFiles(Protocol):
    """A panel that shows more than what stands in the store's journals."""

    def more_stamps(self, folder: StoreFolder) -> Stamps:
        """What changes whenever there is something new to show."""


class Followers:
    """The live panels of a process, and the thread that looks for them."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self.panels: list[Live] = []
        self.seen: dict[Live, tuple[StoreFolder, Stamps]] = {}
        """The store that each was shown from, and as of which lines."""
        self.lock = threading.Lock()
        self.over = threading.Event()
        self.thread: threading.Thread | None = None

    def follow(self, panel: Live) -> None:
        """Keep a panel up to date from now on."""
        with self.lock:
            others = [it for it in self.panels if it is not panel]
            same = [it for it in others if panel.cell_id and it.cell_id == panel.cell_id]
            kept = [it for it in others if it not in same]
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
            self.seen.pop(panel, None)

    def close(self) -> None:
        """End the thread; the panels stay as they are."""
        with self.lock:
            self.panels.clear()
            self.seen.clear()
            self.over.set()
            thread = self.thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def run(self) -> None:
        """Look until there is no panel any more; runs in the thread."""
        next_look = 0.0
        while self.is_wanted():
            self.over.wait(self.seconds)
            if time.monotonic() >= next_look:
                begun = time.thread_time()
                self.look()
                next_look = time.monotonic() + SHARE * (time.thread_time() - begun)

    def is_wanted(self) -> bool:
        """Whether to go on; the thread is over once this is False."""
        with self.lock:
            is_wanted = bool(self.panels) and threading.main_thread().is_alive()
            if not is_wanted or self.over.is_set():
                self.thread = None
                return False
            return True

    def look(self) -> None:
        """Bring up to date what was not since the last line was written."""
        from nbtrack.api.session import chosen, session

        if chosen.current is None:
            return
        here = session()
        now = stamps_of(here.folder)
        for panel in list(self.panels):
            folder, stamps = self.seen.get(panel, (here.folder, None))
            seen = now
            if isinstance(panel, FollowsFiles):
                seen = (*now, *panel.more_stamps(here.folder))
            if stamps == seen:
                continue
            try:
                # of another store there is nothing to show below this cell
                goes_on = folder == here.folder and guarded(panel.look)(here.hasty_store)
            except NbtrackError:
                goes_on = False  # what it shows is not there any more
            if goes_on is False:
                self.leave(panel)
                panel.end()
            elif goes_on is not None and panel in self.panels:
                self.seen[panel] = (here.folder, seen)


def stamps_of(folder: StoreFolder) -> Stamps:
    """What changes whenever somebody writes to a store.

    Each line is written to a journal or to the operations first; of the database it is enough to
    know that it is the same file, as a look changes it too.
    """
    files = [folder.database, folder.operations]
    if folder.journal.is_dir():
        files += sorted(folder.journal.iterdir())
    found = []
    for it in files:
        try:
            told = it.stat()
        except FileNotFoundError:
            continue
        is_database = it == folder.database
        stamp = (told.st_ino, 0) if is_database else (told.st_size, told.st_mtime_ns)
        found.append((it.name, *stamp))
    return tuple(found)


followers = Followers()
"""Those of this process."""

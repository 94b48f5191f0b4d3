"""The stores that a server shows: that of its root folder, those of notebooks, the user's own.

A store goes by an id made of its path, so that no path is taken from a request.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from pathlib import Path
from typing import NamedTuple

from nbtrack.api.session import Session, session_at
from nbtrack.errors import InvalidUri, NbtrackError, NotFound, StoreReadOnly
from nbtrack.journal.folder import StoreFolder
from nbtrack.journal.location import known_stores, locate
from nbtrack.rest.memory import Memory
from nbtrack.rest.shapes import StoreItem

__all__ = ["Asked", "KnownStores", "id_of", "is_there"]

PATIENCE_SECONDS = 8.0
"""How long a request waits for a store that others hold; a browser gives up some time."""

NOTHING_YET = "nothing was tracked here yet: put %%track above the code of a cell and run it"


class Asked(NamedTuple):
    """A store that somebody asked about, and when (seconds of the monotonic clock)."""

    folder: StoreFolder
    time: float


class KnownStores:
    """The stores of a server, by their ids.

    Args:
        root: The folder whose notebooks the server shows.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.lock = threading.Lock()
        self.folders: dict[str, StoreFolder] = {}
        self.asked: dict[str, Asked] = {}
        self.memories: dict[str, Memory] = {}
        self.problems: dict[str, str] = {}
        """What is wrong with a store, as whoever looked last found."""

    def session(self, store_id: str | None = None) -> Session:
        """The store of an id, that of the root folder if none is given.

        Raises:
            NotFound: There is none of that id, or it is not there now.
        """
        folder = self.folder_of(store_id)
        self.note_asked(folder)
        here = session_at(folder)
        if not is_there(folder):
            forget(here)
            raise NotFound(f"there is no store at {folder.path}; {NOTHING_YET}")
        here.store.patience_seconds = PATIENCE_SECONDS
        return here

    def check_writable(self, store_id: str | None) -> None:
        """Refuse to change a store that is only read: records would wait elsewhere, unseen.

        Raises:
            StoreReadOnly: This process may not write to it.
        """
        folder = self.folder_of(store_id)
        if is_read_only(folder):
            raise StoreReadOnly(
                f"{folder.path} may only be read by who runs this server: nothing was changed"
            )

    def folder_of(self, store_id: str | None) -> StoreFolder:
        """The folder of a store."""
        if not store_id:
            return self.at(self.root)
        if store_id not in self.folders:
            self.items()
        found = self.folders.get(store_id)
        if found is None:
            raise NotFound(f"no store has the id {store_id!r}; ask for the list of stores again")
        return found

    def at(self, folder: Path) -> StoreFolder:
        """The store that is used in a folder, there or not."""
        found = locate(start=folder).folder
        self.note(found)
        return found

    def of_notebook(self, path: str) -> StoreFolder:
        """The store that a notebook's kernel uses; its path is one of the server.

        Raises:
            InvalidUri: It leads out of the server's root folder, or no path can be so.
        """
        root = self.root.resolve()
        try:
            notebook = (root / path.lstrip("/")).resolve()
            if notebook.is_relative_to(root):
                return self.at(notebook.parent)
        except NbtrackError:
            raise
        except (OSError, ValueError) as error:  # too long, or with a zero byte
            raise InvalidUri(f"{path[:100]!r} is no path of a notebook: {error}") from None
        raise InvalidUri(f"{path!r} is no path below the server's folder")

    def spellings(self, path: str) -> tuple[str, ...]:
        """A notebook of the server, by each path that its kernels may have told."""
        relative = path.lstrip("/")
        own = self.root / relative
        resolved = own if "\0" in relative else own.resolve()
        return tuple(dict.fromkeys([str(own), str(resolved), relative]))

    def memory_of(self, here: Session) -> Memory:
        """What was answered of a store lately."""
        return self.memories.setdefault(id_of(here.folder), Memory())

    def note(self, folder: StoreFolder) -> str:
        """Know a store from now on; the result is its id."""
        store_id = id_of(folder)
        self.folders[store_id] = folder
        return store_id

    def note_asked(self, folder: StoreFolder) -> None:
        """Watch a store from now on, there or not: who looks at it wants to see it come."""
        with self.lock:
            self.asked[id_of(folder)] = Asked(folder, time.monotonic())

    def items(self, notebook: str | None = None) -> tuple[list[StoreItem], str | None]:
        """The stores there are, the one in use first, and the id of that."""
        current: StoreFolder | None = None
        try:
            current = self.of_notebook(notebook) if notebook else self.at(self.root)
        except NbtrackError:  # a server as store, or a notebook of another drive
            current = None
        if current is not None:
            self.note_asked(current)
        there = [StoreFolder(path) for path in known_stores()]
        folders = dict.fromkeys([current, *there] if current else there)
        found = {self.note(it): it for it in folders}
        items = [self.item(store_id, folder) for store_id, folder in found.items()]
        return items, id_of(current) if current else None

    def item(self, store_id: str, folder: StoreFolder) -> StoreItem:
        """A store as it is listed."""
        is_missing = not is_there(folder)
        return StoreItem(
            store_id=store_id,
            name=name_of(folder),
            path=str(folder.path),
            is_read_only=is_read_only(folder),
            is_missing=is_missing,
            problem=NOTHING_YET if is_missing else self.problems.get(store_id),
        )

    def asked_within(self, seconds: float) -> dict[str, StoreFolder]:
        """The stores that somebody asked about in the last seconds."""
        since = time.monotonic() - seconds
        with self.lock:
            self.asked = {key: it for key, it in self.asked.items() if it.time >= since}
            return {key: it.folder for key, it in self.asked.items()}


def id_of(folder: StoreFolder) -> str:
    """The id of a store on this machine."""
    return hashlib.sha256(os.fsencode(folder.path)).hexdigest()[:16]


def name_of(folder: StoreFolder) -> str:
    """What a store is called: as the folder that it stands in, unless it has a name."""
    path = folder.path
    return (path.parent.name or str(path.parent)) if path.name == ".nbtrack" else path.stem


def is_there(folder: StoreFolder) -> bool:
    """Whether a store stands in a folder; none is made by looking."""
    return folder.database.exists() or folder.journal.is_dir()


def is_read_only(folder: StoreFolder) -> bool:
    """Whether a store stands in a folder, and this process may not write there."""
    return is_there(folder) and not os.access(folder.path, os.W_OK)


def forget(here: Session) -> None:
    """Remember nothing of a store that was taken away; another may come in its place."""
    if "store" in here.__dict__:
        here.store.forget()

"""Sees what changes in the stores that somebody looks at; a host asks it once a second."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

from nbtrack.api.session import Session, session_at
from nbtrack.capture.guard import guarded
from nbtrack.errors import NbtrackError
from nbtrack.journal.folder import StoreFolder
from nbtrack.query.tree import Changes
from nbtrack.rest.known_stores import NOTHING_YET, KnownStores, is_there
from nbtrack.rest.shapes import Change

__all__ = ["KEPT_SECONDS", "Watch"]

KEPT_SECONDS = 3600.0
"""A store is watched for so long after somebody asked about it; a look costs some µs."""

PAUSE_SECONDS = 5.0
"""After a look that failed; what is wrong then is seldom over in a second."""

Stamp = tuple[int, int, int]
"""The inode, the size and the time of a store's database."""


class Seen(NamedTuple):
    """A store as it was at the last look."""

    stamp: Stamp | None = None
    seq: int | None = None
    acts: int = 0
    model_acts: int = 0
    owners: frozenset[str] = frozenset()
    """The processes that live and may write."""
    is_missing: bool = False
    problem: str | None = None
    wait_until: float = 0.0


class Watch:
    """Compares stores with what they were at the look before.

    Args:
        stores: The stores of a server; those that were asked about lately are looked at.
    """

    def __init__(self, stores: KnownStores) -> None:
        self.stores = stores
        self.seen: dict[str, Seen] = {}

    def look(self) -> list[Change]:
        """What changed since the look before, one change a store."""
        asked = self.stores.asked_within(KEPT_SECONDS)
        self.seen = {store_id: it for store_id, it in self.seen.items() if store_id in asked}
        found = (self.look_at(store_id, folder) for store_id, folder in asked.items())
        return [change for change in found if change is not None]

    @guarded
    def look_at(self, store_id: str, folder: StoreFolder) -> Change | None:
        """What changed in a store; a problem that begins or ends is a change as well."""
        before = self.seen.get(store_id) or Seen()
        if time.monotonic() < before.wait_until:
            return None
        # Whatever fails unforeseen is tried again later, and not every second.
        self.seen[store_id] = before._replace(wait_until=time.monotonic() + PAUSE_SECONDS)
        try:
            now, named = state_of(session_at(folder), before)
        except NbtrackError as error:
            now, named = failed(before, str(error)), []
        self.seen[store_id] = now
        self.note(store_id, now)
        return change_between(store_id, before, now, named)

    def note(self, store_id: str, now: Seen) -> None:
        """Let the list of stores say what is wrong."""
        if now.problem is None:
            self.stores.problems.pop(store_id, None)
        else:
            self.stores.problems[store_id] = now.problem


def failed(before: Seen, problem: str) -> Seen:
    """A store that cannot be read."""
    return before._replace(stamp=None, problem=problem, wait_until=time.monotonic() + PAUSE_SECONDS)


def state_of(here: Session, before: Seen) -> tuple[Seen, list[str] | None]:
    """A store as it is now, and the runs that changed; None if they are too many to be named."""
    stamp = stamp_of(here.folder)
    if not is_there(here.folder):
        if "store" in here.__dict__:
            here.store.forget()
        return Seen(is_missing=True, problem=NOTHING_YET), []
    is_same = stamp is not None and stamp == before.stamp
    if is_same and before.problem is None and not here.store.is_behind():
        return before, []
    told = changes_since(here, before.seq)
    owners = frozenset(told["owners"])
    now = Seen(stamp, told["seq"], told["acts"], told["model_acts"], owners)
    is_another = before.seq is not None and now.seq is not None and now.seq < before.seq
    return now, None if told["is_many"] or is_another else told["run_ids"]


def changes_since(here: Session, seq: int | None) -> dict[str, Any]:
    """How far a store is, and which runs changed since."""
    columns = here.store.fetch(Changes(seq)).columns
    return {name: values[0] for name, values in columns.items()}


def change_between(
    store_id: str, before: Seen, now: Seen, named: list[str] | None
) -> Change | None:
    """The change from one look to the next; None if there is none."""
    if now is before:
        return None
    is_other = (before.is_missing, before.problem) != (now.is_missing, now.problem)
    is_first = before.seq is None and before.problem is None
    if is_first and now.problem is not None:
        return None
    if is_other or (is_first and now.problem is None):
        return Change(store_id=store_id, seq=now.seq or 0, runs=True, models=True)
    if now.problem is not None:
        return None
    # A process that is gone leaves no record: its runs show as KILLED from then on.
    is_unnamed = named is None or not before.owners <= now.owners
    has_acts = now.acts != before.acts
    if not (named or is_unnamed or has_acts or now.seq != before.seq):
        return None
    return Change(
        store_id=store_id,
        seq=now.seq or 0,
        runs=bool(named) or is_unnamed or has_acts,
        run_ids=[] if is_unnamed else named or [],
        models=now.model_acts != before.model_acts,
    )


def stamp_of(folder: StoreFolder) -> Stamp | None:
    """What `stat` says of a store's database; None if there is none."""
    try:
        state = folder.database.stat()
    except FileNotFoundError:
        return None
    return state.st_ino, state.st_size, state.st_mtime_ns

"""The store that this process tracks into: chosen by URI, resolved once, at first use."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nbtrack import settings
from nbtrack.api.upkeep import Upkeep
from nbtrack.blobs import Blobs
from nbtrack.capture.sources.environment import in_notebook
from nbtrack.journal.folder import StoreFolder
from nbtrack.journal.location import locate, resolve, uri_of
from nbtrack.journal.writer import JournalWriter, writer_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.records.model_event import ModelEvent
    from nbtrack.registry.webhooks.courier import Courier, Manner
    from nbtrack.store.duckdb import DuckDBStore

__all__ = [
    "Chosen",
    "Session",
    "chosen",
    "current_settings",
    "get_tracking_uri",
    "in_use",
    "is_tracking_uri_set",
    "reset",
    "session",
    "session_at",
    "session_for",
    "set_tracking_uri",
]

URI_VARIABLE = "NBTRACK_TRACKING_URI"
EXPERIMENT_VARIABLE = "NBTRACK_EXPERIMENT_ID"

HASTE_SECONDS = 2.0
"""How long a script waits for a busy store where it can go on without."""


class Session:
    """One store, as this process uses it."""

    def __init__(self, folder: StoreFolder) -> None:
        self.folder = folder
        self.experiment_id: str | None = None
        self.known_experiments = {"0"}
        self.locations: dict[str, str | None] = {"0": None}
        self.known_runs: set[str] = set()
        self.pinned_run: str | None = None
        self.provisional: dict[str, str] = {}
        self.named: dict[str, str] = {}
        self.upkeep = Upkeep(folder, self.drain)

    @cached_property
    def writer(self) -> JournalWriter:
        """The journal of this process."""
        return writer_for(self.folder)

    @cached_property
    def blobs(self) -> Blobs:
        """The files that runs have."""
        return Blobs(self.folder.artifacts)

    @cached_property
    def store(self) -> DuckDBStore:
        """The database; what only writes never loads it."""
        from nbtrack.store.duckdb import DuckDBStore

        return DuckDBStore(self.folder, listener=self.hear)

    @cached_property
    def hasty_store(self) -> DuckDBStore:
        """The database for a script that has something else to do if it is busy."""
        from nbtrack.store.duckdb import DuckDBStore

        return DuckDBStore(self.folder, patience_seconds=HASTE_SECONDS, listener=self.hear)

    @cached_property
    def courier(self) -> Courier:
        """What delivers to webhooks; made when there is something to deliver."""
        from nbtrack.registry.webhooks.courier import Courier

        return Courier(lambda: self.store, delivery_manner)

    def hear(self, events: Sequence[ModelEvent], next_delivery: int | None) -> None:
        """Have webhooks and handlers told of what happened in the registry."""
        if next_delivery is not None or "courier" in self.__dict__:
            self.courier.wake(next_delivery, is_new=bool(events))
        if events:
            from nbtrack.registry.webhooks.handlers import tell

            tell(events)

    def rest(self) -> None:
        """End the threads, before the process ends."""
        self.upkeep.stop()
        if "courier" in self.__dict__:
            self.__dict__.pop("courier").stop()

    def close(self) -> None:
        """Let go of what is held in memory; a later use takes it again."""
        self.rest()
        self.writer.close()
        for name in ("store", "hasty_store"):
            if name in self.__dict__:
                self.__dict__[name].close()

    def drain(self) -> None:
        """Take into the store what the journals hold; a busy one is left for later."""
        self.hasty_store.drain()

    def select_experiment(self, experiment_id: str) -> None:
        """Let later runs go to an experiment, those of processes started from here too."""
        self.experiment_id = experiment_id
        self.known_experiments.add(experiment_id)
        chosen.export(EXPERIMENT_VARIABLE, experiment_id)


class Export(NamedTuple):
    """A variable that was set for the processes started from here, and what it was before."""

    value: str
    before: str | None


class Chosen:
    """What this process chose; None where the environment decides."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.uri: str | None = None
        self.current: Session | None = None
        self.exported: dict[str, Export] = {}
        self.by_folder: dict[Path, Session] = {}
        self.last_run: tuple[Session, str] | None = None
        self.last_model: tuple[Session, str] | None = None
        self.active_models = threading.local()
        self.seed: int | None = None
        self.has_begun_runs = False

    def export(self, name: str, value: str) -> None:
        """Set a variable for the processes started from here."""
        known = self.exported.get(name)
        is_ours = known is not None and known.value == os.environ.get(name)
        before = known.before if known is not None and is_ours else os.environ.get(name)
        self.exported[name] = Export(value, before)
        os.environ[name] = value

    def take_back(self) -> None:
        """Leave the environment as it was; what somebody else set since stays."""
        for name, (value, before) in self.exported.items():
            if os.environ.get(name) == value:
                if before is None:
                    del os.environ[name]
                else:
                    os.environ[name] = before
        self.exported.clear()


chosen = Chosen()


def renew_lock() -> None:
    """Have a lock that nobody holds, in a forked child."""
    chosen.lock = threading.RLock()


os.register_at_fork(after_in_child=renew_lock)


def session() -> Session:
    """The store in use."""
    found = chosen.current
    if found is None:
        with chosen.lock:
            found = chosen.current = session_for(chosen.uri)
    return found


@contextmanager
def in_use(here: Session) -> Iterator[None]:
    """Let a store be the one in use for a while; for the command line, which is told which."""
    before, chosen.current = chosen.current, here
    try:
        yield
    finally:
        chosen.current = before


def session_at(folder: StoreFolder) -> Session:
    """The store in a folder."""
    found = chosen.by_folder.get(folder.path)
    if found is None:
        with chosen.lock:
            found = chosen.by_folder.setdefault(folder.path, Session(folder))
    return found


def session_for(uri: str | os.PathLike[str] | None) -> Session:
    """The store at a URI; None is the one that settings and folders lead to."""
    text = None if uri is None else os.fspath(uri)
    with chosen.lock:
        place = locate(text)
        is_new = not place.folder.journal.exists()
        folder = resolve(text)
        if is_new and not current_settings().quiet:
            (sys.stdout if in_notebook() else sys.stderr).write(f"{place.message}\n")
        return session_at(folder)


def current_settings() -> settings.Settings:
    """The settings as the environment has them now; the project's file is read once."""
    return settings_under(tuple(os.environ.get(name) for name in variables()))


@cache
def settings_under(_: tuple[str | None, ...]) -> settings.Settings:
    """The settings under some values of their variables."""
    return settings.read()


def delivery_manner() -> Manner:
    """How webhooks are delivered to, as the settings have it."""
    from nbtrack.registry.webhooks.courier import Manner
    from nbtrack.registry.webhooks.schedule import Schedule

    told = current_settings()
    schedule = Schedule(told.webhook_attempts, told.webhook_wait_seconds)
    return Manner(told.webhook_seconds, told.webhook_private_addresses, schedule)


@cache
def variables() -> tuple[str, ...]:
    """Every environment variable that a setting is read from."""
    return tuple(name for setting in settings.declared() for name in setting.variables)


def reset() -> None:
    """Forget every store and choice, as a process that has just begun; for tests."""
    with chosen.lock:
        chosen.take_back()
        for one in chosen.by_folder.values():
            one.close()
        chosen.by_folder.clear()
        chosen.uri = chosen.current = chosen.last_run = chosen.seed = None
        chosen.last_model = None
        chosen.active_models = threading.local()
        chosen.has_begun_runs = False
        settings_under.cache_clear()
        if handlers := sys.modules.get("nbtrack.registry.webhooks.handlers"):
            handlers.forget_all()


def set_tracking_uri(uri: str | os.PathLike[str]) -> None:
    """Choose the store; an open run goes on in its own.

    Processes started from here use it too.

    Args:
        uri: A folder, `file:…`, `duckdb:///…` or `sqlite:///name.db` (kept in `name.nbtrack/`);
            an empty text leaves the choice to the environment again.

    Raises:
        InvalidUri: It is of no known kind.
        NotYet: It names a server or PostgreSQL.
    """
    text = os.fspath(uri)
    with chosen.lock:
        wanted = session_for(text) if text else None
        chosen.take_back()
        chosen.current, chosen.uri = wanted, text or None
        if wanted is not None:
            chosen.export(URI_VARIABLE, uri_of(wanted.folder))
            if wanted.experiment_id is not None:
                wanted.select_experiment(wanted.experiment_id)


def get_tracking_uri() -> str:
    """The store's URI: as it was set, else that of the folder in use."""
    told = chosen.uri or current_settings().tracking_uri
    return told or uri_of(session().folder)


def is_tracking_uri_set() -> bool:
    """Whether a store was chosen, by `set_tracking_uri` or in the environment."""
    return bool(chosen.uri or current_settings().tracking_uri)

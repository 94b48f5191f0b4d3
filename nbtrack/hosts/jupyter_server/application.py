"""The extension that a Jupyter server loads: routes, and a look at the stores once a second."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import msgspec
from jupyter_events import EventLogger
from jupyter_server.extension.application import ExtensionApp
from jupyter_server.serverapp import ServerApp
from tornado.ioloop import PeriodicCallback

from nbtrack.hosts.jupyter_server.event import CHANGE, SCHEMA
from nbtrack.hosts.jupyter_server.handler import PREFIX, RestHandler
from nbtrack.rest.known_stores import KnownStores
from nbtrack.rest.watch import Watch

__all__ = ["NbtrackServer"]

LOOK_MILLISECONDS = 1000
THREADS = 4
"""Stores are opened in threads, so that the loop of the server never waits for one."""


def give_memory_back() -> None:
    """Hold none for the next question: a server runs for days, and is asked now and then."""
    from nbtrack.store.engine import engine  # with DuckDB, which a server at rest does without

    engine.gives_back = True


class NbtrackServer(ExtensionApp):
    """Serves the stores of the user to the sidebar."""

    name = "nbtrack"
    load_other_extensions = True

    @property
    def server(self) -> ServerApp:
        """The server that this is part of."""
        assert self.serverapp is not None  # noqa: S101 - it is linked before anything is asked
        return self.serverapp

    @property
    def events(self) -> EventLogger:
        """What events go through."""
        return cast("EventLogger", self.server.event_logger)

    def initialize_settings(self) -> None:
        """Have what requests are answered with, and let events be subscribed to."""
        root = Path(self.server.root_dir or ".").expanduser().absolute()
        self.stores = KnownStores(root)
        self.watch = Watch(self.stores)
        self.pool = ThreadPoolExecutor(
            THREADS, thread_name_prefix="nbtrack", initializer=give_memory_back
        )
        self.is_looking = False
        self.ticks = PeriodicCallback(self.look, LOOK_MILLISECONDS)
        if CHANGE not in self.events.schemas:
            self.events.register_event_schema(SCHEMA)

    def initialize_handlers(self) -> None:
        """One handler answers at every route."""
        given = {"stores": self.stores, "pool": self.pool}
        self.handlers.append((rf"{PREFIX}(?:.*)", RestHandler, given))

    async def _start_jupyter_server_extension(self, _: Any) -> None:
        """Begin to look at stores."""
        self.ticks.start()

    async def stop_extension(self) -> None:
        """Let go of threads; one that waits for a store ends by itself."""
        self.ticks.stop()
        self.pool.shutdown(wait=False, cancel_futures=True)

    async def look(self) -> None:
        """Tell the browsers what changed; a look that takes long is not joined by another."""
        if self.is_looking or not self.stores.asked:
            return
        self.is_looking = True
        try:
            changes = await asyncio.get_running_loop().run_in_executor(self.pool, self.watch.look)
        finally:
            self.is_looking = False
        for change in changes:
            self.events.emit(schema_id=CHANGE, data=msgspec.to_builtins(change))

"""An endpoint served by a thread of this process, for tests: no supervisor, no worker."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nbtrack.errors import MissingPackage
from nbtrack.records.endpoint import EndpointPlan
from nbtrack.serving.scoring.models import load

__all__ = ["answering"]

SWEEP_SECONDS = 0.1
END_SECONDS = 2.0


@contextmanager
def answering(plan: EndpointPlan) -> Iterator[str]:
    """Serve a plan at a free port of this machine for a while.

    Args:
        plan: What is served.

    Yields:
        The address, such as `http://127.0.0.1:40123`.

    Raises:
        NbtrackError: A model of the plan cannot be loaded.
        MissingPackage: The extra `serve` is not installed.
    """
    try:
        from nbtrack.serving.scoring.connections import Listener
    except ImportError as error:
        raise MissingPackage(str(error.name), "to serve models", "serve") from error
    from nbtrack.serving.scoring.app import App
    from nbtrack.serving.scoring.service import Service
    from nbtrack.serving.scoring.trial import try_out

    models = [load(it) for it in plan.variants]
    for model in models:
        try_out(model)
    listening = socket.create_server(("127.0.0.1", 0))
    ended, started = threading.Event(), threading.Event()

    async def serve() -> None:
        service = Service(plan, models)
        listener = Listener(App(service))
        await listener.start(listening)
        started.set()
        await watch(service, listener, ended)
        listener.stop_accepting()
        for it in list(listener.connections):
            it.shutdown()
        await listener.drained(END_SECONDS)
        service.close()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    started.wait()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        ended.set()
        thread.join()
        listening.close()


async def watch(service: Any, listener: Any, ended: threading.Event) -> None:
    """Do what a worker does between requests, until the end."""
    due = time.monotonic() + 1
    while not ended.is_set():
        service.end_late()
        listener.end_slow()
        if time.monotonic() > due:
            due += 1
            listener.tick()
        await asyncio.sleep(SWEEP_SECONDS)

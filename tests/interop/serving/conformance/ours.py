"""Our scoring application for many models at once, each on a port of its own, in one thread."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import warnings
from pathlib import Path

from nbtrack.records.endpoint import EndpointPlan, Variant
from nbtrack.serving.scoring.app import App
from nbtrack.serving.scoring.connections import Listener
from nbtrack.serving.scoring.models import load
from nbtrack.serving.scoring.service import Service
from nbtrack.serving.scoring.trial import try_out

__all__ = ["ours_serving"]


@contextlib.contextmanager
def ours_serving(folder, names):
    """Serve the models below a folder; their ports by name."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="conformance")
    thread.start()
    started = [
        asyncio.run_coroutine_threadsafe(served(Path(folder) / name), loop) for name in names
    ]
    services = [it.result() for it in started]
    try:
        yield {name: port for name, (port, _, _) in zip(names, services, strict=True)}
    finally:
        for _, service, listener in services:
            asyncio.run_coroutine_threadsafe(end(service, listener), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def served(place):
    """One model behind a port, as a worker has it."""
    variant = Variant(name="model", model_uri=str(place), folder=str(place), is_vouched=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn is as old here as where it was fitted
        model = load(variant)
        try_out(model)
    service = Service(EndpointPlan(endpoint_id="1", name="model", variants=(variant,)), [model])
    listener = Listener(App(service))
    listening = socket.create_server(("127.0.0.1", 0), backlog=64)
    await listener.start(listening)
    return listening.getsockname()[1], service, listener


async def end(service, listener):
    listener.stop_accepting()
    await listener.drained(5)
    service.close()

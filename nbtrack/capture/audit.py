"""Hears what Python itself reports of a process: files opened, code executed, threads started.

A hook of the interpreter cannot be taken away again, so there is one for all; it is installed at
first need and does nothing while nobody listens.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from nbtrack.capture.guard import report

__all__ = ["hear", "unhear", "unheard"]

Listener = Callable[[tuple[Any, ...]], None]

listeners: dict[str, tuple[Listener, ...]] = {}
"""Those who listen, by the name of the event."""


class Hook:
    """Whether the hook is there, and in which process it hears."""

    is_installed = False
    process = os.getpid()


def heard(event: str, arguments: tuple[Any, ...]) -> None:
    """Called by the interpreter for every event; an exception here would stop the user's act."""
    if event not in listeners:  # a library asks for `id` a thousand times while a model is fitted
        return
    if os.getpid() == Hook.process:
        for listener in listeners.get(event, ()):
            try:
                listener(arguments)
            except Exception as error:  # noqa: BLE001 - told, and the user's act goes on
                report(error, f"hearing of {event}")


def hear(event: str, listener: Listener) -> None:
    """Call a listener at every event of a name, in whichever thread it happens."""
    Hook.process = os.getpid()
    if not Hook.is_installed:
        Hook.is_installed = True
        sys.addaudithook(heard)
    listeners[event] = (*listeners.get(event, ()), listener)


def unhear(event: str, listener: Listener) -> None:
    """Call it no more."""
    left = tuple(it for it in listeners.get(event, ()) if it != listener)
    if left:
        listeners[event] = left
    else:
        listeners.pop(event, None)


@contextmanager
def unheard() -> Iterator[None]:
    """Act without being heard: what nbtrack has a library write is no doing of the user's cell."""
    before = dict(listeners)
    listeners.clear()
    try:
        yield
    finally:
        listeners.update(before)

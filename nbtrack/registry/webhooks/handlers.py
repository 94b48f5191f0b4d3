"""Functions in Python that are told of events, in the process that brought them about."""

from __future__ import annotations

import inspect
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from nbtrack.capture.guard import report
from nbtrack.errors import InvalidValue
from nbtrack.records.model_event import ModelEvent, event_named, kinds_of

__all__ = ["Handler", "forget_all", "subscribe", "tell", "unsubscribe"]

Handler = Callable[[ModelEvent], Any]

MOST_AT_ONCE = 1000
"""A handler may bring about events itself; so many are told before something must be wrong."""


class Subscription(NamedTuple):
    """A function, and what it wants to be told of."""

    handler: Handler
    names: tuple[str, ...]
    model_name: str | None

    def wants(self, event: ModelEvent) -> bool:
        """Whether it wants to be told of an event."""
        if self.model_name not in (None, event.name):
            return False
        asked = [kinds_of(name) for name in self.names]
        return not asked or any(
            it.kind == event.kind and it.stage in ("", event.get("to_stage")) for it in asked
        )


subscriptions: list[Subscription] = []


class Telling(threading.local):
    """What a thread has to tell yet, while it is telling."""

    def __init__(self) -> None:
        self.waiting: deque[ModelEvent] = deque()
        self.is_busy = False


telling = Telling()


def subscribe(handler: Handler, names: Sequence[str], model_name: str | None = None) -> None:
    """Have a function told of events from now on; of all, if none is named.

    Raises:
        InvalidValue: There is no such event, or the function cannot be called at once.
    """
    if not callable(handler) or inspect.iscoroutinefunction(handler):
        raise InvalidValue(
            f"a handler is a plain function of one event, not {handler!r}; "
            f"start an asynchronous one from it"
        )
    told = tuple(event_named(name) for name in names)
    subscriptions.append(Subscription(handler, told, model_name))


def unsubscribe(handler: Handler) -> bool:
    """Tell a function nothing more; whether it was told before."""
    before = len(subscriptions)
    subscriptions[:] = [it for it in subscriptions if it.handler != handler]
    return len(subscriptions) < before


def forget_all() -> None:
    """Have no handlers, as in a process that has just begun."""
    subscriptions.clear()


def tell(events: Sequence[ModelEvent]) -> None:
    """Call who wants to know, in order; what fails is said once, and never fails the act.

    Events that a handler brings about are told after those that are being told.
    """
    if not subscriptions:
        return
    telling.waiting.extend(events)
    if telling.is_busy:
        return
    telling.is_busy = True
    try:
        count = 0
        while telling.waiting and count < MOST_AT_ONCE:
            tell_one(telling.waiting.popleft())
            count += 1
        if telling.waiting:
            left = f"{len(telling.waiting)} events were not told: handlers keep causing new ones"
            report(RuntimeError(left), "an event handler")
    finally:
        telling.is_busy = False
        telling.waiting.clear()


def tell_one(event: ModelEvent) -> None:
    for it in tuple(subscriptions):
        if it.wants(event):
            try:
                it.handler(event)
            except Exception as error:  # noqa: BLE001 - a user's function; the act stands already
                report(error, f"the handler {getattr(it.handler, '__name__', 'of an event')}")

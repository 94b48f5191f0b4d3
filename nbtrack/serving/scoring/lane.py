"""A thread that does one thing after the other, and may be left behind when it hangs."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["Lane"]

Found = TypeVar("Found")


class Lane:
    """A thread that is started when there is something to do.

    Unlike an executor's, it does not keep the process from ending.

    Args:
        name: What the thread is called.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.tasks: queue.SimpleQueue[tuple[Callable[[], Any], Callable[[Any], Any]] | None]
        self.tasks = queue.SimpleQueue()
        self.thread: threading.Thread | None = None

    def do(self, act: Callable[[], Any], tell: Callable[[Any], Any]) -> None:
        """Have something done, and be told of what came of it, in that thread."""
        if self.thread is None:
            self.thread = threading.Thread(target=self.run, name=self.name, daemon=True)
            self.thread.start()
        self.tasks.put((act, tell))

    async def ask(self, act: Callable[[], Found]) -> Found:
        """Have something done, and wait for what comes of it."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Found] = loop.create_future()

        def tell(done: tuple[Found | None, BaseException | None]) -> None:
            loop.call_soon_threadsafe(settle, future, *done)

        self.do(lambda: tried(act), tell)
        return await future

    def run(self) -> None:
        """Do what comes until there is no more."""
        while (task := self.tasks.get()) is not None:
            act, tell = task
            tell(act())

    def close(self) -> None:
        """End after what is under way."""
        self.tasks.put(None)


def tried(act: Callable[[], Found]) -> tuple[Found | None, BaseException | None]:
    """What came of it, or what it raised."""
    try:
        return act(), None
    except Exception as error:  # noqa: BLE001 - raised again where it is waited for
        return None, error


def settle(future: asyncio.Future[Any], found: Any, error: BaseException | None) -> None:
    """Tell who waits, unless nobody does any more."""
    if future.done():
        return
    if error is None:
        future.set_result(found)
    else:
        future.set_exception(error)

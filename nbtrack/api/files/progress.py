"""A progress bar for work that takes long, where a person looks at a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

__all__ = ["watched"]

Item = TypeVar("Item")

PATIENCE_SECONDS = 1.0
"""Shorter work needs no bar."""


def watched(items: Iterable[Item], total: int, title: str) -> Iterator[Item]:
    """Hand on the items; once it takes long in a terminal, show how far it is."""
    left = iter(items)
    begun, done = time.monotonic(), 0
    if sys.stderr.isatty():
        for item in left:
            yield item
            done += 1
            if time.monotonic() - begun > PATIENCE_SECONDS:
                yield from with_bar(left, done, total, title)
                return
    yield from left


def with_bar(items: Iterator[Item], done: int, total: int, title: str) -> Iterator[Item]:
    """Hand on the rest of the items under a bar."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total, completed=done)
        for item in items:
            yield item
            bar.advance(task)

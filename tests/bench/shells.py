"""An IPython shell in this process, for figures that count the CPU time of a cell."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from statistics import quantiles
from typing import Any, NamedTuple

from figure import median

__all__ = [
    "LOADED",
    "Pairs",
    "cpu_of",
    "followed_shell",
    "lower_quartile",
    "pairs",
    "plain",
    "shell_in",
]

LOADED = {
    "nbtrack": ("%load_ext nbtrack", "%track on"),
    "ipyflow": ("%load_ext ipyflow",),
}
"""The cells that have a side follow a session."""


class Pairs(NamedTuple):
    """CPU seconds of plain cells and of followed ones, which came by turns."""

    plain: list[float]
    followed: list[float]

    @property
    def percent(self) -> float:
        """What following adds: the median over pairs, which ran one right after the other."""
        ratios = [one / other for one, other in zip(self.followed, self.plain, strict=True)]
        return 100 * (median(ratios) - 1)

    @property
    def quiet_percent(self) -> float:
        """What it adds by the fastest of each, which a busy machine disturbs least."""
        return 100 * (min(self.followed) / min(self.plain) - 1)

    @property
    def lower_percent(self) -> float:
        """What it adds by the lower quartile of each: half of what a busy machine adds is left out.

        Of cells of a second the medians of ten are apart by more than following costs.
        """
        return 100 * (lower_quartile(self.followed) / lower_quartile(self.plain) - 1)

    @property
    def seconds(self) -> float:
        """What it adds to a cell."""
        return median(self.followed) - median(self.plain)

    @property
    def noise_percent(self) -> float:
        """How far one plain cell usually is from the next, which is the same."""
        return 100 * median([abs(one / other - 1) for one, other in pairwise(self.plain)])


def lower_quartile(values: list[float]) -> float:
    """Of values that a busy machine only makes larger."""
    return quantiles(values, n=4, method="inclusive")[0]


def shell_in(*setup: str) -> Any:
    """The shell of this process, after the cells of `setup`.

    Without the thread that saves its history: it would be counted with the cell that it happens
    to fall into, and saves many quick cells at once, so that slower ones seem to cost more.
    """
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    for source in setup:
        cpu_of(shell, source)
    return shell


def followed_shell(folder: Path, *setup: str) -> Any:
    """A shell that nbtrack follows, with a store below the folder."""
    os.environ["NBTRACK_TRACKING_URI"] = str(folder / "store.nbtrack")
    return shell_in(*LOADED["nbtrack"], *setup)


def cpu_of(shell: Any, source: str, cell_id: str | None = None) -> float:
    """CPU seconds that this process takes for a cell, all threads, the hooks around it included."""
    start = time.process_time()
    result = shell.run_cell(source, store_history=True, cell_id=cell_id)
    seconds = time.process_time() - start
    result.raise_error()
    return seconds


@contextlib.contextmanager
def plain(shell: Any) -> Iterator[None]:
    """A shell as if no extension had been loaded: nobody is told of its cells."""
    callbacks = shell.events.callbacks
    kept = {event: list(hooks) for event, hooks in callbacks.items()}
    for event in kept:
        callbacks[event][:] = []
    try:
        yield
    finally:
        for event, hooks in kept.items():
            callbacks[event][:] = hooks


def pairs(shell: Any, source: str, count: int, line: str = "") -> Pairs:
    """Run a cell plain and followed by turns.

    Args:
        shell: Follows its cells.
        source: The cell.
        count: How many of each.
        line: What stands above the cell where it is followed, such as `%%track`.
    """
    found = Pairs([], [])
    for number in range(count + 1):
        for place in (0, 1) if number % 2 else (1, 0):
            with contextlib.nullcontext() if place else plain(shell):
                seconds = cpu_of(shell, line + source if place else source, "cell")
            if number:  # the first pair is warm-up
                found[place].append(seconds)
    return found

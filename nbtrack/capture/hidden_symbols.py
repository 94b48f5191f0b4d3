"""The symbols of hidden state that executions wrote, and who made them what they are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from nbtrack.capture.hidden import CellFacts, HiddenState, Touch
from nbtrack.capture.sources.files import CLOCK_NS, FileState
from nbtrack.capture.sources.library_settings import LibrarySettings
from nbtrack.capture.sources.loaded import loaded_data
from nbtrack.capture.sources.modules import ModuleState
from nbtrack.capture.sources.process import ProcessState
from nbtrack.capture.sources.random_state import RandomState
from nbtrack.capture.sources.shell import ShellState
from nbtrack.capture.step import Step

__all__ = ["HiddenSymbol", "HiddenSymbols"]

KINDS: tuple[Callable[[], HiddenState], ...] = (
    RandomState,
    ProcessState,
    ModuleState,
    ShellState,
    LibrarySettings,
)
"""Kinds of hidden state, besides files."""


@dataclass
class HiddenSymbol:
    """A symbol of hidden state that some execution wrote."""

    writers: tuple[int, ...]
    digest: str


class HiddenSymbols:
    """The hidden state of one session."""

    def __init__(self) -> None:
        self.files = FileState()
        self.kinds: list[HiddenState] = [*(kind() for kind in KINDS), self.files]
        self.times: list[tuple[int, int, int]] = []
        """The executions with when each began and ended, by the clock of files."""
        self.written: dict[str, HiddenSymbol] = {}

    def close(self) -> None:
        """Listen to nothing any more."""
        for kind in self.kinds:
            kind.close()

    def before(self) -> None:
        """A cell begins."""
        for kind in self.kinds:
            kind.before()

    def touched(self, step: Step, cell: CellFacts) -> list[Touch]:
        """What hidden state a cell touched; what it read counts among its uses."""
        found = [touch for kind in self.kinds for touch in kind.after(cell)]
        self.take_unheard()
        self.times.append((step.index, cell.started_ns, time.time_ns()))
        for touch in found:
            if touch.act != "write":
                known = self.written.get(touch.symbol)
                if known is not None:
                    step.uses.update(known.writers)
                    step.sources[touch.symbol] = frozenset(known.writers)
                step.reads[touch.symbol] = touch.before
        step.loaded = loaded_data(found, cell) or {}
        return found

    def take_unheard(self) -> None:
        """Files that changed without a sound were written by who ran at that time."""
        for path, moment in self.files.unheard.items():
            symbol = f"file:{path}"
            known = self.written.get(symbol)
            before = known.writers if known is not None else ()
            late = [it for it, begun, ended in self.times if begun - CLOCK_NS <= moment <= ended]
            writers = dict.fromkeys([*before, *late])
            if late:
                self.written[symbol] = HiddenSymbol(tuple(writers), self.files.remember(path))

    def read_again(self, step: Step, symbol: str) -> None:
        """A cell depends on a symbol as it is now, through a result that was remembered."""
        known = self.written.get(symbol)
        if known is not None:
            step.uses.update(known.writers)
            step.sources[symbol] = frozenset(known.writers)
        step.reads.setdefault(symbol, self.digest_now(symbol) or "")

    def take(self, step: Step, touches: Iterable[Touch]) -> None:
        """What was written or changed has this execution among its origins."""
        for touch in touches:
            if touch.act == "read":
                continue
            known = self.written.get(touch.symbol)
            before = known.writers if known is not None and touch.act == "change" else ()
            writers = (*(it for it in before if it != step.index), step.index)
            self.written[touch.symbol] = HiddenSymbol(writers, touch.after)
            step.writes[touch.symbol] = touch.after

    def digest_now(self, symbol: str) -> str | None:
        """The digest of a symbol as it is now; None for one that is not known."""
        known = self.written.get(symbol)
        if known is not None and not symbol.startswith(("file:", "env:")):
            return known.digest
        for kind in self.kinds:
            found = kind.digest(symbol)
            if found is not None:
                return found
        return None

"""A run that a cell holds open until it has run: what is asked of it, and what is known."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from nbtrack.api.session import Session, session_at
from nbtrack.capture.open_run import MadeModel, OpenRun
from nbtrack.capture.sources.data import DataFacts
from nbtrack.capture.sources.packages import ENVIRONMENT_FILE

__all__ = ["Asked", "CellRun", "Seen"]


class Asked(NamedTuple):
    """What the line of `%%track` asks for."""

    name: str | None = None
    experiment: str | None = None
    tags: Mapping[str, str] = {}
    params: Sequence[str] = ()
    metrics: Sequence[str] = ()
    keep: Sequence[str] = ()
    models: Sequence[str] = ()
    """Variables that are logged as models."""
    register: Sequence[str] = ()
    """The registered models that they become versions of, in the same order."""
    description: str | None = None
    nested: bool = False
    run_id: str | None = None
    log_system_metrics: bool | None = None
    finds: bool = True
    """Whether params and metrics are found that were not named."""


class Seen(NamedTuple):
    """What was seen of a cell that has run."""

    source: str
    """Its code as Python."""
    namespace: Mapping[str, Any]
    reads: Mapping[str, str] = {}
    """The symbols it read, each with the digest of the value it saw."""
    writes: Mapping[str, str] = {}
    """Those it bound or changed."""
    loaded: Mapping[str, DataFacts] = {}
    """What it and the cells that it came from read from files, by the symbols of those."""
    error: BaseException | None = None
    figures: Sequence[tuple[str, bytes]] = ()
    """Files with the figures it showed."""
    printed: str = ""
    fits: Sequence[tuple[Any, Any]] = ()
    """Models that it fitted, each with the first rows of what it was fitted on."""
    whole: frozenset[str] = frozenset()
    """Variables that it read and left as they were, of which the digest says all."""


class CellRun:
    """A run that a cell holds open until it has run."""

    def __init__(self, run: OpenRun, asked: Asked, *, is_own: bool) -> None:
        self.run, self.asked, self.is_own = run, asked, is_own
        run.hold()
        self.begun = time.monotonic()
        self.seconds: float | None = None
        self.first_name = run.run_name
        self.params: dict[str, str] = {}
        self.params_before = dict(run.params)
        self.models_before = set(run.made)
        self.own_params: list[str] = []
        """Those that the cell's code names; others are defaults of what it made."""
        self.inputs: list[DataFacts] = []
        self.warnings: list[str] = []
        self.measured: list[tuple[str, float]] = []
        """What metric functions returned in the cell."""
        self.status = "RUNNING"

    @property
    def here(self) -> Session:
        """The store it is in."""
        return session_at(self.run.writer.folder)

    @property
    def metrics(self) -> dict[str, float]:
        """The latest value of each metric that was logged to it during the cell."""
        return self.run.logged

    @property
    def artifacts(self) -> list[tuple[str, int]]:
        """The files that it was given during the cell, but for the environment."""
        return [it for it in self.run.kept.items() if it[0] != ENVIRONMENT_FILE]

    @property
    def models(self) -> list[MadeModel]:
        """The models that were logged to it during the cell."""
        return [it for key, it in self.run.made.items() if key not in self.models_before]

    @property
    def is_named(self) -> bool:
        """Whether a person chose its name."""
        return self.asked.name is not None or self.run.run_name != self.first_name

    @property
    def is_new(self) -> bool:
        """Whether it began with the cell."""
        return self.is_own and self.asked.run_id is None

    def warn(self, message: str) -> None:
        """Have something told on the card."""
        if message not in self.warnings:
            self.warnings.append(message)

    def start_clock(self) -> None:
        """The cell's code begins; what came before is the tracking's own time."""
        self.begun = time.monotonic()

    def stop_clock(self) -> None:
        """The cell's code has run; what follows is the tracking's own time."""
        self.seconds = time.monotonic() - self.begun

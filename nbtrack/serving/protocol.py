"""The seams of serving: what a worker and its supervisor tell each other, and who hears of what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from nbtrack.records.endpoint import EndpointPlan, EndpointStats, VariantStats

if TYPE_CHECKING:
    from nbtrack.registry.signatures.table import Table

__all__ = [
    "Applied",
    "Cache",
    "Drain",
    "FromWorker",
    "NewPlan",
    "PredictionLog",
    "Ready",
    "Router",
    "Scored",
    "ScoredRow",
    "Stats",
    "StatsOfAll",
    "ToWorker",
    "Together",
    "Unable",
]

# To a worker, a JSON line each on its standard input; the end of that input means drain


class NewPlan(msgspec.Struct, frozen=True, tag="plan"):
    """Another plan for the same models: other shares, another rate of logging."""

    plan: EndpointPlan


class Drain(msgspec.Struct, frozen=True, tag="drain"):
    """Take no new connection, answer what is in flight, and end."""


class StatsOfAll(msgspec.Struct, frozen=True, tag="all"):
    """The figures of all workers together, ended ones included: for `/metrics` and for routers."""

    stats: EndpointStats


ToWorker = NewPlan | Drain | StatsOfAll

# From a worker, a JSON line each on the descriptor it was told (NBTRACK_WORKER_PIPE)


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The models are loaded, the socket is served."""

    pid: int
    plan_number: int
    seconds: float


class Applied(msgspec.Struct, frozen=True, tag="applied"):
    """Another plan is in force."""

    plan_number: int


class Unable(msgspec.Struct, frozen=True, tag="unable"):
    """It cannot serve: why, in words for the user. The worker ends after it."""

    message: str


class Stats(msgspec.Struct, frozen=True, tag="stats"):
    """The worker's own figures since its start; sent each second in which something changed."""

    stats: EndpointStats


FromWorker = Ready | Applied | Unable | Stats

# Within a worker


class Router(Protocol):
    """Which variant answers a request."""

    shadows: Sequence[int]
    """The variants that get a copy of each request."""

    def choose(self, key: str | None) -> int:
        """The variant, by its place in the plan, for a request with this key."""

    def observe(self, variant: int, seconds: float, *, is_error: bool) -> None:
        """Take note of how a variant did."""

    def reward(self, variant: str, value: float) -> None:
        """Take note of what an answer of a variant turned out to be worth."""

    def learn(self, variants: Sequence[VariantStats]) -> None:
        """Take over what all workers together saw."""


class Scored(msgspec.Struct, frozen=True, gc=False):
    """A request that was answered, as the prediction log is offered it."""

    prediction_id: str
    variant: int
    moment: int
    seconds: float
    inputs: Any
    """What the model was asked: a frame, an array, or what came of JSON."""
    outputs: Any
    """What the model gave; None for an error."""
    key: str | None = None
    params: Any = None
    error: str | None = None
    is_shadow: bool = False
    columns: Sequence[str] | None = None
    """The names of the columns, where the inputs are an array that does not tell them."""


class Together(msgspec.Struct, eq=False, gc=False):
    """What requests of one row of numbers each were asked together, and what was said."""

    inputs: Table
    """A matrix that nobody writes over."""
    outputs: Any
    """An array of numbers, of one answer for each row."""
    moment: int
    """When, ms since the epoch."""


class ScoredRow(msgspec.Struct, frozen=True, gc=False):
    """A request of one row of numbers that was answered; a log at full rate makes one of each."""

    together: Together
    place: int
    """Which row is its own."""
    variant: int
    prediction_id: str
    seconds: float
    key: str | None = None
    is_shadow: bool = False


class PredictionLog(Protocol):
    """Where predictions go; it never raises, and never waits for a disk."""

    logged: int
    """How many rows it has written since the worker was started."""
    dropped: int
    """How many it could not keep."""

    def apply(self, plan: EndpointPlan) -> None:
        """Go by another plan for what comes from now on."""

    def wants(self, prediction_id: str) -> bool:
        """Whether this one belongs to the sample; the same for all who ask."""

    def offer(self, scored: Scored) -> None:
        """Take one into the next batch."""

    def offer_row(self, row: ScoredRow) -> None:
        """Take one row of numbers into the next batch, for less."""

    def label(
        self,
        value: Any,
        *,
        prediction_id: str | None = None,
        key: str | None = None,
        name: str = "label",
        moment: int | None = None,
    ) -> None:
        """Take in what a prediction, or all of a key, turned out to be; a reward is one, too."""

    def close(self) -> None:
        """Write what is left."""


class Cache(Protocol):
    """Answers kept for a while; a cache that fails is one that has nothing."""

    async def find(self, key: bytes) -> bytes | None:
        """The answer that was kept under a digest of model version and body."""

    async def keep(self, key: bytes, answer: bytes) -> None:
        """Keep an answer."""

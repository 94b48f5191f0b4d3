"""An endpoint within one worker: its models, which of them answers, and what is counted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from nbtrack.errors import EndpointError, SchemaMismatch
from nbtrack.records.endpoint import EndpointPlan, EndpointStats, Variant
from nbtrack.records.ids import now_ms
from nbtrack.serving.caching.keys import cache_key
from nbtrack.serving.protocol import Cache, PredictionLog, Scored, ScoredRow
from nbtrack.serving.scoring.asked import Asked
from nbtrack.serving.scoring.failures import failure_of
from nbtrack.serving.scoring.figures import Figures
from nbtrack.serving.scoring.ids import Answering, PredictionIds, tag_of
from nbtrack.serving.scoring.keys import key_in
from nbtrack.serving.scoring.lane import Lane
from nbtrack.serving.scoring.logs import log_error
from nbtrack.serving.scoring.models import ServedModel
from nbtrack.serving.scoring.refusals import Refused
from nbtrack.serving.scoring.scorer import Outcome, Scorer
from nbtrack.serving.scoring.single import router_of

__all__ = ["Answer", "Headers", "Request", "Service"]

LARGE_BYTES = 256 * 1024
"""A body from here on is read in a thread, so that others are answered meanwhile."""

MOST_SHADOWED = 256
"""How many copies may wait for a shadow; more are left out."""

Headers = list[tuple[bytes, bytes]]


class Request(NamedTuple):
    """A request to a model."""

    body: bytes
    kind: str
    key: str | None = None
    """What the header says; a column or a param may say it, too."""


class Answer(NamedTuple):
    """What a client is sent."""

    status: int
    body: bytes
    headers: Headers


class Service:
    """The models of a plan, asked by requests.

    Args:
        plan: What is served, and how.
        models: The loaded model of each variant, in the plan's order.
    """

    def __init__(self, plan: EndpointPlan, models: Sequence[ServedModel]) -> None:
        options = plan.options
        self.plan, self.models = plan, list(models)
        self.scorers = [
            Scorer(it, options.most_waiting, options.timeout_seconds) for it in self.models
        ]
        self.figures = Figures(plan.variants)
        self.all: EndpointStats | None = None
        """The figures of all workers, where a supervisor tells them."""
        self.ids = PredictionIds()
        self.reading = Lane("read")
        self.tasks: set[asyncio.Task[None]] = set()
        self.log: PredictionLog | None = None
        self.cache: Cache | None = None
        self.is_in_use = False
        """Whether a plan was taken already."""
        self.use(plan)

    def use(self, plan: EndpointPlan) -> None:
        """Take the traffic, the log and the cache of a plan with the same models.

        Raises:
            EndpointError: Its models are others.
        """
        if [told(it) for it in plan.variants] != [told(it) for it in self.plan.variants]:
            raise EndpointError("a plan with other models needs a new worker")
        if plan == self.plan and self.is_in_use:
            return  # a supervisor says it again to see whether the worker still hears
        before, old = self.log, self.plan.options
        self.router = router_of(plan)
        if self.all is not None:
            self.router.learn(self.all.variants)
        if before is not None and plan.store == self.plan.store:
            before.apply(plan)
        else:
            self.log = log_of(plan)
            if before is not None:
                before.close()
        is_same = (old.cache_seconds, old.cache_url) == (
            plan.options.cache_seconds,
            plan.options.cache_url,
        )
        if not (is_same and self.is_in_use):  # what is kept outlives other shares of the traffic
            self.cache = cache_of(plan)
        self.plan, self.is_in_use = plan, True
        for scorer in self.scorers:
            scorer.most_waiting = plan.options.most_waiting
            scorer.timeout_seconds = plan.options.timeout_seconds
        self.tags = [tag_of(Answering(it.name, it.version)) for it in plan.variants]
        self.headers = [headers_of(it) for it in plan.variants]

    def learn(self, stats: EndpointStats) -> None:
        """Take over what all workers together saw."""
        self.all = stats
        self.router.learn(stats.variants)

    @property
    def in_flight(self) -> int:
        """How many requests wait for a model."""
        return sum(it.in_flight for it in self.scorers)

    def hung(self) -> str | None:
        """The variant whose model does not come back, if there is one."""
        return next((it.model.variant.name for it in self.scorers if it.is_hung), None)

    def stats(self) -> EndpointStats:
        """What this worker counted since its start."""
        found = self.figures.stats()
        found.in_flight = self.in_flight
        if self.log is not None:
            found.logged, found.dropped = self.log.logged, self.log.dropped
        return found

    def answering(self) -> list[Answering]:
        """Who answers here, then the versions that did before."""
        served = [Answering(it.name, it.version) for it in self.plan.variants]
        before = [] if self.all is None else self.all.earlier(self.plan)
        return [*served, *(Answering(it.name, it.version) for it in before)]

    def reward(self, who: Answering, value: float) -> None:
        """Take note of what an answer was worth; one of an earlier version tells no router."""
        self.figures.reward(who.name, who.version, value)
        if any(who == (it.name, it.version) for it in self.plan.variants):
            self.router.reward(who.name, value)

    def end_late(self) -> None:
        """Tell those that wait for too long."""
        now = time.monotonic()
        for scorer in self.scorers:
            scorer.end_late(now)

    async def answer(self, request: Request, began: float) -> Answer:
        """Ask a model, and tell what it says."""
        key = request.key or self.key_in(request)
        at = self.router.choose(key)
        prediction_id = self.ids.make(self.tags[at])
        headers = [*self.headers[at], (b"x-prediction-id", prediction_id.encode())]
        is_logged = self.log is not None and self.log.wants(prediction_id)
        digest = None
        if self.cache is not None:
            digest = cache_key(self.plan.variants[at], request.kind, request.body)
            kept = await self.cache.find(digest)
            if kept is not None:
                self.figures.cached += 1
                told = self.note(at, began, 200), key
                self.shadow(request, key, prediction_id)
                if is_logged:
                    await self.keep_again(prediction_id, at, request, kept, told)
                return Answer(200, kept, [*headers, (b"x-nbtrack-cache", b"hit")])
        asked: Asked | None = None
        outcome, problem = Outcome(), None
        try:
            asked = await self.read(at, request)
            self.shadow(request, key, prediction_id)
            outcome = await self.scorers[at].score(asked)
            if outcome.error is not None:
                problem = failure_of(outcome.error, self.models[at], asked, prediction_id)
                log_error(outcome.error, prediction_id, self.plan.variants[at].name)
        except (SchemaMismatch, Refused) as error:
            problem = refusal_of(error)
        status = 200 if problem is None else problem.status
        seconds = self.note(at, began, status, asked, failed=outcome.error is not None)
        if is_logged and asked is not None:
            together = outcome.together
            if together is None or self.log is None:
                self.keep(prediction_id, at, (asked, outcome, problem), (seconds, key))
            else:
                place = outcome.place
                self.log.offer_row(ScoredRow(together, place, at, prediction_id, seconds, key))
        if problem is not None:
            problem.headers = (*problem.headers, *headers)
            raise problem
        if digest is not None and self.cache is not None:
            await self.cache.keep(digest, outcome.body)
        return Answer(200, outcome.body, headers)

    def key_in(self, request: Request) -> str | None:
        """The key that a column or a param says, if the plan names one."""
        column = self.plan.traffic.key
        return key_in(request.body, request.kind, column) if column else None

    async def read(self, at: int, request: Request) -> Asked:
        """What a body asks; read aside if it is large."""
        model = self.models[at]
        if len(request.body) < LARGE_BYTES:
            return model.read(request.body, request.kind)
        return await self.reading.ask(lambda: model.read(request.body, request.kind))

    def note(
        self,
        at: int,
        began: float,
        status: int,
        asked: Asked | None = None,
        *,
        failed: bool = False,
    ) -> float:
        """Count a request, and tell the router; what it took."""
        seconds = time.perf_counter() - began
        is_error = failed or status >= 500
        rows = 0 if asked is None else asked.rows
        self.figures.count(at, seconds, status, rows=rows, failed=is_error)
        self.router.observe(at, seconds, is_error=is_error)
        return seconds

    def keep(
        self,
        prediction_id: str,
        at: int,
        ended: tuple[Asked, Outcome, Refused | None],
        told: tuple[float, str | None],
        *,
        is_shadow: bool = False,
    ) -> None:
        """Offer a request that was answered to the prediction log."""
        if self.log is None:
            return
        (asked, outcome, problem), (seconds, key) = ended, told
        if outcome.together is not None:
            place = outcome.place
            self.log.offer_row(
                ScoredRow(outcome.together, place, at, prediction_id, seconds, key, is_shadow)
            )
            return
        error = type(outcome.error).__name__ if outcome.error is not None else None
        if error is None and problem is not None:
            error = f"HTTP {problem.status}"
        self.log.offer(
            Scored(
                prediction_id,
                at,
                now_ms(),
                seconds,
                asked.data if outcome.data is None else outcome.data,
                outcome.said,
                key,
                asked.params,
                error,
                is_shadow,
            )
        )

    async def keep_again(
        self, prediction_id: str, at: int, request: Request, kept: bytes, told: tuple[float, Any]
    ) -> None:
        """Offer a request to the prediction log that the cache answered."""
        asked = await self.read(at, request)
        self.keep(prediction_id, at, (asked, Outcome(kept, said_in(kept)), None), told)

    def shadow(self, request: Request, key: str | None, prediction_id: str) -> None:
        """Have each shadow asked the same, also what the cache answers; nobody waits for it.

        A shadow is there to show how another model would do with the real traffic: without what
        the cache answers it would see rare requests as if they were all.
        """
        for at in self.router.shadows:
            if self.scorers[at].in_flight < MOST_SHADOWED:
                task = asyncio.ensure_future(self.ask_shadow(at, request, key, prediction_id))
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)

    async def ask_shadow(
        self, at: int, request: Request, key: str | None, prediction_id: str
    ) -> None:
        """Ask a shadow, and keep what it says for the log alone, under the id of the answer.

        So what turns out to be true of the answer is known of the shadow's, too.
        """
        began = time.perf_counter()
        try:
            asked = await self.read(at, request)
            outcome = await self.scorers[at].score(asked)
        except Exception as error:  # noqa: BLE001 - nobody waits for it who could be told
            if not isinstance(error, Refused | SchemaMismatch):
                log_error(error, prediction_id, self.plan.variants[at].name)
            self.figures.count_variant(at, time.perf_counter() - began, 0, failed=True)
            return
        seconds = time.perf_counter() - began
        failed = outcome.error is not None
        self.figures.count_variant(at, seconds, asked.rows, failed=failed)
        self.router.observe(at, seconds, is_error=failed)
        if self.log is not None and self.log.wants(prediction_id):
            told = (seconds, key)
            self.keep(prediction_id, at, (asked, outcome, None), told, is_shadow=True)

    def close(self) -> None:
        """Write what is left of the log, and let the threads end."""
        for scorer in self.scorers:
            scorer.close()
        self.reading.close()
        if self.log is not None:
            self.log.close()


def refusal_of(error: SchemaMismatch | Refused) -> Refused:
    """The answer to a request that cannot be asked."""
    return error if isinstance(error, Refused) else Refused(400, str(error), error.error_code)


def told(variant: Variant) -> tuple[Any, ...]:
    """What makes a variant's model the same."""
    return (variant.name, variant.folder, variant.files)


def said_in(body: bytes) -> Any:
    """What a model said, from the answer that was made of it."""
    told = msgspec.json.decode(body)
    is_plain = isinstance(told, dict) and told.keys() == {"predictions"}
    return told["predictions"] if is_plain else told


def headers_of(variant: Variant) -> Headers:
    """What every answer of a variant says of it."""
    found = [
        (b"content-type", b"application/json"),
        (b"x-nbtrack-variant", header_text(variant.name)),
    ]
    if variant.version is not None:
        found.append((b"x-nbtrack-version", str(variant.version).encode()))
    return found


def header_text(text: str) -> bytes:
    """Text as a header may hold it."""
    return "".join(it if it.isascii() and it.isprintable() else "?" for it in text).encode()


def log_of(plan: EndpointPlan) -> PredictionLog | None:
    """The prediction log of a plan, if it keeps any."""
    if plan.store is None:
        return None
    from nbtrack.serving.predictions.log import log_for

    return log_for(plan)


def cache_of(plan: EndpointPlan) -> Cache | None:
    """The cache of a plan, if it keeps any."""
    if not plan.options.cache_seconds:
        return None
    from nbtrack.serving.caching.choice import cache_for

    return cache_for(plan)

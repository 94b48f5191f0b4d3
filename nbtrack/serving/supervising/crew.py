"""The workers of an endpoint: started, watched, restarted with back-off, replaced without a gap.

`current` serve. `coming` load another plan, and take over once all of them are ready; `leaving`
answer what is in flight. It writes nothing down itself: what happened goes to a `Listener`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Protocol

import msgspec

from nbtrack.records.endpoint import EndpointPlan, EndpointStatus
from nbtrack.records.endpoint_event import EndpointEventKind
from nbtrack.serving.protocol import Drain, NewPlan, StatsOfAll
from nbtrack.serving.supervising.figures import Figures
from nbtrack.serving.supervising.worker import Start, Worker

__all__ = ["Crew", "Listener", "is_for_same_workers"]

FIRST_PAUSE_SECONDS = 0.5
LAST_PAUSE_SECONDS = 30.0
HEALTHY_SECONDS = 60.0
"""After so long without a crash the next one is the first again."""

SILENT_SECONDS = 10.0
ASK_SECONDS = 3.0
"""A worker that said nothing for so long is asked; one that is busy in its model answers too."""

START_SECONDS = 900.0
GRACE_SECONDS = 5.0


class Listener(Protocol):
    """Who is told what happens to workers."""

    def happened(self, kind: EndpointEventKind, text: str) -> None:
        """Write down an event."""


class Crew:
    """The workers of one endpoint.

    Attributes:
        plan: The plan in force.
        failure: Why it never came up; the endpoint is over then.
        reason: Why not all is well, or what went wrong last.
        refused: The plan that was tried last in vain.
    """

    def __init__(self, start: Start, plan: EndpointPlan, listener: Listener) -> None:
        self.start, self.plan, self.listener = start, plan, listener
        self.current: list[Worker] = []
        self.coming: list[Worker] = []
        self.leaving: list[Worker] = []
        self.coming_plan: EndpointPlan | None = None
        self.due: list[float] = []
        """When the next workers are started in the place of those that crashed."""
        self.pause = FIRST_PAUSE_SECONDS
        self.crashed_at = 0.0
        self.figures = Figures()
        self.is_up = False
        self.is_ending = False
        self.failure: str | None = None
        self.reason: str | None = None
        self.refused = 0

    def begin(self) -> None:
        """Start the first workers."""
        try:
            self.current = self.new(self.plan)
        except OSError as error:
            self.give_up(self.unstarted(error))

    def new(self, plan: EndpointPlan) -> list[Worker]:
        """As many workers as a plan wants.

        Raises:
            OSError: One cannot be started; then all of them end.
        """
        found: list[Worker] = []
        try:
            while len(found) < plan.options.workers:
                found.append(Worker(self.start, plan))
        except OSError:
            for worker in found:
                worker.kill()
            self.leaving += found
            raise
        return found

    def unstarted(self, error: OSError) -> str:
        """What to say where the system starts no process."""
        return f"no worker could be started with {self.start.python} ({error.strerror or error})"

    def all(self) -> Iterator[Worker]:
        """Every worker there is."""
        yield from self.current
        yield from self.coming
        yield from self.leaving

    # How it stands

    @property
    def ready(self) -> int:
        """How many serve."""
        return sum(it.is_ready and not it.is_closing for it in self.current)

    @property
    def status(self) -> EndpointStatus:
        """How the endpoint is called now."""
        if self.is_ending:
            return "STOPPING"
        if not self.is_up:
            return "STARTING"
        if self.ready >= self.plan.options.workers:
            return "HEALTHY"
        return "UNHEALTHY" if self.ready else "RESTARTING"

    @property
    def is_loading(self) -> bool:
        """Whether another plan is on its way."""
        return self.coming_plan is not None

    # What is heard

    def look(self) -> None:
        """Take note of who is ready, and of who has ended."""
        for worker in [it for it in self.all() if it.has_ended]:
            worker.finish()
            self.figures.keep(worker.stats)
            self.ended(worker)
        if not self.is_up and self.current and self.ready == self.plan.options.workers:
            self.is_up = True
            seconds = max(it.load_seconds for it in self.current)
            self.listener.happened("healthy", f"healthy; the model was loaded in {seconds:.2f} s")
        elif self.is_up and self.reason and self.is_whole and self.crashed_at:
            self.crashed_at, self.reason = 0.0, None
            self.listener.happened("restarted", "all workers serve again")
        for worker in (*self.current, *self.coming):
            if worker.is_ready and not worker.was_told:
                self.tell_figures(worker)  # what is known of the variants, before it is asked
        if self.coming and all(it.is_ready for it in self.coming):
            self.take_over()

    def tell_figures(self, worker: Worker) -> None:
        """Tell a worker what all together counted."""
        worker.was_told = True
        worker.tell(StatsOfAll(msgspec.structs.replace(self.figures.total, recent=[])))

    @property
    def is_whole(self) -> bool:
        """Whether as many serve as should."""
        return self.ready >= self.plan.options.workers

    def ended(self, worker: Worker) -> None:
        """A worker is gone."""
        if worker in self.leaving:
            self.leaving.remove(worker)
        elif worker in self.coming:
            self.coming.remove(worker)
            self.refuse(worker.end)
        elif worker in self.current:
            self.current.remove(worker)
            if self.is_ending:
                return
            if self.is_up:
                self.crashed(worker)
            else:
                self.give_up(worker.end)

    def crashed(self, worker: Worker) -> None:
        """Have another in its place, the later the more often that happens."""
        now = time.monotonic()
        if now - self.crashed_at > HEALTHY_SECONDS and worker.is_ready:
            self.pause = FIRST_PAUSE_SECONDS
        self.crashed_at = now
        self.reason = worker.end
        self.figures.restarts += 1
        self.due.append(now + self.pause)
        self.listener.happened("crashed", f"{worker.end}; another starts in {self.pause:g} s")
        self.pause = min(2 * self.pause, LAST_PAUSE_SECONDS)

    def replace(self, now: float) -> None:
        """Start a worker in the place of one that crashed; later, if the system starts none now."""
        try:
            self.current.append(Worker(self.start, self.plan))
        except OSError as error:
            self.reason = f"{self.unstarted(error)}; it is tried again"
            self.due.append(now + self.pause)
            self.pause = min(2 * self.pause, LAST_PAUSE_SECONDS)

    def give_up(self, reason: str) -> None:
        """It never came up: say why, and end."""
        self.failure = self.failure or reason
        self.end()
        for worker in self.all():
            worker.kill()

    # Another plan

    def change(self, plan: EndpointPlan) -> None:
        """Bring another plan into force: at once, or by workers that load its models first."""
        self.dismiss()
        if is_for_same_workers(self.plan, plan):
            if brings_back(self.plan, plan):
                self.figures.at_change = self.figures.total
            self.plan = plan
            for worker in self.current:
                worker.plan_number = plan.number
                worker.tell(NewPlan(plan))
            self.listener.happened("changed", shares_told(plan))
            return
        self.coming_plan = plan
        try:
            self.coming = self.new(plan)
        except OSError as error:
            self.refuse(self.unstarted(error))

    def dismiss(self) -> None:
        """Let go of workers that were on their way with a plan that is outdated already."""
        for worker in self.coming:
            worker.kill()
            self.leaving.append(worker)
        self.coming, self.coming_plan = [], None

    def take_over(self) -> None:
        """Let those that came serve alone: the others answer what is in flight, and end."""
        self.plan, self.coming_plan = self.coming_plan or self.plan, None
        for worker in self.current:
            self.drain(worker)
        self.current, self.coming = self.coming, []
        self.due.clear()
        self.reason, self.crashed_at = None, 0.0
        self.figures.at_change = self.figures.total
        self.listener.happened("reloaded", f"{models_told(self.plan)} took over")

    def refuse(self, reason: str) -> None:
        """Stay with the models there are."""
        if self.coming_plan is None:
            return
        self.refused = self.coming_plan.number
        what = models_told(self.coming_plan)
        self.dismiss()
        self.reason = f"{what} could not take over: {reason}; {models_told(self.plan)} goes on"
        self.listener.happened("refused", self.reason)

    def drain(self, worker: Worker) -> None:
        worker.leaving_since = time.monotonic()
        worker.tell(Drain())
        if not worker.is_ready:
            worker.kill()
        self.leaving.append(worker)

    # Each second

    def tick(self) -> None:
        """Start what is due, ask the silent, end what hangs, tell everybody the figures."""
        now = time.monotonic()
        if not self.is_ending:
            for moment in [it for it in self.due if it <= now]:
                self.due.remove(moment)
                self.replace(now)
        for worker in self.all():
            self.examine(worker, now)
        living = (it.stats for it in self.all())
        stopped = [it.name for it in self.plan.variants if not it.share and not it.is_shadow]
        self.figures.tick(living, stopped if self.plan.traffic.mode == "canary" else ())
        if not self.figures.is_quiet:
            for worker in self.current:
                if worker.is_ready and not worker.outgoing:
                    self.tell_figures(worker)

    def examine(self, worker: Worker, now: float) -> None:
        """End a worker that hangs."""
        if worker.leaving_since is not None:
            most = self.plan.options.drain_seconds + GRACE_SECONDS
            if now - worker.leaving_since > most:
                worker.kill("it did not end by itself")
        elif worker.message is not None:
            if now - worker.heard > GRACE_SECONDS:
                worker.kill()
        elif not worker.is_ready:
            if now - worker.since > START_SECONDS:
                worker.kill(f"the model was not loaded within {START_SECONDS:g} s")
        elif now - worker.heard > SILENT_SECONDS:
            worker.kill(
                f"worker {worker.pid} did not answer for {SILENT_SECONDS:g} s and was ended"
            )
        elif now - worker.heard > ASK_SECONDS and not worker.outgoing:
            worker.tell(NewPlan(self.plan))  # what is in force already: it answers, no more

    # The end

    def end(self) -> None:
        """Let every worker answer what is in flight, and end."""
        if self.is_ending:
            return
        self.is_ending = True
        self.due.clear()
        self.dismiss()
        workers, self.current = self.current, []
        for worker in workers:
            self.drain(worker)

    def kill(self) -> None:
        """End every worker at once."""
        for worker in self.all():
            worker.kill()


def is_for_same_workers(one: EndpointPlan, other: EndpointPlan) -> bool:
    """Whether workers of one plan can go over to the other as they are."""
    return lasting(one) == lasting(other)


def brings_back(before: EndpointPlan, plan: EndpointPlan) -> bool:
    """Whether a variant gets traffic again that had none: it is judged by what it does from now."""
    had = {it.name for it in before.variants if it.share > 0}
    return any(it.share > 0 and it.name not in had for it in plan.variants if not it.is_shadow)


def lasting(plan: EndpointPlan) -> EndpointPlan:
    """A plan without what may change while workers run."""
    replace = msgspec.structs.replace
    return replace(
        plan,
        number=0,
        variants=tuple(replace(it, share=1.0, model_uri="") for it in plan.variants),
        traffic=replace(plan.traffic, most_errors=0.0, most_slowdown=0.0, least_requests=0),
        options=replace(plan.options, log_rate=0.0, log_columns=None, follow=False),
    )


def models_told(plan: EndpointPlan) -> str:
    """The models of a plan in words."""
    return " and ".join(
        f"{it.model_name} version {it.version}" if it.version else it.model_uri
        for it in plan.variants
    )


def shares_told(plan: EndpointPlan) -> str:
    """How a plan shares its traffic, in words."""
    if len(plan.variants) == 1:
        return "its options were changed"
    total = sum(it.share for it in plan.variants if not it.is_shadow) or 1.0
    return "traffic: " + ", ".join(
        f"{it.name} shadow" if it.is_shadow else f"{it.name} {100 * it.share / total:.4g}%"
        for it in plan.variants
    )

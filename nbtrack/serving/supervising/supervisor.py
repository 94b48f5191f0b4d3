"""An endpoint kept up: its workers, its state for everybody to see, its events in the journal."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import time
from pathlib import Path

import msgspec

from nbtrack.errors import EndpointError, PortTaken
from nbtrack.journal.folder import StoreFolder
from nbtrack.journal.writer import writer_for
from nbtrack.records.endpoint import EndpointPlan, EndpointStats
from nbtrack.records.endpoint_event import EndpointEvent, EndpointEventKind
from nbtrack.records.ids import next_time, now_ms
from nbtrack.serving.supervising.address import bound, url_of
from nbtrack.serving.supervising.copies import release
from nbtrack.serving.supervising.crew import Crew, models_told
from nbtrack.serving.supervising.following import Follower
from nbtrack.serving.supervising.logbook import Logbook
from nbtrack.serving.supervising.loop import Loop
from nbtrack.serving.supervising.place import (
    EndpointFolder,
    EndpointState,
    Launch,
    WorkerState,
)
from nbtrack.serving.supervising.worker import Start, Worker

__all__ = ["Supervisor"]

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD, signal.SIGQUIT)
QUIET_SECONDS = 10.0
"""How often the figures of an endpoint that nobody asks are written."""


class Supervisor:
    """Keeps one endpoint up until it is told to stop.

    Args:
        folder: The endpoint's; its lock is held by this process.
        plan: What is served.
        launch: How it was started.
        parent: The process that it ends with; None outlives all.
        in_foreground: Whether a person looks at its terminal.
    """

    def __init__(
        self,
        folder: EndpointFolder,
        plan: EndpointPlan,
        launch: Launch,
        *,
        parent: int | None = None,
        in_foreground: bool = False,
    ) -> None:
        self.folder, self.launch, self.parent = folder, launch, parent
        self.in_foreground = in_foreground
        self.state = EndpointState(
            endpoint_id=plan.endpoint_id, name=plan.name, pid=os.getpid(), since=now_ms()
        )
        self.first_plan = plan
        self.logbook = Logbook(folder.log, echoes=in_foreground)
        self.loop = Loop(SIGNALS)
        self.follower = Follower(plan.name, launch.seen_bytes, self.note_following)
        self.following_problem: str | None = None
        self.written: EndpointState | None = None
        self.stats_at = 0.0
        self.was_stopped = False
        self.unwritten: EndpointPlan | None = None
        """A plan in force that is still to be written."""
        self.has_old_copies = False
        """Whether copies of models were served that are not any more."""

    def run(self) -> int:
        """Serve until the end; the exit code."""
        try:
            self.socket = self.listen()
        except EndpointError as error:
            self.state.cause = "port" if isinstance(error, PortTaken) else ""
            self.fail(str(error))
            return 1
        self.state.url = url_of(self.socket, self.launch.address)
        self.state.host, self.state.port = self.socket.getsockname()[:2]
        python = self.launch.python or sys.executable
        start = Start(self.loop, python, self.socket.fileno(), self.logbook.take)
        self.crew = Crew(start, self.first_plan, self)
        before = self.folder.stats()
        if before is not None:  # it was started again
            self.crew.figures.go_on(before)
        self.put_state()
        self.happened("started", f"serves {models_told(self.first_plan)} at {self.state.url}")
        self.crew.begin()
        while True:
            self.step()
            if self.crew.is_ending and not any(self.crew.all()):
                return self.finish()

    def listen(self) -> socket.socket:
        """The endpoint's socket; one that is started again prefers the port it had."""
        return bound(self.launch.host, self.launch.port)

    def step(self) -> None:
        """Wait for something, and act on it."""
        is_time = self.loop.wait()
        for number in self.loop.take_signals():
            self.take_signal(number)
        self.crew.look()
        self.loop.is_urgent = any(it.is_closing for it in self.crew.all())
        if is_time:
            self.tick()
        self.put_state()

    def tick(self) -> None:
        """The second's work."""
        if not self.crew.is_ending:
            if self.parent is not None and os.getppid() != self.parent:
                self.stop("the process that asked for it has ended")
            elif not self.folder.path.is_dir():
                self.stop(f"its folder {self.folder.path} is gone")
        self.crew.tick()
        self.put_stats(self.crew.figures.total)
        if self.unwritten is not None:
            self.put_plan(self.unwritten)
        if not self.crew.is_ending:
            self.follower.tick(self.crew.plan)
            self.judge()
            if self.has_old_copies and not self.crew.is_loading and not self.crew.leaving:
                self.release_copies()

    # Told from outside

    def take_signal(self, number: int) -> None:
        """Act on a signal; one more to stop ends at once what is in flight."""
        if number in {signal.SIGTERM, signal.SIGINT, signal.SIGQUIT}:
            if self.crew.is_ending:
                self.crew.kill()
            else:
                self.stop("asked to stop")
        elif number == signal.SIGHUP and not self.crew.is_ending:
            self.take_plan()

    def stop(self, why: str) -> None:
        """Answer what is in flight, and end."""
        self.was_stopped = True
        self.logbook.say(f"stops: {why}")
        self.state.reason = why
        self.follower.close()
        self.socket.close()
        self.crew.end()

    def take_plan(self) -> None:
        """Bring into force what stands in the folder."""
        plan = self.folder.plan()
        if plan is None or plan.endpoint_id != self.state.endpoint_id:
            self.logbook.say("the plan cannot be read; the one in force stays", "error")
        elif plan.number > max(self.crew.plan.number, self.crew.refused):
            self.crew.change(plan)
        elif self.in_foreground:  # nothing is to be read anew: its terminal was closed
            self.stop("its terminal is gone")

    def judge(self) -> None:
        """Take a canary that fails out of the traffic."""
        if self.crew.plan.traffic.mode != "canary" or self.crew.is_loading:
            return
        from nbtrack.serving.traffic.canary import judge, reason_to_stop

        seen = (self.crew.plan, self.crew.figures.total, self.crew.figures.at_change)
        plan = judge(*seen)
        if plan is not None:
            why = reason_to_stop(*seen)
            plan = msgspec.structs.replace(plan, number=max(plan.number, self.crew.refused + 1))
            self.put_plan(plan)
            self.crew.change(plan)
            self.happened("canary stopped", why)

    def note_following(self, problem: str | None) -> None:
        """Say once what keeps an alias from being followed."""
        if problem and problem != self.following_problem:
            self.logbook.say(problem, "warning")
        self.following_problem = problem

    # Written down

    def happened(self, kind: EndpointEventKind, text: str) -> None:
        """Write an event into the journal and the log; with the plan, where one came into force."""
        level = "error" if kind in {"crashed", "failed", "refused"} else "info"
        self.logbook.say(text, level, event=kind)
        plan = self.crew.plan if hasattr(self, "crew") else self.first_plan
        if kind == "refused":
            self.put_plan(plan)  # what is served is what is started again
        self.has_old_copies |= kind in {"reloaded", "refused"}
        if kind == "healthy" and self.in_foreground and self.launch.greeting:
            with contextlib.suppress(OSError):
                sys.stdout.write(self.launch.greeting.replace("{url}", self.state.url) + "\n")
                sys.stdout.flush()
        if plan.store is None or not Path(plan.store).is_dir():
            return
        is_new = kind in {"started", "reloaded", "changed", "canary stopped"}
        writer_for(StoreFolder(Path(plan.store))).write(
            EndpointEvent(
                endpoint_id=plan.endpoint_id,
                name=plan.name,
                kind=kind,
                url=self.state.url or None,
                text=text,
                plan=msgspec.json.encode(plan.discreet()).decode() if is_new else None,
                time=next_time(),
            )
        )

    def put_plan(self, plan: EndpointPlan) -> None:
        """Write a plan of its own, never over a later one; while others change it, that waits."""
        self.unwritten = plan
        with contextlib.suppress(OSError), self.folder.in_turn(waits=False) as is_its:
            if is_its:
                known = self.folder.plan()
                if known is None or known.number <= max(plan.number, self.crew.refused):
                    self.put(plan)
                self.unwritten = None

    def put_state(self) -> None:
        """Write the state, if it is another."""
        crew = self.crew
        now = msgspec.structs.replace(
            self.state,
            status=crew.status,
            reason=self.state.reason or crew.failure or crew.reason or self.following_problem,
            plan_number=crew.plan.number,
            refused=crew.refused,
            workers=[state_of(it) for it in crew.all()],
        )
        if now != self.written:
            self.put(now)
            self.written = now

    def put_stats(self, stats: EndpointStats) -> None:
        """Write the figures: each second, or less often where nobody asks anything."""
        now = time.monotonic()
        if not self.crew.figures.is_quiet or now - self.stats_at > QUIET_SECONDS:
            self.stats_at = now
            self.put(stats)

    def release_copies(self) -> None:
        """Free the copies of models that the plan does not name, unless it is changed just now."""
        with contextlib.suppress(OSError), self.folder.in_turn(waits=False) as is_its:
            plan = self.folder.plan()
            if not is_its or plan is None or plan.endpoint_id != self.state.endpoint_id:
                return
            if self.crew.is_ending or plan.number == self.crew.plan.number:
                release(self.folder, plan.variants)
                self.has_old_copies = False

    def put(self, it: EndpointPlan | EndpointState | EndpointStats) -> None:
        """Write a file; a full disk does not end the serving."""
        try:
            self.folder.put(it)
        except EndpointError as error:
            self.logbook.say(str(error), "error")

    def finish(self) -> int:
        """Write down how it ended."""
        self.crew.figures.tick([], ())
        self.put(self.crew.figures.total)
        self.release_copies()
        if self.crew.failure is not None and not self.was_stopped:
            self.state.cause = "model"
            self.fail(self.crew.failure)
            return 1
        self.happened("stopped", f"stopped: {self.state.reason}")
        self.end_as("STOPPED", self.state.reason)
        return 0

    def fail(self, reason: str) -> None:
        """End as one that did not come up."""
        self.happened("failed", reason)
        self.end_as("FAILED", reason)

    def end_as(self, status: str, reason: str | None) -> None:
        state = msgspec.structs.replace(self.state, status=status, reason=reason, workers=[])
        if hasattr(self, "crew"):
            state.plan_number = self.crew.plan.number
        self.put(state)


def state_of(worker: Worker) -> WorkerState:
    return WorkerState(
        pid=worker.pid,
        plan_number=worker.applied,
        since=worker.since_ms,
        is_ready=worker.is_ready and not worker.is_closing,
        is_leaving=worker.leaving_since is not None,
    )

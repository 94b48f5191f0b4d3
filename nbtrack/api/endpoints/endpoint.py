"""An endpoint of a store: how it stands, what it serves, and what can be done with it."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from nbtrack.api.endpoints import start as starting
from nbtrack.api.endpoints.changes import changed_plan, renewed_plan
from nbtrack.api.endpoints.form import Field, example_body, fields_of
from nbtrack.api.endpoints.given_data import body_of
from nbtrack.api.endpoints.removal import REMOVED, RemovedEndpoint, remove_folder
from nbtrack.api.endpoints.requests import ask
from nbtrack.api.endpoints.served_models import described, newest
from nbtrack.api.endpoints.snippets import snippets_for
from nbtrack.api.session import Session
from nbtrack.decoding import decode
from nbtrack.errors import AlreadyExists, EndpointError, InvalidValue, NbtrackError, NotFound
from nbtrack.questions import endpoints as asked_of
from nbtrack.records.endpoint import EndpointPlan, EndpointStats, EndpointStatus
from nbtrack.records.endpoint_event import EndpointEvent
from nbtrack.registry.addresses import parse
from nbtrack.registry.format.mlmodel import Model
from nbtrack.registry.signatures.schema import Schema
from nbtrack.registry.signatures.signature import ModelSignature
from nbtrack.serving.supervising.logbook import last_lines
from nbtrack.serving.supervising.place import EndpointFolder, EndpointState, Launch

if TYPE_CHECKING:
    from nbtrack.api.variants.report import VariantReport

__all__ = ["Endpoint"]

TOKEN_VARIABLE = "NBTRACK_ENDPOINT_TOKEN"  # noqa: S105 - the name of a variable
UNSTOPPED = "it ended without being stopped"
OVER = {"STOPPED", "FAILED"}
ENDED = {"stopped", "removed"}
GRACE_SECONDS = 10.0
SOUGHT_SECONDS = 30.0
"""How long one that is about to begin is waited for before it is told something."""


class Endpoint:
    """A model, or several, answering over HTTP; what is asked of it is looked up at that moment.

    Attributes:
        name: What it is called; unique in its store.
    """

    def __init__(self, here: Session, name: str, *, token: str | None = None) -> None:
        self.here, self.name = here, name
        self.token = token or os.environ.get(TOKEN_VARIABLE)
        self.folder = EndpointFolder(here.folder.path / "endpoints" / name)

    def __repr__(self) -> str:
        state = self.state
        what = ", ".join(described(it) for it in self.plan.variants)
        return f"<Endpoint {self.name!r}: {what}, {state.status} at {state.url or 'no URL'}>"

    # How it stands

    @property
    def state(self) -> EndpointState:
        """All that is known of how it stands; one whose process is gone is over, whatever it wrote.

        Raises:
            NotFound: Nothing is known of it.
        """
        is_alive = self.folder.is_alive
        found = self.folder.state()
        if found is None:
            return self.past()
        if is_alive or found.status in OVER:
            return found
        complaint = starting.last_complaint(self.folder)
        reason = f"{UNSTOPPED}: {complaint}" if complaint else UNSTOPPED
        return msgspec.structs.replace(found, status="FAILED", reason=reason, workers=[])

    def past(self) -> EndpointState:
        """How it ended, by the store: its folder is gone."""
        events = self.events()
        last = events[-1]
        status: EndpointStatus = "STOPPED" if last.kind in ENDED else "FAILED"
        return EndpointState(
            endpoint_id=last.endpoint_id,
            name=self.name,
            status=status,
            reason=last.text if last.kind in {*ENDED, "failed"} else UNSTOPPED,
            url=next((it.url for it in reversed(events) if it.url), ""),
            since=events[0].time // 1000,
        )

    @property
    def plan(self) -> EndpointPlan:
        """What it serves, and how.

        Raises:
            NotFound: Nothing is known of it.
        """
        found = self.folder.plan()
        if found is None:
            plans = [it.plan for it in self.events() if it.plan]
            if not plans:
                raise NotFound(f"nothing is known of what the endpoint {self.name!r} served")
            found = decode(plans[-1], EndpointPlan)
        return found

    @property
    def endpoint_id(self) -> str:
        """What tells it from others that had its name."""
        return self.state.endpoint_id

    @property
    def url(self) -> str:
        """Where it is reached."""
        return self.state.url

    @property
    def status(self) -> EndpointStatus:
        """How it stands, in a word."""
        return self.state.status

    @property
    def is_alive(self) -> bool:
        """Whether its process is there."""
        return self.folder.is_alive

    @property
    def reason(self) -> str | None:
        """Why it is not HEALTHY, or what went wrong last."""
        return self.state.reason

    @property
    def pid(self) -> int | None:
        """The process that keeps it up; None if there is none."""
        return self.state.pid if self.folder.is_alive else None

    @property
    def since(self) -> int:
        """When it was started, ms since the epoch."""
        return self.state.since

    @property
    def moves(self) -> dict[str, str]:
        """The variants whose address means another version now, and what it means, in words."""
        found, variants = {}, self.plan.variants
        has_several = len({it.model_name for it in variants}) > 1
        for variant in variants:
            with contextlib.suppress(NbtrackError):  # the alias, or the model, is gone
                version = newest(self.here, variant)
                if version is not None and int(version.version) != variant.version:
                    address = parse(variant.model_uri)
                    place = address.alias or address.stage or "latest"
                    place = f"{place} of {variant.model_name}" if has_several else place
                    found[variant.name] = f"{place} is now version {version.version}"
        return found

    @property
    def is_behind(self) -> bool:
        """Whether an alias that it was started with has moved on; `reload` goes after it."""
        return bool(self.moves)

    def stats(self) -> EndpointStats:
        """Its figures: requests, errors, latencies, and those of each variant."""
        return self.folder.stats() or EndpointStats()

    def logs(self, limit: int = 200) -> list[dict[str, Any]]:
        """The last lines of its log, the oldest first: `moment` (ms), `level`, `message` and more.

        Raises:
            InvalidValue: The limit is no number of lines.
        """
        if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
            raise InvalidValue(f"limit is a number of lines from 0 on, not {limit!r}")
        return last_lines(self.folder.log, limit)

    def events(self) -> list[EndpointEvent]:
        """What happened to it since it was started last, the oldest first.

        Raises:
            NotFound: Nothing is known of it.
        """
        state = self.folder.state()
        endpoint_id = None if state is None else state.endpoint_id
        events = []
        if self.here.folder.journal.is_dir():
            events = asked_of.events(self.here.store, name=self.name, endpoint_id=endpoint_id)
        if not events and state is None:
            raise NotFound(f"there is no endpoint {self.name!r}; nbtrack.endpoints() lists them")
        last = events[-1].endpoint_id if events else endpoint_id
        return [it for it in events if it.endpoint_id == last]

    def results(self, metric: Any = None, **options: Any) -> VariantReport:
        """How its variants compare since it was started.

        Args:
            metric: What is compared, as in `nbtrack.compare_variants`; labels or rewards else,
                or how often they fail.
            options: What else that takes.

        Raises:
            InvalidValue: There is no such metric.
        """
        from nbtrack.api.variants.results import results_of

        return results_of(self, metric, **options)

    # What can be done with it

    def wait(self, seconds: float = 60.0) -> Endpoint:
        """Wait until it serves.

        Raises:
            EndpointError: It ended, or does not serve yet; the message says why.
        """
        starting.wait_until(self.folder, {"HEALTHY", "UNHEALTHY"}, seconds)
        return self

    def stop(self) -> Endpoint:
        """Take no more requests, answer those in flight, and end.

        Raises:
            EndpointError: It does not end.
        """
        if not self.folder.is_alive:
            return self
        self.signal(signal.SIGTERM)
        seconds = self.plan.options.drain_seconds + GRACE_SECONDS
        end = time.monotonic() + seconds
        while not starting.is_over(self.folder):
            if time.monotonic() > end:
                raise EndpointError(
                    f"the endpoint {self.name!r} does not end within {seconds:g} s; "
                    f"its process is {self.pid}"
                )
            time.sleep(starting.PAUSE_SECONDS)
        return self

    def remove(self, *, stop: bool = False) -> RemovedEndpoint:
        """Remove its folder with the copies of its models; it is listed no more.

        What happened to it, and what it answered, stays recorded: `nbtrack.predictions` still has
        it, and the views `endpoint_events` and `predictions` of the store, too.

        Args:
            stop: Whether it is stopped first, if it runs.

        Returns:
            What that freed: the copies of models, and bytes.

        Raises:
            EndpointError: It runs.
            NotFound: It was removed before.
        """
        if self.is_alive and stop:
            self.stop()
        state = self.state
        if state.reason == REMOVED and not self.folder.path.is_dir():
            raise NotFound(f"the endpoint {self.name!r} was removed before")
        return remove_folder(self.here, self.folder, state.endpoint_id)

    def restart(self, wait: float = 60.0, *, keep: bool | None = None) -> Endpoint:
        """Stop it, if it runs, and start it again: the same models, the same port.

        Args:
            wait: How long to wait until it serves; 0 does not wait.
            keep: Whether it outlives this process; as it was before, if not given.

        Raises:
            EndpointError: It does not come up.
        """
        plan, state = self.plan, self.state
        launch = self.folder.launch() or Launch()
        self.stop()
        lock = self.folder.seize()
        if lock is None:
            raise AlreadyExists(f"the endpoint {self.name!r} was started meanwhile")
        try:
            plan = renewed_plan(self.here, self.folder, plan)
            launch = msgspec.structs.replace(
                launch,
                port=state.port or launch.port,
                is_kept=launch.is_kept if keep is None else keep,
            )
            starting.prepare(self.folder, plan, launch, goes_on=True)
        except BaseException:
            os.close(lock)
            raise
        starting.spawn(self.folder, launch, lock)
        return self.wait(wait) if wait else self

    def reload(self, wait: float = 60.0, *, if_moved: bool = False) -> Endpoint:
        """Ask anew what its addresses mean, and go over to that without a failed request.

        Args:
            wait: How long to wait until the new models serve; 0 does not wait.
            if_moved: Whether nothing is done where every alias means what it meant.

        Raises:
            EndpointError: The new models cannot be loaded; the old ones go on.
        """
        if if_moved and not self.is_behind:
            return self
        return self.put_plan(
            lambda plan: renewed_plan(self.here, self.folder, plan, moves=True), wait
        )

    def change(
        self,
        *,
        shares: Mapping[str, float] | None = None,
        traffic: Mapping[str, Any] | None = None,
        log_rate: float | None = None,
        follow: bool | None = None,
        wait: float = 60.0,
    ) -> Endpoint:
        """Share the traffic otherwise, or log another part of it, while it serves.

        Args:
            shares: The new parts of variants, by name; the others keep theirs.
            traffic: Fields of `Traffic` to change, such as `{"most_errors": 0.02}`.
            log_rate: The part of the requests that is kept, 0 to 1.
            follow: Whether it goes after its aliases by itself.
            wait: How long to wait until that is in force.

        Raises:
            InvalidValue: A variant that it has not, or a share that is none.
            EndpointError: It does not run.
        """
        return self.put_plan(
            lambda plan: changed_plan(
                plan, shares=shares, traffic=traffic, log_rate=log_rate, follow=follow
            ),
            wait,
        )

    def put_plan(self, renew: Any, wait: float) -> Endpoint:
        """Have another plan in force."""
        if not self.folder.is_alive:
            raise EndpointError(f"the endpoint {self.name!r} does not run: restart() starts it")
        with self.folder.in_turn():
            known = self.plan
            plan = renew(known)
            if plan == known:
                return self
            plan = starting.next_plan(self.folder, plan)
            self.folder.put(plan)
            self.signal(signal.SIGHUP)
        if wait:
            self.wait_for(plan.number, wait)
        return self

    def wait_for(self, number: int, seconds: float) -> None:
        """Wait until a plan is in force."""
        end = time.monotonic() + seconds
        while True:
            over = starting.is_over(self.folder)
            state = self.state
            if state.refused >= number or over:
                raise EndpointError(f"{self.name!r}: {state.reason}")
            if state.plan_number >= number and all(
                it.plan_number >= number for it in state.workers if not it.is_leaving
            ):
                return
            if time.monotonic() > end:
                raise EndpointError(
                    f"the endpoint {self.name!r} did not take over within {seconds:g} s; "
                    f"it goes on trying"
                )
            time.sleep(starting.PAUSE_SECONDS)

    def signal(self, number: signal.Signals) -> None:
        """Tell its process something.

        Raises:
            EndpointError: Its process is another user's, or not to be found on this machine.
        """
        end = time.monotonic() + SOUGHT_SECONDS
        while not starting.is_supervisor((state := self.state).pid):  # it is about to begin
            if not self.folder.is_alive:
                return
            if time.monotonic() > end:
                raise EndpointError(
                    f"the process that keeps the endpoint {self.name!r} up is not to be found on "
                    f"this machine: number {state.pid} is none of nbtrack's"
                )
            time.sleep(starting.PAUSE_SECONDS)
        try:
            os.kill(state.pid, number)
        except ProcessLookupError:
            return
        except PermissionError as error:
            raise EndpointError(
                f"the endpoint {self.name!r} is another user's; only they can stop or change it"
            ) from error

    # Asking it

    def predict(
        self,
        data: Any,
        params: dict[str, Any] | None = None,
        *,
        key: str | float | None = None,
        timeout: float = 60.0,
    ) -> Any:
        """What it answers, asked over HTTP.

        Args:
            data: A frame, an array, a list, a dict, or a whole body such as `{"inputs": …}`; rows
                without names, such as `[[1, 2]]`, are in the order of the model's columns.
            params: What the model is told besides.
            key: Whose request it is, where the traffic is shared by a key.
            timeout: How long to wait, in seconds.

        Raises:
            EndpointError: It does not answer.
            InvalidValue: The model does not take that.
        """
        if not isinstance(timeout, int | float) or not timeout > 0:
            raise InvalidValue(f"timeout is a time in seconds, such as 30, not {timeout!r}")
        body = body_of(data, params, self.inputs)
        try:
            return ask(self.url, body, token=self.token, timeout=timeout, key=key)
        except EndpointError as error:
            if self.status in {"HEALTHY", "UNHEALTHY"}:
                raise
            raise EndpointError(
                f"the endpoint {self.name!r} is {self.status}: {self.reason or error}"
            ) from error

    def snippets(self) -> dict[str, str]:
        """How it is asked by `curl`, `python` and `javascript`, with its model's own example."""
        has_token = self.plan.options.token_digest is not None
        return snippets_for(self.url, example_body(self.model_folder), has_token=has_token)

    def inputs(self) -> Schema | None:
        """What its model takes; None if its signature does not say, or it is gone."""
        try:
            signature: ModelSignature | None = Model.load(self.model_folder).signature
        except NbtrackError:
            return None
        return None if signature is None else signature.inputs

    def form(self) -> list[Field]:
        """The fields of a request, by its model's signature, with values to begin with."""
        return fields_of(self.model_folder)

    @property
    def model_folder(self) -> Path:
        """The files of its first model.

        Raises:
            NotFound: They are gone.
        """
        folder = Path(self.plan.variants[0].folder)
        if not folder.is_dir():
            raise NotFound(f"the model of the endpoint {self.name!r} is not at {folder} any more")
        return folder

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: FBT001 - IPython calls it
        """How a notebook shows it where there are no panels."""
        del cycle
        printer.text("\n".join(self.told()))

    def told(self) -> Iterator[str]:
        """It in lines: what it is, how it stands, how it is asked."""
        state = self.state
        what = ", ".join(described(it) for it in self.plan.variants)
        yield f"{self.name}: {what}, {state.status}{f' ({state.reason})' if state.reason else ''}"
        if state.status not in OVER:
            yield f"{state.url}  stop it with .stop()"
            yield self.snippets()["curl"]

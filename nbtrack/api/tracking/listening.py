"""Which run what is told of a training goes to: one of a host, the active one, or one begun for it.

`autologging` says which libraries are logged; `listen` is for a host with runs of its own.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from weakref import WeakSet

from nbtrack.api.datasets.inputs import from_numpy, from_pandas, input_of
from nbtrack.api.models.asked import ModelsAsked
from nbtrack.api.runs.active_run import ActiveRun
from nbtrack.api.runs.ending import finish_with
from nbtrack.api.runs.start import start_run
from nbtrack.api.session import session
from nbtrack.api.tracking.training_runs import (
    Going,
    keep_fit,
    keep_number,
    keep_outcome,
    keep_trials,
)
from nbtrack.capture import stack, training
from nbtrack.capture.libraries import observing
from nbtrack.capture.open_run import OpenRun
from nbtrack.capture.training import Event, Failed, Fitted, Fitting, Measured

__all__ = ["Asked", "Router", "listen", "listening"]

ENDLESS = {"torch"}
"""Where a training loop is the user's own, nobody knows when it ends: no run is begun for it."""

AUTOLOGGING_TAG = "mlflow.autologging"
MOST_CELLS = 1_000_000
"""Numbers of a dataset whose digest takes 2 ms; larger ones are not fingerprinted here."""


class Asked(NamedTuple):
    """How a library is to be logged."""

    log_datasets: bool = True
    exclusive: bool = False
    extra_tags: Mapping[str, str] = {}
    max_tuning_runs: int | None = 5
    log_post_training_metrics: bool = True
    models: ModelsAsked | None = None
    """How the models themselves are logged; None logs none."""


BY_HOST = Asked(log_datasets=False)
"""As a host is served: it knows the data of its cells better."""

Router = Callable[[Event], OpenRun | ActiveRun | None]


class Listening:
    """Who wants to hear of trainings: hosts with their runs, and the libraries of `autolog`."""

    def __init__(self) -> None:
        self.routers: list[Router] = []
        self.asked: dict[str, Asked] = {}
        self.leave: Callable[[], None] | None = None
        self.last_run: OpenRun | None = None
        self.begun: WeakSet[OpenRun] = WeakSet()
        self.renew_lock()

    def renew_lock(self) -> None:
        """Have a lock for choosing a run: one that begins must be known to be ours when seen."""
        self.choosing = threading.Lock()

    def update(self) -> None:
        """Hear what is told as long as somebody wants it."""
        is_wanted = bool(self.routers or self.asked)
        training.wanted.judgement = bool(self.asked)
        training.wanted.samples = any(it.models is not None for it in self.asked.values())
        if is_wanted and self.leave is None:
            self.leave = training.subscribe(hear)
        elif not is_wanted and self.leave is not None:
            self.leave()
            self.leave = None


class Thread(threading.local):
    """The fit that a thread is inside of, and whether its run was begun for it."""

    going: Going | None = None
    is_ours: bool = False


listening = Listening()
here = Thread()
os.register_at_fork(after_in_child=listening.renew_lock)  # a thread of the parent may hold it


def listen(run_for_event: Router) -> Callable[[], None]:
    """Have all libraries observed, and what they tell written to runs of one's own.

    Args:
        run_for_event: Gives the run for an event; None leaves it to others, and to `autolog`.

    Returns:
        What ends it.
    """
    listening.routers.insert(0, run_for_event)
    listening.update()
    observing.observe(run_for_event)

    def leave() -> None:
        if run_for_event in listening.routers:
            listening.routers.remove(run_for_event)
        observing.ignore(run_for_event)
        listening.update()

    return leave


def hear(event: Event) -> None:
    """Log what was told."""
    if isinstance(event, Fitting):
        begin(event)
    elif isinstance(event, Measured):
        run = run_for_number(event)
        if run is not None:
            keep_number(run, event)
    elif here.going is not None and here.going.library == event.library:
        going, is_ours = here.going, here.is_ours
        here.going, here.is_ours = None, False
        end(going, event, is_ours=is_ours)


def begin(event: Fitting) -> None:
    """Log a fit that begins, to the run that is chosen for it, or to one that begins with it."""
    leftover, is_ours = here.going, here.is_ours
    here.going, here.is_ours = None, False
    if leftover is not None and is_ours:
        finish_with(leftover.run, RuntimeError("the fit did not come to its end"))
    run = routed(event)
    is_new = False
    if run is None:
        run, is_new = own_run(event)
    if run is None:
        return
    listening.last_run = run
    going = keep_fit(run, event)
    if event.library not in ENDLESS:
        here.going, here.is_ours = going, is_new


def routed(event: Event) -> OpenRun | None:
    """The run that a host has for an event."""
    for router in listening.routers:
        run = router(event)
        if run is not None:
            return run.open_run if isinstance(run, ActiveRun) else run
    return None


def own_run(event: Fitting) -> tuple[OpenRun | None, bool]:
    """The run that `autolog` logs a fit to, and whether it was begun for it."""
    asked = listening.asked.get(event.library)
    if asked is None:
        return None, False
    with listening.choosing:
        return chosen_run(event.library, asked)


def chosen_run(library: str, asked: Asked) -> tuple[OpenRun | None, bool]:
    """The active run, unless it was begun for a fit in another thread; else one that begins."""
    active = stack.current()
    if active is not None and active not in listening.begun:
        return (None if asked.exclusive else active), False
    if library in ENDLESS:
        return None, False
    run = start_run(tags={AUTOLOGGING_TAG: library, **asked.extra_tags}).open_run
    listening.begun.add(run)
    return run, True


def run_for_number(event: Measured) -> OpenRun | None:
    """The run that a number belongs to: of its fit, the active one, or that of the last fit."""
    if here.going is not None:
        return here.going.run
    run = routed(event)
    asked = listening.asked.get(event.library) if event.library else some_asked()
    if run is not None or asked is None:
        return run
    active = stack.current()
    if active is not None:
        return None if asked.exclusive else active
    last = listening.last_run
    is_kept = asked.log_post_training_metrics and last is not None
    return last if is_kept and last is not None and is_of_this_store(last) else None


def some_asked() -> Asked | None:
    """How any library is logged, if one is."""
    return next(iter(listening.asked.values()), None)


def is_of_this_store(run: OpenRun) -> bool:
    """Whether a run is in the store in use; another one was left for good."""
    return run.writer.folder.path == session().folder.path


def end(going: Going, event: Fitted | Failed, *, is_ours: bool) -> None:
    """Log what a fit led to; a run that was begun for it ends with it, however that was."""
    try:
        if isinstance(event, Fitted):
            asked = listening.asked.get(event.library, BY_HOST)
            if asked.models is not None:
                from nbtrack.api.models.fitted_models import keep_models

                keep_models(going.run, event, going.label, asked.models)
            keep_outcome(going, event)
            if asked.log_datasets:
                keep_inputs(going.run, event.inputs)
            keep_trials(going, event.trials[: asked.max_tuning_runs])
    finally:
        if is_ours:
            finish_with(going.run, event.error if isinstance(event, Failed) else None)


def keep_inputs(run: OpenRun, inputs: tuple[Any, ...]) -> None:
    """Log what was fitted on as the run's input, unless it is large."""
    if not inputs:
        return
    data, target = (*inputs, None)[:2]
    shape: tuple[int, ...] = getattr(data, "shape", ())
    if len(shape) != 2 or shape[0] * shape[1] > MOST_CELLS:
        return
    kind = type(data).__module__.partition(".")[0]
    if kind == "pandas":
        dataset: Any = from_pandas(data)
    elif kind == "numpy":
        dataset = from_numpy(data, targets=target if is_array(target) else None)
    else:
        return
    run.add_inputs([input_of(run.run_id, dataset, "train")])


def is_array(value: Any) -> bool:
    """Whether it is an array of NumPy's."""
    return type(value).__module__ == "numpy" and hasattr(value, "shape")

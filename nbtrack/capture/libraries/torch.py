"""What bare PyTorch tells: of each optimizer at its first step, of its rate, and of TensorBoard.

A loop that the user wrote has no end to see, so `Fitting` is told and no `Fitted`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from nbtrack.capture import stack
from nbtrack.capture.calls import Given, Watching, harmless, watch
from nbtrack.capture.glance import params_of
from nbtrack.capture.training import Fitting, Measured, depth, publish

__all__ = ["ignore", "observe"]

LIBRARY = "torch"

CHANGE = 0.01
"""A rate is told when it is 1% from the one before: a schedule by batches makes no long record."""

watched: dict[str, Callable[[], None]] = {}


@harmless
def observe() -> None:
    """Tell from now on; PyTorch is loaded already, and TensorBoard's writer may come later."""
    optimizers = sys.modules.get("torch.optim.optimizer")
    if optimizers is not None and "step" not in watched:
        watched["step"] = optimizers.register_optimizer_step_post_hook(stepped).remove
    writers = sys.modules.get("torch.utils.tensorboard.writer")
    if writers is not None and "add_scalar" not in watched:
        kind = writers.SummaryWriter
        watched["add_scalar"] = watch(kind.add_scalar, scalar_added)
        watched["add_scalars"] = watch(kind.add_scalars, scalars_added)


@harmless
def ignore() -> None:
    """Tell no more."""
    while watched:
        watched.popitem()[1]()
    progress.clear()


class Progress:
    """How far an optimizer is in a run."""

    def __init__(self, run: object) -> None:
        self.run = run
        self.steps = 1
        self.rate: float | None = None
        self.has_moved = False


progress: WeakKeyDictionary[Any, Progress] = WeakKeyDictionary()


def stepped(optimizer: Any, args: Any, kwargs: Any) -> None:  # noqa: ARG001 - the hook's signature
    """After each step: 3 µs, where a step of Adam takes 100 and more."""
    if depth.fits:
        return
    done = progress.get(optimizer)
    run = stack.current()
    if done is None or done.run is not run:
        begin(optimizer, run)
        return
    done.steps += 1
    rate = optimizer.param_groups[0]["lr"]
    if rate is not done.rate and is_other(rate, done.rate):
        move(done, rate)


@harmless
def begin(optimizer: Any, run: object) -> None:
    """Tell of an optimizer at its first step in a run."""
    done = progress[optimizer] = Progress(run)
    rate = optimizer.param_groups[0].get("lr")
    done.rate = rate if isinstance(rate, float | int) else None
    publish(Fitting(LIBRARY, type(optimizer).__name__, optimizer_params(optimizer)))


def move(done: Progress, rate: float) -> None:
    """Tell of another rate, the first time after the one it began with."""
    if not done.has_moved and done.rate is not None:
        done.has_moved = True
        publish(Measured("lr", done.rate, 1, LIBRARY))
    done.rate = rate
    publish(Measured("lr", rate, done.steps, LIBRARY))


def optimizer_params(optimizer: Any) -> dict[str, Any]:
    """An optimizer's name and settings, named as MLflow does."""
    return {"optimizer_name": type(optimizer).__name__} | params_of(optimizer.defaults)


def is_other(rate: Any, before: float | None) -> bool:
    """Whether a rate is another one; in a tensor it may be on a device, and is not read."""
    if not isinstance(rate, float | int) or before is None:
        return False
    return abs(rate - before) > CHANGE * abs(before)


def scalar_added(given: Given) -> Watching:
    """Tell of a number that goes to TensorBoard."""
    yield
    asked = given.arguments
    publish(Measured(asked["tag"], float(asked["scalar_value"]), asked["global_step"], LIBRARY))


def scalars_added(given: Given) -> Watching:
    """Tell of several numbers that go to one of TensorBoard's figures."""
    yield
    asked = given.arguments
    for tag, value in asked["tag_scalar_dict"].items():
        key = f"{asked['main_tag']}/{tag}"
        publish(Measured(key, float(value), asked["global_step"], LIBRARY))

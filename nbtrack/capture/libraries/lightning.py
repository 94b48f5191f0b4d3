"""What Lightning tells: `Trainer.fit`, of `lightning` and of `pytorch_lightning`.

A trainer gets one callback more for the time of a fit, for the metrics of epochs and steps.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Container, Mapping
from typing import Any

from nbtrack.capture.calls import Given, Watching, failure_told, harmless, watch
from nbtrack.capture.glance import params_of
from nbtrack.capture.training import Fitted, Fitting, Measured, publish

__all__ = ["ignore", "observe"]

LIBRARY = "lightning"

MODULES = ("lightning.pytorch", "pytorch_lightning")

STOPPING = ("monitor", "mode", "patience", "min_delta")

watched: dict[str, Callable[[], None]] = {}


@harmless
def observe() -> None:
    """Tell of every fit from now on; Lightning is loaded already."""
    for name in MODULES:
        trainer = getattr(sys.modules.get(name), "Trainer", None)
        if trainer is not None and name not in watched:
            watched[name] = watch(trainer.fit, fitted)
            watched[f"{name} test"] = watch(trainer.test, tested)


@harmless
def ignore() -> None:
    """Tell no more."""
    while watched:
        watched.popitem()[1]()


def fitted(given: Given) -> Watching:
    """Tell of a fit; what it is fitted with is known when the optimizers are, in the callback."""
    trainer, model = given.arguments["self"], given.arguments["model"]
    name = type(model).__name__
    reporting = new_reporting(trainer) if trainer.is_global_zero else None
    if reporting is not None:
        trainer.callbacks.append(reporting)
    begun = time.perf_counter()
    try:
        with failure_told(LIBRARY, name):
            yield
    finally:
        if reporting is not None:
            trainer.callbacks.remove(reporting)
    seconds = time.perf_counter() - begun
    if reporting is None:
        return
    data = {"checkpoints": paths} if (paths := checkpoints_of(trainer)) else {}
    files = {"model_summary.txt": summary_of(trainer, model)}
    publish(Fitted(LIBRARY, name, model, outcome(trainer), data, seconds, files))


def tested(given: Given) -> Watching:
    """Tell what a test measured."""
    results = yield
    if given.arguments["self"].is_global_zero:
        for result in results or ():
            tell_all(result, result, None)


class Reporting:
    """Tells what a fit begins with, and what its batches, validations and epochs measured.

    A key is told in one way. By steps: what stands there after the first batch, but of `loss_step`,
    `loss_epoch` and `loss` only the first. When a validation ends: what it added. By epochs: the
    rest, once the next one begins, as hooks of the module log after those of callbacks.
    """

    silent: Any
    """Lightning's own class of callbacks, which it is of when it comes out of a pickle."""

    def __init__(self) -> None:
        super().__init__()
        self.by_step: set[str] | None = None
        self.by_validation: set[str] = set()
        self.before: set[str] = set()
        self.epoch: int | None = None
        self.told_step = 0
        self.rate: float | None = None

    @harmless
    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        publish(Fitting(LIBRARY, type(pl_module).__name__, fit_params(trainer, pl_module)))
        self.tell_rate(trainer)

    @harmless
    def on_train_batch_end(self, trainer: Any, *_: Any, **__: Any) -> None:
        if self.by_step is None:
            keys = set(trainer.callback_metrics)
            self.by_step = {key for key in keys if f"{key}_step" not in keys}
        step = trainer.global_step
        if step != self.told_step and step % trainer.log_every_n_steps == 0:
            self.tell_steps(trainer)

    def tell_steps(self, trainer: Any) -> None:
        self.told_step = trainer.global_step
        tell_all(trainer.callback_metrics, self.by_step or (), self.told_step)
        self.tell_rate(trainer)

    @harmless
    def on_validation_start(self, trainer: Any, *_: Any) -> None:
        self.before = set(trainer.callback_metrics)

    @harmless
    def on_validation_end(self, trainer: Any, *_: Any) -> None:
        if trainer.sanity_checking:
            return
        self.by_validation |= set(trainer.callback_metrics) - self.before
        is_of_epoch = trainer.val_check_batch >= trainer.num_training_batches
        step = trainer.current_epoch if is_of_epoch else trainer.global_step
        tell_all(trainer.callback_metrics, self.by_validation, step)

    def on_train_epoch_end(self, trainer: Any, *_: Any) -> None:
        self.epoch = trainer.current_epoch

    def on_train_epoch_start(self, trainer: Any, *_: Any) -> None:
        self.end_epoch(trainer)

    def on_train_end(self, trainer: Any, *_: Any) -> None:
        self.end_epoch(trainer)

    def on_exception(self, trainer: Any, *_: Any) -> None:
        self.end_epoch(trainer)

    def __reduce__(self) -> Any:
        return self.silent, ()

    @harmless
    def end_epoch(self, trainer: Any) -> None:
        if self.epoch is None:
            return
        if self.told_step != trainer.global_step:
            self.tell_steps(trainer)
        rest = set(trainer.callback_metrics) - self.by_validation - (self.by_step or set())
        tell_all(trainer.callback_metrics, rest, self.epoch)
        self.epoch = None

    def tell_rate(self, trainer: Any) -> None:
        """Tell the learning rate where a schedule changes it."""
        if not trainer.lr_scheduler_configs:
            return
        rate = float(trainer.optimizers[0].param_groups[0]["lr"])
        if rate != self.rate:
            self.rate = rate
            publish(Measured("lr", rate, trainer.global_step, LIBRARY))


def new_reporting(trainer: Any) -> Any:
    """The callback, of the Lightning that the trainer is of."""
    silent = sys.modules[package_of(trainer)].Callback
    return type("Reporting", (Reporting, silent), {"silent": silent})()


def package_of(trainer: Any) -> str:
    """Which of its two packages a trainer is of, also where its class is derived."""
    names = [kind.__module__ for kind in type(trainer).__mro__]
    older = any(name.startswith("pytorch_lightning.") for name in names)
    return "pytorch_lightning" if older else "lightning.pytorch"


def fit_params(trainer: Any, module: Any) -> dict[str, Any]:
    """The module's hyperparameters, the epochs, the optimizer and early stopping."""
    hyperparameters = getattr(module, "hparams", None) or {}
    params = params_of(dict(hyperparameters))
    params["epochs"] = trainer.max_epochs
    if trainer.optimizers:
        optimizer = trainer.optimizers[0]
        params["optimizer_name"] = type(optimizer).__name__
        params |= params_of(optimizer.defaults)
    stopper = stopper_of(trainer)
    settings = params_of({key: getattr(stopper, key, None) for key in STOPPING})
    if "min_delta" in settings:
        settings["min_delta"] = abs(settings["min_delta"])  # it carries the sign of the mode
    return params | settings


def stopper_of(trainer: Any) -> Any:
    """The callback that stops early, if there is one."""
    for callback in trainer.callbacks:
        if any(kind.__name__ == "EarlyStopping" for kind in type(callback).__mro__):
            return callback
    return None


def outcome(trainer: Any) -> dict[str, float]:
    """Where early stopping stopped, and the best it saw."""
    stopper = stopper_of(trainer)
    if stopper is None:
        return {}
    found = {"best_score": float(stopper.best_score), "wait_count": float(stopper.wait_count)}
    if stopper.stopped_epoch:
        found["stopped_epoch"] = float(stopper.stopped_epoch)
    return found


def checkpoints_of(trainer: Any) -> list[str]:
    """Where checkpoints lie, the best first."""
    best = [it.best_model_path for it in trainer.checkpoint_callbacks]
    last = [it.last_model_path for it in trainer.checkpoint_callbacks]
    return [path for path in dict.fromkeys([*best, *last]) if path]


def summary_of(trainer: Any, model: Any) -> str:
    """The table of modules, as Lightning prints it before a fit."""
    summaries = sys.modules[f"{package_of(trainer)}.utilities.model_summary"]
    return str(summaries.ModelSummary(model))


def tell_all(numbers: Mapping[str, Any], keys: Container[str], step: int | None) -> None:
    """Tell of some of the numbers, which are tensors of one element or plain."""
    for key in numbers:
        if key in keys:
            publish(Measured(key, float(numbers[key]), step, LIBRARY))

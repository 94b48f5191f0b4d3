"""What Keras tells: `Model.fit`, on any backend, `tf.keras` and the older `tf_keras` included.

A fit gets one callback more, for the metrics of its epochs.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from nbtrack.capture.calls import Given, Watching, failure_told, harmless, watch
from nbtrack.capture.glance import params_of, plain, rows_of
from nbtrack.capture.training import Fitted, Fitting, Measured, publish

__all__ = ["ignore", "observe"]

LIBRARY = "keras"

MODULES = ("keras", "tf_keras")

ARGUMENTS = (
    "epochs",
    "validation_split",
    "shuffle",
    "class_weight",
    "initial_epoch",
    "steps_per_epoch",
    "validation_steps",
    "validation_batch_size",
    "validation_freq",
)

STOPPING = ("monitor", "min_delta", "patience", "baseline", "restore_best_weights")

BATCH_SIZE = 32
"""What Keras takes for arrays where nothing is said."""

watched: dict[str, Callable[[], None]] = {}


@harmless
def observe() -> None:
    """Tell of every fit from now on; Keras is loaded already."""
    for name in MODULES:
        model = getattr(sys.modules.get(name), "Model", None)
        if model is not None and name not in watched:
            watched[name] = watch(model.fit, fitted)


@harmless
def ignore() -> None:
    """Tell no more."""
    while watched:
        watched.popitem()[1]()


def fitted(given: Given) -> Watching:
    """Tell of a fit."""
    asked = given.arguments
    model, name = asked["self"], type(asked["self"]).__name__
    stopper = stopper_in(asked["callbacks"])
    params = {"batch_size": batch_size_of(asked)} | {key: asked[key] for key in ARGUMENTS}
    told = params_of(params) | optimizer_of(model) | stopping_of(stopper)
    publish(Fitting(LIBRARY, name, told))
    callback, asked["callbacks"] = with_epochs(model, asked["callbacks"])
    begun = time.perf_counter()
    try:
        with failure_told(LIBRARY, name):
            yield
    finally:
        taken_out(callback, asked["callbacks"])
    seconds = time.perf_counter() - begun
    data = {} if rows_of(asked["x"]) is None else {"n_samples": rows_of(asked["x"])}
    inputs = tuple(it for it in (asked["x"], asked["y"]) if rows_of(it) is not None)
    found, files = outcome(stopper), {"model_summary.txt": summary_of(model)}
    publish(Fitted(LIBRARY, name, model, found, data, seconds, files, inputs=inputs))


def batch_size_of(asked: Mapping[str, Any]) -> int | None:
    """The size of batches: given, or that of the loader, or what Keras takes for arrays."""
    if asked["batch_size"] is not None:
        return int(asked["batch_size"])
    size = getattr(asked["x"], "batch_size", None)
    if isinstance(size, int):
        return size
    return BATCH_SIZE if rows_of(asked["x"]) is not None else None


def optimizer_of(model: Any) -> dict[str, Any]:
    """The optimizer's settings, named as MLflow does."""
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None:
        return {}
    # its own name counts the optimizers of the session: sgd_3
    settings = params_of(optimizer.get_config() | {"name": type(optimizer).__name__})
    return {f"opt_{key}": shortened(value) for key, value in settings.items()}


def shortened(value: Any) -> Any:
    """A number as it was meant, not as 32 bits hold it; of a schedule its name."""
    if isinstance(value, float):
        return float(f"{value:.7g}")
    if isinstance(value, dict) and "class_name" in value:
        return value["class_name"]
    return value


def stopper_in(callbacks: Any) -> Any:
    """The callback that stops early, if there is one."""
    for callback in listed(callbacks):
        if any(kind.__name__ == "EarlyStopping" for kind in type(callback).__mro__):
            return callback
    return None


def listed(callbacks: Any) -> list[Any]:
    """The callbacks that were given: none, one, several, or a container of them."""
    if callbacks is None:
        return []
    inner = getattr(callbacks, "callbacks", callbacks)
    return list(inner) if isinstance(inner, list | tuple) else [inner]


def stopping_of(stopper: Any) -> dict[str, Any]:
    """The settings of early stopping."""
    return params_of({key: plain(getattr(stopper, key, None)) for key in STOPPING})


def outcome(stopper: Any) -> dict[str, float]:
    """Where early stopping stopped, and whose weights were restored."""
    if stopper is None or not stopper.stopped_epoch:
        return {}
    found = {"stopped_epoch": float(stopper.stopped_epoch)}
    if stopper.restore_best_weights:
        found["restored_epoch"] = float(stopper.best_epoch)
    return found


def with_epochs(model: Any, callbacks: Any) -> tuple[Any, Any]:
    """The callback that tells what each epoch measured, and all of them with it."""
    callback = new_epochs(model)
    if hasattr(callbacks, "callbacks"):
        callback.set_model(model)  # a container has given its callbacks their model before
        callbacks.callbacks.append(callback)
        return callback, callbacks
    return callback, [*listed(callbacks), callback]


def taken_out(callback: Any, callbacks: Any) -> None:
    """Leave a container of the user's as it was."""
    if not isinstance(callbacks, list):
        callbacks.callbacks.remove(callback)


def new_epochs(model: Any) -> Any:
    """The callback, of the Keras that the model is of."""
    older = any(kind.__module__.startswith("tf_keras") for kind in type(model).__mro__)
    silent = sys.modules["tf_keras" if older else "keras"].callbacks.Callback

    return type("Epochs", (Epochs, silent), {"silent": silent})()


class Epochs:
    """Tells what each epoch measured."""

    silent: Any
    """Keras' own class of callbacks, which it is of when it comes out of a pickle."""

    @harmless
    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        for key, value in (logs or {}).items():
            publish(Measured(key, float(value), epoch, LIBRARY))

    def __reduce__(self) -> Any:
        return self.silent, ()


def summary_of(model: Any) -> str:
    """The table of layers, as `model.summary()` prints it."""
    lines: list[str] = []
    model.summary(print_fn=lambda line, **_: lines.append(line))
    return "\n".join(lines)

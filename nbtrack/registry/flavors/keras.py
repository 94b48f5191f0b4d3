"""Models of Keras 3, in `.keras` files: read in the library's safe mode, so without a file's code.

What safe mode refuses, such as a `Lambda` layer with a Python function, needs consent.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbtrack.errors import InvalidValue, ModelError
from nbtrack.registry.flavors.library import imported, is_one_of, refuse_model
from nbtrack.registry.flavors.protocol import Option, Predict, Reading, Written

__all__ = ["FLAVOR", "Keras", "ask_keras", "read_keras"]

DATA = "data"
FILE = "model.keras"
MODULE_FILE = "keras_module.txt"
MODELS = ("keras.src.models.model.Model", "keras.engine.training.Model", "keras.src.Model")


class Keras:
    """`nbtrack.keras`."""

    name = "keras"
    library = "keras"
    extra = "keras"
    argument = "model"
    options = (
        Option("save_exported_model", False, "Write a SavedModel of TensorFlow instead"),
        Option("save_model_kwargs", None, "Arguments of Keras' `model.save`"),
    )
    load_options = (
        Option("custom_objects", None, "Classes and functions by the names the model uses"),
        Option("load_model_kwargs", None, "Arguments of `keras.saving.load_model`"),
    )

    def recognises(self, model: Any) -> bool:
        return is_one_of(model, *MODELS)

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> Written:
        keras = imported("keras", "to save a Keras model", self.extra)
        if not isinstance(model, keras.Model):
            raise refuse_model(model, self.name, "a keras.Model")
        exported = bool(options.get("save_exported_model"))
        place = folder / DATA
        place.mkdir()
        (place / MODULE_FILE).write_text("keras", encoding="utf-8")
        if exported:
            imported("tensorflow", "to export a Keras model", "tensorflow")
            if not model.built:
                raise InvalidValue("the model has no shapes yet: call it once, then export it")
            model.export(str(place / "model"), verbose=False)
        else:
            model.save(place / FILE, **(options.get("save_model_kwargs") or {}))
        return Written(
            conf={
                "data": DATA,
                "keras_version": keras.__version__,
                "keras_backend": keras.backend.backend(),
                "save_exported_model": exported,
            },
            pyfunc={"loader_module": "mlflow.keras"},
            packages=["keras", PACKAGES.get(keras.backend.backend(), "keras")],
            modules=sorted({type(it).__module__ for it in model.layers}),
        )

    def load(self, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
        place = folder / conf.get("data", DATA)
        if conf.get("save_exported_model"):
            tensorflow = imported("tensorflow", "to load an exported Keras model", "tensorflow")
            reading.allow_code(place / "model" / "saved_model.pb", "SavedModel program")
            return tensorflow.saved_model.load(str(place / "model"))
        keras = imported("keras", "to load this model", self.extra)
        path = place / FILE if place.is_dir() else place.with_suffix(".keras")
        return read_keras(keras.saving.load_model, path, conf, reading)

    def predictor(self, model: Any, conf: Mapping[str, Any]) -> Predict:
        if conf.get("save_exported_model"):
            return ask_keras(Served(model), quiet=False)
        return ask_keras(model.predict, quiet=True)


class Served:
    """An exported model as a function; TensorFlow frees the weights when nobody holds the model."""

    def __init__(self, model: Any) -> None:
        self.model = model

    def __call__(self, data: Any, **more: Any) -> Any:
        return self.model.serve(data, **more)


PACKAGES = {"torch": "torch", "tensorflow": "tensorflow", "jax": "jax"}
"""The distribution of each backend."""


def read_keras(load: Any, path: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
    """A `.keras` file in safe mode; what that refuses is read with consent.

    Raises:
        UnsafeModel: It holds code, or classes that nobody registered, and no consent was given.
        ModelError: Keras cannot read it.
    """
    wanted = {"custom_objects": conf.get("custom_objects"), **(conf.get("load_model_kwargs") or {})}
    safe = bool(wanted.pop("safe_mode", True))
    if not safe:
        reading.allow_code(path, "Keras model, to be read without safe mode")
    try:
        return load(path, safe_mode=safe, **wanted)
    except (ValueError, TypeError) as error:
        if not safe or "safe_mode" not in str(error):
            raise unreadable(path, error) from error
    reading.allow_code(path, "Keras model with Python code, which its safe mode refuses")
    try:
        return load(path, safe_mode=False, **wanted)
    except (ValueError, TypeError) as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: Exception) -> ModelError:
    """The error for a file that Keras does not take: mostly for a class that it does not know."""
    return ModelError(
        f"Keras cannot read {path.name}: {first_line(error)}; if it has layers or functions of "
        f"your own, import the module that registers them, or give load_model "
        f"custom_objects={{'name': class}}"
    )


def first_line(error: Exception) -> str:
    """What an error says, in short."""
    text = " ".join(str(error).split())
    return text if len(text) <= 200 else f"{text[:200]}…"


def ask_keras(call: Any, *, quiet: bool) -> Predict:
    """How a Keras model is asked: rows of a table keep their index."""

    def predict(data: Any, params: Mapping[str, Any] | None) -> Any:
        import numpy as np
        import pandas as pd

        wanted = ({"verbose": 0} if quiet else {}) | dict(params or {})
        if isinstance(data, pd.DataFrame):
            return pd.DataFrame(as_array(call(data.to_numpy(), **wanted)), index=data.index)
        if not isinstance(data, np.ndarray | list | tuple | Mapping):
            raise ModelError(
                f"a Keras model is asked with a DataFrame, an array, or a list or dict of arrays, "
                f"not {type(data).__name__}"
            )
        return as_array(call(data, **wanted))

    return predict


def as_array(out: Any) -> Any:
    """What a model gave, as arrays; those of several outputs each."""
    import numpy as np

    if isinstance(out, Mapping):
        return {name: as_array(it) for name, it in out.items()}
    if isinstance(out, list | tuple):
        return [as_array(it) for it in out]
    return out if isinstance(out, np.ndarray) else out.numpy()


FLAVOR = Keras()

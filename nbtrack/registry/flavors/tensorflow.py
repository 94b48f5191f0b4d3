"""Models of TensorFlow: Keras models in `.keras` files, modules as SavedModel programs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbtrack.errors import InvalidValue, ModelError
from nbtrack.registry.flavors.keras import MODELS, ask_keras, read_keras
from nbtrack.registry.flavors.library import imported, is_one_of, refuse_model
from nbtrack.registry.flavors.protocol import Option, Predict, Reading, Written

__all__ = ["FLAVOR", "TensorFlow"]

DATA, SAVED_MODEL = "data", "tf2model"
CUSTOM_OBJECTS = ("global_custom_objects.cloudpickle", "custom_objects.cloudpickle")
"""The later one's names go before those of the earlier."""
MODULE = "tensorflow.python.module.module.Module"
KERAS, OF_MODULE, OF_ESTIMATOR = "keras", "tf2-module", "tf1-estimator"


class TensorFlow:
    """`nbtrack.tensorflow`."""

    name = "tensorflow"
    library = "tensorflow"
    extra = "tensorflow"
    argument = "model"
    options = (
        Option("custom_objects", None, "Classes and functions by the names the model uses"),
        Option("saved_model_kwargs", None, "Arguments of `tf.saved_model.save`"),
        Option("keras_model_kwargs", None, "Arguments of Keras' `model.save`"),
    )
    load_options = (
        Option("saved_model_kwargs", None, "Arguments of `tf.saved_model.load`"),
        Option("keras_model_kwargs", None, "Arguments of `keras.models.load_model`"),
    )

    def recognises(self, model: Any) -> bool:
        return is_one_of(model, MODULE, *MODELS)

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> Written:
        tensorflow = imported("tensorflow", "to save a TensorFlow model", self.extra)
        if isinstance(model, tensorflow.keras.Model):
            conf = save_keras(tensorflow, model, folder, options)
        elif isinstance(model, tensorflow.Module):
            wanted = options.get("saved_model_kwargs") or {}
            tensorflow.saved_model.save(model, str(folder / SAVED_MODEL), **wanted)
            conf = {"saved_model_dir": SAVED_MODEL, "model_type": OF_MODULE}
        else:
            raise refuse_model(model, self.name, "a tf.keras.Model or a tf.Module")
        data = {"data": conf["data"]} if "data" in conf else {}
        return Written(
            conf=conf,
            pyfunc={"loader_module": "mlflow.tensorflow", **data},
            packages=["tensorflow"],
        )

    def load(self, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
        tensorflow = imported("tensorflow", "to load this model", self.extra)
        if conf.get("model_type", KERAS) == KERAS:
            return load_keras(tensorflow, folder, conf, reading)
        if conf["model_type"] not in {OF_MODULE, OF_ESTIMATOR}:
            raise ModelError(f"this TensorFlow model is of the unknown kind {conf['model_type']!r}")
        place = folder / conf["saved_model_dir"]
        reading.allow_code(place / "saved_model.pb", "SavedModel program")
        wanted = dict(conf.get("saved_model_kwargs") or {})
        if conf["model_type"] == OF_ESTIMATOR:
            loaded = tensorflow.saved_model.load(str(place), tags=conf["meta_graph_tags"])
            return loaded.signatures[conf["signature_def_key"]]
        return tensorflow.saved_model.load(str(place), **wanted)

    def predictor(self, model: Any, conf: Mapping[str, Any]) -> Predict:
        tensorflow = imported("tensorflow", "to ask this model", self.extra)
        kind = conf.get("model_type", KERAS)
        if kind == KERAS:
            return ask_keras(model.predict, quiet=True)
        if kind == OF_ESTIMATOR:
            return ask_signature(tensorflow, model)

        def ask(data: Any, params: Mapping[str, Any] | None) -> Any:
            given = data.to_numpy() if hasattr(data, "to_numpy") else data
            found = model(tensorflow.convert_to_tensor(given), **(params or {}))
            return found.numpy() if isinstance(found, tensorflow.Tensor) else found

        return ask


def save_keras(
    tensorflow: Any, model: Any, folder: Path, options: Mapping[str, Any]
) -> dict[str, Any]:
    """Write a Keras model as MLflow lays it out, with what it needs to be read."""
    wanted = dict(options.get("keras_model_kwargs") or {})
    form = wanted.pop("save_format", "tf")
    if form not in {"tf", "h5"}:
        raise InvalidValue(f"save_format is {form!r}; it can be 'tf' or 'h5'")
    place = folder / DATA
    place.mkdir()
    (place / "keras_module.txt").write_text("tensorflow.keras", encoding="utf-8")
    (place / "save_format.txt").write_text(form, encoding="utf-8")
    if options.get("custom_objects"):
        cloudpickle = imported("cloudpickle", "to keep custom objects", "tensorflow")
        pickled = cloudpickle.dumps(dict(options["custom_objects"]))
        (place / CUSTOM_OBJECTS[1]).write_bytes(pickled)
    model.save(place / ("model.h5" if form == "h5" else "model.keras"), **wanted)
    return {
        "data": DATA,
        "model_type": KERAS,
        "keras_version": tensorflow.__version__,
        "save_format": form,
    }


def load_keras(tensorflow: Any, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
    """A Keras model and the classes pickled beside it, which need consent."""
    place = folder / conf.get("data", DATA)
    objects: dict[str, Any] = {}
    for name in CUSTOM_OBJECTS:
        if (place / name).is_file():
            reading.allow_code(place / name, "pickle of custom objects")
            cloudpickle = imported("cloudpickle", "to read custom objects", "tensorflow")
            objects |= cloudpickle.loads((place / name).read_bytes())
    wanted = dict(conf.get("keras_model_kwargs") or {})
    objects |= wanted.pop("custom_objects", None) or {}
    found = [it for it in ("model.keras", "model.h5", "model") if (place / it).exists()]
    if not found:
        raise ModelError(f"there is no model.keras, model.h5 or model below {place.name}")
    own = {"custom_objects": objects or None, "load_model_kwargs": wanted}
    return read_keras(tensorflow.keras.models.load_model, place / found[0], own, reading)


def ask_signature(tensorflow: Any, signature: Any) -> Predict:
    """How a signature of a SavedModel is asked: by the names of what it takes."""

    def ask(data: Any, _: Mapping[str, Any] | None) -> Any:
        import numpy as np
        import pandas as pd

        frame = isinstance(data, pd.DataFrame)
        given = {name: np.asarray(list(it)) for name, it in data.items()}
        out = signature(**{name: tensorflow.constant(it) for name, it in given.items()})
        found = {name: it.numpy() for name, it in out.items()}
        if not frame:
            return found
        return pd.DataFrame({name: list(np.squeeze(it)) for name, it in found.items()})

    return ask


FLAVOR = TensorFlow()

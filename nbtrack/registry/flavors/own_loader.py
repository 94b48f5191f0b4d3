"""Models that a module of the user's own reads: `loader_module` with `_load_pyfunc(path)`.

The flavor `python_function` keeps their data, and has that module read it.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbtrack.errors import ModelError
from nbtrack.registry.flavors.protocol import Predict, Reading, Written
from nbtrack.registry.flavors.python_model import parameters
from nbtrack.registry.format.files import copy, inside
from nbtrack.registry.format.imports import modules_used_by

__all__ = ["asked_plainly", "load_foreign", "save_loader"]

DATA = "data"


def save_loader(folder: Path, options: Mapping[str, Any]) -> Written:
    """Keep the data of a loader of the user's own."""
    conf: dict[str, Any] = {
        "loader_module": str(options["loader_module"]),
        "streamable": bool(options.get("streamable")),
    }
    if options.get("model_config"):
        conf["config"] = dict(options["model_config"])
    if options.get("data_path") is not None:
        source = Path(options["data_path"])
        copy(source, folder / DATA / source.resolve().name, "data_path")
        conf[DATA] = f"{DATA}/{source.resolve().name}"
    module = sys.modules.get(conf["loader_module"])
    used = modules_used_by(module) if module is not None else ()
    return Written({}, conf, (), sorted(used))


def load_foreign(loader: str, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
    """What a loader of the user's own makes of its data."""
    path = inside(folder, str(conf[DATA])) if conf.get(DATA) else folder
    reading.allow_code(path, f"the loader {loader}")
    try:
        module = importlib.import_module(loader)
    except ModuleNotFoundError as error:
        raise ModelError(
            f"this model is read by the module {loader!r}, and {error.name!r} is not here; "
            f"install it, or log the model with code_paths=[…]"
        ) from error
    load = getattr(module, "_load_pyfunc", None)
    if load is None:
        raise ModelError(f"the module {loader!r} has no _load_pyfunc(path), which reads a model")
    config = conf.get("config")
    return load(str(path), config) if config else load(str(path))


def asked_plainly(predict: Any) -> Predict:
    """How a user's own loader's model is asked: it may know of no params."""
    takes_params = "params" in parameters(predict)

    def asked(data: Any, params: Mapping[str, Any] | None = None) -> Any:
        return predict(data, params=params) if takes_params else predict(data)

    return asked

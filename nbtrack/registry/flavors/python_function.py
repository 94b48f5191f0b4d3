"""The flavor of plain Python: objects and functions, files that make them, loaders of one's own."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_origin

from nbtrack.errors import InvalidValue
from nbtrack.registry.flavors.model_code import load_code
from nbtrack.registry.flavors.own_loader import asked_plainly, load_foreign, save_loader
from nbtrack.registry.flavors.protocol import Option, Predict, Reading, Written
from nbtrack.registry.flavors.python_model import (
    FunctionModel,
    LoadedPython,
    PythonModel,
    PythonModelContext,
)
from nbtrack.registry.flavors.table import PYTHON_FUNCTION, flavor_that_loads
from nbtrack.registry.format.files import copy, inside
from nbtrack.registry.format.imports import modules_used_by
from nbtrack.registry.safety import Consent
from nbtrack.registry.signatures.hints import (
    fitted_to_hint,
    schema_of_hint,
    schema_of_input_hint,
)
from nbtrack.registry.signatures.signature import ModelSignature

__all__ = ["FLAVOR", "Artifact", "PythonFunction", "as_python_model"]

PICKLE = "python_model.pkl"
ARTIFACTS = "artifacts"

OBJECT_LOADER = "mlflow.pyfunc.model"
CODE_LOADER = "mlflow.pyfunc.loaders.code_model"


class Artifact(NamedTuple):
    """A file or folder that a model takes along: where it came from, and where it is now."""

    uri: str
    path: Path


class PythonFunction:
    """Models of plain Python, under MLflow's layout."""

    name = PYTHON_FUNCTION
    library = "cloudpickle"
    extra = ""
    argument = "python_model"
    options: Sequence[Option] = (
        Option("artifacts", None, "Files that the model takes along: name to path or URI."),
        Option("loader_module", None, "A module of yours with _load_pyfunc(path), in place of it."),
        Option("data_path", None, "The file or folder that this module reads."),
        Option("model_config", None, "What the model finds as context.model_config."),
        Option("streamable", None, "Whether it has predict_stream; found out by default."),
    )

    def recognises(self, model: Any) -> bool:
        """Whether something is a model of plain Python."""
        return isinstance(model, PythonModel)

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> Written:
        """Write a model: pickled, copied as the file that makes it, or as data of a loader."""
        if options.get("loader_module") is not None:
            return save_loader(folder, options)
        conf: dict[str, Any] = {}
        if options.get("model_config"):
            conf["config"] = dict(options["model_config"])
        kept = keep_artifacts(folder, options.get("artifacts") or {})
        if kept:
            conf[ARTIFACTS] = kept
        if isinstance(model, str | Path):
            return save_code(Path(model), folder, conf, options)
        from cloudpickle import (  # type: ignore[import-untyped]
            __version__ as cloudpickle_version,
        )

        from nbtrack.registry.flavors.python_pickle import write_pickle

        python_model = as_python_model(model)
        write_pickle(python_model, folder / PICKLE)
        conf |= {
            "loader_module": OBJECT_LOADER,
            "python_model": PICKLE,
            "cloudpickle_version": cloudpickle_version,
            "streamable": streams(python_model, options),
        }
        return Written({}, conf, ("cloudpickle",), sorted(modules_used_by(raw(python_model))))

    def load(self, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
        """The model, ready to be asked."""
        loader = str(conf.get("loader_module", OBJECT_LOADER))
        if flavor_that_loads(loader) != PYTHON_FUNCTION:
            return load_foreign(loader, folder, conf, reading)
        if conf.get("model_code_path"):
            path = folder / Path(str(conf["model_code_path"])).name
            reading.allow_code(path, "a model from code")
            python_model = as_python_model(load_code(path, conf.get("config")))
        else:
            python_model = load_pickled(folder, conf, reading)
        return loaded(python_model, folder, conf)

    def predictor(self, model: Any, conf: Mapping[str, Any]) -> Predict:
        """How it is asked: in the types that its `predict` names."""
        if not isinstance(model, LoadedPython):
            return asked_plainly(getattr(model, str(conf.get("predict_fn", "predict"))))
        hint = input_hint(model.python_model)
        asks = model.asks
        if hint is None:
            return asks

        def asked(data: Any, params: Mapping[str, Any] | None = None) -> Any:
            return asks(fitted_to_hint(data, hint), params)

        return asked

    def in_memory(self, model: Any, folder: Path, conf: Mapping[str, Any]) -> Any:
        """What loading would give, of a model that was saved just now."""
        if model is None or isinstance(model, str | Path):
            return self.load(folder, conf, Consent(str(folder), allowed=True))
        return loaded(as_python_model(model), folder, conf)

    def hinted(self, model: Any) -> ModelSignature | None:
        """The signature that a loaded model's `predict` names by types, if it names any."""
        hint = input_hint(model.python_model) if isinstance(model, LoadedPython) else None
        if hint is None:
            return None
        output = model.python_model.predict_type_hints.output
        try:
            inner = (*get_args(output), output)[0] if get_origin(output) is list else output
            outputs = None if output is None else schema_of_hint(inner)
        except InvalidValue:  # only what goes in is held against it
            outputs = None
        return ModelSignature(schema_of_input_hint(hint), outputs)


FLAVOR = PythonFunction()


def input_hint(model: Any) -> Any:
    """The type that a model's `predict` names for its data, if a schema follows from it."""
    hints = getattr(model, "predict_type_hints", None)
    hint = None if hints is None else hints.input
    try:
        return hint if schema_of_input_hint(hint) is not None else None
    except InvalidValue:
        return None


def loaded(model: Any, folder: Path, conf: Mapping[str, Any]) -> LoadedPython:
    """A model with its files and its configuration, after its `load_context`."""
    kept = conf.get(ARTIFACTS) or {}
    paths = {name: str(inside(folder, it["path"])) for name, it in kept.items()}
    context = PythonModelContext(paths, conf.get("config"))
    if hasattr(model, "load_context"):
        model.load_context(context)
    return LoadedPython(model, context)


def as_python_model(model: Any) -> Any:
    """A model as the class that is kept: a function is wrapped.

    Raises:
        InvalidValue: It is neither a PythonModel nor a function, or a class and no instance.
    """
    if isinstance(model, type):
        raise InvalidValue(
            f"python_model is the class {model.__name__}; give an instance: {model.__name__}()"
        )
    if isinstance(model, PythonModel):
        return model
    if "mlflow.pyfunc.model" in sys.modules and any(
        kind.__module__ == "mlflow.pyfunc.model" for kind in type(model).__mro__
    ):
        return model
    if callable(model):
        return FunctionModel(model)
    raise InvalidValue(
        f"python_model is an instance of nbtrack.pyfunc.PythonModel, a function, or the path of a "
        f"Python file, not {type(model).__name__}"
    )


def raw(model: Any) -> Any:
    """The user's own object: the function of a function."""
    return model.func if isinstance(model, FunctionModel) else model


def streams(model: Any, options: Mapping[str, Any]) -> bool:
    """Whether a model gives its answer piece by piece."""
    told = options.get("streamable")
    if told is not None:
        return bool(told)
    return getattr(type(model), "predict_stream", None) is not PythonModel.predict_stream


def save_code(
    path: Path, folder: Path, conf: dict[str, Any], options: Mapping[str, Any]
) -> Written:
    """Keep the file that makes a model; it runs once, so that what is wrong shows now."""
    if not path.is_file():
        hint = f"; did you mean {path.name}.py?" if path.with_suffix(".py").is_file() else ""
        raise InvalidValue(f"python_model names the file {str(path)!r}, which is not there{hint}")
    before = set(sys.modules)
    model = as_python_model(load_code(path, conf.get("config")))
    modules = modules_used_by(raw(model)) | (set(sys.modules) - before)
    shutil.copyfile(path, folder / path.name)
    conf |= {
        "loader_module": CODE_LOADER,
        "model_code_path": path.name,
        "streamable": streams(model, options),
    }
    own = {name for name in modules if not name.startswith("code_model_")}
    return Written({}, conf, ("cloudpickle",), sorted(own))


def keep_artifacts(folder: Path, artifacts: Mapping[str, Artifact]) -> dict[str, Any]:
    """Copy what the model takes along; two of one name have folders of their own."""
    kept: dict[str, Any] = {}
    taken: set[str] = set()
    for name, artifact in artifacts.items():
        place = (
            artifact.path.name
            if artifact.path.name not in taken
            else f"{name}/{artifact.path.name}"
        )
        taken.add(place)
        copy(artifact.path, folder / ARTIFACTS / place, f"the artifact {name!r}")
        kept[name] = {"path": f"{ARTIFACTS}/{place}", "uri": artifact.uri}
    return kept


def load_pickled(folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
    """A pickled model, once somebody vouched for it."""
    from nbtrack.registry.flavors.python_pickle import read_pickle

    path = inside(folder, str(conf.get("python_model", PICKLE)))
    reading.allow_code(path, "a pickled Python model")
    return read_pickle(path, conf.get("python_model_compression"))

"""Pickles of plain Python models: written so that MLflow alone reads them too, and its own read.

What is nbtrack's is named in a pickle as MLflow names it; reading turns the names back.
"""

from __future__ import annotations

import bz2
import gzip
import importlib
import importlib.util
import lzma
import pickle
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple

import cloudpickle  # type: ignore[import-untyped]

from nbtrack.errors import ModelError, NbtrackError
from nbtrack.registry.flavors import python_model
from nbtrack.registry.signatures.hints import fitted_to_hint

__all__ = ["read_pickle", "write_pickle"]

OPENERS: dict[str | None, Callable[..., Any]] = {
    None: open,
    "bzip2": bz2.open,
    "gzip": gzip.open,
    "lzma": lzma.open,
}
"""How MLflow's names for compression are read."""


class FuncInfo(NamedTuple):
    """What MLflow's wrapper around a `predict` keeps of it."""

    input_type_hint: Any
    input_param_name: str


def checked_input(
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    place: int,
    type_hint: Any,
    name: str,
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of a `predict` with its data in the type it names; its wrapper calls this."""
    if name in kwargs:
        return args, kwargs | {name: fitted_to_hint(kwargs[name], type_hint)}
    if len(args) > place:
        args = (*args[:place], fitted_to_hint(args[place], type_hint), *args[place + 1 :])
    return args, kwargs


NAMES: dict[tuple[str, str], Any] = {
    ("mlflow.exceptions", "MlflowException"): NbtrackError,
    ("mlflow.models.signature", "_TypeHints"): python_model.TypeHints,
    ("mlflow.pyfunc.model", "PythonModel"): python_model.PythonModel,
    ("mlflow.pyfunc.model", "PythonModelContext"): python_model.PythonModelContext,
    ("mlflow.pyfunc.model", "_FunctionPythonModel"): python_model.FunctionModel,
    ("mlflow.pyfunc.utils.data_validation", "FuncInfo"): FuncInfo,
    ("mlflow.pyfunc.utils.data_validation", "_validate_model_input"): checked_input,
}
"""What stands in MLflow's pickles, and what it is here."""

references = {value: name for name, value in NAMES.items() if isinstance(value, type)}

OURS = "nbtrack"
THEIRS = "mlflow"


class ModuleReference:
    """Pickles as the import of a module that need not be here."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __reduce__(self) -> tuple[Any, ...]:
        return importlib.import_module, (self.name,)


class ModelPickler(cloudpickle.Pickler):  # type: ignore[misc]
    """Names nbtrack's classes and faces as MLflow's."""

    def reducer_override(self, thing: Any) -> Any:
        """How a thing is written, where it is written otherwise."""
        if isinstance(thing, type) and thing in references:
            module, name = references[thing]
            return getattr, (ModuleReference(module), name)
        if isinstance(thing, ModuleType) and is_face(thing.__name__):
            return importlib.import_module, (THEIRS + thing.__name__.removeprefix(OURS),)
        return super().reducer_override(thing)


def is_face(name: str) -> bool:
    """Whether MLflow has a module of this name: the package, or one that users import."""
    package, _, rest = name.partition(".")
    return package == OURS and rest.partition(".")[0] in FACES


FACES = {"", "artifacts", "data", "entities", "models", "pyfunc", "sklearn", "tracking", "types"}


class ModelUnpickler(pickle.Unpickler):
    """Finds what MLflow's names stand for, here."""

    def find_class(self, module: str, name: str) -> Any:
        """What a name in the pickle means."""
        if (module, name) in {
            ("importlib", "import_module"),
            ("cloudpickle.cloudpickle", "subimport"),
        }:
            return module_for
        if module.partition(".")[0] == THEIRS:
            return getattr(module_for(module), name)
        return super().find_class(module, name)


def module_for(name: str) -> Any:
    """A module by the name that a pickle has for it.

    Raises:
        ModelError: It is one of MLflow's that nbtrack has not, and MLflow is not installed.
    """
    if name.partition(".")[0] != THEIRS:
        return importlib.import_module(name)
    known = {short: value for (module, short), value in NAMES.items() if module == name}
    if known:
        return PartOfTheirs(**known, __name__=name)
    try:
        return importlib.import_module(OURS + name.removeprefix(THEIRS))
    except ModuleNotFoundError:
        return their_module(name, name)


class PartOfTheirs(SimpleNamespace):
    """The names of one of MLflow's modules that nbtrack has too; MLflow has the others."""

    def __getattr__(self, name: str) -> Any:
        return getattr(their_module(self.__name__, f"{self.__name__}.{name}"), name)


def their_module(name: str, used: str) -> Any:
    """A module of MLflow's own.

    Raises:
        ModelError: MLflow is not installed.
    """
    if importlib.util.find_spec(THEIRS) is None:
        raise ModelError(
            f"this model uses {used}, which only MLflow itself has: pip install mlflow"
        ) from None
    return importlib.import_module(name)


def write_pickle(model: Any, path: Path) -> None:
    """Write a model, its class too where it is of a notebook or a script.

    Raises:
        ModelError: Something of it cannot be pickled.
    """
    try:
        with path.open("wb") as file:
            ModelPickler(file).dump(model)
    except (
        pickle.PicklingError,
        TypeError,
        ValueError,
        RecursionError,
        NotImplementedError,
    ) as error:
        raise ModelError(
            f"this model cannot be pickled: {error}; keep what it holds open (a file, a "
            f"connection, a lock) out of it and make that in load_context, or write the model "
            f"into a file and log it by its path"
        ) from error


def read_pickle(path: Path, compression: str | None = None) -> Any:
    """Read a model; what is in the file runs, so somebody must have vouched for it.

    Raises:
        ModelError: It cannot be read; the message says what is missing.
    """
    if compression not in OPENERS:
        raise ModelError(f"{path.name} is compressed by {compression!r}, which is not known here")
    try:
        with OPENERS[compression](path, "rb") as file:
            return ModelUnpickler(file).load()
    except ModuleNotFoundError as error:
        raise ModelError(
            f"{path.name} needs the module {error.name!r}, which is not here: install it, or log "
            f"the model with code_paths=[…] if it is your own"
        ) from error
    except (
        OSError,
        EOFError,
        pickle.UnpicklingError,
        AttributeError,
        IndexError,
        KeyError,
        TypeError,
        ValueError,
    ) as error:
        raise ModelError(
            f"{path.name} cannot be read: {type(error).__name__}: {error}; versions of Python or "
            f"of a package may differ from those it was written with"
        ) from error
